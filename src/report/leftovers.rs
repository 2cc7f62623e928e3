//! The result of a cleanup: the leftovers, or that there are none.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{
    Shown,
    labs::{self, Commands},
    rows,
    words::{DONE, LOOK, paint},
};
use crate::operate::{Index, KeptBack, Leftover, Leftovers};

/// What the final look of a cleanup found.
pub(crate) struct LastLook<'a> {
    /// The leftovers.
    pub(crate) leftovers: &'a Leftovers,
    /// The commands that remove other labs.
    pub(crate) commands: &'a Commands,
}

impl Shown for LastLook<'_> {
    fn text(&self, _: bool) -> String {
        let Leftovers { lab, left, kept, not_looked_at, bill, index, others } = self.leftovers;
        let mut text = String::new();
        if left.is_empty() && not_looked_at.is_empty() {
            let (what, how) = looked(index);
            let nothing = if kept.is_empty() { "nothing" } else { "nothing else" };
            let nothing =
                format!("{nothing} of {what}lab `{}` is left in {}", lab.name, lab.region);
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
        text.push_str(&self::kept(kept));
        if !others.found.is_empty() {
            text.push_str("\n\nOther labs in this account:");
            for lab in &others.found {
                text.push_str(&labs::lines(lab, self.commands));
            }
            let _ = write!(text, "\n{}", labs::LAG);
        }
        if let Some(clause) = labs::regions_not_looked_at(&others.not_looked_at) {
            let _ = write!(text, "\n{clause}");
        }
        text
    }

    fn json(&self) -> Vec<Value> {
        let Leftovers { lab, left, kept, not_looked_at, bill, index, others } = self.leftovers;
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
            "kept": kept.iter().map(|it| json!({
                "resource": it.id.0,
                "what": it.what,
                "why": it.why,
                "dollars_per_day": rows::cents(it.dollars_per_day),
            })).collect::<Vec<_>>(),
            "kept_dollars_per_day": rows::cents(dollars(kept)),
            "looked_for_tags": *index == Index::Asked,
            "other_labs": others_listed,
            "regions_not_looked_at": others.not_looked_at,
        })]
    }
}

/// Formats what was kept and what it costs, each line with a line break before it.
fn kept(kept: &[KeptBack]) -> String {
    if kept.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{}", paint(DONE, "kept:"));
    for KeptBack { what, why, dollars_per_day, .. } in kept {
        let _ = write!(text, "\n  {what}: {why}");
        if *dollars_per_day > 0.0 {
            let _ = write!(text, "; it costs ${dollars_per_day:.2} a day on AWS");
        }
    }
    let _ = write!(text, "\nWhat was kept costs ${:.2} a day on AWS.", dollars(kept));
    text
}

/// Returns what was kept costs, US dollars for 24 hours.
fn dollars(kept: &[KeptBack]) -> f64 {
    // Not `sum`: an empty sum is minus zero, and would be printed so.
    kept.iter().fold(0.0, |sum, it| sum + it.dollars_per_day)
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
