//! Which commands write: decided here, once, for all of them. A session has the access of its
//! command, and the guard in every client stops what goes beyond it.

use clap::{CommandFactory as _, Parser as _};

use super::{Cli, Command, SectionVerb, Verb, class, help};
use crate::aws::Access;

impl Command {
    /// Returns the highest level of access that the command has.
    pub(super) fn access(&self) -> Access {
        match self {
            Self::OfPart(verb) => verb.access(),
            Self::Bucket(of)
            | Self::Table(of)
            | Self::CoreStack(of)
            | Self::Fargate(of)
            | Self::Auth(of) => of.verb.access(),
            Self::Class { command } => command.access(),
            // The last four open no session: requests of another kind control the local cloud.
            Self::Labs
            | Self::Cost(_)
            | Self::Doctor(_)
            | Self::Logs(_)
            | Self::Explain(_)
            | Self::Render(_)
            | Self::Open(_)
            | Self::Report(_)
            | Self::Local { .. }
            | Self::IamPolicy(_)
            | Self::Completions(_)
            | Self::Man(_) => Access::Read,
        }
    }

    fn is_on_a_lab(&self) -> bool {
        !matches!(
            self,
            Self::Local { .. } | Self::IamPolicy(_) | Self::Completions(_) | Self::Man(_)
        )
    }
}

impl class::Command {
    fn access(&self) -> Access {
        match self {
            Self::Deploy { .. } | Self::Cleanup { .. } | Self::Retry { .. } => Access::Write,
            Self::Roster(_)
            | Self::Status { .. }
            | Self::Check(_)
            | Self::Cost { .. }
            | Self::Reports(_)
            | Self::Merge(_) => Access::Read,
        }
    }
}

impl SectionVerb {
    fn access(&self) -> Access {
        match self {
            Self::AsOfPart(verb) => verb.access(),
            Self::Explain(_) => Access::Read,
        }
    }
}

impl<P: clap::Args> Verb<P> {
    fn access(&self) -> Access {
        match self {
            Self::Deploy { .. } => Access::Write,
            Self::Cleanup { args, .. } if !args.dry_run => Access::Write,
            Self::Cleanup { .. }
            | Self::Plan { .. }
            | Self::Status { .. }
            | Self::Check { .. }
            | Self::Diagnose { .. } => Access::Read,
        }
    }
}

/// Returns the command lines on a lab that only read: of every such command, without optional
/// arguments. One that has `--dry-run` is there with it.
#[must_use]
pub fn lines_that_read() -> Vec<Vec<String>> {
    let reads = |line: &Vec<String>| {
        let typed = std::iter::once("mysfits").chain(line.iter().map(String::as_str));
        Cli::try_parse_from(typed)
            .is_ok_and(|cli| cli.command.access() == Access::Read && cli.command.is_on_a_lab())
    };
    lines().into_iter().filter(reads).collect()
}

/// Returns the command lines of all commands without optional arguments, with the first value of
/// required ones, and again with `--dry-run` where there is such a flag. Where a required one can have
/// any value, it is the first example of the help.
fn lines() -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    let mut open = vec![(Vec::new(), Cli::command())];
    while let Some((line, command)) = open.pop() {
        for below in command.get_subcommands() {
            let line = [line.as_slice(), &[below.get_name().to_owned()]].concat();
            open.push((line, below.clone()));
        }
        if command.has_subcommands() {
            continue;
        }
        let required: Option<Vec<String>> =
            command.get_arguments().filter(|arg| arg.is_required_set()).map(first).collect();
        let line = match required {
            Some(values) => [line, values].concat(),
            None => example(&line),
        };
        if command.get_arguments().any(|arg| arg.get_long() == Some("dry-run")) {
            lines.push([line.as_slice(), &["--dry-run".to_owned()]].concat());
        }
        lines.push(line);
    }
    lines.sort();
    lines
}

/// Returns the first value of a positional argument that has a list of them.
fn first(arg: &clap::Arg) -> Option<String> {
    let value = arg.get_possible_values().first()?.get_name().to_owned();
    arg.is_positional().then_some(value)
}

/// Returns the first example of a command, without where it runs.
fn example(path: &[String]) -> Vec<String> {
    let examples = help::declared(&path.join(" "));
    let words = examples.iter().take(1).flat_map(|it| it.line.split(' ')).skip(1);
    words.filter(|word| *word != "--local").map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
