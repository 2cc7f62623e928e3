//! The one table of errors that mean "not yet": AWS shows its own changes late. Everything else is
//! an error at once. Throttling and lost connections are the SDK's to retry, not ours.

use std::time::Duration;

use super::Failure;

/// An error that passes by itself.
struct Passing {
    operation: &'static str,
    code: &'static str,
    /// Part of the message, where the code alone says too little. Empty: any message.
    message: &'static str,
    /// How long it may last.
    longest: Duration,
}

/// From the AWS documentation, and the retries that other programs found necessary.
const TABLE: &[Passing] = &[
    // A bucket of this name was deleted a moment ago.
    passing("s3 CreateBucket", "OperationAborted", "", 300),
    // A relaxed Block Public Access reaches the policy check some seconds later.
    passing("s3 PutBucketPolicy", "AccessDenied", "BlockPublicPolicy", 60),
    // A new bucket is not known everywhere at once.
    passing("s3 PutBucketPolicy", "NoSuchBucket", "", 120),
    passing("s3 PutBucketTagging", "NoSuchBucket", "", 120),
    passing("s3 PutBucketWebsite", "NoSuchBucket", "", 120),
    passing("s3 PutObject", "NoSuchBucket", "", 120),
    passing("s3 PutPublicAccessBlock", "NoSuchBucket", "", 120),
    // S3 takes one change of a bucket's configuration at a time.
    passing("s3 PutBucketPolicy", "OperationAborted", "", 300),
    passing("s3 PutBucketTagging", "OperationAborted", "", 300),
    passing("s3 PutBucketWebsite", "OperationAborted", "", 300),
    passing("s3 PutPublicAccessBlock", "OperationAborted", "", 300),
    passing("s3 DeleteBucket", "OperationAborted", "", 300),
    // DynamoDB creates one table with indexes at a time in an account.
    passing("dynamodb CreateTable", "LimitExceededException", "", 600),
    // A table that was just created or changed takes no other change yet.
    passing("dynamodb UpdateTable", "ResourceInUseException", "", 600),
    passing("dynamodb TagResource", "ResourceInUseException", "", 120),
    // A role that was just made is not known everywhere at once, nor is ECS's own.
    passing("ecs CreateCluster", "InvalidParameterException", "service linked role", 180),
    passing("ecs CreateService", "InvalidParameterException", "service linked role", 180),
    passing("ecs CreateService", "InvalidParameterException", "proper permissions", 120),
    passing("ecs RegisterTaskDefinition", "ClientException", "Role is not valid", 120),
    passing("ecs UpdateService", "InvalidParameterException", "proper permissions", 120),
    // A listener that was just made is not known everywhere at once.
    passing("ecs CreateService", "InvalidParameterException", "associated load balancer", 120),
    passing("ecs UpdateService", "InvalidParameterException", "associated load balancer", 120),
    // What is being taken down keeps its name, or what it stands on, until it is gone.
    passing("ecs CreateService", "InvalidParameterException", "still Draining", 600),
    passing("ecs CreateService", "ClusterNotFoundException", "", 60),
    passing("ecs DeleteCluster", "ClusterContainsServicesException", "", 600),
    passing("ecs DeleteCluster", "ClusterContainsTasksException", "", 600),
    passing("ecs DeleteCluster", "ClusterContainsContainerInstancesException", "", 600),
    passing("ecs DeleteCluster", "ClusterContainsCapacityProviderException", "", 600),
    passing("ecs DeleteCluster", "UpdateInProgressException", "", 600),
    passing("ecs DeleteService", "InvalidParameterException", "deployments are active", 600),
    passing("ecs DeleteService", "InvalidParameterException", "DependencyViolation", 600),
    // A VPC link keeps its load balancer until some time after it is gone itself.
    passing("elb DeleteLoadBalancer", "ResourceInUse", "associated with another service", 600),
    passing("elb DeleteTargetGroup", "ResourceInUse", "in use by a listener", 120),
    // AWS deletes one API every 30 seconds in an account: a class has to queue.
    passing("apigateway DeleteRestApi", "TooManyRequestsException", "", 1200),
    passing("apigateway CreateRestApi", "TooManyRequestsException", "", 300),
    passing("apigateway PutRestApi", "TooManyRequestsException", "", 300),
    passing("apigateway CreateDeployment", "TooManyRequestsException", "", 300),
    passing("apigateway DeleteDeployment", "TooManyRequestsException", "", 300),
    passing("apigateway DeleteStage", "TooManyRequestsException", "", 300),
    passing("apigateway DeleteVpcLink", "TooManyRequestsException", "", 300),
    // API Gateway takes one change of an API at a time.
    passing("apigateway CreateRestApi", "ConflictException", "", 60),
    passing("apigateway PutRestApi", "ConflictException", "", 60),
    passing("apigateway CreateDeployment", "ConflictException", "", 60),
    passing("apigateway UpdateStage", "ConflictException", "", 60),
    passing("apigateway DeleteRestApi", "ConflictException", "", 60),
    passing("apigateway CreateVpcLink", "ConflictException", "", 60),
    // A stage that was just deleted is not forgotten everywhere at once.
    passing("apigateway DeleteVpcLink", "BadRequestException", "is referenced in", 300),
    passing("cognito-idp UpdateUserPool", "ConcurrentModificationException", "", 60),
    passing("logs CreateLogGroup", "OperationAbortedException", "", 60),
    passing("logs PutRetentionPolicy", "OperationAbortedException", "", 60),
    passing("logs PutRetentionPolicy", "ResourceNotFoundException", "", 60),
    passing("logs DeleteLogGroup", "OperationAbortedException", "", 60),
    passing("dynamodb BatchWriteItem", "ResourceNotFoundException", "", 60),
];

const fn passing(
    operation: &'static str,
    code: &'static str,
    message: &'static str,
    seconds: u64,
) -> Passing {
    Passing { operation, code, message, longest: Duration::from_secs(seconds) }
}

/// How long this failure may last; `None` when it does not pass by itself.
pub(super) fn longest(failure: &Failure) -> Option<Duration> {
    TABLE
        .iter()
        .find(|entry| {
            entry.operation == failure.operation
                && failure.is(entry.code)
                && failure.message.contains(entry.message)
        })
        .map(|entry| entry.longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(operation: &'static str, code: &str, message: &str) -> Option<Duration> {
        longest(&Failure::of_item(operation, code, message))
    }

    #[test]
    fn every_row_is_found_and_lasts_as_long_as_it_says() {
        for Passing { operation, code, message, longest } in TABLE {
            let sentence = format!("AWS says: {message}, and more.");
            assert_eq!(said(operation, code, &sentence), Some(*longest), "{operation} {code}");
        }
    }

    #[test]
    fn what_the_table_does_not_name_does_not_pass() {
        for Passing { operation, code, message, .. } in TABLE {
            assert_eq!(said("s3 HeadBucket", code, message), None, "{code}");
            assert_eq!(said(operation, "AccessDeniedException", message), None, "{operation}");
            let any_message = |row: &&Passing| row.operation == *operation && row.code == *code;
            if !TABLE.iter().filter(any_message).any(|row| row.message.is_empty()) {
                assert_eq!(said(operation, code, "for good"), None, "{operation} {code}");
            }
        }
    }
}
