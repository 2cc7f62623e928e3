//! The environment of the process and its own executable, read once, here.

use std::{env, ffi::OsString, path::PathBuf};

use crate::{
    BUILD,
    destination::{KeysEnd, local_cloud::LocalCloud},
    error::{Code, Error, Result},
    http::settings::{self, Bundle, Proxy},
    lab::AccountId,
};

/// The port of the local cloud, unless another is chosen.
const LOCAL_PORT: u16 = 4566;
/// The account in the local cloud, unless another is chosen.
const LOCAL_ACCOUNT: &str = "000000000000";

/// The relevant part of the process's environment, except for what clap reads for its flags.
#[derive(Debug)]
pub(super) struct Environment {
    /// The region in the SDK's second variable, which clap cannot read.
    pub(super) region: Option<String>,
    /// The profile in the SDK's variable. Clap does not read it: unlike the flag, it does not win over
    /// keys in the environment.
    pub(super) profile: Option<String>,
    /// When the keys in it end, if it says so.
    pub(super) keys_end: Option<KeysEnd>,
    /// Proxies and trusted certificates.
    pub(super) network: settings::Settings,
    /// The working directory.
    pub(super) folder: PathBuf,
    /// The local cloud on this machine.
    pub(super) local_cloud: LocalCloud,
    /// The account in the local cloud: twelve digits.
    pub(super) local_account: AccountId,
}

impl Environment {
    /// Reads it.
    ///
    /// # Errors
    /// When a variable is invalid.
    pub(super) fn read() -> Result<Self> {
        let program =
            env::current_exe().map_err(|error| Error::new(Code::Io, error.to_string()))?;
        let is_account =
            |key: &String| key.len() == 12 && key.bytes().all(|byte| byte.is_ascii_digit());
        let account = variable("AWS_ACCESS_KEY_ID").filter(is_account);
        Ok(Self {
            region: variable("AWS_DEFAULT_REGION"),
            profile: variable("AWS_PROFILE"),
            keys_end: keys_end(),
            network: network(),
            // Without one there is no settings file either.
            folder: env::current_dir().unwrap_or_default(),
            local_cloud: LocalCloud {
                port: local_port()?,
                folder: local_folder(),
                folder_is_chosen: variable("MYSFITS_LOCAL_DIR").is_some(),
                program,
                not_inherited: names_of_aws(),
                build: BUILD,
            },
            local_account: AccountId::new(account.unwrap_or_else(|| LOCAL_ACCOUNT.to_owned())),
        })
    }
}

/// Returns a variable that is set and not empty.
pub(super) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// Returns when the keys end, as `aws configure export-credentials --format env` says it.
fn keys_end() -> Option<KeysEnd> {
    KeysEnd::of(variable("AWS_ACCESS_KEY_ID")?, &variable("AWS_CREDENTIAL_EXPIRATION")?)
}

/// Returns proxies and certificates, from the variables that curl and the AWS CLI read.
fn network() -> settings::Settings {
    let bundle = |path| Bundle { setting: "AWS_CA_BUNDLE", path: PathBuf::from(path) };
    settings::Settings {
        http: proxy(["http_proxy", "HTTP_PROXY"]),
        https: proxy(["https_proxy", "HTTPS_PROXY"]),
        no_proxy: first(["no_proxy", "NO_PROXY"]).map(|(_, value)| value).unwrap_or_default(),
        bundle: variable("AWS_CA_BUNDLE").map(bundle),
    }
}

fn proxy(names: [&'static str; 2]) -> Option<Proxy> {
    let (variable, address) = first(names).filter(|(_, value)| !value.is_empty())?;
    Some(Proxy { variable, address })
}

/// Returns the first of two variables that is set. An empty one counts: it takes the other back.
fn first(names: [&'static str; 2]) -> Option<(&'static str, String)> {
    names.into_iter().find_map(|name| Some((name, env::var(name).ok()?.trim().to_owned())))
}

/// Returns the names of all variables of AWS, of which some hold credentials.
fn names_of_aws() -> Vec<OsString> {
    let names = env::vars_os().map(|(name, _)| name);
    names.filter(|name| name.to_string_lossy().starts_with("AWS_")).collect()
}

fn local_port() -> Result<u16> {
    let Some(port) = variable("MYSFITS_LOCAL_PORT") else { return Ok(LOCAL_PORT) };
    port.parse().map_err(|_| {
        Error::new(Code::Setting, format!("`MYSFITS_LOCAL_PORT` is `{port}`, which is not a port"))
            .hint("ports are numbers from 1 to 65535")
    })
}

/// Returns the default folder for the local cloud's state: the system's location for the state of
/// programs.
fn local_folder() -> PathBuf {
    let below = |folder: String, rest: &str| PathBuf::from(folder).join(rest);
    variable("MYSFITS_LOCAL_DIR")
        .map(PathBuf::from)
        .or_else(|| variable("XDG_STATE_HOME").map(|folder| below(folder, "mysfits/local")))
        .or_else(|| variable("LOCALAPPDATA").map(|folder| below(folder, "mysfits/local")))
        .or_else(|| variable("HOME").map(|folder| below(folder, ".local/state/mysfits/local")))
        .unwrap_or_else(|| PathBuf::from("mysfits-local"))
}
