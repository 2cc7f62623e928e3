//! What `deploy` would do, why, and what it costs.

use std::fmt::Write as _;

use serde_json::Value;

use super::{
    Shown,
    rows::{self, Lines},
};
use crate::{
    engine::Presence,
    lab::Owner,
    operate::{Row, Survey},
};

/// What `deploy` would do, given this survey.
pub(crate) struct Plan<'a>(pub(crate) &'a Survey);

/// Returns what `deploy` would do with a resource in this state.
fn action(row: &Row) -> &'static str {
    let seen = &row.seen;
    match &seen.presence {
        Presence::Absent => "create",
        Presence::NotUsed { .. } => "not used",
        Presence::Unknown(_) => "unknown",
        _ if !row.changeable => "blocked",
        _ if seen.owner != Owner::Ours => "adopt",
        Presence::Settling { .. } | Presence::Waiting { .. } | Presence::Unreached { .. } => "wait",
        Presence::There if seen.drifted() => "update",
        Presence::There => "unchanged",
        // It cannot be changed into the lab's; where AWS allows, `deploy` recreates it.
        Presence::Broken { .. } => "replace",
    }
}

/// Returns how the change affects the price of an existing resource; `None` if it does not.
fn change_of_price(row: &Row) -> Option<String> {
    let (now, then) = (row.dollars_seen(), row.dollars_when_ready);
    let changes = row.seen.is_there() && (now - then).abs() > 0.005;
    changes.then(|| format!("changes what it costs from ${now:.2} to ${then:.2} a day"))
}

/// Counts the actions, in a few words.
fn changes(rows: &[Row]) -> String {
    let actions = ["create", "adopt", "update", "replace", "wait", "blocked", "unknown"];
    let counts = actions.map(|word| (rows.iter().filter(|row| action(row) == word).count(), word));
    let counts =
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| match word {
            "create" | "adopt" | "update" | "replace" => format!("{count} to {word}"),
            "wait" => format!("{count} to wait for"),
            _ => format!("{count} {word}"),
        });
    let counts: Vec<_> = counts.collect();
    if counts.is_empty() { "No changes".to_owned() } else { counts.join(", ") }
}

impl Shown for Plan<'_> {
    fn text(&self, verbose: bool) -> String {
        let Survey { rows, destination, lab, .. } = self.0;
        let mut lines = Lines::new(&format!("Plan for lab `{}` in {destination}", lab.name), rows);
        for row in rows {
            lines.row(action(row), rows::style(&row.seen), row, row.dollars_when_ready);
            for detail in rows::details(&row.seen) {
                lines.detail(&detail);
            }
            if let Some(change) = change_of_price(row) {
                lines.detail(&change);
            }
            if verbose || row.seen.presence == Presence::Absent {
                lines.detail(row.about.why);
            }
        }
        let mut text = lines.text;
        let total = self.0.dollars_when_ready();
        let seen = self.0.bill().seen();
        let now = if seen > 0.0 && (seen - total).abs() > 0.005 {
            format!(", now ${seen:.2}")
        } else {
            String::new()
        };
        let _ = write!(
            text,
            "\n{}. All of it together costs ${total:.2} a day on AWS{now} ({}).",
            changes(rows),
            self.0.prices.note()
        );
        if let Some(lab) = self.0.learner_lab.filter(|_| total > 0.0) {
            let _ = write!(text, "\nIn a Learner Lab that is {}.", lab.days(total));
        }
        if rows.iter().any(|row| action(row) == "blocked") {
            text.push_str(
                "\n`deploy` fails at what is blocked. `--adopt` takes over what lacks the lab's tag; \
                 `--lab NAME` deploys beside it.",
            );
        }
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
            value["action"] = action(row).into();
            value["why"] = row.about.why.into();
            value["dollars_per_day"] = rows::cents(row.dollars_when_ready);
            value["dollars_per_day_now"] = rows::cents(row.dollars_seen());
            value
        });
        rows.collect()
    }
}
