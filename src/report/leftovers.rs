//! The result of a cleanup: what is left, or that nothing is.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{
    Shown,
    words::{DONE, LOOK, paint},
};
use crate::operate::{Leftover, Leftovers};

impl Shown for Leftovers {
    fn text(&self, _: bool) -> String {
        if self.left.is_empty() {
            let how = if self.asked_tags {
                "looked at every resource of the lab again, and for its tag in the region"
            } else {
                "looked at each of them again"
            };
            return format!("{} ({how})", paint(DONE, "nothing is left"));
        }
        let mut text = paint(LOOK, "left:");
        for Leftover { what, why, .. } in &self.left {
            let _ = write!(text, "\n  {what}: {why}");
        }
        text
    }

    fn json(&self) -> Vec<Value> {
        let left = self.left.iter().map(|it| json!({"what": it.what, "why": it.why}));
        let left: Vec<_> = left.collect();
        vec![json!({"type": "left", "left": left, "looked_for_tags": self.asked_tags})]
    }
}
