//! The settings: flag over environment over `mysfits.toml` over default.

mod work;

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserialize;

use super::{confirm, endpoint, environment::Environment};
use crate::{
    aws::Access,
    destination::{self, Place, Profile, local_cloud::LocalCloud},
    error::{Code, Error, Result},
    image::Packed,
    lab::{
        AccountId, Integration, Lifetime, Role, Roles, Topology, Zones, check_bucket_name,
        check_lab_name,
    },
    report::{Output, ScreenSettings},
    resources::{Choices, WhenNew},
};

/// The name of the settings file, in the working directory or in one above it.
const FILE: &str = "mysfits.toml";

/// The heading of the flags that say which lab, and where.
pub(super) const TARGET: &str = "Target";

/// The flags that every command takes.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = TARGET)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub(super) struct Flags {
    /// Use the local cloud on this machine instead of AWS
    ///
    /// It is started if it is not running. [env: `MYSFITS_LOCAL`]
    #[arg(long, global = true, hide_env = true, env = "MYSFITS_LOCAL", value_parser = clap::builder::FalseyValueParser::new(), action = clap::ArgAction::SetTrue, hide_env_values = true)]
    local: bool,
    /// The AWS region [default: the profile's, else eu-west-1]
    ///
    /// [env: `AWS_REGION`]
    #[arg(long, global = true, env = "AWS_REGION", hide_env = true)]
    region: Option<String>,
    /// The profile in the AWS configuration files [env: `AWS_PROFILE`, which keys in the environment win over]
    #[arg(long, global = true, hide_short_help = true)]
    profile: Option<String>,
    /// Send AWS requests to this URL, such as an emulator
    #[arg(
        hide_short_help = true,
        long,
        global = true,
        value_name = "URL",
        env = "AWS_ENDPOINT_URL",
        hide_env_values = true
    )]
    endpoint_url: Option<String>,
    /// Send credentials to an `http://` endpoint on another machine, where others may read them
    #[arg(hide_short_help = true, long, global = true, env = "MYSFITS_INSECURE_ENDPOINT", value_parser = clap::builder::FalseyValueParser::new(), action = clap::ArgAction::SetTrue, hide_env_values = true)]
    insecure_endpoint: bool,
    /// A name for this lab, so that several share an account
    ///
    /// It is appended to the name of every resource. [env: `MYSFITS_LAB`]
    #[arg(long, global = true, value_name = "NAME", env = "MYSFITS_LAB", hide_env = true)]
    lab: Option<String>,
    /// The name of the bucket [default: mysfits-ACCOUNT-REGION]
    #[arg(
        hide_short_help = true,
        long,
        global = true,
        value_name = "NAME",
        env = "MYSFITS_BUCKET",
        hide_env_values = true
    )]
    bucket: Option<String>,
    /// How the backend's network is built [default: unchanged if it exists, else classic]
    #[arg(
        hide_short_help = true,
        long,
        global = true,
        value_enum,
        env = "MYSFITS_TOPOLOGY",
        hide_env_values = true
    )]
    topology: Option<Topology>,
    /// The two availability zones of the network [default: unchanged if they exist, else the region's first two]
    #[arg(
        hide_short_help = true,
        long,
        global = true,
        value_name = "A,B",
        env = "MYSFITS_ZONES",
        hide_env_values = true
    )]
    zones: Option<String>,
    /// The roles of the backend's tasks: `create`, `existing` for `LabRole`, or `existing:NAME` [default: unchanged if they exist, else create]
    #[arg(
        hide_short_help = true,
        long,
        global = true,
        value_name = "create|existing[:NAME]",
        env = "MYSFITS_ROLES",
        hide_env_values = true
    )]
    roles: Option<Role>,
    // No variables for these two: they would win over a `--roles` that was typed.
    /// The existing role with which ECS starts a task
    #[arg(hide_short_help = true, long, global = true, value_name = "ARN|NAME", value_parser = Role::existing)]
    execution_role: Option<Role>,
    /// The existing role of the tasks themselves
    #[arg(hide_short_help = true, long, global = true, value_name = "ARN|NAME", value_parser = Role::existing)]
    task_role: Option<Role>,
    /// How the API reaches the load balancer [default: unchanged if it exists, else vpc-link]
    #[arg(
        hide_short_help = true,
        long,
        global = true,
        value_enum,
        env = "MYSFITS_INTEGRATION",
        hide_env_values = true
    )]
    integration: Option<Integration>,
    /// Use this static Linux binary as the backend instead of building one
    #[arg(
        hide_short_help = true,
        long,
        global = true,
        value_name = "PATH",
        env = "MYSFITS_SERVICE_BINARY",
        hide_env_values = true
    )]
    service_binary: Option<PathBuf>,
    /// How results and progress are shown [default: human]
    #[arg(
        long,
        global = true,
        value_enum,
        env = "MYSFITS_OUTPUT",
        hide_env_values = true,
        hide_short_help = true,
        help_heading = "Output"
    )]
    output: Option<Output>,
    /// Do not ask for confirmation
    #[arg(long, short, global = true, env = "MYSFITS_YES", value_parser = clap::builder::FalseyValueParser::new(), action = clap::ArgAction::SetTrue, hide_env_values = true, help_heading = "Output")]
    yes: bool,
    /// Show results and errors only
    #[arg(
        hide_short_help = true,
        long,
        short,
        global = true,
        conflicts_with = "verbose",
        help_heading = "Output"
    )]
    quiet: bool,
    /// Also explain what each resource is for
    #[arg(hide_short_help = true, long, short, global = true, help_heading = "Output")]
    verbose: bool,
}

