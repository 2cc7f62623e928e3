//! Lines that the backend wrote, as the result of `logs`.

use serde_json::{Value, json};

use super::Shown;

/// The lines.
pub(crate) struct LogLines<'a>(pub(crate) &'a [String]);

impl Shown for LogLines<'_> {
    fn text(&self, _: bool) -> String {
        self.0.join("\n")
    }

    fn json(&self) -> Vec<Value> {
        self.0.iter().map(|text| json!({"type": "log", "text": text})).collect()
    }
}
