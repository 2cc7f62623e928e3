//! The words and colours of events, ends and errors. A colour has one meaning: green is done,
//! yellow wants a look, red failed, dim is detail.

use std::time::Duration;

use anstyle::{AnsiColor, Style};

use crate::engine::Outcome;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let of = |millis| duration(Duration::from_millis(millis));
        assert_eq!(of(440), "0.4 s");
        assert_eq!(of(12_900), "12 s");
        assert_eq!(of(185_000), "3 min 5 s");
    }
}
