//! The log group and what the tasks wrote.

use crate::aws::{Also, On, Retry, Service};

const LOGS: Service = Service { name: "logs", sdk: "CloudWatch Logs", iam: "logs", cli: "logs" };

/// CloudWatch Logs accepts one change of a log group at a time.
const BUSY: Retry = Retry::code("OperationAbortedException", 60);

/// The log group and its streams. AWS checks some operations on the group with an ARN that ends like
/// that of a stream: `log-group:NAME:log-stream:`.
const GROUP: On = On::Type("log-group:");

operations! {
    use aws_sdk_cloudwatchlogs;
    DESCRIBE_LOG_GROUPS = LOGS.reads("DescribeLogGroups").on(On::All);
    DESCRIBE_LOG_STREAMS = LOGS.reads("DescribeLogStreams").on(GROUP);
    FILTER_LOG_EVENTS = LOGS.reads("FilterLogEvents").on(GROUP);
    GET_LOG_EVENTS = LOGS.reads("GetLogEvents").on(GROUP);
    LIST_TAGS = LOGS.reads("ListTagsForResource").on(GROUP);
    CREATE_LOG_GROUP = LOGS
        .writes("CreateLogGroup")
        .on(GROUP)
        .also(&[Also::on("logs:TagResource", GROUP)])
        .retries(&[BUSY]);
    PUT_RETENTION_POLICY = LOGS.writes("PutRetentionPolicy").on(GROUP).retries(&[
        BUSY,
        // A new log group takes time to propagate.
        Retry::code("ResourceNotFoundException", 60),
    ]);
    TAG_RESOURCE = LOGS.writes("TagResource").on(GROUP);
    DELETE_LOG_GROUP = LOGS.writes("DeleteLogGroup").on(GROUP).retries(&[BUSY]);
}
