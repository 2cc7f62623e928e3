//! What is wrong with a lab: for each trouble its cause, what shows it, and what to do.

use std::fmt::Write as _;

use anstyle::Style;
use serde_json::{Value, json};

use super::{
    Shown,
    line::wrapped,
    out,
    words::{DETAIL, FAILED, LOOK, paint},
};
use crate::{
    error::Evidence,
    lab::Section,
    operate::{Kind, Trouble, Troubles},
};

/// The widest text.
const WIDEST: usize = 100;
/// How far what belongs to a trouble is indented.
const INDENT: usize = 4;

/// What is wrong.
pub(crate) struct TroubleList<'a> {
    /// The troubles.
    pub(crate) troubles: &'a Troubles,
    /// The flags for commands on the same lab, each after a blank.
    pub(crate) flags: &'a str,
}

/// In the order of the last line.
const ALL: [Kind; 6] =
    [Kind::Broken, Kind::Waiting, Kind::Settling, Kind::Missing, Kind::Differs, Kind::Unknown];

impl Shown for TroubleList<'_> {
    fn text(&self, _: bool) -> String {
        self.in_columns(out::size().map_or(WIDEST, |size| size.columns.min(WIDEST)))
    }

    fn json(&self) -> Vec<Value> {
        let Troubles { lab, found, standing, not_deployed, .. } = self.troubles;
        let about = |kind: &str| {
            json!({"type": kind, "lab": lab.name, "account": lab.account.as_str(),
                   "region": lab.region.as_str()})
        };
        let mut lines = Vec::new();
        for trouble in found {
            let Trouble { about: resource, error, holds_up, .. } = trouble;
            let mut line = about("trouble");
            line["resource"] = resource.id.0.into();
            line["title"] = resource.title.as_str().into();
            line["state"] = name(trouble.kind).into();
            let mut said = super::error::value(error);
            line["message"] = said["message"].take();
            line["aws"] = said["aws"].take();
            line["evidence"] = super::error::evidence(error);
            line["hint"] = self.hint(trouble).into();
            line["holds_up"] = holds_up.iter().map(|id| Value::from(id.0)).collect();
            lines.push(line);
        }
        let mut end = about("diagnosis");
        for kind in ALL {
            end[name(kind)] = self.troubles.count(kind).into();
        }
        end["standing"] = (*standing).into();
        end["not_deployed"] = not_deployed.iter().map(|it| Value::from(it.name())).collect();
        lines.push(end);
        lines
    }
}

impl TroubleList<'_> {
    fn in_columns(&self, columns: usize) -> String {
        let Troubles { lab, destination, found, .. } = self.troubles;
        let title = format!("Diagnosis of lab `{}` in {destination}", lab.name);
        let mut text = wrapped(&title, columns).join("\n") + "\n";
        for trouble in found {
            text.push('\n');
            self.add(&mut text, trouble, columns);
        }
        for sentence in self.end() {
            let _ = write!(text, "\n{}", wrapped(&sentence, columns).join("\n"));
        }
        text
    }

    /// Adds the lines of a trouble.
    fn add(&self, text: &mut String, trouble: &Trouble, columns: usize) {
        let Trouble { about, kind, error, holds_up, .. } = trouble;
        let mut say = |indent: usize, style: Style, line: &str| {
            for part in wrapped(line, columns.saturating_sub(indent).max(1)) {
                let part = if style == Style::new() { part } else { paint(style, &part) };
                let _ = writeln!(text, "{:indent$}{part}", "");
            }
        };
        say(2, style(*kind), &format!("{}: {}, {}", name(*kind), about.id, about.title));
        say(INDENT, Style::new(), &error.message);
        if let Some(aws) = &error.aws {
            let line = format!("AWS: {}: {}: {}", aws.operation, aws.code, aws.message);
            say(INDENT, Style::new(), &line);
        }
        for Evidence { source, text } in &error.evidence {
            say(INDENT, Style::new(), &format!("{source}: {text}"));
        }
        if !holds_up.is_empty() {
            let names: Vec<_> = holds_up.iter().map(|id| format!("`{id}`")).collect();
            say(INDENT, DETAIL, &format!("because of it, missing too: {}", names.join(", ")));
        }
        say(INDENT, LOOK, &format!("hint: {}", self.hint(trouble)));
    }

    /// Returns what to do about a trouble: commands that work as they stand, for this very lab.
    fn hint(&self, trouble: &Trouble) -> String {
        let section = trouble.section.name();
        let adopt = if self.troubles.is_typed_by_hand { " --adopt" } else { "" };
        let hint = match (&trouble.hint, trouble.kind) {
            (Some(hint), _) => hint.clone(),
            (None, Kind::Broken) => format!("`mysfits {section} deploy{adopt}` tries again"),
            (None, Kind::Waiting) => format!(
                "it may need more time: `mysfits status` shows whether it works, `mysfits {section} \
                 deploy{adopt}` waits for it"
            ),
            (None, Kind::Settling) => {
                "AWS is still at work on it: `mysfits status` shows when it has ended".to_owned()
            }
            (None, Kind::Missing) => format!("`mysfits {section} deploy{adopt}` creates it"),
            (None, Kind::Differs) => format!("`mysfits {section} deploy{adopt}` puts it right"),
            (None, Kind::Unknown) => {
                "`mysfits doctor` shows what these credentials may look at; then \
                                      run the same command again"
                    .to_owned()
            }
        };
        on_this_lab(&hint, self.flags)
    }

    /// Returns the last sentences.
    fn end(&self) -> Vec<String> {
        let Troubles { lab, found, standing, not_deployed, .. } = self.troubles;
        let region = lab.region.as_str();
        if found.is_empty() && *standing == 0 {
            return vec![format!("nothing of lab `{}` is deployed in {region}", lab.name)];
        }
        let counts = ALL.into_iter().filter_map(|kind| {
            let count = self.troubles.count(kind);
            (count > 0).then(|| format!("{count} {}", name(kind)))
        });
        let end = if found.is_empty() {
            format!("nothing is wrong: {standing} resources exist, and all of them work")
        } else {
            counts.collect::<Vec<_>>().join(", ")
        };
        let names: Vec<_> =
            not_deployed.iter().map(|section: &Section| format!("`{}`", section.name())).collect();
        let rest = format!("not deployed: {}", names.join(", "));
        [end].into_iter().chain((!names.is_empty()).then_some(rest)).collect()
    }
}

