//! Lines of JSON on stdout, from where ECS takes them to CloudWatch Logs.

use std::{
    io::Write as _,
    time::{Duration, SystemTime},
};

use aws_smithy_types::date_time::{DateTime, Format};
use serde_json::{Value, json};

tokio::task_local! {
    /// The id of the request that is being served; each of its lines has it.
    static SERVED: String;
}

/// Serves a request with this id.
pub(crate) async fn of_request<T>(id: String, serve: impl Future<Output = T>) -> T {
    SERVED.scope(id, serve).await
}

/// Logs something worth knowing.
pub(crate) fn info(message: &str, fields: Value) {
    line("info", message, fields);
}

/// Logs something that somebody should look into.
pub(crate) fn error(message: &str, fields: Value) {
    line("error", message, fields);
}

/// A request that was answered.
pub(crate) struct Request<'a> {
    pub(crate) id: &'a str,
    pub(crate) method: &'a str,
    /// Without the query: it may contain what does not belong in a log.
    pub(crate) path: &'a str,
    pub(crate) status: u16,
    pub(crate) took: Duration,
}

impl Request<'_> {
    pub(crate) fn log(&self) {
        let fields = json!({
            "request_id": self.id,
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "milliseconds": milliseconds(self.took),
        });
        line(if self.status < 500 { "info" } else { "error" }, "request", fields);
    }
}

/// Formats a duration with three digits after the point.
fn milliseconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}

fn line(level: &str, message: &str, mut fields: Value) {
    let time = DateTime::from(SystemTime::now()).fmt(Format::DateTime).unwrap_or_default();
    let mut line = json!({ "time": time, "level": level, "message": message });
    let _ = SERVED.try_with(|id| line["request_id"] = id.as_str().into());
    if let (Some(line), Some(fields)) = (line.as_object_mut(), fields.as_object_mut()) {
        line.append(fields);
    }
    // One write for each line, so that lines are never mixed. If nobody reads them any more,
    // serving continues.
    let _ = std::io::stdout().lock().write_all(format!("{line}\n").as_bytes());
}
