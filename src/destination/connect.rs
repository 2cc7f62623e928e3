//! Finds the region as the AWS CLI does, and configures endpoints, retries and timeouts.

use std::time::Duration;

use aws_config::{
    BehaviorVersion, ConfigLoader, SdkConfig, meta::region::ProvideRegion as _,
    provider_config::ProviderConfig, retry::RetryConfig, timeout::TimeoutConfig,
};
use aws_sdk_sts::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::{
    Identity, Place, Settings,
    clock::Clock,
    credentials,
    lent::{Lent, Loan},
    profile::Profiles,
};
use crate::{
    aws::{call, operations::sts::GET_CALLER_IDENTITY},
    error::{Code, Error, Result},
    http::CONNECT,
    lab::{AccountId, Region},
};

/// Resolves the region that is named: by flag or environment, then `mysfits.toml` (both in the
/// settings), then the profile. The local cloud has no profile.
pub(super) async fn region(settings: &Settings) -> Result<Option<Region>> {
    let name = match (&settings.region, &settings.place) {
        (Some(name), _) => Some(name.clone()),
        (None, Place::Local { .. }) => None,
        (None, _) => {
            let mut provider = aws_config::profile::region::Builder::default()
                .configure(&ProviderConfig::default());
            if let Some(profile) = &settings.profile {
                provider = provider.profile_name(&profile.name);
            }
            provider.build().region().await.map(|region| region.to_string())
        }
    };
    name.map(Region::new).transpose()
}

/// How calls are made, whoever makes them.
#[derive(Clone, Debug)]
pub(super) struct Calls {
    http: SharedHttpClient,
    region: aws_config::Region,
}

impl Calls {
    pub(super) fn new(http: SharedHttpClient, region: &Region) -> Self {
        Self { http, region: aws_config::Region::new(region.as_str().to_owned()) }
    }

    /// Returns the configuration of a source of credentials.
    pub(super) fn provider(&self) -> ProviderConfig {
        ProviderConfig::without_region()
            .with_http_client(self.http.clone())
            .with_region(Some(self.region.clone()))
    }

    /// Returns the configuration of clients of a server at an address, of which neither the environment
    /// nor the files of AWS say anything: `AWS_USE_FIPS_ENDPOINT` is not for the local cloud.
    fn at(&self, url: String, credentials: SharedCredentialsProvider) -> SdkConfig {
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(self.http.clone())
            .region(self.region.clone())
            .retry_config(retries())
            .timeout_config(timeouts())
            .endpoint_url(url)
            .credentials_provider(credentials)
            .build()
    }

    /// Returns the configuration of clients, to be completed from the environment and the files of
    /// AWS.
    pub(super) fn loader(&self) -> ConfigLoader {
        aws_config::defaults(BehaviorVersion::latest())
            .http_client(self.http.clone())
            .region(self.region.clone())
            .retry_config(retries())
            .timeout_config(timeouts())
    }
}

/// Returns the configuration of all clients.
///
/// # Errors
/// When the profile cannot be used.
pub(super) async fn load(
    settings: &Settings,
    profiles: Option<&Profiles>,
    calls: &Calls,
) -> Result<SdkConfig> {
    let loader = match &settings.place {
        Place::Local { port, account } => {
            let url = format!("http://127.0.0.1:{port}");
            return Ok(calls.at(url, local_credentials(account)));
        }
        Place::Endpoint(url) => source(settings, profiles, calls)?.endpoint_url(url),
        Place::Aws => source(settings, profiles, calls)?,
    };
    Ok(loader.load().await)
}

/// Names the source of the credentials: what is lent, or what is found here.
fn source(settings: &Settings, profiles: Option<&Profiles>, calls: &Calls) -> Result<ConfigLoader> {
    match &settings.loan {
        Some(Loan::Role(role)) => Ok(calls.loader().credentials_provider(Lent(role.clone()))),
        Some(Loan::Itself(lender)) => match lender.credentials() {
            Some(same) => Ok(calls.loader().credentials_provider(same)),
            None => credentials::source(settings, profiles, calls),
        },
        None => credentials::source(settings, profiles, calls),
    }
}

/// Returns credentials for the local cloud. It accepts any key; twelve digits select the account. A
/// real key of the user's is never sent there.
fn local_credentials(account: &AccountId) -> SharedCredentialsProvider {
    let credentials = Credentials::new(account.as_str(), "local", None, None, "the local cloud");
    SharedCredentialsProvider::new(credentials)
}

/// The SDK retries throttling, 5xx responses and lost connections. A class of thirty in one account
/// meets throttling often, so it gets more attempts than the SDK's three.
fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(8)
        .with_initial_backoff(Duration::from_millis(200))
        .with_max_backoff(Duration::from_secs(10))
}

/// Nothing waits forever: not a connection, not one attempt, not all attempts of a call together.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(Duration::from_secs(30))
        .operation_timeout(Duration::from_mins(3))
        .build()
}

/// Asks who works there; the answer tells the time as well.
pub(super) async fn whoami(
    sts: &aws_sdk_sts::Client,
    place: &Place,
    clock: &Clock,
) -> Result<(AccountId, Identity)> {
    let asked = sts.get_caller_identity().customize().interceptor(clock.clone());
    match call(&GET_CALLER_IDENTITY, asked.send()).await {
        Ok(answer) => {
            let account = answer.account().map(AccountId::new).ok_or_else(|| {
                Error::new(Code::Refused, "sts GetCallerIdentity did not say which account this is")
            })?;
            Ok((account, Identity::new(answer.arn().unwrap_or_default())))
        }
        Err(failure) => {
            let mut error = Error::from(failure);
            let is_silent =
                error.code == Code::Unreachable && error.message == error.code.entry().title;
            if let (true, Place::Endpoint(url)) = (is_silent, place) {
                error.message = format!("nothing answers at {url}");
            }
            Err(error)
        }
    }
}
