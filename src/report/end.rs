//! The end of a run: what was done, interrupted, failed, and was not started.

use std::{fmt::Write as _, mem::replace};

use super::words::{self, DONE, FAILED, LOOK, paint};
use crate::{
    engine::{Doing, Id, Outcome},
    error::{Code, Error, Exit},
    operate::End,
};

/// Formats the end of a run in a few lines. Errors follow it, each with its own hint.
pub(super) fn text(end: &End, command: &str) -> String {
    if end.outcomes.iter().all(|(_, outcome)| words::is_done(outcome)) {
        return paint(DONE, &went_well(end));
    }
    let groups = [
        ("done", DONE, list(end, words::is_done)),
        ("interrupted", LOOK, list(end, |it| matches!(it, Outcome::Interrupted { .. }))),
        ("failed", FAILED, list(end, |it| matches!(it, Outcome::Failed(_)))),
        (
            words::not_started(end.doing),
            LOOK,
            list(end, |it| matches!(it, Outcome::NotStarted { .. })),
        ),
    ];
    let mut text = String::new();
    for (word, style, list) in groups.into_iter().filter(|(.., list)| !list.is_empty()) {
        let _ = writeln!(text, "{}: {list}", paint(style, word));
    }
    // The hint of an interrupt contains the command.
    if end.failed() != Some(Exit::Interrupted) {
        let _ = write!(text, "to continue: `{command}`");
    }
    text.truncate(text.trim_end().len());
    text
}

/// Returns the names of the resources with a matching outcome.
fn list(end: &End, wanted: impl Fn(&Outcome) -> bool) -> String {
    let wanted = end.outcomes.iter().filter(|(_, outcome)| wanted(outcome));
    let name = |(id, outcome): &(Id, Outcome)| {
        let continues = words::continues(outcome).map(|words| format!(" ({words})"));
        format!("`{id}`{}", continues.unwrap_or_default())
    };
    wanted.map(name).collect::<Vec<_>>().join(", ")
}

/// Summarizes a successful run: `Deployed: 2 created, 18 unchanged in 12 s.`
fn went_well(end: &End) -> String {
    let count =
        |wanted: &Outcome| end.outcomes.iter().filter(|(_, outcome)| outcome == wanted).count();
    let time = words::duration(end.elapsed);
    if end.doing == Doing::Cleanup {
        return format!("{} removed in {time}", count(&Outcome::Removed));
    }
    let (created, updated) = (count(&Outcome::Created), count(&Outcome::Updated));
    if created + updated == 0 {
        return "No changes: everything is up to date.".to_owned();
    }
    let counts =
        [(created, "created"), (updated, "updated"), (count(&Outcome::Unchanged), "unchanged")];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts.map(|(count, word)| format!("{count} {word}")).collect();
    format!("Deployed: {} in {time}.", counts.join(", "))
}

/// Returns the errors of a run, each with its own hint. All interrupts are a single error, and so is
/// the end of a session.
pub(super) fn errors(end: &End, command: &str) -> Vec<Error> {
    let failed = end.outcomes.iter().filter_map(|(_, outcome)| match outcome {
        Outcome::Failed(error) => Some((**error).clone()),
        _ => None,
    });
    let mut errors: Vec<Error> = failed.collect();
    // Once a session has ended, everything fails in the same way.
    let mut has_ended = false;
    errors.retain(|error| error.code != Code::SessionEnded || !replace(&mut has_ended, true));
    if end.failed() == Some(Exit::Interrupted) {
        let hint = format!("`{command}` continues where this one stopped");
        errors.push(Error::new(Code::Interrupted, "interrupted").hint(hint));
    }
    errors
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{engine::Obstacle, lab::Values};

    /// Creates the end of a deployment with these outcomes, after two minutes.
    pub(in crate::report) fn end(
        outcomes: &[(&'static str, Outcome)],
        dollars_per_day: f64,
    ) -> End {
        let outcomes = outcomes.iter().map(|(id, outcome)| (Id(id), outcome.clone())).collect();
        let (doing, known) = (Doing::Deploy, Values::default());
        End { doing, outcomes, elapsed: Duration::from_secs(136), dollars_per_day, known }
    }

    fn shown(end: &End) -> String {
        let text = text(end, "mysfits deploy part-2");
        anstream::adapter::strip_str(&text).to_string()
    }

    pub(in crate::report) fn failed() -> Outcome {
        Outcome::Failed(Box::new(Error::new(Code::Refused, "no")))
    }

    const NOT_STARTED: Outcome = Outcome::NotStarted {
        doing: Doing::Deploy,
        because_of: Some(Obstacle { id: Id("table"), is_unknown: false }),
    };

    #[test]
    fn the_end_lists_what_was_done_failed_and_not_started() {
        let ended = [("bucket", Outcome::Created), ("table", failed()), ("mysfits", NOT_STARTED)];
        assert_eq!(
            shown(&end(&ended, 0.0)),
            "done: `bucket`\nfailed: `table`\nnot started: `mysfits`\nto continue: `mysfits deploy part-2`"
        );
    }

    #[test]
    fn what_was_interrupted_is_not_failed_and_no_command_is_named_twice() {
        let ended = end(
            &[
                ("bucket", Outcome::Created),
                ("table", Outcome::Interrupted { continues: Some(Doing::Deploy) }),
                ("image", Outcome::Interrupted { continues: None }),
                ("mysfits", Outcome::NotStarted { doing: Doing::Deploy, because_of: None }),
            ],
            0.32,
        );
        assert_eq!(
            shown(&ended),
            "done: `bucket`\ninterrupted: `table` (AWS continues creating it), `image`\n\
             not started: `mysfits`"
        );
        let errors = errors(&ended, "mysfits deploy part-2");
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].advice(), "`mysfits deploy part-2` continues where this one stopped");
    }

    #[test]
    fn the_end_of_a_session_is_one_error() {
        let ended = || Outcome::Failed(Box::new(Error::new(Code::SessionEnded, "it has ended")));
        let run = end(&[("bucket", ended()), ("table", ended()), ("mysfits", failed())], 0.0);
        let codes: Vec<Code> = errors(&run, "mysfits deploy").iter().map(|it| it.code).collect();
        assert_eq!(codes, [Code::SessionEnded, Code::Refused]);
    }

    #[test]
    fn what_went_well_is_counted() {
        let ended = [
            ("bucket", Outcome::Created),
            ("site", Outcome::Created),
            ("table", Outcome::Updated),
            ("mysfits", Outcome::Unchanged),
        ];
        assert_eq!(
            shown(&end(&ended, 0.0)),
            "Deployed: 2 created, 1 updated, 1 unchanged in 2 min 16 s."
        );
        assert_eq!(shown(&end(&ended[..2], 0.0)), "Deployed: 2 created in 2 min 16 s.");
        assert_eq!(shown(&end(&ended[3..], 0.0)), "No changes: everything is up to date.");
    }
}
