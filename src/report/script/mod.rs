//! A script that makes a lab, or takes it down, with the AWS CLI.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{
    Shown,
    by_hand::{MARK, Written, filled, in_lines, quoted, words},
    line::wrapped,
};
use crate::{
    engine::{Argument, Command, Deed},
    lab::{Placeholder, placeholders},
    operate::explain::{Explained, Explanation, Way},
};

/// The width of the script.
const WIDTH: usize = 100;
/// The functions of every script.
const HELPERS: &str = include_str!("helpers.sh");
/// Those of a script that reads files.
const FILE_HELPERS: &str = include_str!("files.sh");

/// Where a script runs, as text for a shell.
#[derive(Debug, Default)]
pub(crate) struct Target {
    /// What is exported: names and values.
    pub(crate) exports: Vec<(&'static str, String)>,
    /// What is unset, so that nothing of the user's environment gets in.
    pub(crate) unset: Vec<&'static str>,
    /// What the AWS CLI is always given.
    pub(crate) flags: Vec<String>,
    /// The command that writes the lab's files, without its `--out`.
    pub(crate) render: String,
    /// The command that writes the backend, without its `--out`.
    pub(crate) render_backend: String,
    /// The backend, if the user named one.
    pub(crate) backend: Option<String>,
    /// The command that printed the script.
    pub(crate) made_by: String,
}

/// A script.
pub(crate) struct Script<'a> {
    /// What it does.
    pub(crate) explained: &'a Explained,
    /// Where.
    pub(crate) target: &'a Target,
}

impl Shown for Script<'_> {
    fn text(&self, _: bool) -> String {
        let mut text = self.head();
        text += HELPERS;
        if self.explained.way == Way::Up {
            text += FILE_HELPERS;
        }
        // The shell has read everything before it starts, and no command reads on in the script.
        text += "\nmain() {\n\nACCOUNT_ID=$(ask aws sts get-caller-identity --query Account --output text)\n";
        text += "echo \"account $ACCOUNT_ID in $REGION\" >&2\n";
        text += &self.beginning();
        let mut part = 0;
        for step in &self.explained.steps {
            if step.part != part {
                part = step.part;
                let _ = write!(text, "\n{}\n", rule(&format!("Part {part}")));
            }
            text += &section(step);
        }
        text += &self.end();
        text += "}\n\nmain </dev/null";
        text
    }

    fn json(&self) -> Vec<Value> {
        vec![json!({"type": "script", "text": self.text(false)})]
    }
}

