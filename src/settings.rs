//! The settings: flag over environment over `mysfits.toml` over default.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Deserialize;

use crate::{
    error::{Code, Error, Result},
    lab::{check_bucket_name, check_lab_name},
};

/// Where settings may stand, in the working folder.
const FILE: &str = "mysfits.toml";
/// The port of the local cloud, unless another is chosen.
pub(crate) const LOCAL_PORT: u16 = 4566;

/// How results and progress are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Output {
    /// Live lines on a terminal, plain lines elsewhere
    #[default]
    Human,
    /// One line for each change, nothing that moves
    Plain,
    /// JSON lines on standard output
    Json,
}

/// How the backend's network is built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Topology {
    /// As in the lab: tasks in private subnets behind two NAT gateways
    #[default]
    Classic,
    /// Without NAT gateways, a third of the price: tasks in public subnets with a public address
    Economy,
}

impl Topology {
    /// As it is written on the command line and in the template.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Economy => "economy",
        }
    }
}

/// The flags that every command takes.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Where")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub(crate) struct Flags {
    /// Use the local cloud on this machine instead of AWS; it is started when it is not running
    #[arg(long, global = true, env = "MYSFITS_LOCAL", value_parser = clap::builder::FalseyValueParser::new(), action = clap::ArgAction::SetTrue, hide_env_values = true)]
    local: bool,
    /// The AWS region [default: the profile's, else eu-west-1]
    #[arg(long, global = true, env = "AWS_REGION", hide_env_values = true)]
    region: Option<String>,
    /// The profile in the AWS configuration files
    #[arg(long, global = true, env = "AWS_PROFILE", hide_env_values = true)]
    profile: Option<String>,
    /// Another address that speaks AWS's protocols, such as an emulator's
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "AWS_ENDPOINT_URL",
        hide_env_values = true
    )]
    endpoint_url: Option<String>,
    /// A name for this lab, added to every resource's name: several labs in one account
    #[arg(long, global = true, value_name = "NAME", env = "MYSFITS_LAB", hide_env_values = true)]
    lab: Option<String>,
    /// The name of the bucket [default: mysfits-ACCOUNT-REGION]
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "MYSFITS_BUCKET",
        hide_env_values = true
    )]
    bucket: Option<String>,
    /// How the backend's network is built [default: classic]
    #[arg(long, global = true, value_enum, env = "MYSFITS_TOPOLOGY", hide_env_values = true)]
    topology: Option<Topology>,
    /// A static Linux binary of the backend, instead of the one that is built here
    #[arg(
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
        help_heading = "How"
    )]
    output: Option<Output>,
    /// Do not ask for confirmation
    #[arg(long, short, global = true, help_heading = "How")]
    yes: bool,
    /// Show results and errors only
    #[arg(long, short, global = true, conflicts_with = "verbose", help_heading = "How")]
    quiet: bool,
    /// Also say what each resource is for
    #[arg(long, short, global = true, help_heading = "How")]
    verbose: bool,
}

impl Flags {
    /// How to show, when that was said on the command line or in the environment.
    pub(crate) fn output(&self) -> Option<Output> {
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
    lab: Option<String>,
    bucket: Option<String>,
    topology: Option<Topology>,
    service_binary: Option<PathBuf>,
    output: Option<Output>,
}

/// All settings, as they hold.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub(crate) struct Settings {
    /// Whether to use the local cloud.
    pub(crate) local: bool,
    /// The port of the local cloud.
    pub(crate) local_port: u16,
    /// The state folder of the local cloud.
    pub(crate) local_folder: PathBuf,
    /// The region, when one was chosen here.
    pub(crate) region: Option<String>,
    /// The profile, when one was chosen here.
    pub(crate) profile: Option<String>,
    /// Another endpoint than AWS's.
    pub(crate) endpoint_url: Option<String>,
    /// The lab's name, when it has one.
    pub(crate) lab: Option<String>,
    /// The bucket's name, when one was chosen.
    pub(crate) bucket: Option<String>,
    /// How the backend's network is built.
    pub(crate) topology: Topology,
    /// The backend's binary, when one was chosen.
    pub(crate) service_binary: Option<PathBuf>,
    /// How to show.
    pub(crate) output: Output,
    /// Whether every question is answered with yes.
    pub(crate) yes: bool,
    /// Whether to show results and errors only.
    pub(crate) quiet: bool,
    /// Whether to say more.
    pub(crate) verbose: bool,
}

