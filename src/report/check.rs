//! How the checks of a lab went: a line for each, and what to do about those that failed.

use std::fmt::Write as _;

use anstyle::Style;
use serde_json::{Value, json};

use super::{
    Shown,
    line::wrapped,
    out,
    visible::visible,
    words::{DETAIL, DONE, FAILED, LOOK, paint},
};
use crate::{
    engine::Kind,
    operate::{CheckVerdict as Verdict, Checked, CheckedLab},
};

/// The widest text.
const WIDEST: usize = 80;
/// Where the text of a check begins, behind its verdict.
const INDENT: usize = 10;

/// The checks of a lab.
pub(crate) struct CheckList<'a>(pub(crate) &'a CheckedLab);

impl Shown for CheckList<'_> {
    fn text(&self, verbose: bool) -> String {
        self.in_columns(out::size().map_or(WIDEST, |size| size.columns.min(WIDEST)), verbose)
    }

    fn json(&self) -> Vec<Value> {
        let lines = self.0.checks.iter().map(|check| self.line(check));
        lines.chain([self.end()]).collect()
    }
}

impl CheckList<'_> {
    fn about(&self, kind: &str) -> Value {
        let mut line = json!({"type": kind, "place": self.0.place});
        if let Some(lab) = &self.0.lab {
            line["lab"] = lab.name.as_str().into();
            line["account"] = lab.account.as_str().into();
            line["region"] = lab.region.as_str().into();
        }
        line
    }

    pub(super) fn line(&self, check: &Checked) -> Value {
        let mut line = self.about("check");
        line["check"] = check.id.into();
        line["part"] = check.part.into();
        line["resource"] = check.resource.0.into();
        line["title"] = check.title.into();
        line["kind"] = kind(check.kind).into();
        line["points"] = check.points.into();
        line["depends_on"] = check.depends_on.into();
        line["verdict"] = name(check.verdict).into();
        line["because_of"] = because_of(check.verdict).into();
        for (field, text) in
            [("expected", &check.expected), ("actual", &check.actual), ("seen_in", &check.seen_in)]
        {
            line[field] = Some(text.as_str()).filter(|text| !text.is_empty()).into();
        }
        line["why"] = check.why.into();
        line["hint"] = check.hint.into();
        line
    }

    fn end(&self) -> Value {
        let mut line = self.about("checks");
        line["score"] = self.0.score().into();
        line["max_score"] = self.0.max_score().into();
        for verdict in ["pass", "fail", "skipped", "unknown"] {
            let count = self.0.checks.iter().filter(|it| name(it.verdict) == verdict).count();
            line[verdict] = count.into();
        }
        line
    }

    fn in_columns(&self, columns: usize, verbose: bool) -> String {
        let title = match &self.0.lab {
            Some(lab) => format!("Checks of lab `{}` in {}", lab.name, self.0.place),
            None => format!("Checks of {}, from outside", self.0.place),
        };
        let mut text = wrapped(&title, columns).join("\n");
        let mut part = 0;
        for check in &self.0.checks {
            if check.part != part {
                part = check.part;
                let _ = write!(text, "\n\nPart {part}");
            }
            add(&mut text, check, columns, verbose);
        }
        text.push('\n');
        for sentence in self.sentences() {
            let _ = write!(text, "\n{}", wrapped(&sentence, columns).join("\n"));
        }
        text
    }

    fn sentences(&self) -> Vec<String> {
        let count = |kind, verdict: &str| {
            let checks = self.0.checks.iter();
            checks.filter(|it| it.kind == kind && name(it.verdict) == verdict).count()
        };
        let counts = |kind| {
            let words = ["pass", "fail", "skipped", "unknown"].map(|it| (count(kind, it), it));
            let words = words.into_iter().filter(|(count, _)| *count > 0);
            words.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
        };
        let (lab, hardening) = (counts(Kind::Lab), counts(Kind::Hardening));
        let (score, most) = (self.0.score(), self.0.max_score());
        let mut sentences = vec![format!("{score} of {most} points: {lab}.")];
        if !hardening.is_empty() {
            sentences.push(format!("Hardening, without points: {hardening}."));
        }
        sentences
    }
}

/// Adds the lines of a check.
fn add(text: &mut String, check: &Checked, columns: usize, verbose: bool) {
    let mut lines = vec![(Style::new(), format!("{}: {}", check.id, check.title))];
    match check.verdict {
        Verdict::Pass if verbose => lines.push((DETAIL, check.why.to_owned())),
        Verdict::Pass => {}
        Verdict::Skipped { because_of } => {
            lines.push((DETAIL, format!("because of {because_of}")));
        }
        Verdict::Fail | Verdict::Unknown => {
            if !check.expected.is_empty() {
                lines.push((DETAIL, format!("expected: {}", check.expected)));
            }
            lines.push((DETAIL, format!("actual: {}", check.actual)));
            lines.push((DETAIL, format!("seen in: {}", check.seen_in)));
            lines.push((DETAIL, check.why.to_owned()));
            lines.push((LOOK, format!("hint: {}", check.hint)));
        }
    }
    let word = format!("{:<width$}", word(check), width = INDENT - 2);
    let mut start = format!("\n  {}", paint(style(check), &word));
    for (style, line) in lines {
        // Somebody else may have written what was found.
        for part in wrapped(&visible(&line), columns.saturating_sub(INDENT).max(1)) {
            let part = if style == Style::new() { part } else { paint(style, &part) };
            text.push_str(&start);
            text.push_str(&part);
            start = format!("\n{}", " ".repeat(INDENT));
        }
    }
}

