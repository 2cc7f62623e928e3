//! IAM policies, as they are pasted into the console or given to the AWS CLI.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Shown;
use crate::operate::policy::{Document, Policy};

/// The documents of a policy.
pub(crate) struct PolicyDocuments<'a> {
    /// The policy.
    pub(crate) policy: &'a Policy,
    /// The only one to show, counted from 1; `None`: all.
    pub(crate) part: Option<usize>,
}

impl PolicyDocuments<'_> {
    fn shown(&self) -> impl Iterator<Item = (String, &Document)> {
        let is_shown = |place: usize| self.part.is_none_or(|part| part == place + 1);
        let all = self.policy.named().enumerate();
        all.filter(move |(place, _)| is_shown(*place)).map(|(_, it)| it)
    }
}

impl Shown for PolicyDocuments<'_> {
    fn text(&self, _: bool) -> String {
        self.shown().map(|(_, document)| document.text()).collect::<Vec<_>>().join("\n\n")
    }

    fn json(&self) -> Vec<Value> {
        let line = |(name, document): (String, &Document)| {
            json!({
                "type": "policy",
                "name": name,
                "size": document.size(),
                "document": document,
                "needed_by": needed_by(self.policy, document),
            })
        };
        self.shown().map(line).collect()
    }
}

/// Returns, for each action of a document, the resources of the lab that need it. Where none is named,
/// a command does.
fn needed_by<'a>(
    policy: &'a Policy,
    document: &Document,
) -> BTreeMap<&'a str, BTreeSet<&'static str>> {
    let mut needed_by: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for need in policy.needs.iter().filter(|need| document.permits(&need.action)) {
        needed_by.entry(need.action.as_str()).or_default().extend(&need.by);
    }
    needed_by
}

/// The names of policies in IAM, and the files in which they are.
pub(crate) struct WrittenPolicies<'a>(pub(crate) &'a [(String, String)]);

impl Shown for WrittenPolicies<'_> {
    fn text(&self, _: bool) -> String {
        let command = |(name, file): &(String, String)| {
            format!("aws iam create-policy --policy-name {name} --policy-document file://{file}")
        };
        self.0.iter().map(command).collect::<Vec<_>>().join("\n")
    }

    fn json(&self) -> Vec<Value> {
        let line = |(name, file): &(String, String)| json!({"type": "policy-file", "name": name, "file": file});
        self.0.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::operate::policy::{Extent, Role};

    fn policy(role: Role) -> Policy {
        Policy::new(role, Extent::default()).unwrap()
    }

    #[test]
    fn one_part_is_one_document() {
        let policy = policy(Role::Operator);
        let shown = |part| PolicyDocuments { policy: &policy, part }.text(false);
        let first: Value = serde_json::from_str(&shown(Some(1))).unwrap();
        assert_eq!(first["Version"], "2012-10-17");
        let all: Vec<_> = (1..=policy.documents.len()).map(|part| shown(Some(part))).collect();
        assert_eq!(shown(None), all.join("\n\n"));
    }

    /// `MYSFITS_UPDATE=1 cargo test` regenerates the file.
    #[test]
    fn the_documentation_is_what_the_command_prints() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/permissions.md");
        let text = documentation();
        if std::env::var_os("MYSFITS_UPDATE").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(kept, text, "out of date: run the tests with MYSFITS_UPDATE=1");
    }

    fn documentation() -> String {
        let mut text = format!("{INTRODUCTION}{}\n## What needs what\n\n", sizes());
        let all = policy(Role::Operator);
        let reads: BTreeSet<_> =
            policy(Role::Auditor).needs.into_iter().map(|it| it.action).collect();
        text += "| action | needed by | an auditor's too |\n|---|---|---|\n";
        let mut rows: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for document in &all.documents {
            rows.extend(needed_by(&all, document));
        }
        for (action, by) in rows {
            let by = by.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
            let by = if by.is_empty() { "the commands" } else { &by };
            let read = if reads.contains(action) { "yes" } else { "" };
            writeln!(text, "| `{action}` | {by} | {read} |").unwrap();
        }
        text += "\n## An operator's policies\n";
        for (name, document) in all.named() {
            write!(text, "\n### `{name}`\n\n```json\n{}\n```\n", document.text()).unwrap();
        }
        text
    }

    fn sizes() -> String {
        let mut text = String::from("| policy | characters | statements |\n|---|---|---|\n");
        for role in [Role::Operator, Role::Student, Role::Auditor] {
            for (name, document) in policy(role).named() {
                let (size, count) = (document.size(), document.statements());
                writeln!(text, "| `{name}` | {size} | {count} |").unwrap();
            }
        }
        text
    }

    const INTRODUCTION: &str = include_str!("policy.md");
}