impl Flags {
    /// Returns the output format, if the command line or the environment sets it.
    pub(super) fn output(&self) -> Option<Output> {
        self.output
    }
}

/// `mysfits.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    local: Option<bool>,
    region: Option<String>,
    profile: Option<String>,
    endpoint_url: Option<String>,
    insecure_endpoint: Option<bool>,
    lab: Option<String>,
    bucket: Option<String>,
    topology: Option<Topology>,
    zones: Option<Zones>,
    roles: Option<Role>,
    execution_role: Option<String>,
    task_role: Option<String>,
    integration: Option<Integration>,
    service_binary: Option<PathBuf>,
    output: Option<Output>,
    allow_accounts: Option<Vec<String>>,
}

/// All settings, after resolution.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// Where the lab is.
    pub(super) destination: destination::Settings,
    /// The lab's name, if it has one.
    lab: Option<String>,
    /// The bucket's name, if one was chosen.
    bucket: Option<String>,
    /// The id of the API, if one was chosen.
    api: Option<String>,
    /// How long the lab is needed, if that was chosen.
    lifetime: Option<Lifetime>,
    /// The options for the lab's resources.
    choices: Choices,
    /// The local cloud on this machine, whether it is used or not.
    pub(super) local_cloud: LocalCloud,
    /// The highest level of access that the command has.
    pub(super) access: Access,
    /// The settings for output.
    pub(super) screen: ScreenSettings,
    /// Whether every question is answered with yes.
    pub(super) yes: bool,
    /// The accounts in which a class may be worked on, if there is a list.
    pub(super) allowed: Option<Vec<AccountId>>,
    /// The settings file, if there is one.
    pub(super) file: Option<PathBuf>,
}

