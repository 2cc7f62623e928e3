//! The DynamoDB client: how long it waits, how often it tries, whom it trusts.

use std::{fmt::Write as _, time::Duration};

use aws_sdk_dynamodb::{
    Client,
    config::{
        BehaviorVersion, Config, Region, SharedHttpClient, retry::RetryConfig,
        timeout::TimeoutConfig,
    },
};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_types::base64;

use crate::{credentials, settings::Settings};

/// The client for the table's region and endpoint.
///
/// # Errors
/// When the trust store cannot be made, in words.
pub(crate) fn connect(settings: &Settings) -> Result<Client, String> {
    let http = http_client()?;
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

/// The container holds nothing but this program, so the certificate authorities are part of it.
fn http_client() -> Result<SharedHttpClient, String> {
    let trust = TrustStore::empty().with_pem_certificate(authorities());
    let tls = TlsContext::builder()
        .with_trust_store(trust)
        .build()
        .map_err(|error| format!("the certificate authorities: {error}"))?;
    Ok(Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls)
        .build_https())
}

/// Mozilla's list of certificate authorities, in the form that a trust store takes.
fn authorities() -> String {
    let mut pem = String::new();
    for certificate in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        let text = base64::encode(certificate);
        // Writing to a string cannot fail.
        let _ = writeln!(pem, "-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----");
    }
    pem
}
