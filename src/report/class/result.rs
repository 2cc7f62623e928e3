//! What became of the labs of a class: a table, JSON, and files of both.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::{Value, json};

use super::{labels_of, labs};
use crate::{
    operate::class::{Record, State, time},
    report::{
        Shown, error,
        rows::cents,
        words::{DONE, FAILED, LOOK, paint},
    },
};

/// The labs at the end of a command.
pub(crate) struct ClassResult<'a>(pub(crate) &'a [Record]);

impl ClassResult<'_> {
    fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for record in self.0 {
            *counts.entry(record.state.name()).or_default() += 1;
        }
        counts
    }

    /// Returns how many labs there are, and how many are in each state.
    pub(in crate::report) fn headline(&self) -> String {
        let counts = self.counts();
        let counts = counts.iter().map(|(state, count)| format!("{count} {state}"));
        format!("{}: {}", labs(self.0.len()), counts.collect::<Vec<_>>().join(", "))
    }

    /// Returns what all labs cost, in a sentence or two.
    pub(in crate::report) fn bill(&self) -> String {
        let (hour, unknown) =
            (self.sum(|it| it.dollars_per_hour), self.sum(|it| it.unknown_per_hour));
        let mut text = format!("They cost ${hour:.4} an hour, ${:.2} a day, on AWS.", hour * 24.0);
        if unknown > 0.0 {
            let _ = write!(text, " What could not be looked at may cost ${unknown:.4} more.");
        }
        if self.0.iter().any(|record| record.so_far.is_some()) {
            let so_far = self.sum(|it| it.so_far.unwrap_or_default());
            let _ = write!(text, " So far they have cost ${so_far:.2}.");
        }
        text
    }

    fn sum(&self, of: impl Fn(&Record) -> f64) -> f64 {
        // Not `sum`: an empty sum is minus zero, and would be printed so.
        self.0.iter().fold(0.0, |sum, record| sum + of(record))
    }
}

impl Shown for ClassResult<'_> {
    fn text(&self, _: bool) -> String {
        let mut text = format!("{}\n\n", self.headline());
        let labels = labels_of(self.0);
        let width = labels.iter().map(|label| label.chars().count()).max().unwrap_or_default();
        for (record, label) in self.0.iter().zip(&labels) {
            let state = paint(style(record.state), &format!("{:<11}", record.state.name()));
            let _ = write!(text, "  {state} {label:<width$}  {}  {}", record.account, record.words);
            text.push_str(&dollars(record));
            text.push('\n');
            if let Some(site) = record.site() {
                let _ = writeln!(text, "    {site}");
            }
        }
        text + "\n" + &self.bill()
    }

    fn json(&self) -> Vec<Value> {
        let end = json!({
            "type": "class",
            "labs": self.0.len(),
            "states": self.counts(),
            "dollars_per_hour": fine(self.sum(|it| it.dollars_per_hour)),
            "unknown_dollars_per_hour": fine(self.sum(|it| it.unknown_per_hour)),
            "dollars_so_far": cents(self.sum(|it| it.so_far.unwrap_or_default())),
        });
        self.0.iter().map(line).chain([end]).collect()
    }
}

/// Returns the lines of JSON as the text of a file.
pub(crate) fn lines(records: &[Record]) -> String {
    let mut text = String::new();
    for line in ClassResult(records).json() {
        let _ = writeln!(text, "{line}");
    }
    text
}

/// Returns the colour of a state; the word says the same.
pub(in crate::report) fn style(state: State) -> anstyle::Style {
    match state {
        State::Failed | State::Quarantined => FAILED,
        state if state.is_good() => DONE,
        _ => LOOK,
    }
}

/// Returns what a lab costs, if it costs or may cost anything.
fn dollars(record: &Record) -> String {
    let mut text = String::new();
    if record.dollars_per_hour > 0.0 {
        let _ = write!(text, ", ${:.4} an hour", record.dollars_per_hour);
    }
    if record.unknown_per_hour > 0.0 {
        let _ = write!(text, ", perhaps ${:.4} an hour more", record.unknown_per_hour);
    }
    if let Some(so_far) = record.so_far.filter(|so_far| *so_far > 0.0) {
        let _ = write!(text, ", ${so_far:.2} so far");
    }
    text
}

/// Rounds dollars of an hour, which may be fractions of a cent.
fn fine(dollars: f64) -> Value {
    ((dollars * 10_000.0).round() / 10_000.0).into()
}

/// Returns how long the work took in seconds, rounded to milliseconds.
pub(super) fn seconds(record: &Record) -> f64 {
    (record.elapsed.as_secs_f64() * 1000.0).round() / 1000.0
}

pub(in crate::report) fn line(record: &Record) -> Value {
    let addresses: BTreeMap<_, _> = record.addresses.iter().cloned().collect();
    let errors = record.errors.iter().map(error::value);
    json!({
        "type": "class-lab",
        "student": record.student,
        "email": record.email,
        "account": record.account,
        "region": record.region,
        "lab": record.lab,
        "state": record.state.name(),
        "words": record.words,
        "dollars_per_hour": fine(record.dollars_per_hour),
        "unknown_dollars_per_hour": fine(record.unknown_per_hour),
        "dollars_so_far": record.so_far.map(cents),
        "undated": record.undated,
        "addresses": addresses,
        "errors": errors.collect::<Vec<_>>(),
        "seconds": seconds(record),
        "time": record.time.map(time::text),
    })
}
