//! The words and colours of events, outcomes and errors. A colour has one meaning: green is done,
//! yellow needs attention, red failed, dim is detail.

use std::time::Duration;

use anstyle::{AnsiColor, Style};

use super::signs::Signs;
use crate::engine::{Doing, Obstacle, Outcome};

pub(super) const DONE: Style = AnsiColor::Green.on_default();
pub(super) const LOOK: Style = AnsiColor::Yellow.on_default();
pub(super) const FAILED: Style = AnsiColor::Red.on_default().bold();
pub(super) const AT_WORK: Style = AnsiColor::Cyan.on_default();
pub(super) const DETAIL: Style = Style::new().dimmed();

/// Colours a text.
pub(super) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Returns an outcome in a word or two.
pub(super) fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Unchanged => "unchanged".to_owned(),
        Outcome::Created => "created".to_owned(),
        Outcome::Updated => "updated".to_owned(),
        Outcome::Removed => "removed".to_owned(),
        Outcome::Absent => "not there".to_owned(),
        Outcome::Kept { .. } => "kept".to_owned(),
        Outcome::Interrupted { .. } => interrupted(outcome),
        Outcome::Failed(_) => "failed".to_owned(),
        Outcome::NotStarted { doing, because_of } => {
            let word = not_started(*doing);
            match because_of {
                None => word.to_owned(),
                Some(Obstacle { id, is_unknown: true }) => format!("{word}: `{id}` is unknown"),
                Some(Obstacle { id, is_unknown: false }) => format!("{word}: `{id}` failed"),
            }
        }
    }
}

/// Returns the word for a resource that was not started.
pub(super) fn not_started(doing: Doing) -> &'static str {
    match doing {
        Doing::Deploy => "not started",
        Doing::Cleanup => "not removed",
    }
}

fn interrupted(outcome: &Outcome) -> String {
    let continues = continues(outcome).map(|words| format!(": {words}"));
    format!("interrupted{}", continues.unwrap_or_default())
}

/// Returns what AWS continues to do, although nobody waits for it any more.
pub(super) fn continues(outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Interrupted { continues: Some(Doing::Deploy) } => {
            Some("AWS continues creating it")
        }
        Outcome::Interrupted { continues: Some(Doing::Cleanup) } => {
            Some("AWS continues removing it")
        }
        _ => None,
    }
}

/// Returns whether a resource is as it should be.
pub(super) fn is_done(outcome: &Outcome) -> bool {
    use Outcome::{Absent, Created, Kept, Removed, Unchanged, Updated};
    matches!(outcome, Unchanged | Created | Updated | Removed | Absent | Kept { .. })
}

/// Returns the colour of an outcome.
pub(super) fn style(outcome: &Outcome) -> Style {
    match outcome {
        Outcome::Kept { .. } | Outcome::NotStarted { .. } | Outcome::Interrupted { .. } => LOOK,
        Outcome::Failed(_) => FAILED,
        _ => DONE,
    }
}

/// Returns the sign before a finished line; the words next to it say the same.
pub(super) fn sign(outcome: &Outcome, signs: &Signs) -> &'static str {
    match style(outcome) {
        FAILED => signs.failed,
        LOOK => signs.look,
        _ => signs.done,
    }
}

/// Formats a duration: `0.4 s`, `8 s`, `3 min 5 s`.
pub(super) fn duration(elapsed: Duration) -> String {
    match elapsed.as_secs() {
        0 => format!("0.{} s", (elapsed.subsec_millis() / 100).max(1)),
        seconds => whole(seconds),
    }
}

/// Formats an approximate duration: `10 s`, `50 s`, `3 min`.
pub(super) fn about(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..60 => whole(seconds.div_ceil(10).max(1) * 10),
        seconds => whole((seconds + 30) / 60 * 60),
    }
}

fn whole(seconds: u64) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let of = |millis| duration(Duration::from_millis(millis));
        assert_eq!(of(440), "0.4 s");
        assert_eq!((of(3), of(990)), ("0.1 s".to_owned(), "0.9 s".to_owned()));
        assert_eq!(of(8_900), "8 s");
        assert_eq!(of(185_000), "3 min 5 s");
        assert_eq!(of(120_000), "2 min");
    }

    #[test]
    fn durations_that_nobody_knows() {
        let about = |seconds| about(Duration::from_secs(seconds));
        let words = [0, 4, 42, 59, 60, 89, 91, 130, 160, 445].map(about);
        assert_eq!(
            words,
            ["10 s", "10 s", "50 s", "1 min", "1 min", "1 min", "2 min", "2 min", "3 min", "7 min"]
        );
    }
}
