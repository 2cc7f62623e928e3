//! The log group and what the tasks wrote.

use crate::aws::{On, Retry, Service};

const LOGS: Service = Service { name: "logs", sdk: "CloudWatch Logs", iam: "logs", cli: "logs" };

/// CloudWatch Logs accepts one change of a log group at a time.
const BUSY: Retry = Retry::code("OperationAbortedException", 60);

operations! {
    use aws_sdk_cloudwatchlogs;
    DESCRIBE_LOG_GROUPS = LOGS.reads("DescribeLogGroups").on(On::All);
    DESCRIBE_LOG_STREAMS = LOGS.reads("DescribeLogStreams");
    GET_LOG_EVENTS = LOGS.reads("GetLogEvents").on(On::Below(":*"));
    LIST_TAGS = LOGS.reads("ListTagsForResource");
    CREATE_LOG_GROUP = LOGS.writes("CreateLogGroup").retries(&[BUSY]);
    PUT_RETENTION_POLICY = LOGS.writes("PutRetentionPolicy").retries(&[
        BUSY,
        // A new log group takes time to propagate.
        Retry::code("ResourceNotFoundException", 60),
    ]);
    TAG_RESOURCE = LOGS.writes("TagResource");
    DELETE_LOG_GROUP = LOGS.writes("DeleteLogGroup").retries(&[BUSY]);
}
