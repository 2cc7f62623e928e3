//! The help: which group a command is listed in, and the examples of each. A command declares its
//! examples beside its arguments; the table here says in which group it stands, and tests hold that
//! every command stands in one.

mod layout;

use std::borrow::Cow;

use clap::Command;

use self::layout::{examples_text, long, short};
use super::{
    check, class, cleanup, cost, deploy, diagnose, doctor, explain, iam_policy, labs, local, logs,
    open, plan, render, report, shell, status,
};
use crate::lab::Section;

/// What the help of the whole program looks like: its commands come before its options.
const TEMPLATE: &str =
    "{about-section}\n{usage-heading} {usage}\n\n{before-help}{all-args}{after-help}";

/// One example of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// What is typed.
    pub line: Cow<'static, str>,
    /// What it does, in a few words.
    pub what: &'static str,
    /// Why the tests only parse it; `None` if they run it.
    pub only_parsed: Option<&'static str>,
}

impl Example {
    /// An example that the tests run in the local cloud.
    pub(super) const fn run(line: &'static str, what: &'static str) -> Self {
        Self { line: Cow::Borrowed(line), what, only_parsed: None }
    }

    /// An example that the tests only parse, for this reason.
    pub(super) const fn parsed(line: &'static str, what: &'static str, why: &'static str) -> Self {
        Self { line: Cow::Borrowed(line), what, only_parsed: Some(why) }
    }
}

/// The commands that the help lists under one heading.
struct Group {
    heading: &'static str,
    /// Each command, with its subcommand if it has any, and its examples.
    commands: &'static [(&'static str, &'static [Example])],
}

/// Every command is in one of these. The examples of the sections follow from those of the verbs.
const GROUPS: &[Group] = &[
    Group {
        heading: "The lab",
        commands: &[
            ("deploy", deploy::EXAMPLES),
            ("plan", plan::EXAMPLES),
            ("cleanup", cleanup::EXAMPLES),
        ],
    },
    Group {
        heading: "Look, learn",
        commands: &[
            ("status", status::EXAMPLES),
            ("check", check::EXAMPLES),
            ("diagnose", diagnose::EXAMPLES),
            ("logs", logs::EXAMPLES),
            ("open", open::EXAMPLES),
            ("explain", explain::EXAMPLES),
            ("render", render::EXAMPLES),
            ("report", report::EXAMPLES),
        ],
    },
    Group {
        heading: "One section",
        commands: &[
            ("bucket", &[]),
            ("table", &[]),
            ("core-stack", &[]),
            ("fargate", &[]),
            ("auth", &[]),
        ],
    },
    Group {
        heading: "The account",
        commands: &[
            ("labs", labs::EXAMPLES),
            ("cost", cost::EXAMPLES),
            ("doctor", doctor::EXAMPLES),
            ("iam-policy", iam_policy::EXAMPLES),
        ],
    },
    Group {
        heading: "A class",
        commands: &[
            ("class roster", class::roster::EXAMPLES),
            ("class deploy", class::DEPLOY),
            ("class status", class::STATUS),
            ("class check", class::check::EXAMPLES),
            ("class cost", class::COST),
            ("class cleanup", class::CLEANUP),
            ("class retry", class::RETRY),
            ("class reports", class::reports::EXAMPLES),
            ("class merge", class::merge::EXAMPLES),
        ],
    },
    Group {
        heading: "Local cloud",
        commands: &[
            ("local start", local::START),
            ("local stop", local::STOP),
            ("local status", local::STATUS),
            ("local reset", local::RESET),
            ("local mail", local::MAIL),
            ("local break", local::BREAK),
            ("local heal", local::HEAL),
        ],
    },
    Group {
        heading: "This program",
        commands: &[("completions", shell::COMPLETIONS), ("man", shell::MAN)],
    },
];

/// Returns the examples that a command declares.
pub(super) fn declared(path: &str) -> &'static [Example] {
    let mut all = GROUPS.iter().flat_map(|group| group.commands);
    all.find(|(name, _)| *name == path).map_or(&[], |(_, examples)| examples)
}

/// Returns the examples of a command by its path, such as `deploy`, `table cleanup`, `local start`.
fn examples(command: &Command, path: &[String]) -> Vec<Example> {
    let is_section = |name: &str| Section::all().any(|section| section.name() == name);
    match path {
        [section] if is_section(section) => {
            let verbs = command.get_subcommands().map(Command::get_name);
            let first = verbs.filter_map(|verb| of_section(section, verb));
            first.filter(|it| it.only_parsed.is_none()).take(2).collect()
        }
        [section, verb] if is_section(section) => of_section(section, verb).into_iter().collect(),
        _ => declared(&path.join(" ")).to_vec(),
    }
}

/// Returns the first example of a verb for one section of the lab, which is no part.
fn of_section(section: &str, verb: &str) -> Option<Example> {
    let first = declared(verb).first()?;
    let flags = first.line.split_whitespace().skip(2).skip_while(|word| !word.starts_with('-'));
    let words = ["mysfits", section, verb].into_iter().chain(flags);
    let line = words.collect::<Vec<_>>().join(" ").into();
    Some(Example { line, what: "The same for this section of the lab", ..first.clone() })
}

/// Returns the command line with the examples of each command in its long help.
pub(super) fn with_examples(command: Command) -> Command {
    illustrated(command, &mut Vec::new())
}

fn illustrated(command: Command, path: &mut Vec<String>) -> Command {
    let examples = examples(&command, path);
    let command = match examples.as_slice() {
        [] => command,
        some => command.after_long_help(examples_text(some)),
    };
    command.mut_subcommands(|below| {
        path.push(below.get_name().to_owned());
        let below = illustrated(below, path);
        path.pop();
        below
    })
}

/// Returns the command line whose help lists the commands in groups, for a terminal of this width.
/// Clap has no groups of subcommands, so its own list is hidden, and this one is put in its place.
pub(super) fn grouped(command: Command, width: usize) -> Command {
    let (short, long) = (short(GROUPS, width), long(GROUPS, &command, width));
    command
        .before_help(short)
        .before_long_help(long)
        .help_template(TEMPLATE)
        .override_usage("mysfits [OPTIONS] <COMMAND>")
        .mut_subcommands(|below| below.hide(true))
}

/// A command, as the help lists it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its words after `mysfits`.
    pub path: String,
    /// Its examples.
    pub examples: Vec<Example>,
}

/// Returns all commands in the order of the help, with their examples. The verbs of a section are
/// those of the whole lab, and are left out.
#[must_use]
pub fn commands() -> Vec<Listed> {
    let command = super::command_line::command();
    let all = GROUPS.iter().flat_map(|group| group.commands);
    let listed = |(path, _): &(&'static str, &[Example])| {
        let words: Vec<String> = path.split(' ').map(str::to_owned).collect();
        let below = words.iter().try_fold(&command, |it, word| it.find_subcommand(word));
        let examples = examples(below.unwrap_or(&command), &words);
        Listed { path: (*path).to_owned(), examples }
    };
    all.map(listed).collect()
}

#[cfg(test)]
mod tests;
