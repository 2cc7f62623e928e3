//! What `deploy` would do, why, and what it costs.

use std::fmt::Write as _;

use serde_json::Value;

use super::{
    Shown,
    rows::{self, Lines},
};
use crate::{
    engine::{Presence, Seen, Setting},
    operate::{Row, Survey},
    resources::core_stack::topology_setting,
};

/// What `deploy` would do with what was seen.
pub(crate) struct Plan<'a>(pub(crate) &'a Survey);

/// What `deploy` would do with a resource in this state.
fn action(seen: &Seen) -> &'static str {
    match &seen.presence {
        Presence::Absent => "create",
        _ if seen.owner.why_not_ours().is_some() => "blocked",
        Presence::Settling { .. } | Presence::Waiting { .. } => "wait",
        Presence::There if seen.drifted() => "update",
        Presence::There => "nothing",
        Presence::Broken { .. } | Presence::Unknown(_) => "blocked",
    }
}

/// What another topology means for the price of all rows; `None` for a row that does not change it.
fn change_of_network(row: &Row, rows: &[Row]) -> Option<String> {
    let name = topology_setting();
    let Setting { actual, expected, .. } = row.seen.differing().find(|it| it.name == name)?;
    let (now, then) = (Survey::dollars_per_day_now(rows), Survey::dollars_per_day(rows));
    Some(format!(
        "changes the network from {actual} (${now:.2} a day) to {expected} (${then:.2} a day)"
    ))
}

impl Shown for Plan<'_> {
    fn text(&self, verbose: bool) -> String {
        let Survey { rows, destination, .. } = self.0;
        let mut lines = Lines::new(&format!("Plan for {destination}"), rows);
        for row in rows {
            lines.row(action(&row.seen), rows::style(&row.seen), row, true);
            for detail in rows::details(&row.seen) {
                lines.detail(&detail);
            }
            if let Some(change) = change_of_network(row, rows) {
                lines.detail(&change);
            }
            if verbose || row.seen.presence == Presence::Absent {
                lines.detail(row.about.why);
            }
        }
        let mut text = lines.text;
        let total = Survey::dollars_per_day(rows);
        let changes = match rows.iter().filter(|row| !row.seen.is_ready()).count() {
            0 => "Nothing to do".to_owned(),
            1 => "1 to change".to_owned(),
            many => format!("{many} to change"),
        };
        let _ = write!(
            text,
            "\n{changes}. All of it together costs ${total:.2} a day on AWS ({}).",
            self.0.prices.note()
        );
        if total > 0.0 {
            text.push_str(
                "\nThe first 25 read and write units of DynamoDB are free in every account.",
            );
        }
        text
    }

    fn json(&self) -> Vec<Value> {
        let rows = self.0.rows.iter().map(|row| {
            let mut value = rows::json("plan", &self.0.lab, row);
            value["action"] = action(&row.seen).into();
            value["why"] = row.about.why.into();
            value["dollars_per_day"] = rows::cents(row.dollars_per_day);
            value["dollars_per_day_now"] = rows::cents(row.dollars_per_day_now);
            value
        });
        rows.collect()
    }
}