impl Script<'_> {
    fn head(&self) -> String {
        let Target { exports, unset, flags, made_by, .. } = self.target;
        let what = match self.explained.way {
            Way::Up => "Makes the Mythical Mysfits lab, step by step, as `mysfits deploy` does.",
            Way::Down => "Takes the Mythical Mysfits lab down, as `mysfits cleanup` does.",
        };
        let mut text = String::from("#!/usr/bin/env bash\n");
        let about = "It needs bash, the AWS CLI, and the usual tools of Linux. It looks before it changes \
                     anything, so that it can be run again, and stops at the first error.";
        for sentence in [what, &format!("Printed by `{made_by}`."), about] {
            comment(&mut text, "", sentence);
        }
        // Values are read by their names; and the backticks of a query are no commands.
        text += "# shellcheck disable=SC2016,SC2034\nset -Eeuo pipefail\n\n";
        for name in unset {
            let _ = writeln!(text, "unset {name}");
        }
        for (name, value) in exports {
            let _ = writeln!(text, "export {name}={value}");
        }
        text += "# No pager, and answers as JSON where nothing else is asked for.\n";
        text += "export AWS_PAGER='' AWS_DEFAULT_OUTPUT=json\n";
        if !flags.is_empty() {
            let flags = flags.join(" ");
            let _ = write!(
                text,
                "# An AWS CLI older than 2.13 takes an endpoint from its arguments only.\naws() {{\n  command aws {flags} \"$@\"\n}}\n"
            );
        }
        text += "\nWORK=$(mktemp -d)\ntrap 'rm -rf \"$WORK\"' EXIT\n\n";
        text
    }

    /// Returns what comes before the first step.
    fn beginning(&self) -> String {
        if self.explained.way == Way::Down {
            return String::new();
        }
        let Target { render, render_backend, backend, .. } = self.target;
        let names: Vec<_> = placeholders::ALL.iter().map(|it| variable(*it)).collect();
        let mut text =
            format!("\n{}\n\n# The values that the lab's files name.\n", rule("The lab's files"));
        let names = names.join(" ");
        let lines = wrapped(&names, WIDTH - 10);
        let _ = writeln!(text, "NAMES=\"{}\"", lines.join("\n  "));
        text += &self.not_made_here();
        text +=
            "# The lab's files. You may change them: what you have changed is not overwritten.\n";
        text += "FILES=${FILES:-mysfits-files}\n";
        let _ = writeln!(text, "{render} --out \"$FILES\" >&2 || [ $? = 3 ]");
        text += "FILES=$(cd \"$FILES\" && pwd)\n";
        if self.explained.steps.iter().any(|step| step.about.id.0 == "image") {
            text += "# The backend: a static program for Linux. `cargo build -p mysfits-service` makes one, too.\n";
            let program = backend.as_deref().unwrap_or_default();
            let _ = writeln!(text, "BACKEND=${{MYSFITS_SERVICE_BINARY:-{program}}}");
            let _ = write!(
                text,
                "if [ -z \"$BACKEND\" ]; then\n  BACKEND=$FILES/mysfits-service\n  [ -f \"$BACKEND\" ] || {render_backend} --out \"$FILES\" >&2\nfi\n"
            );
            text += "BACKEND=$(realpath \"$BACKEND\")\n";
        }
        text += "# Values are filled into copies.\ncp -Rp \"$FILES/.\" \"$WORK\"\ncd \"$WORK\"\n";
        text
    }

    /// Returns the optional values that no step of this script makes: they are empty unless given. A
    /// nonce is chosen.
    fn not_made_here(&self) -> String {
        let is_made = |value: &Placeholder| {
            *value != placeholders::NONCE
                && self.explained.steps.iter().any(|step| step.about.produces.contains(value))
        };
        let templates = self.explained.steps.iter().flat_map(|step| step.about.templates);
        let mut missing: Vec<Placeholder> =
            templates.flat_map(|it| it.optional).copied().filter(|it| !is_made(it)).collect();
        missing.sort_unstable();
        missing.dedup();
        let mut text = String::new();
        if !missing.is_empty() {
            text += "# Later parts make these, or a course gives them out; the lab does without.\n";
        }
        for value in missing {
            let name = variable(value);
            let _ = writeln!(text, "{name}=${{{name}:-}}");
        }
        text
    }

    /// Returns what comes after the last step.
    fn end(&self) -> String {
        if self.explained.way == Way::Down {
            return "\nstep 'done'\n".to_owned();
        }
        let urls = [placeholders::SITE_URL, placeholders::API_URL, placeholders::SERVICE_URL];
        let made = urls.into_iter().filter(|url| {
            self.explained.steps.iter().any(|step| step.about.produces.contains(url))
        });
        let lines = made.map(|url| format!("echo \"${}\"\n", variable(url)));
        format!("\nstep 'done'\n{}", lines.collect::<String>())
    }
}

fn rule(title: &str) -> String {
    let rest = "-".repeat(WIDTH.saturating_sub(title.len() + 7));
    format!("# --- {title} {rest}")
}

fn variable(placeholder: Placeholder) -> &'static str {
    variable_of(placeholder.name())
}

fn variable_of(name: &'static str) -> &'static str {
    name.strip_prefix(MARK).unwrap_or(name)
}

fn section(step: &Explanation) -> String {
    let mut text = String::from("\n");
    let title = filled(&step.about.title, Written::Variable).replace(['{', '}'], "");
    let today = step.about.today.map(|today| format!("Today: {today}"));
    for sentence in [title, step.about.why.to_owned()].into_iter().chain(today) {
        comment(&mut text, "", &sentence);
    }
    let _ = writeln!(text, "step {}", step.about.id);
    lines(&mut text, "", &step.deeds);
    text
}

fn comment(text: &mut String, indent: &str, sentence: &str) {
    for line in wrapped(sentence, WIDTH - 2 - indent.len()) {
        let _ = writeln!(text, "{indent}# {line}");
    }
}

/// Returns the files into which values are filled for a command.
fn filled_files(command: &Command) -> impl Iterator<Item = &'static str> {
    command.arguments.iter().filter_map(|argument| match argument {
        Argument::File { path, is_filled: true, .. } => Some(*path),
        _ => None,
    })
}

fn lines(text: &mut String, indent: &str, deeds: &[Deed]) {
    for deed in deeds {
        line(text, indent, deed);
    }
}

