//! The result of a cleanup: the leftovers, or that there are none.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{
    Shown,
    labs::{self, Commands},
    rows,
    words::{DONE, LOOK, paint},
};
use crate::operate::{Index, Leftover, Leftovers};

/// What the final look of a cleanup found.
pub(crate) struct LastLook<'a> {
    /// The leftovers.
    pub(crate) leftovers: &'a Leftovers,
    /// The commands that remove other labs.
    pub(crate) commands: &'a Commands,
}

impl Shown for LastLook<'_> {
    fn text(&self, _: bool) -> String {
        let Leftovers { lab, left, not_looked_at, bill, index, others } = self.leftovers;
        let mut text = String::new();
        if left.is_empty() && not_looked_at.is_empty() {
            let (what, how) = looked(index);
            let nothing = format!("nothing of {what}lab `{}` is left in {}", lab.name, lab.region);
            let _ = write!(text, "{} ({how})", paint(DONE, &nothing));
        }
        for (title, list) in [("left:", left), ("could not be looked at:", not_looked_at)] {
            if !list.is_empty() {
                let separator = if text.is_empty() { "" } else { "\n" };
                let _ = write!(text, "{separator}{}", paint(LOOK, title));
            }
            for Leftover { what, why, .. } in list {
                let _ = write!(text, "\n  {what}: {why}");
            }
        }
        if bill.seen() > 0.0 {
            let _ = write!(text, "\nWhat is left costs ${:.2} a day on AWS.", bill.seen());
        }
        if !others.found.is_empty() {
            text.push_str("\n\nOther labs in this account:");
            for lab in &others.found {
                text.push_str(&labs::lines(lab, self.commands));
            }
            let _ = write!(text, "\n{}", labs::LAG);
        }
        if let Some(clause) = labs::not_looked_at(&others.not_looked_at) {
            let _ = write!(text, "\n{clause}");
        }
        text
    }

    fn json(&self) -> Vec<Value> {
        let Leftovers { lab, left, not_looked_at, bill, index, others } = self.leftovers;
        let list = |list: &[Leftover]| -> Vec<Value> {
            list.iter().map(|it| json!({"what": it.what, "why": it.why})).collect()
        };
        let others_listed: Vec<_> =
            others.found.iter().map(|lab| labs::json(lab, self.commands)).collect();
        vec![json!({
            "type": "left",
            "lab": lab.name,
            "account": lab.account.as_str(),
            "region": lab.region.as_str(),
            "left": list(left),
            "not_looked_at": list(not_looked_at),
            "dollars_per_day": rows::cents(bill.seen()),
            "looked_for_tags": *index == Index::Asked,
            "other_labs": others_listed,
            "regions_not_looked_at": others.not_looked_at,
        })]
    }
}

/// Returns what was looked at, and how.
fn looked(index: &Index) -> (&'static str, String) {
    match index {
        Index::NotAsked => ("this part of ", "looked at each resource again".to_owned()),
        Index::NotLookedAt(why) => (
            "",
            format!(
                "looked at every resource of the lab again; its tag could not be looked for: {why}"
            ),
        ),
        Index::Asked => (
            "",
            "looked at every resource of the lab again, and for its tag in the region".to_owned(),
        ),
    }
}