impl Settings {
    /// Combines flags, environment and file, and checks what can be checked without AWS.
    ///
    /// # Errors
    /// When the file cannot be read or a value is invalid.
    pub(super) fn resolve(flags: Flags, environment: Environment, access: Access) -> Result<Self> {
        let path = environment.folder.ancestors().map(|folder| folder.join(FILE));
        let path = path.into_iter().find(|path| path.is_file());
        // As the user knows it: a relative path inside the working directory, else the whole path.
        let shown = |path: &Path| path.strip_prefix(&environment.folder).unwrap_or(path).to_owned();
        let file =
            path.as_deref().map(shown).map_or_else(|| Ok(File::default()), |it| read(&it))?;
        let is_local =
            flags.local || (flags.endpoint_url.is_none() && file.local.unwrap_or_default());
        let endpoint_url = flags.endpoint_url.or(file.endpoint_url);
        let is_insecure = flags.insecure_endpoint || file.insecure_endpoint.unwrap_or_default();
        endpoint_url.as_deref().map_or(Ok(()), |url| endpoint::check(url, is_insecure))?;
        let place = match endpoint_url {
            _ if is_local => Place::Local {
                port: environment.local_cloud.port,
                account: environment.local_account,
            },
            Some(url) => Place::Endpoint(url),
            None => Place::Aws,
        };
        let region = flags.region.or(environment.region).or(file.region);
        let zones = flags.zones.filter(|zones| !zones.is_empty());
        let zones = zones.map(|zones| zones.parse()).transpose()?;
        let named = |role: Option<String>| role.as_deref().map(Role::existing).transpose();
        // A flag wins over the file, and there what names one role over what names both.
        let roles = Roles {
            execution: flags
                .execution_role
                .or_else(|| flags.roles.clone())
                .or(named(file.execution_role)?)
                .or_else(|| file.roles.clone()),
            task: flags.task_role.or(flags.roles).or(named(file.task_role)?).or(file.roles),
        };
        let settings = Self {
            destination: destination::Settings {
                place,
                region: region.filter(|region| !region.is_empty()),
                profile: profile(flags.profile, environment.profile, file.profile),
                network: environment.network,
                keys_end: environment.keys_end,
                pool: destination::Pool::default(),
                loan: None,
                ask_code: confirm::mfa_code(),
            },
            lab: flags.lab.or(file.lab),
            bucket: flags.bucket.or(file.bucket),
            api: None,
            lifetime: None,
            choices: Choices {
                topology: flags.topology.or(file.topology),
                zones: zones.or(file.zones),
                roles,
                integration: flags.integration.or(file.integration),
                nonce: None,
                expires: None,
                when_new: WhenNew::default(),
                service_binary: flags.service_binary.or(file.service_binary),
                packed: Packed::default(),
            },
            local_cloud: environment.local_cloud,
            access,
            screen: ScreenSettings {
                output: flags.output.or(file.output).unwrap_or_default(),
                quiet: flags.quiet,
                verbose: flags.verbose,
                asks: !flags.yes,
            },
            yes: flags.yes,
            allowed: file.allow_accounts.map(accounts).transpose()?,
            file: path,
        };
        settings.lab.as_deref().map_or(Ok(()), check_lab_name)?;
        settings.bucket.as_deref().map_or(Ok(()), check_bucket_name)?;
        Ok(settings)
    }
}

/// Checks the list of accounts.
fn accounts(all: Vec<String>) -> Result<Vec<AccountId>> {
    let account = |number: String| {
        if number.len() == 12 && number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(AccountId::new(number));
        }
        let message = format!("`{FILE}`: `allow-accounts`: `{number}` is not an account");
        Err(Error::new(Code::ConfigFile, message).hint("an account is twelve digits, in quotes"))
    };
    all.into_iter().map(account).collect()
}

/// Returns the profile to use: flag over environment over file. As for the AWS CLI, one in the
/// environment does not win over keys there.
fn profile(
    flag: Option<String>,
    environment: Option<String>,
    file: Option<String>,
) -> Option<Profile> {
    let wins = flag.is_some() || environment.is_none();
    let name = flag.or(environment).or(file)?;
    Some(Profile { name, wins })
}

fn read(path: &Path) -> Result<File> {
    let wrong =
        |problem: &str| Error::new(Code::ConfigFile, format!("`{}`: {problem}", path.display()));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(File::default()),
        Err(error) => return Err(wrong(&error.to_string())),
    };
    let file: Result<File, _> = toml::from_str(&text);
    let file = file.map_err(|error| {
        let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
        // The first line contains the error; the rest renders the file.
        let problem = error.message().lines().next().unwrap_or_default();
        wrong(&format!("line {line}: {problem}"))
    })?;
    // A path in the file is relative to the file, wherever the command is run.
    let beside = |given: PathBuf| path.parent().map(|folder| folder.join(&given)).unwrap_or(given);
    Ok(File { service_binary: file.service_binary.map(beside), ..file })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<File> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    #[test]
    fn the_file_is_read() {
        let file = file("local = true\noutput = \"plain\"\nlab = \"team-7\"\n").unwrap();
        assert_eq!((file.local, file.output), (Some(true), Some(Output::Plain)));
        assert_eq!(file.lab.as_deref(), Some("team-7"));
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = file("local = true\nregoin = \"eu-west-1\"\n").unwrap_err();
        assert_eq!(error.code, Code::ConfigFile);
        assert!(error.message.contains("line 2: unknown field `regoin`"), "{}", error.message);
        assert_eq!(error.message.lines().count(), 1);
    }

    #[test]
    fn no_file_is_no_error() {
        assert!(read(Path::new("there/is/no/such/file.toml")).is_ok());
    }
}
