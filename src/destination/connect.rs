//! Finds region and credentials as the AWS CLI does, and configures retries and timeouts.

use std::time::Duration;

use aws_config::{
    BehaviorVersion, ConfigLoader, SdkConfig, meta::region::ProvideRegion as _,
    profile::ProfileFileCredentialsProvider, provider_config::ProviderConfig, retry::RetryConfig,
    timeout::TimeoutConfig,
};
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::config::{Credentials, ProvideCredentials, SharedCredentialsProvider};

use super::{Identity, Place, Profile, Settings, wire};
use crate::{
    aws::{call, operations::sts::GET_CALLER_IDENTITY},
    error::{Code, Error, Result},
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

pub(super) async fn load(settings: &Settings, region: &Region) -> SdkConfig {
    let http = wire::client(&settings.place);
    let region = aws_config::Region::new(region.as_str().to_owned());
    let provided = ProviderConfig::without_region()
        .with_http_client(http.clone())
        .with_region(Some(region.clone()));
    let loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .region(region)
        .retry_config(retries())
        .timeout_config(timeouts());
    endpoint(loader, settings, &provided).load().await
}

fn endpoint(loader: ConfigLoader, settings: &Settings, provided: &ProviderConfig) -> ConfigLoader {
    match &settings.place {
        Place::Local { port, account } => loader
            .endpoint_url(format!("http://127.0.0.1:{port}"))
            .credentials_provider(local_credentials(account)),
        Place::Endpoint(url) => with_profile(loader, settings, provided).endpoint_url(url),
        Place::Aws => with_profile(loader, settings, provided),
    }
}

/// Names the profile. The SDK's own chain asks the environment first, also for a profile that was
/// named, and continues with other sources when there is no such profile: the lab would be deployed to
/// another account. One that wins is the only source.
fn with_profile(
    loader: ConfigLoader,
    settings: &Settings,
    provided: &ProviderConfig,
) -> ConfigLoader {
    let Some(Profile { name, wins }) = &settings.profile else { return loader };
    let loader = loader.profile_name(name);
    if !wins {
        return loader;
    }
    let only = ProfileFileCredentialsProvider::builder().configure(provided).profile_name(name);
    loader.credentials_provider(only.build())
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
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(Duration::from_secs(30))
        .operation_timeout(Duration::from_mins(3))
        .build()
}

pub(super) async fn check_credentials(config: &SdkConfig, settings: &Settings) -> Result<()> {
    let profile = settings.profile.as_ref();
    let none = || no_credentials(profile);
    let provider = config.credentials_provider().ok_or_else(none)?;
    match provider.provide_credentials().await {
        Ok(_) => Ok(()),
        Err(CredentialsError::CredentialsNotLoaded(_)) => Err(none()),
        // The last source is the metadata of an EC2 instance. If the machine is no instance, or has
        // no role, that means no credentials rather than rejected ones.
        Err(error) if reason(&error).contains("IMDS") => Err(none()),
        Err(error) => Err(Error::new(
            Code::RefusedCredentials,
            format!("the credentials{} could not be loaded: {}", of(profile), reason(&error)),
        )
        .hint(format!("{}, or add `--local` to work without AWS", log_in(profile)))),
    }
}

/// Returns the name of the profile, as part of a message.
fn of(profile: Option<&Profile>) -> String {
    profile.map_or_else(String::new, |it| format!(" of the profile `{}`", it.name))
}

/// Returns what to type to log in again.
fn log_in(profile: Option<&Profile>) -> String {
    let flag = profile.map_or_else(String::new, |it| format!(" --profile {}", it.name));
    format!("log in again, with `aws login{flag}` or `aws sso login{flag}`")
}

fn no_credentials(profile: Option<&Profile>) -> Error {
    let title = Code::NoCredentials.entry().title;
    if profile.is_none() {
        return Error::new(Code::NoCredentials, title);
    }
    let message = format!("{title}: there are none{}", of(profile));
    Error::new(Code::NoCredentials, message)
        .hint(format!("check its name with `aws configure list-profiles`, or {}", log_in(profile)))
}

pub(super) async fn whoami(
    sts: &aws_sdk_sts::Client,
    place: &Place,
) -> Result<(AccountId, Identity)> {
    match call(&GET_CALLER_IDENTITY, sts.get_caller_identity().send()).await {
        Ok(answer) => {
            let account = answer.account().map(AccountId::new).ok_or_else(|| {
                Error::new(Code::Refused, "sts GetCallerIdentity did not say which account this is")
            })?;
            Ok((account, Identity::new(answer.arn().unwrap_or_default())))
        }
        Err(failure) => {
            let mut error = Error::from(failure);
            if let (Code::Unreachable, Place::Endpoint(url)) = (error.code, place) {
                error.message = format!("nothing answers at {url}");
            }
            Err(error)
        }
    }
}

/// Returns the innermost cause of an error.
fn reason(error: &dyn std::error::Error) -> String {
    let mut reason = error.to_string();
    let mut inner = error.source();
    while let Some(source) = inner {
        reason = source.to_string();
        inner = source.source();
    }
    reason
}
