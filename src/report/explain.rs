//! What a part is, why, and the commands of the AWS CLI that do the same.

use serde_json::{Value, json};

use super::{
    Shown,
    by_hand::{MARK, Written, filled, in_lines, words},
    line::wrapped,
    out,
};
use crate::{
    engine::{Command, Deed},
    lab::{LabId, Values},
    operate::explain::{Explained, Explanation, Way},
};

/// The widest text.
const WIDEST: usize = 80;

/// What is explained, of which lab.
pub(crate) struct HowTo<'a> {
    /// The explanation.
    pub(crate) explained: &'a Explained,
    /// The lab.
    pub(crate) lab: &'a LabId,
}

/// What is shown of a deed.
enum Line<'a> {
    /// A sentence.
    Say(String),
    /// A command.
    Command(&'a Command),
    /// Lines of a shell.
    Shell(&'a [String]),
}

impl Shown for HowTo<'_> {
    fn text(&self, _: bool) -> String {
        self.in_columns(out::size().map_or(WIDEST, |size| size.columns.min(WIDEST)))
    }

    fn json(&self) -> Vec<Value> {
        let known = &self.explained.known;
        let line = |step: &Explanation| {
            let commands: Vec<Value> = lines(&step.deeds)
                .iter()
                .filter_map(|line| match line {
                    Line::Say(_) => None,
                    Line::Command(command) => Some(json!({
                        "command": words(command, Written::Value(known)).join(" "),
                        "operations": command.operations.iter().map(ToString::to_string).collect::<Vec<_>>(),
                        "prints": prints(command),
                    })),
                    Line::Shell(lines) => Some(json!({"command": lines.join("\n")})),
                })
                .collect();
            json!({
                "type": "explain",
                "lab": self.lab.name,
                "account": self.lab.account.as_str(),
                "region": self.lab.region.as_str(),
                "resource": step.about.id.0,
                "part": step.part,
                "title": filled(&step.about.title, Written::Value(known)),
                "why": step.about.why,
                "today": step.about.today,
                "way": match self.explained.way { Way::Up => "up", Way::Down => "down" },
                "files": step.files.iter().map(|file| file.path.as_ref()).collect::<Vec<_>>(),
                "commands": commands,
            })
        };
        self.explained.steps.iter().map(line).collect()
    }
}

impl HowTo<'_> {
    fn in_columns(&self, columns: usize) -> String {
        let known = &self.explained.known;
        let mut text = Vec::new();
        for step in &self.explained.steps {
            let title = filled(&step.about.title, Written::Value(known));
            text.extend(wrapped(&format!("{}: {title}", step.about.id), columns));
            let mut say = |sentence: &str| {
                let lines = wrapped(sentence, columns.saturating_sub(2));
                text.extend(lines.into_iter().map(|line| format!("  {line}")));
            };
            if self.explained.way == Way::Up {
                say(step.about.why);
                step.about.today.into_iter().for_each(|today| say(&format!("Today: {today}")));
            }
            for line in lines(&step.deeds) {
                text.extend(shown(&line, known, columns));
            }
            text.push(String::new());
        }
        if self.explained.steps.iter().any(|step| !step.files.is_empty()) {
            let said = "`mysfits render all --out mysfits-files` writes the files, filled in as far as \
                        their values are known; the commands are for that folder.";
            text.extend(wrapped(said, columns));
        } else {
            text.pop();
        }
        text.join("\n")
    }
}

/// Returns the lines of text for a line of what is shown.
fn shown(line: &Line<'_>, known: &Values, columns: usize) -> Vec<String> {
    let width = columns.saturating_sub(4);
    let comment = |sentence: &str| -> Vec<String> {
        let lines = wrapped(sentence, width.saturating_sub(2));
        lines.into_iter().map(|line| format!("    # {line}")).collect()
    };
    match line {
        Line::Say(sentence) => comment(sentence),
        Line::Command(command) => {
            let noted = prints(command).map(|name| comment(&format!("prints {name}")));
            let lines = in_lines(&words(command, Written::Value(known)), width);
            let lines = lines.into_iter().map(|line| format!("    {line}"));
            noted.into_iter().flatten().chain(lines).collect()
        }
        Line::Shell(lines) => {
            // What a here-document contains is not indented, nor is its end.
            let is_here = lines.iter().any(|line| line.contains("<<END"));
            let indent = if is_here { "" } else { "    " };
            lines.iter().map(|line| format!("{indent}{line}")).collect()
        }
    }
}

/// Returns what a command prints: a placeholder or a variable.
fn prints(command: &Command) -> Option<&str> {
    command.note.as_ref().map(|note| note.name)
}

