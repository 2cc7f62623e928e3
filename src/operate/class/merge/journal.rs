//! The lines of several journals as those of one.

use std::{collections::HashMap, time::SystemTime};

use serde_json::Value;

use super::{Fields, Share};
use crate::operate::class::{Record, State};

/// A line of a journal.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// The line as it stands in the file, without its end.
    pub(super) text: String,
    time: SystemTime,
    /// What it says of a lab, if it is about the state of one.
    pub(super) lab: Option<Record>,
}

impl Line {
    /// Reads a line of a journal; `None` if it is none.
    ///
    /// # Errors
    /// When it is one, and something in it is missing or wrong.
    pub(crate) fn read(text: &str, value: &Value) -> Option<Result<Self, String>> {
        let kind = value["type"].as_str()?;
        matches!(kind, "run" | "lab" | "call").then(|| Self::of(text, value, kind == "lab"))
    }

    fn of(text: &str, value: &Value, is_lab: bool) -> Result<Self, String> {
        let time = Fields(value).time("time")?.ok_or("`time` is missing or wrong")?;
        let lab = is_lab.then(|| record(value, time)).transpose()?;
        Ok(Self { text: text.to_owned(), time, lab })
    }
}

fn record(value: &Value, time: SystemTime) -> Result<Record, String> {
    let fields = Fields(value);
    let has_no_end = matches!(fields.text("state")?.as_str(), "planned" | "started");
    let state = if has_no_end { State::Unknown } else { fields.state()? };
    let errors = fields.errors()?;
    let words = match errors.first() {
        Some(error) => error.in_a_line(),
        None if has_no_end => "the journal has no end of the work on it".to_owned(),
        None => "as the journal says".to_owned(),
    };
    Ok(Record {
        student: fields.text("student")?,
        account: fields.account()?,
        region: fields.optional("region")?,
        lab: fields.text("lab")?,
        words,
        errors,
        time: Some(time),
        ..Record::unknown(state)
    })
}

/// Returns the lines in the order of their times; those of one file stay in theirs, even if its clock
/// was set back. A line that is in several files is there as often as in one of them.
pub(super) fn interleaved(shares: &[Share]) -> Vec<&Line> {
    let mut kept: HashMap<&str, usize> = HashMap::new();
    let mut lines = Vec::new();
    for share in shares {
        let mut here: HashMap<&str, usize> = HashMap::new();
        let mut latest = SystemTime::UNIX_EPOCH;
        for line in &share.journal {
            latest = latest.max(line.time);
            let count = here.entry(&line.text).or_default();
            *count += 1;
            let known = kept.entry(&line.text).or_default();
            if *count > *known {
                *known = *count;
                lines.push((latest, line));
            }
        }
    }
    lines.sort_by_key(|(time, _)| *time);
    lines.into_iter().map(|(_, line)| line).collect()
}
