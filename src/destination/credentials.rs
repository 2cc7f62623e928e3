//! Finds credentials as the AWS CLI does, and tells what is wrong with them.

use std::{
    error::Error as StdError,
    io, iter,
    time::{Duration, SystemTime},
};

use aws_config::{
    ConfigLoader, SdkConfig, environment::EnvironmentVariableCredentialsProvider,
    meta::credentials::CredentialsProviderChain, profile::ProfileFileCredentialsProvider,
};
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::config::ProvideCredentials as _;
use aws_smithy_types::date_time::{DateTime, Format};

use super::{Profile, Settings, connect::Calls, profile::Profiles, role::AssumedRole};
use crate::error::{Code, Error, Result};

/// Names the source of the credentials. The SDK's own chain asks the environment first, also for a
/// profile that was named, and continues with other sources when there is no such profile: the lab
/// would be deployed to another account. A profile that wins is the only source.
///
/// # Errors
/// When the profile cannot be used.
pub(super) fn source(
    settings: &Settings,
    profiles: Option<&Profiles>,
    calls: &Calls,
) -> Result<ConfigLoader> {
    let profile = settings.profile.as_ref();
    let loader = match profile {
        Some(profile) => calls.loader().profile_name(&profile.name),
        None => calls.loader(),
    };
    let chain = profiles.map(Profiles::chain).transpose()?.flatten();
    let wins = profile.is_some_and(|profile| profile.wins);
    Ok(match (chain, profile) {
        (Some(chain), _) => {
            let role = AssumedRole::new(chain, calls.clone(), settings.ask_code.clone());
            if wins {
                loader.credentials_provider(role)
            } else {
                let keys = EnvironmentVariableCredentialsProvider::new();
                let first = CredentialsProviderChain::first_try("Environment", keys);
                loader.credentials_provider(first.or_else("Profile", role))
            }
        }
        (None, Some(Profile { name, wins: true })) => {
            let only = ProfileFileCredentialsProvider::builder().configure(&calls.provider());
            loader.credentials_provider(only.profile_name(name).build())
        }
        (None, _) => loader,
    })
}

/// The credentials in use, without their secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// Whether they are of a session, and not of a user's key.
    pub(crate) are_temporary: bool,
    /// When they end; `None` if they have no end, or none that is known.
    pub(crate) end: Option<SystemTime>,
}

impl Credentials {
    /// Returns how much longer they can be used; `None` if they have no end, or none that is known.
    pub(crate) fn left(&self) -> Option<Duration> {
        Some(self.end?.duration_since(SystemTime::now()).unwrap_or_default())
    }
}

/// When a key ends. `aws configure export-credentials` puts that beside the keys, where the SDK does
/// not read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeysEnd {
    /// The id of the key.
    pub(crate) key: String,
    /// When it ends.
    pub(crate) end: SystemTime,
}

impl KeysEnd {
    /// Returns when the key with this id ends; `None` if the time is none of RFC 3339.
    pub(crate) fn of(key: String, time: &str) -> Option<Self> {
        let end = DateTime::from_str(time, Format::DateTimeWithOffset).ok()?;
        Some(Self { key, end: end.try_into().ok()? })
    }
}

/// Gets credentials, and returns what is known of them.
///
/// # Errors
/// When there are none, or they cannot be had.
pub(super) async fn check(config: &SdkConfig, settings: &Settings) -> Result<Credentials> {
    let profile = settings.profile.as_ref();
    let provider = config.credentials_provider().ok_or_else(|| no_credentials(profile))?;
    let seen = provider.provide_credentials().await.map_err(|error| wrong(&error, profile))?;
    let known = settings.keys_end.as_ref().filter(|known| known.key == seen.access_key_id());
    let end = seen.expiry().or(known.map(|known| known.end));
    Ok(Credentials { are_temporary: seen.session_token().is_some(), end })
}

/// Returns the error to show when there are no credentials.
fn wrong(error: &CredentialsError, profile: Option<&Profile>) -> Error {
    let any = |is: &dyn Fn(&str) -> bool| causes(error).any(|cause| is(&cause.to_string()));
    if let Some(own) = causes(error).find_map(|cause| cause.downcast_ref::<Error>()) {
        return own.clone();
    }
    let reason = causes(error).last().map(ToString::to_string).unwrap_or_default();
    // The last source is the metadata of an EC2 instance. If the machine is no instance, or has
    // no role, that means no credentials rather than rejected ones.
    let is_missing = matches!(error, CredentialsError::CredentialsNotLoaded(_));
    if is_missing || any(&|words| words.contains("IMDS")) {
        return no_credentials(profile);
    }
    // What a login leaves behind is a file. The one of IAM Identity Center hides why it is not read.
    let is_no_file = |cause: &(dyn StdError + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|it| it.kind() == io::ErrorKind::NotFound)
            || cause.to_string() == "failed to load the cached SSO token"
    };
    let (code, message) = if any(&is_expired) {
        (Code::ExpiredCredentials, format!("the login{} has expired: {reason}", of(profile)))
    } else if causes(error).any(is_no_file) {
        (Code::NoCredentials, format!("there is no login{}", of(profile)))
    } else {
        let words = format!("the credentials{} could not be loaded: {reason}", of(profile));
        (Code::RefusedCredentials, words)
    };
    Error::new(code, message)
        .hint(format!("{}, or add `--local` to work without AWS", log_in(profile)))
}

/// Returns whether a source of credentials says that somebody has to log in again. IAM Identity
/// Center does not tell an expired login from one that was ended.
fn is_expired(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    words.contains("expired") || words.contains("session token not found or invalid")
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

/// Returns an error and its causes, the innermost last.
pub(super) fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    iter::successors(Some(error), |&error| error.source())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_key_is_a_time() {
        let end = |text| KeysEnd::of("key".to_owned(), text).map(|known| known.end);
        let nine = SystemTime::UNIX_EPOCH + Duration::from_hours(9);
        assert_eq!(end("1970-01-01T09:00:00Z"), Some(nine));
        assert_eq!(end("1970-01-01T09:00:00+00:00"), Some(nine));
        for bad in ["", "soon", "1970-01-01", "9"] {
            assert_eq!(end(bad), None, "{bad}");
        }
    }
}
