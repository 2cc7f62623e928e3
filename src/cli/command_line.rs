//! Parses the command line, and reports what is wrong with it.

use std::{fmt::Write as _, io};

use clap::{
    ArgMatches, CommandFactory as _, FromArgMatches as _,
    error::{ContextKind, ContextValue, ErrorKind},
    parser::ValueSource,
};

use super::{
    Cli,
    help::{grouped, with_examples},
    settings::TARGET,
};
use crate::{
    error::{Code, Error, Exit, Result},
    report::help_columns,
};

/// The commands on which only these of the flags of all commands have an effect.
const WITH_EFFECT: [(&str, &[&str]); 5] = [
    // The roster names labs, and their buckets have the names that follow from that.
    (
        "class",
        &[
            "local",
            "region",
            "profile",
            "endpoint_url",
            "insecure_endpoint",
            "topology",
            "zones",
            "roles",
            "execution_role",
            "task_role",
            "integration",
            "service_binary",
            "output",
            "yes",
            "quiet",
            "verbose",
        ],
    ),
    ("local", &["output", "quiet", "verbose"]),
    ("iam-policy", &["local", "region", "lab", "bucket", "output", "quiet", "verbose"]),
    ("completions", &[]),
    ("man", &[]),
];

impl Cli {
    /// Parses the command line.
    ///
    /// # Errors
    /// When it is invalid, and when help or the version was requested.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        let mut command = grouped(command(), help_columns());
        let mut matches = command.try_get_matches_from_mut(std::env::args_os())?;
        if let Some((name, below)) = matches.subcommand()
            // `--local` has no effect on the local cloud's own commands, but is no mistake.
            && let Some(flag) =
                without_effect(name).into_iter().find(|flag| flag != name && was_typed(below, flag))
        {
            let flag = flag.replace('_', "-");
            let message = format!("`--{flag}` has no effect on `mysfits {name}`");
            return Err(command.error(ErrorKind::ArgumentConflict, message));
        }
        Self::from_arg_matches_mut(&mut matches)
    }
}

