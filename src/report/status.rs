//! What is deployed.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{
    Addresses, Shown,
    rows::{self, Lines},
};
use crate::operate::{Bill, Survey, addresses};

/// The observed state.
pub(crate) struct Status<'a>(pub(crate) &'a Survey);

impl Shown for Status<'_> {
    fn text(&self, verbose: bool) -> String {
        let Survey { rows, destination, known, lab, .. } = self.0;
        let mut lines = Lines::new(&format!("Status of lab `{}` in {destination}", lab.name), rows);
        for row in rows {
            lines.row(rows::state(&row.seen), rows::style(&row.seen), row, 0.0);
            for detail in rows::details(&row.seen) {
                lines.detail(&detail);
            }
        }
        let mut text = lines.text;
        let _ = write!(text, "\n{}", cost(&self.0.bill()));
        let addresses = addresses(known);
        if !addresses.is_empty() {
            let _ = write!(text, "\n{}", Addresses(&addresses).text(verbose));
        }
        text
    }

    fn json(&self) -> Vec<Value> {
        let rows = self.0.rows.iter().map(|row| {
            let mut value = rows::json("status", &self.0.lab, row);
            value["dollars_per_day"] = rows::cents(row.dollars_seen());
            value
        });
        let bill = self.0.bill();
        let bill = json!({
            "type": "bill",
            "dollars_per_day": rows::cents(bill.seen()),
            "not_ours": rows::cents(bill.not_ours),
            "unknown": rows::cents(bill.unknown),
        });
        rows.chain([bill]).chain(Addresses(&addresses(&self.0.known)).json()).collect()
    }
}

/// Returns the sentence about cost: what was observed, how much of that is not the lab's, and how
/// much more it may be.
fn cost(bill: &Bill) -> String {
    let mut text = format!("What is deployed costs ${:.2} a day on AWS", bill.seen());
    if bill.not_ours > 0.0 {
        let _ = write!(text, ", of which ${:.2} is not this lab's", bill.not_ours);
    }
    text.push('.');
    if bill.unknown > 0.0 {
        let unknown = bill.unknown;
        let _ = write!(text, " What could not be looked at may cost up to ${unknown:.2} more.");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bill_says_whose_it_is_and_what_is_unknown() {
        assert_eq!(cost(&Bill::default()), "What is deployed costs $0.00 a day on AWS.");
        let bill = Bill { ours: 0.32, not_ours: 3.68, unknown: 0.3 };
        assert_eq!(
            cost(&bill),
            "What is deployed costs $4.00 a day on AWS, of which $3.68 is not this lab's. \
             What could not be looked at may cost up to $0.30 more."
        );
    }
}
