//! What is there.

use std::fmt::Write as _;

use serde_json::Value;

use super::{
    Addresses, Shown,
    rows::{self, Lines},
};
use crate::operate::{Survey, addresses};

/// What was seen.
pub(crate) struct Status<'a>(pub(crate) &'a Survey);

impl Shown for Status<'_> {
    fn text(&self, _: bool) -> String {
        let Survey { rows, destination, known, .. } = self.0;
        let mut lines = Lines::new(&format!("Status of {destination}"), rows);
        for row in rows {
            lines.row(rows::state(&row.seen), rows::style(&row.seen), row, false);
            for detail in rows::details(&row.seen) {
                lines.detail(&detail);
            }
        }
        let mut text = lines.text;
        let there = rows.iter().filter(|row| row.seen.is_ours());
        let total = Survey::dollars_per_day_now(there);
        let _ = write!(text, "\nWhat is there costs ${total:.2} a day on AWS.");
        for (name, address) in addresses(known) {
            let _ = write!(text, "\n{name}: {address}");
        }
        text
    }

    fn json(&self) -> Vec<Value> {
        let rows = self.0.rows.iter().map(|row| rows::json("status", &self.0.lab, row));
        rows.chain(Addresses(&addresses(&self.0.known)).json()).collect()
    }
}