impl Settings {
    /// Puts flags, environment and file together, and checks what can be checked without AWS.
    ///
    /// # Errors
    /// When the file cannot be read or a value cannot be right.
    pub(crate) fn resolve(flags: Flags) -> Result<Self> {
        let file = read(Path::new(FILE))?;
        // The SDK reads a second variable for the region, which `clap` cannot.
        let region = flags.region.or_else(|| env("AWS_DEFAULT_REGION")).or(file.region);
        let settings = Self {
            local: flags.local || (flags.endpoint_url.is_none() && file.local.unwrap_or_default()),
            local_port: local_port()?,
            local_folder: local_folder(),
            region: region.filter(|region| !region.is_empty()),
            profile: flags.profile.or(file.profile),
            endpoint_url: flags.endpoint_url.or(file.endpoint_url),
            lab: flags.lab.or(file.lab),
            bucket: flags.bucket.or(file.bucket),
            topology: flags.topology.or(file.topology).unwrap_or_default(),
            service_binary: flags.service_binary.or(file.service_binary),
            output: flags.output.or(file.output).unwrap_or_default(),
            yes: flags.yes,
            quiet: flags.quiet,
            verbose: flags.verbose,
        };
        settings.lab.as_deref().map_or(Ok(()), check_lab_name)?;
        settings.bucket.as_deref().map_or(Ok(()), check_bucket_name)?;
        settings.endpoint_url.as_deref().map_or(Ok(()), check_url)?;
        Ok(settings)
    }
}

fn read(path: &Path) -> Result<File> {
    let wrong =
        |problem: &str| Error::new(Code::ConfigFile, format!("`{}`: {problem}", path.display()));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(File::default()),
        Err(error) => return Err(wrong(&error.to_string())),
    };
    toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
        // The first line says what is wrong; the rest of it draws the file.
        let problem = error.message().lines().next().unwrap_or_default();
        wrong(&format!("line {line}: {problem}"))
    })
}

fn check_url(url: &str) -> Result<()> {
    if url.starts_with("http://") || url.starts_with("https://") {
        return Ok(());
    }
    Err(Error::new(Code::Setting, format!("`{url}` is not an address"))
        .hint("an endpoint begins with `http://` or `https://`"))
}

fn env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn local_port() -> Result<u16> {
    let Some(port) = env("MYSFITS_LOCAL_PORT") else { return Ok(LOCAL_PORT) };
    port.parse().map_err(|_| {
        Error::new(Code::Setting, format!("`MYSFITS_LOCAL_PORT` is `{port}`, which is no port"))
            .hint("ports are numbers from 1 to 65535")
    })
}

/// Where the local cloud keeps its state, unless another folder is chosen: where the system wants
/// the state of programs.
fn local_folder() -> PathBuf {
    let below = |folder: String, rest: &str| PathBuf::from(folder).join(rest);
    env("MYSFITS_LOCAL_DIR")
        .map(PathBuf::from)
        .or_else(|| env("XDG_STATE_HOME").map(|folder| below(folder, "mysfits/local")))
        .or_else(|| env("LOCALAPPDATA").map(|folder| below(folder, "mysfits/local")))
        .or_else(|| env("HOME").map(|folder| below(folder, ".local/state/mysfits/local")))
        .unwrap_or_else(|| PathBuf::from("mysfits-local"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<File> {
        let folder = std::env::temp_dir().join(format!(
            "mysfits-settings-{}-{}",
            std::process::id(),
            text.len()
        ));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(FILE);
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
