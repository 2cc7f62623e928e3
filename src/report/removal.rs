//! What cleanup will remove, and why it may.

use std::fmt::Write as _;

use serde_json::Value;

use super::{
    Shown,
    rows::{self, Lines},
    words::{FAILED, LOOK},
};
use crate::{
    engine::Presence,
    operate::{Bill, Row, Survey},
};

/// What cleanup will remove, given this survey.
pub(crate) struct Removal<'a>(pub(crate) &'a Survey);

/// Returns what cleanup would do with a resource.
fn action(row: &Row) -> &'static str {
    match &row.seen.presence {
        Presence::Absent | Presence::NotUsed { .. } => "not there",
        Presence::Unknown(_) => "unknown",
        _ if row.would_go() => "remove",
        _ => "keep",
    }
}

/// Returns why it would do that.
fn why(survey: &Survey, row: &Row) -> String {
    if let Some(kept) = row.kept.as_ref().filter(|_| row.seen.is_there()) {
        return kept.clone();
    }
    match (&row.seen.presence, row.seen.owner.why_not_ours()) {
        (Presence::Absent, _) => "it is not there".to_owned(),
        (Presence::Unknown(unknown), _) => format!("{}: it is not removed", unknown.words),
        (_, Some(why)) if !row.changeable => format!("{why}: it is not removed"),
        _ => row.about.why_removed(&survey.lab, &row.seen.owner),
    }
}

impl Shown for Removal<'_> {
    fn text(&self, _: bool) -> String {
        let Survey { rows, destination, lab, .. } = self.0;
        let mut lines =
            Lines::new(&format!("Cleanup of lab `{}` in {destination}", lab.name), rows);
        for row in rows.iter().filter(|row| row.seen.presence != Presence::Absent) {
            let style = if row.would_go() { FAILED } else { LOOK };
            let dollars = if row.would_go() { row.dollars_per_day } else { 0.0 };
            lines.row(action(row), style, row, dollars);
            lines.detail(&why(self.0, row));
        }
        let mut text = lines.text;
        if rows.iter().all(|row| row.seen.presence == Presence::Absent) {
            text.push_str("  nothing of it is there");
        } else {
            let _ = write!(text, "\n{}", total(rows));
        }
        text
    }

    fn json(&self) -> Vec<Value> {
        let rows = self.0.rows.iter().map(|row| {
            let mut value = rows::json("remove", &self.0.lab, row);
            value["action"] = action(row).into();
            value["why"] = why(self.0, row).into();
            value
        });
        rows.collect()
    }
}

/// Summarizes how many are removed, how many of those with their parent, and what that saves.
fn total(rows: &[Row]) -> String {
    let going: Vec<&Row> = rows.iter().filter(|row| row.would_go()).collect();
    let with_parent = going.iter().filter(|row| row.about.goes_with_parent).count();
    let mut text = format!("{} to remove", going.len());
    if with_parent > 0 {
        let _ = write!(text, ", {with_parent} of them with what they are part of");
    }
    let _ = write!(text, ". That saves ${:.2} a day on AWS.", Bill::of(going).seen());
    text
}
