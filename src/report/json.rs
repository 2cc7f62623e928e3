//! JSON lines on standard output. The schema is in the README; `version` grows when a line changes
//! in a way that breaks a reader.

use std::sync::Once;

use serde_json::{Value, json};

use super::{Progress, out};
use crate::{
    engine::{Doing, Event, Outcome, Report},
    lab::LabId,
};

/// The version of the schema.
const VERSION: u32 = 1;

/// Writes a line; before the first one, the line that names the version.
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
        if let Some(value) = value(lab, event) {
            line(&value);
        }
    }
}

impl Progress for Events {
    fn interrupted(&self) {
        line(&json!({"type": "interrupted"}));
    }
}

fn value(lab: &LabId, event: &Event<'_>) -> Option<Value> {
    let mut value = match event {
        Event::RunStarted { doing, resources } => {
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
                "seconds": (elapsed.as_secs_f64() * 1000.0).round() / 1000.0,
            });
            match outcome {
                Outcome::Kept { why } => value["why"] = why.as_str().into(),
                Outcome::Failed(error) => value["error"] = error.code.entry().number.into(),
                Outcome::NotStarted { because_of: Some(id) } => value["because_of"] = id.0.into(),
                _ => {}
            }
            value
        }
        Event::RunFinished => json!({"type": "run-finished"}),
        Event::Tick => return None,
    };
    value["lab"] = lab.name.as_str().into();
    value["account"] = lab.account.as_str().into();
    value["region"] = lab.region.as_str().into();
    Some(value)
}

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Unchanged => "unchanged",
        Outcome::Created => "created",
        Outcome::Updated => "updated",
        Outcome::Removed => "removed",
        Outcome::Absent => "absent",
        Outcome::Kept { .. } => "kept",
        Outcome::Failed(_) => "failed",
        Outcome::NotStarted { .. } => "not-started",
    }
}

/// Something said in passing.
pub(super) fn message(text: &str) {
    line(&json!({"type": "message", "text": text}));
}