/// Adds the flags of this lab to the commands in a hint that take them.
fn on_this_lab(hint: &str, flags: &str) -> String {
    let add = |(place, part): (usize, &str)| {
        let words: Vec<&str> = part.split(' ').take(2).collect();
        let is_on_lab = place % 2 == 1
            && words.first() == Some(&"mysfits")
            && !matches!(words.get(1), None | Some(&("iam-policy" | "local")));
        if is_on_lab { format!("{part}{flags}") } else { part.to_owned() }
    };
    hint.split('`').enumerate().map(add).collect::<Vec<_>>().join("`")
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Broken => "broken",
        Kind::Waiting => "waiting",
        Kind::Settling => "settling",
        Kind::Missing => "missing",
        Kind::Differs => "differs",
        Kind::Unknown => "unknown",
    }
}

fn style(kind: Kind) -> Style {
    match kind {
        Kind::Broken | Kind::Missing | Kind::Unknown => FAILED,
        Kind::Waiting | Kind::Settling | Kind::Differs => LOOK,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::{About, Id},
        error::{AwsWords, Code, Error},
        lab::{AccountId, LabId, Region},
        report::line::columns,
    };

    fn troubles(found: Vec<Trouble>) -> Troubles {
        Troubles {
            lab: LabId {
                account: AccountId::new("123456789012"),
                region: Region::new("eu-west-1").unwrap(),
                name: "mythical-mysfits".to_owned(),
            },
            destination: "AWS account 123456789012 in eu-west-1".to_owned(),
            standing: 9,
            found,
            not_deployed: vec![Section::Auth],
            is_typed_by_hand: false,
        }
    }

    fn trouble() -> Trouble {
        let about =
            About { id: Id("service"), title: "ECS service `S`".to_owned(), ..About::default() };
        let error = Error::new(Code::Failed, "the backend does not stay up");
        let aws = AwsWords {
            operation: "ecs DescribeTasks".to_owned(),
            action: "ecs:DescribeTasks".to_owned(),
            code: "Oops".to_owned(),
            message: "no".to_owned(),
        };
        let evidence = vec![Evidence { source: "log", text: "panic: no hat".to_owned() }];
        let section = Section::Fargate;
        let holds_up = vec![Id("stage")];
        let error = error.said(aws).shown_by(evidence);
        Trouble { about, section, kind: Kind::Broken, error, hint: None, holds_up }
    }

    fn text(found: Vec<Trouble>, columns: usize) -> String {
        let troubles = troubles(found);
        let text = TroubleList { troubles: &troubles, flags: " --lab anna" }.in_columns(columns);
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn a_trouble_says_cause_and_evidence_and_what_to_do() {
        assert_eq!(
            text(vec![trouble()], 80),
            "Diagnosis of lab `mythical-mysfits` in AWS account 123456789012 in eu-west-1\n\n  \
             broken: service, ECS service `S`\n    \
             the backend does not stay up\n    \
             AWS: ecs DescribeTasks: Oops: no\n    \
             log: panic: no hat\n    \
             because of it, missing too: `stage`\n    \
             hint: `mysfits fargate deploy --lab anna` tries again\n\n\
             1 broken\nnot deployed: `auth`"
        );
        let widest = text(vec![trouble()], 40).lines().map(columns).max().unwrap();
        assert!(widest <= 40);
    }

    #[test]
    fn a_hint_is_about_this_very_lab() {
        let hint =
            "`mysfits logs --previous` and `aws x` and `mysfits iam-policy auditor`: mysfits";
        assert_eq!(
            on_this_lab(hint, " --local"),
            "`mysfits logs --previous --local` and `aws x` and `mysfits iam-policy auditor`: mysfits"
        );
    }

    #[test]
    fn that_nothing_is_wrong_is_said() {
        assert!(text(Vec::new(), 80).contains("nothing is wrong: 9 resources exist"));
    }

    #[test]
    fn json_has_a_line_for_each_trouble_and_one_for_the_sum() {
        let troubles = troubles(vec![trouble()]);
        let lines = TroubleList { troubles: &troubles, flags: "" }.json();
        assert_eq!(lines[0]["state"], "broken");
        assert_eq!(lines[0]["evidence"], json!([{"source": "log", "text": "panic: no hat"}]));
        assert_eq!(lines[0]["holds_up"], json!(["stage"]));
        assert_eq!((&lines[1]["broken"], &lines[1]["missing"]), (&json!(1), &json!(0)));
        // The schema names every field.
        let schema = include_str!("../../docs/json.md");
        for field in lines.iter().flat_map(|line| line.as_object().unwrap().keys()) {
            assert!(schema.contains(&format!("`{field}`")), "{field} is not in docs/json.md");
        }
    }
}
