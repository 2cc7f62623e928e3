//! The statements of a policy: as few as possible for what is needed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};

use super::Need;

/// A statement, in the form of IAM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Statement {
    sid: String,
    effect: &'static str,
    #[serde(serialize_with = "one_or_more")]
    action: BTreeSet<String>,
    #[serde(serialize_with = "one_or_more")]
    resource: BTreeSet<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Condition>,
}

impl Statement {
    /// Returns whether it is about an action.
    pub(super) fn permits(&self, action: &str) -> bool {
        self.action.contains(action)
    }
}

/// An operator, a key and its values, in the form of IAM.
type Condition = BTreeMap<&'static str, BTreeMap<String, Values>>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Values(#[serde(serialize_with = "one_or_more")] BTreeSet<String>);

/// One alone is no list: that is shorter, and means the same.
fn one_or_more<S: Serializer>(all: &BTreeSet<String>, serializer: S) -> Result<S::Ok, S::Error> {
    match all.first() {
        Some(one) if all.len() == 1 => one.serialize(serializer),
        _ => all.serialize(serializer),
    }
}

/// What is permitted on the same resources under the same condition.
#[derive(Debug)]
struct Group {
    actions: BTreeSet<String>,
    resources: BTreeSet<String>,
    /// The condition's key.
    key: Option<String>,
    values: BTreeSet<String>,
}

/// Returns the statements that permit what is needed.
pub(super) fn of(needs: &[Need]) -> Vec<Statement> {
    let mut groups: Vec<Group> = Vec::new();
    for need in needs {
        let (key, value) = need.condition.clone().unzip();
        let values = value.into_iter().collect();
        let same = |it: &&mut Group| {
            it.resources == need.resources && it.key == key && it.values == values
        };
        if let Some(group) = groups.iter_mut().find(same) {
            group.actions.insert(need.action.clone());
            continue;
        }
        let actions = [need.action.clone()].into();
        groups.push(Group { actions, resources: need.resources.clone(), key, values });
    }
    let mut groups = with_the_same_actions(groups);
    groups.sort_by_key(Group::service);
    named(&groups)
}

/// Joins groups that permit the same under conditions on the same key: its values exclude each other,
/// such as the service that is passed a role.
fn with_the_same_actions(groups: Vec<Group>) -> Vec<Group> {
    let mut joined: Vec<Group> = Vec::new();
    for group in groups {
        let same = |it: &&mut Group| {
            it.actions == group.actions && it.key == group.key && it.key.is_some()
        };
        match joined.iter_mut().find(same) {
            Some(other) => {
                other.resources.extend(group.resources);
                other.values.extend(group.values);
            }
            None => joined.push(group),
        }
    }
    joined
}

impl Group {
    /// Returns the service of its actions, as a statement may be named; `All` where there are several.
    fn service(&self) -> String {
        let services: BTreeSet<_> =
            self.actions.iter().filter_map(|action| action.split(':').next()).collect();
        let Some(service) = services.first().filter(|_| services.len() == 1) else {
            return "All".to_owned();
        };
        let capital = |word: &str| {
            let mut letters = word.chars();
            letters.next().map(|it| it.to_ascii_uppercase()).into_iter().chain(letters).collect()
        };
        service.split('-').map(capital).collect::<Vec<String>>().concat()
    }

    fn condition(&self) -> Option<Condition> {
        let key = self.key.clone()?;
        let has_pattern = self.values.iter().any(|value| value.contains('*'));
        let operator = if has_pattern { "StringLike" } else { "StringEquals" };
        Some([(operator, [(key, Values(self.values.clone()))].into())].into())
    }
}

/// Returns the groups as statements. Where a service has several, they are lettered: the names must be
/// unique in a policy, and of letters and digits.
fn named(groups: &[Group]) -> Vec<Statement> {
    let mut statements = Vec::new();
    for (place, group) in groups.iter().enumerate() {
        let service = group.service();
        let is_same = |other: &&Group| other.service() == service;
        let before = groups[..place].iter().filter(is_same).count();
        let letter = ('A'..='Z').nth(before).filter(|_| groups.iter().filter(is_same).count() > 1);
        statements.push(Statement {
            sid: service + &letter.map(String::from).unwrap_or_default(),
            effect: "Allow",
            action: group.actions.clone(),
            resource: group.resources.clone(),
            condition: group.condition(),
        });
    }
    statements
}
