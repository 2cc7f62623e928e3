//! A client for each service. Each has the guard, which checks requests against declarations.

use std::time::Duration;

use aws_config::{SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};

use super::{Destination, Place};
use crate::{aws::Guard, lab::Region};

/// Returns a client for STS, which identifies the caller before there is a destination.
pub(super) fn sts(config: &SdkConfig, guard: Guard) -> aws_sdk_sts::Client {
    let config = aws_sdk_sts::config::Builder::from(config).interceptor(guard).build();
    aws_sdk_sts::Client::from_conf(config)
}

/// Defines the functions that return a client.
macro_rules! clients {
    ($($(#[$doc:meta])* $name:ident: $sdk:ident;)*) => {
        impl Destination {
            $($(#[$doc])*
            pub(crate) fn $name(&self) -> $sdk::Client {
                let config = $sdk::config::Builder::from(&self.config);
                $sdk::Client::from_conf(config.interceptor(self.guard).build())
            })*
        }
    };
}

clients! {
    /// Returns a client for `DynamoDB`.
    dynamodb: aws_sdk_dynamodb;
    /// Returns a client for CloudFormation.
    cloudformation: aws_sdk_cloudformation;
    /// Returns a client for ECR.
    ecr: aws_sdk_ecr;
    /// Returns a client for ECS.
    ecs: aws_sdk_ecs;
    /// Returns a client for Elastic Load Balancing.
    elb: aws_sdk_elasticloadbalancingv2;
    /// Returns a client for IAM.
    iam: aws_sdk_iam;
    /// Returns a client for CloudWatch Logs.
    logs: aws_sdk_cloudwatchlogs;
    /// Returns a client for Cognito user pools.
    cognito: aws_sdk_cognitoidentityprovider;
    /// Returns a client for API Gateway.
    apigateway: aws_sdk_apigateway;
    /// Returns a client for the Resource Groups Tagging API.
    tagging: aws_sdk_resourcegroupstagging;
}

impl Destination {
    /// Returns a client for the Resource Groups Tagging API of another region, which does not retry
    /// and has this timeout.
    pub(crate) fn tagging_in(
        &self,
        region: &Region,
        longest: Duration,
    ) -> aws_sdk_resourcegroupstagging::Client {
        let timeouts = TimeoutConfig::builder().operation_timeout(longest).build();
        let config = aws_sdk_resourcegroupstagging::config::Builder::from(&self.config)
            .region(aws_config::Region::new(region.as_str().to_owned()))
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts)
            .interceptor(self.guard);
        aws_sdk_resourcegroupstagging::Client::from_conf(config.build())
    }

    /// Returns a client for S3. It addresses buckets by path where names below the endpoint's host
    /// do not resolve.
    pub(crate) fn s3(&self) -> aws_sdk_s3::Client {
        let config = aws_sdk_s3::config::Builder::from(&self.config)
            .force_path_style(self.place != Place::Aws)
            .interceptor(self.guard);
        aws_sdk_s3::Client::from_conf(config.build())
    }
}
