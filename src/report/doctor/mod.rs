//! What `doctor` found: a line for each finding, and how many labs fit. It can be pasted into a
//! message, and without what names an account or a person.

mod redact;

use std::fmt::Write as _;

use anstyle::Style;
use serde_json::{Value, json};

use self::redact::Redaction;
use super::{
    Shown,
    line::wrapped,
    out,
    words::{DETAIL, DONE, FAILED, LOOK, paint},
};
use crate::operate::{Diagnosis, Finding, Room, Verdict};

/// The widest text: pasted lines are not wrapped again.
const WIDEST: usize = 80;
/// Where the text of a finding begins, behind its verdict.
const INDENT: usize = 10;

/// What was found.
pub(crate) struct Doctor<'a> {
    /// The findings.
    pub(crate) diagnosis: &'a Diagnosis,
    /// Whether accounts, people, keys and addresses are left out.
    pub(crate) redacts: bool,
}

impl Shown for Doctor<'_> {
    fn text(&self, _: bool) -> String {
        self.in_columns(out::size().map_or(WIDEST, |size| size.columns.min(WIDEST)))
    }

    fn json(&self) -> Vec<Value> {
        let Diagnosis { lab, room, .. } = self.diagnosis;
        let about = |kind: &str| {
            json!({"type": kind, "lab": lab.name, "account": lab.account.as_str(),
                   "region": lab.region.as_str()})
        };
        let mut lines: Vec<Value> = Vec::new();
        for Finding { check, verdict, expected, actual, hint, .. } in &self.diagnosis.findings {
            let mut line = about("finding");
            line["check"] = check.as_str().into();
            line["verdict"] = name(*verdict).into();
            line["expected"] = expected.as_deref().into();
            line["actual"] = actual.as_str().into();
            line["hint"] = Some(hint.as_str()).filter(|hint| !hint.is_empty()).into();
            lines.push(line);
        }
        let mut end = about("doctor");
        end["room"] = json!({"classic": room.classic, "economy": room.economy});
        for verdict in ALL {
            end[name(verdict)] = self.diagnosis.count(verdict).into();
        }
        lines.push(end);
        if let Some(redaction) = self.redaction() {
            for line in &mut lines {
                redaction.redact_json(line);
            }
        }
        lines
    }
}

/// In the order of the last line.
const ALL: [Verdict; 4] = [Verdict::Ok, Verdict::Warn, Verdict::Fail, Verdict::Unknown];

impl Doctor<'_> {
    fn redaction(&self) -> Option<Redaction> {
        self.redacts.then(|| Redaction::of(&self.diagnosis.identity))
    }

    fn in_columns(&self, columns: usize) -> String {
        let redaction = self.redaction();
        let said = |text: &str| match &redaction {
            Some(redaction) => redaction.redacted(text),
            None => text.to_owned(),
        };
        let Diagnosis { lab, destination, findings, room, .. } = self.diagnosis;
        let title = said(&format!("Doctor for lab `{}` in {destination}", lab.name));
        let mut text = wrapped(&title, columns).join("\n");
        text.push('\n');
        for finding in findings {
            add(&mut text, finding, columns, said);
        }
        let counts: Vec<_> = ALL
            .map(|verdict| format!("{} {}", self.diagnosis.count(verdict), name(verdict)))
            .into();
        text.push('\n');
        for sentence in [in_words(*room, lab.region.as_str()), counts.join(", ")] {
            let _ = write!(text, "\n{}", wrapped(&sentence, columns).join("\n"));
        }
        text
    }
}

/// Adds the lines of a finding.
fn add(text: &mut String, finding: &Finding, columns: usize, said: impl Fn(&str) -> String) {
    let Finding { check, verdict, expected, actual, hint, .. } = finding;
    let mut lines = vec![(Style::new(), format!("{check}: {actual}"))];
    lines.extend(expected.as_ref().map(|it| (DETAIL, format!("expected: {it}"))));
    if !hint.is_empty() && *verdict != Verdict::Ok {
        lines.push((LOOK, format!("hint: {hint}")));
    }
    let word = format!("{:<width$}", name(*verdict), width = INDENT - 2);
    let mut start = format!("\n  {}", paint(style(*verdict), &word));
    for (style, line) in lines {
        for part in wrapped(&said(&line), columns.saturating_sub(INDENT).max(1)) {
            let part = if style == Style::new() { part } else { paint(style, &part) };
            text.push_str(&start);
            text.push_str(&part);
            start = format!("\n{}", " ".repeat(INDENT));
        }
    }
}