fn line(text: &mut String, indent: &str, deed: &Deed) {
    let deeper = format!("{indent}  ");
    match deed {
        Deed::Say(sentence) => comment(text, indent, sentence),
        Deed::Run(command) => {
            for path in filled_files(command) {
                let _ = writeln!(text, "{indent}fill {path}");
            }
            add(text, indent, &run(command));
        }
        Deed::Until(command, answer) => {
            add(text, indent, &with(&format!("until_says {answer}"), command));
        }
        Deed::UntilGone(command) => add(text, indent, &with("until_gone", command)),
        Deed::NoteAll(command) => {
            add(text, indent, &noted("answer", command));
            let _ = writeln!(text, "{indent}note_all \"$answer\"");
        }
        Deed::Set(placeholder, value) => {
            let value = quoted(value, Written::Variable);
            let _ = writeln!(text, "{indent}{}={value}", variable(*placeholder));
        }
        Deed::Shell(lines) => {
            for line in lines {
                let _ = writeln!(text, "{indent}{line}");
            }
        }
        Deed::IfKnown(operation, rest) => {
            let command = format!("aws {} {}", operation.service.cli, operation.cli_name());
            comment(text, indent, &format!("If this AWS CLI is new enough to know `{command}`:"));
            let _ = writeln!(
                text,
                "{indent}if {command} --generate-cli-skeleton >/dev/null 2>&1; then"
            );
            lines(text, &deeper, rest);
            let _ = writeln!(text, "{indent}fi");
        }
        Deed::Unless(look, rest) => unless(text, indent, look, rest),
        Deed::If(look, rest) => {
            condition(text, indent, "if ", look);
            keep(text, &deeper, look);
            lines(text, &deeper, rest);
            let _ = writeln!(text, "{indent}fi");
        }
        Deed::Each(look, rest) => {
            let name = look.note.as_ref().map_or("ANSWER", |note| variable_of(note.name));
            let mut words = words(look, Written::Variable);
            close(&mut words, "answers=$(list");
            add(text, indent, &words);
            let _ = writeln!(text, "{indent}for {name} in $answers; do");
            lines(text, &deeper, rest);
            let _ = writeln!(text, "{indent}done");
        }
    }
}

fn unless(text: &mut String, indent: &str, look: &Command, rest: &[Deed]) {
    let deeper = format!("{indent}  ");
    if look.note.is_some() {
        condition(text, indent, "if ", look);
        keep(text, &deeper, look);
        let _ = writeln!(text, "{indent}else");
    } else {
        condition(text, indent, "if ! ", look);
    }
    lines(text, &deeper, rest);
    let _ = writeln!(text, "{indent}fi");
}

/// Notes what a look has found.
fn keep(text: &mut String, indent: &str, look: &Command) {
    if let Some(note) = &look.note {
        let _ = writeln!(text, "{indent}{}=$answer", variable_of(note.name));
    }
}

fn condition(text: &mut String, indent: &str, word: &str, look: &Command) {
    let helper = if look.query.is_some() { "finds" } else { "is_there" };
    let mut words = with(&format!("{word}{helper}"), look);
    if let Some(last) = words.last_mut() {
        *last += "; then";
    }
    add(text, indent, &words);
}

/// Returns the words that run a command.
fn run(command: &Command) -> Vec<String> {
    match (&command.note, command.done_before) {
        (Some(note), _) => noted(variable_of(note.name), command),
        (None, Some(code)) => with(&format!("unless_done {code}"), command),
        (None, None) => with("run", command),
    }
}

/// Returns the words that note the answer of a command.
fn noted(name: &str, command: &Command) -> Vec<String> {
    let mut words = words(command, Written::Variable);
    close(&mut words, &format!("{name}=$(ask"));
    words
}

fn close(words: &mut [String], opening: &str) {
    if let Some(first) = words.first_mut() {
        *first = format!("{opening} {first}");
    }
    if let Some(last) = words.last_mut() {
        last.push(')');
    }
}

fn with(helper: &str, command: &Command) -> Vec<String> {
    let mut words = words(command, Written::Variable);
    if let Some(first) = words.first_mut() {
        *first = format!("{helper} {first}");
    }
    words
}

fn add(text: &mut String, indent: &str, words: &[String]) {
    for line in in_lines(words, WIDTH - indent.len()) {
        let _ = writeln!(text, "{indent}{line}");
    }
}