/// Returns the command that repeats this one, with all its flags.
pub(super) fn this_command() -> String {
    let words = std::env::args().skip(1).map(|word| quoted(&word));
    std::iter::once("mysfits".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

/// Returns the command that removes what this command deploys: the whole lab, at the same place,
/// under the same names.
pub(super) fn cleanup_command() -> String {
    CLEANUP.to_owned() + &target_flags()
}

/// Returns the flags of this command that say which lab, and where; each after a blank.
pub(super) fn target_flags() -> String {
    let matches = command().try_get_matches_from(std::env::args_os());
    // This very command line was parsed before.
    matches.map_or_else(|_| String::new(), |matches| target_of(&matches))
}

const CLEANUP: &str = "mysfits cleanup all";

fn target_of(matches: &ArgMatches) -> String {
    // A global flag is in the matches of the last subcommand, wherever it was typed.
    let mut last = matches;
    while let Some((_, below)) = last.subcommand() {
        last = below;
    }
    let command = Cli::command();
    let is_target = |arg: &&clap::Arg| arg.get_help_heading() == Some(TARGET);
    let flags = command.get_arguments().filter(is_target).map(|arg| arg.get_id().as_str());
    // The other commands on the lab need no backend.
    let flags = flags.filter(|flag| *flag != "service_binary");
    let mut text = String::new();
    for flag in flags.filter(|flag| was_typed(last, flag)) {
        let _ = write!(text, " --{}", flag.replace('_', "-"));
        // `--local` takes no value.
        let values = last.get_raw(flag).into_iter().flatten().filter(|_| flag != "local");
        for value in values {
            let _ = write!(text, " {}", quoted(&value.to_string_lossy()));
        }
    }
    text
}

/// Quotes a word for a shell.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+".contains(c);
    let is_plain = !word.is_empty() && word.chars().all(plain);
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// Returns the flags of all commands that have no effect on a command.
fn without_effect(name: &str) -> Vec<String> {
    let Some((_, with)) = WITH_EFFECT.iter().find(|(command, _)| *command == name) else {
        return Vec::new();
    };
    let command = Cli::command();
    let global = command.get_arguments().filter(|arg| arg.is_global_set());
    let global = global.map(|arg| arg.get_id().as_str()).filter(|flag| !with.contains(flag));
    global.map(str::to_owned).collect()
}

/// Returns the command line, in which commands have examples, and hide the flags that have no effect
/// on them.
pub(super) fn command() -> clap::Command {
    let mut command = with_examples(Cli::command());
    for (name, _) in WITH_EFFECT {
        let without = without_effect(name);
        let is_hidden = |arg: &&clap::Arg| without.iter().any(|flag| arg.get_id() == flag);
        let all = command.get_arguments().filter(is_hidden);
        let hidden: Vec<_> = all.map(|flag| flag.clone().hide(true)).collect();
        command = command.mut_subcommand(name, |it| it.args(hidden));
    }
    command
}

/// Returns whether a flag was typed for this command or a subcommand. Environment variables apply
/// to all commands, so they do not count here.
fn was_typed(matches: &ArgMatches, flag: &str) -> bool {
    matches.value_source(flag) == Some(ValueSource::CommandLine)
        || matches.subcommand().is_some_and(|(_, below)| was_typed(below, flag))
}

/// Handles a command line that could not be parsed: help and version are no errors.
///
/// # Errors
/// When it is invalid; the sentence is clap's.
pub(crate) fn refused(refusal: &clap::Error) -> Result<Exit> {
    let help = refusal.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if help || !refusal.use_stderr() {
        let exit = if help { Exit::Usage } else { Exit::Done };
        return match refusal.print() {
            // The reader may have seen enough: `mysfits --help | head`.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Error::new(Code::Io, error.to_string()))
            }
            _ => Ok(exit),
        };
    }
    let text = refusal.render().to_string();
    let mut lines = text.lines().map(str::trim);
    // Clap's first line contains the mistake, and one of the next a suggestion.
    let first = lines.next().unwrap_or_default();
    let mut message = first.strip_prefix("error: ").unwrap_or(first).to_owned();
    if message.ends_with(':') {
        // What it announces stands in the lines up to an empty one.
        let named: Vec<&str> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
        message = format!("{message} {}", named.join(", "));
    }
    let error = Error::new(Code::CommandLine, message);
    let hint = lines.find(|line| line.starts_with("tip: ") || line.starts_with("[possible values"));
    Err(match hint {
        _ if is_cleanup(refusal) => error.hint("did you mean `cleanup`?"),
        Some(hint) => error.hint(hint.trim_start_matches("tip: ").trim_matches(['[', ']'])),
        None => error,
    })
}

/// Returns whether the command is another program's word for `cleanup` that is no alias of it.
fn is_cleanup(refusal: &clap::Error) -> bool {
    const WORDS: [&str; 5] = ["delete", "remove", "rm", "teardown", "undeploy"];
    let typed = refusal.get(ContextKind::InvalidSubcommand);
    matches!(typed, Some(ContextValue::String(typed)) if WORDS.contains(&typed.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
        command().debug_assert();
    }

    #[test]
    fn what_is_missing_is_named() {
        let said = |line: &str| {
            let refusal = command().try_get_matches_from(line.split_whitespace()).unwrap_err();
            refused(&refusal).unwrap_err().message
        };
        assert_eq!(
            said("mysfits class merge"),
            "the following required arguments were not provided: <FILE>..."
        );
        assert_eq!(
            said("mysfits class status --names"),
            "the following required arguments were not provided: --page <FILE>"
        );
        let both = said("mysfits class check --sites a.csv --only anna --failed");
        assert!(both.ends_with("cannot be used with: --only <NAMES>, --failed"), "{both}");
    }

    #[test]
    fn cleanup_means_the_same_lab() {
        let after = |line: &str| {
            let matches = command().try_get_matches_from(line.split_whitespace()).unwrap();
            CLEANUP.to_owned() + &target_of(&matches)
        };
        assert_eq!(after("mysfits deploy"), "mysfits cleanup all");
        assert_eq!(after("mysfits deploy all --local -yv"), "mysfits cleanup all --local");
        assert_eq!(
            after("mysfits --lab anna table deploy --region=us-east-1 --adopt --yes"),
            "mysfits cleanup all --region us-east-1 --lab anna"
        );
        assert_eq!(
            after("mysfits deploy part-3 --topology economy --bucket all --service-binary /x"),
            "mysfits cleanup all --bucket all --topology economy"
        );
    }

    #[test]
    fn every_section_has_a_command_of_its_name() {
        let command = command();
        for section in crate::lab::Section::all() {
            assert!(command.find_subcommand(section.name()).is_some(), "{section:?}");
        }
    }

    #[test]
    fn what_has_an_effect_is_there() {
        let command = command();
        for (name, flags) in WITH_EFFECT {
            assert!(command.find_subcommand(name).is_some(), "{name}");
            for flag in flags {
                assert!(command.get_arguments().any(|arg| arg.get_id() == *flag), "{flag}");
            }
            let without = without_effect(name);
            let other = if name == "class" { "bucket" } else { "topology" };
            assert!(without.contains(&other.to_owned()), "{name}: {without:?}");
        }
        assert_eq!(without_effect("deploy"), Vec::<String>::new());
    }
}
