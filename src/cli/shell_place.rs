//! The settings as text for a shell: where the AWS CLI works, and how another command means the same lab.

use clap::ValueEnum as _;

use super::{command_line::quoted, settings::Settings};
use crate::{
    destination::{self, Place},
    operate,
};

/// A place, as text for a shell.
#[derive(Debug, Default)]
pub(super) struct ShellPlace {
    /// What is exported.
    pub(super) exports: Vec<(&'static str, String)>,
    /// What is unset.
    pub(super) unset: Vec<&'static str>,
    /// What the AWS CLI is always given.
    pub(super) flags: Vec<String>,
}

impl Settings {
    /// Returns what a shell is told so that the AWS CLI works at the same place.
    pub(super) fn shell_place(&self) -> ShellPlace {
        let destination::Settings { place, profile, .. } = &self.destination;
        let profile = profile.as_ref().filter(|_| !matches!(place, Place::Local { .. }));
        let mut shell = ShellPlace::default();
        let url = match place {
            Place::Aws => None,
            Place::Endpoint(url) => Some(url.clone()),
            Place::Local { port, account } => {
                // A real key of the user's is never sent there.
                shell.unset = vec!["AWS_PROFILE", "AWS_SESSION_TOKEN"];
                shell.exports.push(("AWS_ACCESS_KEY_ID", account.as_str().to_owned()));
                shell.exports.push(("AWS_SECRET_ACCESS_KEY", "local".to_owned()));
                Some(format!("http://127.0.0.1:{port}"))
            }
        };
        if let Some(url) = url {
            shell.exports.push(("AWS_ENDPOINT_URL", quoted(&url)));
            shell.flags.push("--endpoint-url \"$AWS_ENDPOINT_URL\"".to_owned());
        }
        match profile {
            // As for this program, one that was typed wins over keys in the environment.
            Some(profile) if profile.wins => {
                shell.flags.push(format!("--profile {}", quoted(&profile.name)));
            }
            Some(profile) => shell.exports.push(("AWS_PROFILE", quoted(&profile.name))),
            None => {}
        }
        shell
    }

    /// Returns the flags with which another command means the same lab, but for its region.
    pub(super) fn same_lab(&self) -> Vec<String> {
        let operate::Settings { lab, bucket, choices, .. } = self.operate(true);
        let mut flags = self.commands().flags;
        let mut add = |flag: &str, value: Option<&str>| {
            flags.extend(value.map(|value| format!("--{flag} {}", quoted(value))));
        };
        add("lab", lab.as_deref());
        add("bucket", bucket.as_deref());
        let integration = choices.integration.and_then(|it| it.to_possible_value());
        add("integration", integration.as_ref().map(clap::builder::PossibleValue::get_name));
        flags
    }
}
