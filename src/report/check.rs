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
fn name(verdict: Verdict) -> &'static str {
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
