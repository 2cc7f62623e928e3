//! The words and colours of events, ends and errors. A colour has one meaning: green is done,
//! yellow wants a look, red failed, dim is detail.

use std::{fmt::Write as _, time::Duration};

use anstyle::{AnsiColor, Style};

use super::End;
use crate::{
    engine::{Doing, Id, Outcome},
    error::Error,
};

pub(super) const DONE: Style = AnsiColor::Green.on_default();
pub(super) const LOOK: Style = AnsiColor::Yellow.on_default();
pub(super) const FAILED: Style = AnsiColor::Red.on_default().bold();
pub(super) const DETAIL: Style = Style::new().dimmed();

/// Text in a colour.
pub(super) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// An outcome in a word or two.
pub(super) fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Unchanged => "unchanged".to_owned(),
        Outcome::Created => "created".to_owned(),
        Outcome::Updated => "updated".to_owned(),
        Outcome::Removed => "removed".to_owned(),
        Outcome::Absent => "not there".to_owned(),
        Outcome::Kept { .. } => "kept".to_owned(),
        Outcome::Failed(_) => "failed".to_owned(),
        Outcome::NotStarted { because_of: Some(id) } => format!("not started, `{id}` failed"),
        Outcome::NotStarted { because_of: None } => "not started".to_owned(),
    }
}

/// The sign before a finished line; the words beside it say the same.
pub(super) fn sign(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Failed(_) => "✗",
        Outcome::Kept { .. } | Outcome::NotStarted { .. } => "•",
        _ => "✓",
    }
}

/// A duration for a person: `0.4 s`, `12 s`, `3 min 5 s`.
pub(super) fn duration(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", elapsed.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// An error in at most three lines.
pub(super) fn error(error: &Error) -> String {
    let entry = error.code.entry();
    let mut text =
        format!("{}: {}", paint(FAILED, &format!("error[{}]", entry.number)), error.message);
    if let Some(aws) = &error.aws {
        let said = format!("{}: {}: {}", aws.operation, aws.code, one_line(&aws.message));
        let _ = write!(text, "\n  {} {said}", paint(DETAIL, "AWS:"));
    }
    let _ = write!(text, "\n  {} {}", paint(LOOK, "hint:"), error.advice());
    text
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The end of a run in a few lines. Errors follow it, each with its own hint.
pub(super) fn end(doing: Doing, end: &End, again: &str) -> String {
    let with = |wanted: fn(&Outcome) -> bool| -> Vec<Id> {
        end.outcomes.iter().filter(|(_, outcome)| wanted(outcome)).map(|(id, _)| *id).collect()
    };
    let failed = with(|outcome| matches!(outcome, Outcome::Failed(_)));
    let not_started = with(|outcome| matches!(outcome, Outcome::NotStarted { .. }));
    let changed =
        with(|outcome| matches!(outcome, Outcome::Created | Outcome::Updated | Outcome::Removed));
    if failed.is_empty() && not_started.is_empty() {
        return match (doing, changed.len()) {
            (Doing::Deploy, 0) => paint(DONE, "nothing changed: everything is as it should be"),
            (Doing::Deploy, count) => paint(DONE, &format!("deployed, {count} changed")),
            (Doing::Cleanup, count) => paint(DONE, &format!("{count} removed")),
        };
    }
    let done = with(|outcome| !matches!(outcome, Outcome::Failed(_) | Outcome::NotStarted { .. }));
    let mut text = String::new();
    for (word, style, ids) in
        [("done", DONE, done), ("failed", FAILED, failed), ("not started", LOOK, not_started)]
    {
        if !ids.is_empty() {
            let ids: Vec<_> = ids.iter().map(|id| format!("`{id}`")).collect();
            let _ = writeln!(text, "{}: {}", paint(style, word), ids.join(", "));
        }
    }
    let _ = write!(text, "to go on: `{again}`");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::Values,
        error::{AwsWords, Code},
    };

    #[test]
    fn durations() {
        let of = |millis| duration(Duration::from_millis(millis));
        assert_eq!(of(440), "0.4 s");
        assert_eq!(of(12_900), "12 s");
        assert_eq!(of(185_000), "3 min 5 s");
    }

    #[test]
    fn an_error_has_at_most_three_lines() {
        let error = Error::new(Code::Refused, "table: AWS refused a call").said(AwsWords {
            operation: "dynamodb CreateTable",
            code: "LimitExceededException".to_owned(),
            message: "Too\nmany\n\ntables".to_owned(),
        });
        let text = anstream::adapter::strip_str(&super::error(&error)).to_string();
        assert_eq!(
            text,
            "error[MYS051]: table: AWS refused a call\n  \
             AWS: dynamodb CreateTable: LimitExceededException: Too many tables\n  \
             hint: `mysfits status` shows what is there; the same command again goes on from here"
        );
    }

    #[test]
    fn the_end_lists_what_was_done_failed_and_not_started() {
        let failed = Outcome::Failed(Box::new(Error::new(Code::Refused, "no")));
        let not_started = Outcome::NotStarted { because_of: Some(Id("table")) };
        let outcomes = vec![
            (Id("bucket"), Outcome::Created),
            (Id("table"), failed),
            (Id("mysfits"), not_started),
        ];
        let end = End { outcomes, known: Values::default() };
        let text = super::end(Doing::Deploy, &end, "mysfits deploy part-2");
        assert_eq!(
            anstream::adapter::strip_str(&text).to_string(),
            "done: `bucket`\nfailed: `table`\nnot started: `mysfits`\nto go on: `mysfits deploy part-2`"
        );
    }
}
