//! What a role needs, action by action, from the declarations of operations and resources.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    aws::{self, Access, Also, On, Operation, When},
    engine::{About, Resource},
    lab::{ArnPattern, Names},
    resources::Lab,
};

/// The key of the tag by which CloudFormation marks what it makes.
const STACK_TAG: &str = "aws:ResourceTag/aws:cloudformation:stack-name";
/// The resource of what has no resource type.
const ALL: &str = "*";

/// An action, what it is needed on, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Need {
    /// The action, such as `s3:CreateBucket`.
    pub(crate) action: String,
    /// The ARNs, in the syntax of IAM.
    pub(crate) resources: BTreeSet<String>,
    /// A condition key and its value.
    pub(crate) condition: Option<(String, String)>,
    /// The names of the lab's resources that need it; empty where a command does.
    pub(crate) by: BTreeSet<&'static str>,
}

/// Returns what a role with this access needs.
pub(in crate::operate) fn of(lab: &Lab, names: &Names, access: Access) -> Vec<Need> {
    let abouts: Vec<_> = lab.resources().map(Resource::about).collect();
    let mut needs = Needs { abouts, names, found: BTreeMap::new() };
    let permitted =
        |it: &&Operation| it.on != On::Free && (access == Access::Write || it.access == access);
    for operation in aws::all().filter(permitted) {
        let by: Vec<_> =
            needs.abouts.iter().copied().filter(|it| declares(it, operation)).collect();
        needs.add(&operation.iam_action(), operation.on, operation.when, &by);
        if access == Access::Write {
            needs.add_all(operation.also, &by);
        }
    }
    if access == Access::Write {
        for about in needs.abouts.clone() {
            needs.add_all(about.also, &[about]);
        }
    }
    needs.into_list()
}

fn declares(about: &About, operation: &Operation) -> bool {
    about.operations.contains(&operation)
}

/// An action and its condition.
type What = (String, Option<(String, String)>);
/// The ARNs on which it is needed, and who needs it.
type For = (BTreeSet<String>, BTreeSet<&'static str>);

struct Needs<'a> {
    abouts: Vec<&'a About>,
    names: &'a Names,
    found: BTreeMap<What, For>,
}

impl Needs<'_> {
    fn add_all(&mut self, all: &[Also], by: &[&About]) {
        for Also { action, on, when } in all {
            self.add(action, *on, *when, by);
        }
    }

    fn add(&mut self, action: &str, on: On, when: When, by: &[&About]) {
        let service = action.split(':').next().unwrap_or_default();
        let resources = self.resources(service, on, by);
        let entry = self.found.entry((action.to_owned(), self.condition(when))).or_default();
        entry.0.extend(resources);
        entry.1.extend(by.iter().map(|about| about.id.0));
    }

    fn condition(&self, when: When) -> Option<(String, String)> {
        match when {
            When::Always => None,
            When::Is(key, value) => Some((key.to_owned(), value.to_owned())),
            When::OfTheStack => Some((STACK_TAG.to_owned(), self.names.stack.clone())),
        }
    }

    /// Returns the ARNs of a service on which an action is needed by these resources.
    fn resources(&self, service: &str, on: On, by: &[&About]) -> Vec<String> {
        match on {
            On::Itself => self.own(service, by),
            On::Below(suffix) => {
                self.own(service, by).into_iter().map(|arn| arn + suffix).collect()
            }
            On::Type(prefix) => {
                let is_of = |arn: &&ArnPattern| arn.service() == service && arn.is_of_type(prefix);
                self.arns().filter(is_of).map(ArnPattern::own).collect()
            }
            On::Any(all) => {
                let any = |it: &&str| ArnPattern::any(&self.names.lab, service, it).own();
                all.iter().map(any).collect()
            }
            On::All => vec![ALL.to_owned()],
            On::Free => Vec::new(),
        }
    }

    /// Returns the ARNs of those who need it, as far as they are the service's, or of what they are
    /// part of. Where there is none, a command or another service's resource calls it: then it is
    /// the lab's of that service.
    fn own(&self, service: &str, by: &[&About]) -> Vec<String> {
        let is_of = |arn: &&ArnPattern| arn.service() == service;
        let own: Vec<_> = by.iter().filter_map(|it| self.nearest(it)).filter(is_of).collect();
        let all = || self.abouts.iter().filter_map(|it| it.arn.as_ref()).filter(is_of).collect();
        let own: Vec<_> = if own.is_empty() { all() } else { own };
        own.into_iter().map(ArnPattern::own).collect()
    }

    /// Returns the ARN of a resource, or of what it is part of.
    fn nearest<'a>(&'a self, about: &'a About) -> Option<&'a ArnPattern> {
        let parent = || {
            let parent = self.abouts.iter().find(|it| Some(it.id) == about.parent)?;
            self.nearest(parent)
        };
        about.arn.as_ref().or_else(parent)
    }

    fn arns(&self) -> impl Iterator<Item = &ArnPattern> {
        self.abouts.iter().flat_map(|it| it.arn.iter().chain(&it.parts))
    }

    fn into_list(self) -> Vec<Need> {
        let need = |((action, condition), (resources, by))| Need {
            action,
            resources: narrowed(&resources),
            condition,
            by,
        };
        self.found.into_iter().map(need).collect()
    }
}

/// Returns the ARNs without those that others cover.
fn narrowed(arns: &BTreeSet<String>) -> BTreeSet<String> {
    // Two stars in a row mean the same as one.
    let arns: BTreeSet<_> = arns.iter().map(|arn| arn.replace("**", "*")).collect();
    let is_covered = |arn: &&String| arns.iter().any(|other| other != *arn && covers(other, arn));
    arns.iter().filter(|arn| !is_covered(arn)).cloned().collect()
}

/// Returns whether everything that fits one pattern also fits another, as IAM reads them: `*` stands
/// for any characters.
fn covers(pattern: &str, other: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == other };
    let Some(rest) = other.strip_prefix(before) else { return false };
    let mut ends = (0..=rest.len()).filter(|place| rest.is_char_boundary(*place));
    ends.any(|place| covers(after, &rest[place..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_covers_what_is_narrower() {
        for (pattern, other) in
            [("a", "a"), ("a*", "a"), ("a*", "a*b"), ("*", "a:b/*"), ("a*/*", "a/b*/c")]
        {
            assert!(covers(pattern, other), "{pattern} {other}");
        }
        for (pattern, other) in [("a", "a*"), ("a*b", "a*"), ("a/*", "a"), ("ab", "b")] {
            assert!(!covers(pattern, other), "{pattern} {other}");
        }
    }

    #[test]
    fn what_is_covered_is_left_out() {
        let arns = ["t/Table*", "t/TableLikes*", "b-*-**"].map(str::to_owned);
        let arns: Vec<_> = narrowed(&arns.into()).into_iter().collect();
        assert_eq!(arns, ["b-*-*", "t/Table*"]);
    }
}