/// Returns the word for how a check went.
pub(super) fn word(check: &Checked) -> &'static str {
    match (check.verdict, check.kind) {
        (Verdict::Fail, Kind::Hardening) => "could",
        (verdict, _) => name(verdict),
    }
}

pub(super) fn style(check: &Checked) -> Style {
    match (check.verdict, check.kind) {
        (Verdict::Pass, _) => DONE,
        (Verdict::Fail, Kind::Lab) => FAILED,
        (Verdict::Fail, Kind::Hardening) | (Verdict::Unknown, _) => LOOK,
        (Verdict::Skipped { .. }, _) => DETAIL,
    }
}

/// Returns the name of a kind in JSON.
fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Lab => "lab",
        Kind::Hardening => "hardening",
    }
}

/// Returns the name of a verdict in JSON.
pub(super) fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Skipped { .. } => "skipped",
        Verdict::Unknown => "unknown",
    }
}

fn because_of(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Skipped { because_of } => Some(because_of),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::Id,
        lab::{AccountId, LabId, Region},
    };

    fn check(id: &'static str, kind: Kind, verdict: Verdict) -> Checked {
        let said = |text: &str| match verdict {
            Verdict::Skipped { .. } => String::new(),
            _ => text.to_owned(),
        };
        Checked {
            id,
            title: "The page is shown, not downloaded.",
            kind,
            points: u32::from(kind == Kind::Lab),
            part: 1,
            resource: Id("site"),
            depends_on: &["bucket"],
            verdict,
            expected: said("type text/html"),
            actual: said("type a\u{1b}[2Jb"),
            seen_in: "GET http://bucket.s3-website-eu-west-1.amazonaws.com/".to_owned(),
            why: "A browser goes by the type that was stored with the object.",
            hint: "`mysfits bucket deploy` does it",
        }
    }

    fn lab() -> CheckedLab {
        let region = Region::new("eu-west-1").unwrap();
        let account = AccountId::new("123456789012");
        CheckedLab {
            lab: Some(LabId { account, region, name: "mythical-mysfits".to_owned() }),
            place: "AWS account 123456789012 in eu-west-1".to_owned(),
            addresses: Vec::new(),
            checks: vec![
                check("bucket", Kind::Lab, Verdict::Pass),
                check("site-type", Kind::Lab, Verdict::Fail),
                check("site-config", Kind::Lab, Verdict::Skipped { because_of: "site-type" }),
                check("site-fresh", Kind::Hardening, Verdict::Fail),
                check("table", Kind::Lab, Verdict::Unknown),
            ],
            architecture: Vec::new(),
        }
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn it_fits_into_narrow_and_usual_terminals() {
        let lab = lab();
        for columns in [40, 80] {
            let text = plain(&CheckList(&lab).in_columns(columns, true));
            let widest = text.lines().map(|line| line.chars().count()).max();
            assert!(widest <= Some(columns), "{columns}:\n{text}");
        }
    }

    #[test]
    fn a_failed_check_says_what_was_seen_where_and_what_to_do() {
        let lab = lab();
        let text = plain(&CheckList(&lab).in_columns(80, false));
        for said in [
            "  pass    bucket: The page",
            "  fail    site-type: The page is shown, not downloaded.\n          expected: type",
            "actual: type a\\u001b[2Jb",
            "seen in: GET http://bucket",
            "hint: `mysfits bucket deploy` does it",
            "  skipped site-config: The page is shown, not downloaded.\n          because of site-type",
            "  could   site-fresh",
            "  unknown table",
            "1 of 4 points: 1 pass, 1 fail, 1 skipped, 1 unknown.",
            "Hardening, without points: 1 fail.",
        ] {
            assert!(text.contains(said), "{said:?} in\n{text}");
        }
    }

    #[test]
    fn json_has_a_line_for_each_check_and_one_for_all() {
        let lab = lab();
        let lines = CheckList(&lab).json();
        assert_eq!(lines.len(), 6);
        assert_eq!(
            (&lines[1]["verdict"], &lines[1]["actual"], &lines[1]["because_of"]),
            (&json!("fail"), &json!("type a\u{1b}[2Jb"), &Value::Null)
        );
        assert_eq!(lines[2]["because_of"], "site-type");
        assert_eq!(lines[2]["expected"], Value::Null);
        assert_eq!((&lines[5]["type"], &lines[5]["score"]), (&json!("checks"), &json!(1)));
        assert_eq!((&lines[5]["max_score"], &lines[5]["fail"]), (&json!(4), &json!(2)));
    }
}
