//! The labs of an account, and the command that removes each.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::{Value, json};

use super::{Shown, rows};
use crate::{
    lab::{check_lab_name, lab_flag},
    operate::{FoundLab, Labs, resources},
};

/// What a reader must know about the contents of AWS's tag index.
pub(super) const LAG: &str =
    "This is AWS's index of tags: for some hours it may list what is gone and miss what is new.";

/// How commands for the same account are written.
pub(crate) struct Commands {
    /// The flags that select it, such as `--local` or `--profile anna`.
    pub(crate) flags: Vec<String>,
}

impl Commands {
    /// Returns the command that removes a lab; `None` when `--lab` does not accept its name.
    fn cleanup(&self, lab: &FoundLab) -> Option<String> {
        let mut words = vec!["mysfits cleanup all".to_owned()];
        words.extend(self.flags.iter().cloned());
        words.push(format!("--region {}", lab.region));
        if let Some(name) = lab_flag(&lab.name) {
            check_lab_name(name).ok()?;
            words.push(format!("--lab {name}"));
        }
        words.extend(lab.bucket().map(|bucket| format!("--bucket {bucket}")));
        if lab.typed_by_hand {
            words.push("--adopt".to_owned());
        }
        Some(words.join(" "))
    }
}

/// The labs that were found.
pub(crate) struct LabList<'a> {
    /// The place from which they were searched, as text.
    pub(crate) destination: String,
    /// The labs.
    pub(crate) labs: &'a Labs,
    /// The commands that remove them.
    pub(crate) commands: &'a Commands,
}

impl Shown for LabList<'_> {
    fn text(&self, _: bool) -> String {
        let Labs { found: labs, not_looked_at } = self.labs;
        let destination = &self.destination;
        let mut text = format!("Labs in all regions, from {destination}\n");
        if labs.is_empty() {
            text.push_str("\n  none was found");
        }
        for lab in labs {
            text.push_str(&lines(lab, self.commands));
        }
        let _ = write!(text, "\n\n{LAG}");
        if let Some(clause) = regions_not_looked_at(not_looked_at) {
            let _ = write!(text, "\n{clause}");
        }
        text
    }

    fn json(&self) -> Vec<Value> {
        let labs = self.labs.found.iter().map(|lab| json(lab, self.commands));
        let end = json!({"type": "labs", "count": self.labs.found.len(),
                         "regions_not_looked_at": self.labs.not_looked_at});
        labs.chain([end]).collect()
    }
}

/// Formats the lines for a lab, each with a line break before it.
pub(super) fn lines(lab: &FoundLab, commands: &Commands) -> String {
    let mut facts = vec![parts(lab), resources(lab.resources)];
    facts.extend(lab.since.as_ref().map(|day| format!("since {day}")));
    facts.extend(lab.expires.map(|expires| format!("until {expires}")));
    let about = if lab.is_estimate { "about " } else { "" };
    facts.push(format!("{about}${:.2} a day on AWS", lab.dollars_per_day));
    let by_hand = if lab.typed_by_hand { ", typed by hand" } else { "" };
    let mut text = format!("\n  `{}` in {}{by_hand}", lab.name, lab.region);
    let _ = write!(text, "\n    {}", facts.join(", "));
    let _ = match commands.cleanup(lab) {
        Some(command) => write!(text, "\n    `{command}` removes it"),
        None => {
            write!(text, "\n    `--lab` does not accept its name: remove it in the AWS console")
        }
    };
    text
}

fn parts(lab: &FoundLab) -> String {
    let parts: Vec<_> = lab.parts.iter().map(u8::to_string).collect();
    match parts.as_slice() {
        [] => "no part of the lab".to_owned(),
        [one] => format!("part {one}"),
        many => format!("parts {}", many.join(", ")),
    }
}

/// Returns the same as JSON.
pub(super) fn json(lab: &FoundLab, commands: &Commands) -> Value {
    json!({
        "type": "lab",
        "lab": lab.name,
        "region": lab.region.as_str(),
        "typed_by_hand": lab.typed_by_hand,
        "parts": lab.parts,
        "resources": lab.resources,
        "since": lab.since,
        "expires": lab.expires.map(|expires| expires.to_string()),
        "dollars_per_day": rows::cents(lab.dollars_per_day),
        "is_estimate": lab.is_estimate,
        "remove": commands.cleanup(lab),
    })
}

/// Returns the clause about regions that could not be looked at; `None` when there are none.
pub(crate) fn regions_not_looked_at(reasons: &BTreeMap<&'static str, usize>) -> Option<String> {
    let total: usize = reasons.values().sum();
    let why: Vec<_> = reasons
        .iter()
        .map(
            |(why, count)| {
                if *count == total { (*why).to_owned() } else { format!("{count} {why}") }
            },
        )
        .collect();
    let regions = if total == 1 { "region" } else { "regions" };
    (total > 0).then(|| format!("{total} {regions} could not be looked at: {}", why.join(", ")))
}