/// Returns the sentence about how many labs fit.
fn in_words(Room { classic, economy }: Room, region: &str) -> String {
    if classic.is_none() && economy.is_none() {
        return format!("How many labs fit into this account in {region} is unknown.");
    }
    let number =
        |labs: Option<u64>| labs.map_or("an unknown number of".to_owned(), |labs| labs.to_string());
    format!(
        "This account has room for {} classic and {} economy labs in {region}.",
        number(classic),
        number(economy)
    )
}

fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "ok",
        Verdict::Warn => "warn",
        Verdict::Fail => "fail",
        Verdict::Unknown => "unknown",
    }
}

fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Ok => DONE,
        Verdict::Warn | Verdict::Unknown => LOOK,
        Verdict::Fail => FAILED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::{AccountId, LabId, Region},
        report::line::columns,
    };

    fn diagnosis() -> Diagnosis {
        let finding = |check: &str, verdict, actual: &str| Finding {
            check: check.to_owned(),
            verdict,
            expected: None,
            actual: actual.to_owned(),
            hint: String::new(),
            stops: None,
        };
        let account = "123456789012";
        Diagnosis {
            lab: LabId {
                account: AccountId::new(account),
                region: Region::new("eu-west-1").unwrap(),
                name: "mythical-mysfits".to_owned(),
            },
            destination: format!("AWS account {account} in eu-west-1"),
            identity: "user/ana".to_owned(),
            findings: vec![
                finding("account", Verdict::Ok, account),
                finding("identity", Verdict::Ok, "user/ana"),
                Finding {
                    expected: Some("2 more for a lab".to_owned()),
                    hint: "clean up a lab with `mysfits cleanup all`, or use another region"
                        .to_owned(),
                    ..finding("quota EC2-VPC Elastic IPs", Verdict::Fail, "4 of 5 used")
                },
                finding("read ecs", Verdict::Unknown, "access denied (`ecs:DescribeClusters`)"),
            ],
            room: Room { classic: Some(0), economy: None },
        }
    }

    fn text(width: usize, redacts: bool) -> String {
        let diagnosis = diagnosis();
        let text = Doctor { diagnosis: &diagnosis, redacts }.in_columns(width);
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn it_fits_into_every_width() {
        for width in [20, 40, 80] {
            let text = text(width, false);
            let widest = text.lines().map(columns).max().unwrap();
            assert!(widest <= width, "{width}:\n{text}");
        }
        assert_eq!(
            text(80, false),
            "Doctor for lab `mythical-mysfits` in AWS account 123456789012 in eu-west-1\n\n  \
             ok      account: 123456789012\n  \
             ok      identity: user/ana\n  \
             fail    quota EC2-VPC Elastic IPs: 4 of 5 used\n          \
             expected: 2 more for a lab\n          \
             hint: clean up a lab with `mysfits cleanup all`, or use another region\n  \
             unknown read ecs: access denied (`ecs:DescribeClusters`)\n\n\
             This account has room for 0 classic and an unknown number of economy labs in\n\
             eu-west-1.\n2 ok, 0 warn, 1 fail, 1 unknown"
        );
    }

    #[test]
    fn an_unknown_room_is_said_once() {
        let sentence = "How many labs fit into this account in eu-west-1 is unknown.";
        assert_eq!(in_words(Room::default(), "eu-west-1"), sentence);
    }

    #[test]
    fn redacted_it_names_neither_account_nor_person() {
        let diagnosis = diagnosis();
        let json = Doctor { diagnosis: &diagnosis, redacts: true }.json();
        for text in [text(80, true), serde_json::to_string(&json).unwrap()] {
            assert!(!text.contains("123456789012") && !text.contains("ana"), "{text}");
            assert!(text.contains("ACCOUNT") && text.contains("user/NAME"), "{text}");
        }
    }

    #[test]
    fn json_has_a_line_for_each_finding_and_one_for_the_sum() {
        let diagnosis = diagnosis();
        let lines = Doctor { diagnosis: &diagnosis, redacts: false }.json();
        assert_eq!(
            lines[2],
            json!({"type": "finding", "lab": "mythical-mysfits", "account": "123456789012",
                   "region": "eu-west-1", "check": "quota EC2-VPC Elastic IPs",
                   "verdict": "fail", "expected": "2 more for a lab", "actual": "4 of 5 used",
                   "hint": "clean up a lab with `mysfits cleanup all`, or use another region"})
        );
        assert_eq!(
            lines[4],
            json!({"type": "doctor", "lab": "mythical-mysfits", "account": "123456789012",
                   "region": "eu-west-1", "ok": 2, "warn": 0, "fail": 1, "unknown": 1,
                   "room": {"classic": 0, "economy": null}})
        );
        // The schema names every field.
        let schema = include_str!("../../../docs/json.md");
        for field in lines.iter().flat_map(|line| line.as_object().unwrap().keys()) {
            assert!(schema.contains(&format!("`{field}`")), "{field} is not in docs/json.md");
        }
    }
}