/// Returns what is shown of deeds. The looks that only spare a second run are the script's.
fn lines(deeds: &[Deed]) -> Vec<Line<'_>> {
    let mut shown = Vec::new();
    for deed in deeds {
        match deed {
            Deed::Say(sentence) => shown.push(Line::Say((*sentence).to_owned())),
            Deed::Run(command) | Deed::NoteAll(command) => shown.push(Line::Command(command)),
            Deed::Until(command, answer) => {
                shown.push(Line::Say(format!("Again, until it prints {answer}:")));
                shown.push(Line::Command(command));
            }
            Deed::UntilGone(command) => {
                shown.push(Line::Say("Again, until it is not found any more:".to_owned()));
                shown.push(Line::Command(command));
            }
            Deed::Unless(_, rest) | Deed::IfKnown(_, rest) => shown.extend(lines(rest)),
            Deed::If(look, rest) => {
                if look.note.is_some() {
                    shown.push(Line::Command(look));
                }
                shown.extend(lines(rest));
            }
            Deed::Each(look, rest) => {
                shown.push(Line::Command(look));
                shown.push(Line::Say("For each of them:".to_owned()));
                shown.extend(lines(rest));
            }
            Deed::Set(placeholder, value) if value.contains(MARK) || value.contains('$') => {
                shown.push(Line::Say(format!("{placeholder} is {value}")));
            }
            Deed::Set(..) => {}
            Deed::Shell(lines) => shown.push(Line::Shell(lines)),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        destination::Destination,
        lab::{AccountId, Names, Scope, parts::Part},
        operate::explain::Subject,
        resources::{Choices, Lab},
    };

    fn with(test: impl Fn(&HowTo<'_>), word: &str, way: Way) {
        let destination = Destination::never_asked("123456789012", "eu-west-1");
        let names = Names::new(&AccountId::new("123456789012"), &destination.region, None, None);
        let lab = Lab::new(&destination, &names, &Choices::default()).unwrap();
        let subject = Subject::named(&lab, word).unwrap();
        let explained = Explained::to_read(&lab, subject, way, &destination.given());
        test(&HowTo { explained: &explained, lab: &names.lab });
    }

    #[test]
    fn a_table_is_explained() {
        with(
            |how| {
                let text = how.in_columns(80);
                assert!(text.starts_with("table: DynamoDB table `MysfitsTable`\n"), "{text}");
                assert!(text.contains("\n    aws dynamodb create-table"), "{text}");
                let wait = "\n    aws dynamodb wait table-exists --table-name MysfitsTable\n";
                assert!(text.contains(wait), "{text}");
            },
            "table",
            Way::Up,
        );
    }

    #[test]
    fn sentences_fit_narrow_terminals() {
        for way in [Way::Up, Way::Down] {
            with(
                |how| {
                    let text = how.in_columns(40);
                    // What is to be typed as it is may be longer: one word of a command.
                    let is_sentence = |line: &&str| {
                        let text = line.trim_start();
                        text.starts_with('#')
                            || line.starts_with("  ") && line[2..].starts_with(char::is_alphabetic)
                    };
                    for line in text.lines().filter(is_sentence) {
                        assert!(line.chars().count() <= 40, "{line}");
                    }
                },
                "all",
                way,
            );
        }
    }

    #[test]
    fn a_listener_is_found_by_its_load_balancer() {
        with(
            |how| {
                let lines = how.json();
                let listener = lines.iter().find(|it| it["resource"] == "listener").unwrap();
                let prints: Vec<_> = listener["commands"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|it| &it["prints"])
                    .collect();
                assert_eq!(prints[..2], [&json!("REPLACE_ME_NLB_ARN"), &json!("LISTENER_ARN")]);
            },
            "all",
            Way::Down,
        );
    }

    #[test]
    fn a_word_is_a_part_a_resource_or_a_section() {
        let destination = Destination::never_asked("123456789012", "eu-west-1");
        let names = Names::new(&AccountId::new("123456789012"), &destination.region, None, None);
        let lab = Lab::new(&destination, &names, &Choices::default()).unwrap();
        let subject = |word| Subject::named(&lab, word).unwrap();
        assert_eq!(subject("3"), Subject::Scope(Scope::Part(Part::Three)));
        assert!(matches!(subject("bucket"), Subject::Resource(0)));
        assert!(matches!(subject("fargate"), Subject::Scope(Scope::Section(_))));
        let error = Subject::named(&lab, "tabel").unwrap_err();
        assert!(error.advice().contains("table"), "{}", error.advice());
    }
}
