//! What cleanup will remove, and why it believes that it may.

use serde_json::Value;

use super::{
    Shown,
    rows::{self, Lines},
    words::{FAILED, LOOK},
};
use crate::{engine::Presence, operate::Survey};

/// What cleanup will remove of what was seen.
pub(crate) struct Removal<'a>(pub(crate) &'a Survey);

impl Shown for Removal<'_> {
    fn text(&self, _: bool) -> String {
        let Survey { rows, destination, lab, .. } = self.0;
        let mut lines = Lines::new(&format!("Cleanup of {destination}"), rows);
        for row in rows.iter().filter(|row| row.seen.presence != Presence::Absent) {
            if let Some(why) = row.seen.owner.why_not_ours() {
                lines.row("keep", LOOK, row, false);
                lines.detail(&format!("{why}: it is not touched"));
            } else {
                lines.row("remove", FAILED, row, true);
                lines.detail(&row.about.why_ours(lab));
            }
        }
        let mut text = lines.text;
        if rows.iter().all(|row| row.seen.presence == Presence::Absent) {
            text.push_str("  nothing of the lab is there\n");
        }
        text
    }

    fn json(&self) -> Vec<Value> {
        let rows = self.0.rows.iter().map(|row| {
            let mut value = rows::json("remove", &self.0.lab, row);
            value["ours"] = row.about.why_ours(&self.0.lab).into();
            value
        });
        rows.collect()
    }
}
