//! Puts findings and dependencies together: what a check says, and which say nothing because of
//! another one.

use std::collections::BTreeMap;

use super::{Checked, Listed, Verdict};
use crate::engine::Judged;

/// What was found for a check by itself.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) result: Found,
    /// Where it was looked at.
    pub(super) seen_in: String,
}

/// What was found.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// What was expected, and what is.
    Judged(Judged),
    /// Nothing, for this reason.
    Nothing(String),
    /// Nothing, because a value is missing that one of these resources gives, by their places, or
    /// one of these checks.
    Without { why: String, places: Vec<usize>, checks: Vec<&'static str> },
}

/// Returns how the checks went, in their order.
pub(super) fn evaluate(listed: &[Listed], find: impl Fn(&Listed) -> Finding) -> Vec<Checked> {
    let found = listed.iter().map(find).collect();
    let mut evaluation = Evaluation { listed, found, verdicts: BTreeMap::new() };
    (0..listed.len()).map(|index| evaluation.checked(index)).collect()
}

struct Evaluation<'a> {
    listed: &'a [Listed],
    found: Vec<Finding>,
    /// By the index of the check. While it is being decided, a check is unknown: that ends a circle.
    verdicts: BTreeMap<usize, Verdict>,
}

impl Evaluation<'_> {
    fn checked(&mut self, index: usize) -> Checked {
        let verdict = self.verdict(index);
        let Listed { check, resource, part, .. } = self.listed[index];
        let Finding { result, seen_in } = &self.found[index];
        let (expected, actual) = match result {
            Found::Judged(judged) => (judged.expected.to_string(), judged.actual.to_string()),
            Found::Nothing(why) | Found::Without { why, .. } => (String::new(), why.clone()),
        };
        // What follows from another check was not looked at.
        let is_skipped = matches!(verdict, Verdict::Skipped { .. });
        let said = |text: String| if is_skipped { String::new() } else { text };
        Checked {
            id: check.id,
            title: check.title,
            kind: check.kind,
            points: check.points,
            part,
            resource,
            depends_on: check.depends_on,
            verdict,
            expected: said(expected),
            actual: said(actual),
            seen_in: said(seen_in.clone()),
            why: check.why,
            hint: check.hint,
        }
    }

    fn verdict(&mut self, index: usize) -> Verdict {
        if let Some(verdict) = self.verdicts.get(&index) {
            return *verdict;
        }
        self.verdicts.insert(index, Verdict::Unknown);
        let verdict = self.decide(index);
        self.verdicts.insert(index, verdict);
        verdict
    }

    fn decide(&mut self, index: usize) -> Verdict {
        if let Some(because_of) = self.first_open(self.listed[index].check.depends_on) {
            return Verdict::Skipped { because_of };
        }
        match self.found[index].result.clone() {
            Found::Judged(judged) if judged.passed() => Verdict::Pass,
            Found::Judged(_) => Verdict::Fail,
            Found::Nothing(_) => Verdict::Unknown,
            Found::Without { places, checks, .. } => {
                let of_places = self.listed.iter().enumerate();
                let of_places = of_places
                    .filter(|(other, it)| *other != index && places.contains(&it.place))
                    .map(|(_, it)| it.check.id);
                let checks: Vec<_> = checks.into_iter().chain(of_places).collect();
                match self.first_open(&checks) {
                    Some(because_of) => Verdict::Skipped { because_of },
                    None => Verdict::Unknown,
                }
            }
        }
    }

    /// Returns the first of these checks that has not passed, or because of which it was skipped.
    /// One that is not carried out does not count.
    fn first_open(&mut self, ids: &[&'static str]) -> Option<&'static str> {
        ids.iter().find_map(|id| {
            let index = self.listed.iter().position(|it| it.check.id == *id)?;
            match self.verdict(index) {
                Verdict::Pass => None,
                Verdict::Skipped { because_of } => Some(because_of),
                Verdict::Fail | Verdict::Unknown => Some(*id),
            }
        })
    }
}
