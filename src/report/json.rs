//! JSON lines on standard output. The schema is in the README; `version` grows when a line changes
//! in a way that breaks a reader.

use std::sync::Once;

use serde_json::{Value, json};

use super::{Address, Row, out, tables};
use crate::{
    engine::{Doing, Event, Outcome, Report},
    error::Error,
    local_cloud::{Health, Mail},
};

/// The version of the schema.
const VERSION: u32 = 1;

/// Writes a line; before the first one, the line that names the version.
fn line(value: &Value) {
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
pub(super) struct Json(());

impl Json {
    pub(super) fn new() -> Self {
        Self(())
    }
}

impl Report for Json {
    fn event(&self, event: &Event<'_>) {
        if let Some(value) = value(event) {
            line(&value);
        }
    }
}

fn value(event: &Event<'_>) -> Option<Value> {
    Some(match event {
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
        Event::Interrupted => json!({"type": "interrupted"}),
        Event::RunFinished => json!({"type": "run-finished"}),
        Event::Tick => return None,
    })
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

/// An error.
pub(super) fn error(error: &Error) {
    let aws = error
        .aws
        .as_ref()
        .map(|aws| json!({"operation": aws.operation, "code": aws.code, "message": aws.message}));
    line(&json!({
        "type": "error",
        "code": error.code.entry().number,
        "message": error.message,
        "aws": aws,
        "hint": error.advice(),
    }));
}

fn row(kind: &str, row: &Row) -> Value {
    json!({
        "type": kind,
        "resource": row.about.id.0,
        "title": row.about.title,
        "state": tables::state(&row.seen),
        "details": tables::details(&row.seen),
    })
}

/// What `deploy` would do.
pub(super) fn plan(rows: &[Row]) {
    for seen in rows {
        let mut value = row("plan", seen);
        value["action"] = tables::action(&seen.seen).into();
        value["why"] = seen.about.why.into();
        value["dollars_per_day"] = cents(seen.about.dollars_per_day());
        line(&value);
    }
}

/// What is there.
pub(super) fn status(rows: &[Row], addresses: &[Address]) {
    for seen in rows {
        line(&row("status", seen));
    }
    result(addresses);
}

/// What cleanup will remove.
pub(super) fn to_remove(rows: &[Row]) {
    for seen in rows {
        let mut value = row("remove", seen);
        value["ours"] = seen.about.ours.as_str().into();
        line(&value);
    }
}

/// The addresses.
pub(super) fn result(addresses: &[Address]) {
    let addresses: serde_json::Map<_, _> = addresses
        .iter()
        .map(|(name, address)| ((*name).to_owned(), Value::from(address.as_str())))
        .collect();
    line(&json!({"type": "result", "addresses": addresses}));
}

/// A line that the backend wrote.
pub(super) fn log_line(text: &str) {
    line(&json!({"type": "log", "text": text}));
}

/// What a running local cloud says of itself.
pub(super) fn local_status(port: u16, health: &Health) {
    line(&json!({
        "type": "local",
        "port": port,
        "folder": health.folder,
        "pace": health.pace,
        "pid": health.pid,
        "version": health.version,
    }));
}

/// A mail.
pub(super) fn mail(mail: &Mail) {
    line(&json!({
        "type": "mail",
        "id": mail.id,
        "to": mail.to,
        "subject": mail.subject,
        "code": mail.code,
        "text": mail.text,
        "sent": mail.sent,
    }));
}

/// What is left after a cleanup.
pub(super) fn left(left: &[(String, String)], asked_tags: bool) {
    let left: Vec<_> = left.iter().map(|(what, why)| json!({"what": what, "why": why})).collect();
    line(&json!({"type": "left", "left": left, "looked_for_tags": asked_tags}));
}

fn cents(dollars: f64) -> Value {
    ((dollars * 100.0).round() / 100.0).into()
}
