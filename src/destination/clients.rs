//! A client for each service. Each has the guard, which checks requests against declarations.

use std::time::Duration;

use aws_config::{retry::RetryConfig, timeout::TimeoutConfig};

use super::{Destination, Place};
use crate::{aws::Client, lab::Region};

impl Destination {
    /// Returns the same account in another region.
    pub(crate) fn in_region(&self, region: &Region) -> Self {
        let name = aws_config::Region::new(region.as_str().to_owned());
        let config = self.config.clone().into_builder().region(name).build();
        Self { region: region.clone(), config, ..self.clone() }
    }

    /// Returns a client of a service's SDK.
    pub(crate) fn client<C: Client>(&self) -> C {
        C::guarded(&self.config, self.guard)
    }

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
