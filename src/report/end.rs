//! The end of a run: what was done, failed, and was not started.

use std::fmt::Write as _;

use super::words::{DONE, FAILED, LOOK, paint};
use crate::{
    engine::{Doing, Id, Outcome},
    error::{Code, Error, Exit},
    operate::End,
};

/// The end of a run in a few lines. Errors follow it, each with its own hint.
pub(super) fn text(end: &End, command: &str) -> String {
    let with = |wanted: fn(&Outcome) -> bool| -> Vec<Id> {
        end.outcomes.iter().filter(|(_, outcome)| wanted(outcome)).map(|(id, _)| *id).collect()
    };
    let failed = with(|outcome| matches!(outcome, Outcome::Failed(_)));
    let not_started = with(|outcome| matches!(outcome, Outcome::NotStarted { .. }));
    let changed =
        with(|outcome| matches!(outcome, Outcome::Created | Outcome::Updated | Outcome::Removed));
    if failed.is_empty() && not_started.is_empty() {
        return match (end.doing, changed.len()) {
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
    let _ = write!(text, "to continue: `{command}`");
    text
}

/// The errors of a run, each with its own hint. An interrupt is one, however many it stopped.
pub(super) fn errors(end: &End, command: &str) -> Vec<Error> {
    let failed = end.outcomes.iter().filter_map(|(_, outcome)| match outcome {
        Outcome::Failed(error) if error.code != Code::Interrupted => Some((**error).clone()),
        _ => None,
    });
    let mut errors: Vec<Error> = failed.collect();
    if end.failed() == Some(Exit::Interrupted) {
        let hint = format!("`{command}` continues where this one stopped");
        errors.push(Error::new(Code::Interrupted, "interrupted").hint(hint));
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::Values;

    #[test]
    fn the_end_lists_what_was_done_failed_and_not_started() {
        let failed = Outcome::Failed(Box::new(Error::new(Code::Refused, "no")));
        let not_started = Outcome::NotStarted { because_of: Some(Id("table")) };
        let outcomes = vec![
            (Id("bucket"), Outcome::Created),
            (Id("table"), failed),
            (Id("mysfits"), not_started),
        ];
        let end = End { doing: Doing::Deploy, outcomes, known: Values::default() };
        let text = super::text(&end, "mysfits deploy part-2");
        assert_eq!(
            anstream::adapter::strip_str(&text).to_string(),
            "done: `bucket`\nfailed: `table`\nnot started: `mysfits`\nto continue: `mysfits deploy part-2`"
        );
    }
}
