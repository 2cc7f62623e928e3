//! The DynamoDB client: how long it waits, how often it tries.

use std::time::Duration;

use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Config, Region, retry::RetryConfig, timeout::TimeoutConfig},
};
use aws_smithy_http_client::Builder;

use crate::{credentials, settings::Settings, trust};

/// Creates the client for the table's region and endpoint.
///
/// # Errors
/// When the trust store cannot be created, as text.
pub(crate) fn connect(settings: &Settings) -> Result<Client, String> {
    let http =
        Builder::new().tls_provider(trust::PROVIDER).tls_context(trust::tls()?).build_https();
    let mut config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(settings.region.clone()))
        .credentials_provider(credentials::provider(&http))
        .http_client(http)
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(3)
                .with_initial_backoff(Duration::from_millis(50))
                .with_max_backoff(Duration::from_secs(1)),
        )
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(Duration::from_secs(1))
                .operation_attempt_timeout(Duration::from_secs(2))
                .operation_timeout(Duration::from_secs(5))
                .build(),
        );
    if let Some(endpoint) = &settings.endpoint {
        config = config.endpoint_url(endpoint);
    }
    Ok(Client::from_conf(config.build()))
}
