//! JSON lines on standard output. The schema is in docs/json.md; `version` is increased when a
//! change to a line breaks readers.

use std::{
    sync::Once,
    time::{Duration, SystemTime},
};

use aws_smithy_types::date_time::{DateTime, Format};
use serde_json::{Map, Value, json};

use super::{Progress, out};
use crate::{
    engine::{Doing, Event, Id, Outcome, Report},
    lab::LabId,
};

/// The version of the schema.
const VERSION: u32 = 1;

/// Writes a line; before the first one, the line with the version.
pub(super) fn line(value: &Value) {
    static FIRST: Once = Once::new();
    FIRST.call_once(|| {
        let mysfits = env!("CARGO_PKG_VERSION");
        out::result(
            &json!({"type": "version", "version": VERSION, "mysfits": mysfits}).to_string(),
        );
    });
    out::result(&value.to_string());
}

/// Events as JSON lines.
pub(super) struct Events;

impl Report for Events {
    fn event(&self, lab: &LabId, event: &Event<'_>) {
        if let Some(mut value) = value(lab, event) {
            value["time"] = now().into();
            line(&value);
        }
    }
}

impl Progress for Events {
    fn interrupted(&self) {
        line(&json!({"type": "interrupted", "time": now()}));
    }
}

pub(super) fn value(lab: &LabId, event: &Event<'_>) -> Option<Value> {
    let mut value = match event {
        Event::RunStarted { doing, resources, .. } => {
            let doing = match doing {
                Doing::Deploy => "deploy",
                Doing::Cleanup => "cleanup",
            };
            let resources: Vec<_> = resources.iter().map(|about| about.id.0).collect();
            json!({"type": "run-started", "doing": doing, "resources": resources})
        }
        Event::Started { id } => json!({"type": "started", "resource": id.0}),
        Event::Status { id, text } => json!({"type": "progress", "resource": id.0, "text": text}),
        Event::Note { id, text } => json!({"type": "note", "resource": id.0, "text": text}),
        Event::Finished { id, outcome, elapsed } => {
            let mut value = json!({
                "type": "finished",
                "resource": id.0,
                "outcome": name(outcome),
                "seconds": seconds(*elapsed),
            });
            match outcome {
                Outcome::Kept { why } => value["why"] = why.as_str().into(),
                Outcome::Failed(error) => value["error"] = error.code.entry().number.into(),
                Outcome::Interrupted { continues } => {
                    value["aws_continues"] = continues.is_some().into();
                }
                Outcome::NotStarted { because_of: Some(obstacle), .. } => {
                    value["because_of"] = obstacle.id.0.into();
                }
                _ => {}
            }
            value
        }
        Event::RunFinished { outcomes, elapsed } => json!({
            "type": "run-finished",
            "outcome": of_run(outcomes),
            "seconds": seconds(*elapsed),
            "counts": counts(outcomes),
        }),
        Event::Tick => return None,
    };
    value["lab"] = lab.name.as_str().into();
    value["account"] = lab.account.as_str().into();
    value["region"] = lab.region.as_str().into();
    Some(value)
}

/// Returns seconds, rounded to milliseconds.
fn seconds(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 1000.0).round() / 1000.0
}

/// Returns the time, in the form of [`time`].
pub(super) fn now() -> String {
    time(SystemTime::now())
}

/// Formats a time as RFC 3339, in UTC, to the millisecond.
pub(super) fn time(now: SystemTime) -> String {
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let whole = DateTime::from_secs(since.as_secs().try_into().unwrap_or_default());
    // Whole seconds are formatted without a fraction. Only times in the far future have no format.
    let whole = whole.fmt(Format::DateTime).unwrap_or_default();
    format!("{}.{:03}Z", whole.trim_end_matches('Z'), since.subsec_millis())
}

/// Returns the worst of a run's outcomes.
fn of_run(outcomes: &[(Id, Outcome)]) -> &'static str {
    let any = |is: fn(&Outcome) -> bool| outcomes.iter().any(|(_, outcome)| is(outcome));
    let stopped =
        |outcome: &Outcome| matches!(outcome, Outcome::NotStarted { because_of: None, .. });
    if any(|outcome| matches!(outcome, Outcome::Interrupted { .. })) || any(stopped) {
        "interrupted"
    } else if any(|outcome| matches!(outcome, Outcome::Failed(_))) {
        "failed"
    } else {
        "done"
    }
}

/// Counts the outcomes by name.
fn counts(outcomes: &[(Id, Outcome)]) -> Map<String, Value> {
    let mut counts = Map::new();
    for (_, outcome) in outcomes {
        let count = counts.entry(name(outcome)).or_insert_with(|| 0.into());
        *count = (count.as_u64().unwrap_or_default() + 1).into();
    }
    counts
}

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Unchanged => "unchanged",
        Outcome::Created => "created",
        Outcome::Updated => "updated",
        Outcome::Removed => "removed",
        Outcome::Absent => "absent",
        Outcome::Kept { .. } => "kept",
        Outcome::Interrupted { .. } => "interrupted",
        Outcome::Failed(_) => "failed",
        Outcome::NotStarted { .. } => "not-started",
    }
}

/// Writes a message that is not part of a result.
pub(super) fn message(text: &str) {
    line(&json!({"type": "message", "text": text, "time": now()}));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::Obstacle,
        error::{Code, Error},
    };

    #[test]
    fn times_are_in_utc_to_the_millisecond() {
        let at = |millis| time(SystemTime::UNIX_EPOCH + Duration::from_millis(millis));
        assert_eq!(at(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(at(1_795_759_200_070), "2026-11-27T06:00:00.070Z");
    }

    #[test]
    fn a_run_ends_as_the_worst_of_its_outcomes() {
        let failed = || Outcome::Failed(Box::new(Error::new(Code::Refused, "no")));
        let obstacle = Obstacle { id: Id("c"), is_unknown: false };
        let not_started = Outcome::NotStarted { doing: Doing::Deploy, because_of: Some(obstacle) };
        let mut outcomes = vec![(Id("a"), Outcome::Created), (Id("b"), Outcome::Created)];
        assert_eq!(of_run(&outcomes), "done");
        outcomes.extend([(Id("c"), failed()), (Id("d"), not_started)]);
        assert_eq!(of_run(&outcomes), "failed");
        outcomes.push((Id("e"), Outcome::Interrupted { continues: Some(Doing::Deploy) }));
        assert_eq!(of_run(&outcomes), "interrupted");
        let counts = Value::from(counts(&outcomes));
        assert_eq!(counts, json!({"created": 2, "failed": 1, "interrupted": 1, "not-started": 1}));
    }
}
