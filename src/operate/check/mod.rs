//! Checks a lab: from the account, or from outside alone. It only reads.

mod account;
mod address;
mod architecture;
mod config;
mod evaluate;
mod outside;
mod probes;

use crate::{
    engine::{Check, Id, Kind},
    error::Exit,
    lab::LabId,
    operate::Address,
};

pub(crate) use self::{
    account::check_lab,
    architecture::Node,
    outside::{check_site, check_site_of_a_list, is_site},
};

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is right.
    Pass,
    /// It is wrong.
    Fail,
    /// It says nothing as long as another check has not passed.
    Skipped {
        /// The id of that check.
        because_of: &'static str,
    },
    /// It could not be checked.
    Unknown,
}

/// A check, and how it went.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    /// The check's name.
    pub(crate) id: &'static str,
    /// What is true when it passes.
    pub(crate) title: &'static str,
    /// Whose demand it is.
    pub(crate) kind: Kind,
    /// What it is worth.
    pub(crate) points: u32,
    /// The part of the lab.
    pub(crate) part: u8,
    /// The resource that it is about.
    pub(crate) resource: Id,
    /// The checks that it depends on.
    pub(crate) depends_on: &'static [&'static str],
    /// How it went.
    pub(crate) verdict: Verdict,
    /// What was expected. Empty if it was skipped.
    pub(crate) expected: String,
    /// What was found, or why nothing was. Empty if it was skipped.
    pub(crate) actual: String,
    /// Where: a request from outside, or an operation of AWS with the resource and the setting. Empty if
    /// it was skipped, or nothing was asked.
    pub(crate) seen_in: String,
    /// Why it matters.
    pub(crate) why: &'static str,
    /// What to do if it fails.
    pub(crate) hint: &'static str,
}

/// A lab, and how all of its checks went.
#[derive(Clone, Debug)]
pub(crate) struct CheckedLab {
    /// The lab; `None` if it was checked from outside, which does not tell.
    pub(crate) lab: Option<LabId>,
    /// Where it is, as text: an account and region, or the address of a site.
    pub(crate) place: String,
    /// The addresses that it has, or that its site names.
    pub(crate) addresses: Vec<Address>,
    /// In the order of the lab.
    pub(crate) checks: Vec<Checked>,
    /// The resources that were checked, and what they need.
    pub(crate) architecture: Vec<Node>,
}

impl CheckedLab {
    /// Returns the points of the checks that passed.
    pub(crate) fn score(&self) -> u32 {
        let passed = self.checks.iter().filter(|check| check.verdict == Verdict::Pass);
        passed.map(|check| check.points).sum()
    }

    /// Returns the points of all checks.
    pub(crate) fn max_score(&self) -> u32 {
        self.checks.iter().map(|check| check.points).sum()
    }

    /// Returns the checks with points of which nobody knows whether they would pass: they could not be
    /// carried out, or wait for one that could not. Without them, the score is no grade.
    pub(crate) fn undecided(&self) -> impl Iterator<Item = &Checked> {
        let is_unknown =
            |id: &str| self.checks.iter().any(|it| it.id == id && it.verdict == Verdict::Unknown);
        self.checks.iter().filter(move |check| {
            check.points > 0
                && match check.verdict {
                    Verdict::Unknown => true,
                    Verdict::Skipped { because_of } => is_unknown(because_of),
                    Verdict::Pass | Verdict::Fail => false,
                }
        })
    }

    /// Returns the parts of the lab that were checked, in their order.
    pub(crate) fn parts(&self) -> Vec<u8> {
        let mut parts: Vec<u8> = self.checks.iter().map(|check| check.part).collect();
        parts.sort_unstable();
        parts.dedup();
        parts
    }

    /// Returns the first check of the lab that failed, and that no other one waits for.
    pub(crate) fn next_failing(&self) -> Option<&Checked> {
        let failed = |check: &&Checked| check.kind == Kind::Lab && check.verdict == Verdict::Fail;
        self.checks.iter().find(failed)
    }

    /// Returns the exit code: some check of the lab failed, or some could not be checked, or none
    /// of both. Hardening is shown only.
    pub(crate) fn exit(&self) -> Exit {
        let mut lab = self.checks.iter().filter(|check| check.kind == Kind::Lab);
        if lab.clone().any(|check| check.verdict == Verdict::Fail) {
            Exit::Partly
        } else if lab.any(|check| check.verdict == Verdict::Unknown) {
            Exit::Failed
        } else {
            Exit::Done
        }
    }
}

/// A check that is carried out, and what it is declared beside.
#[derive(Clone, Copy, Debug)]
struct Listed {
    check: &'static Check,
    /// The index of its resource in the lab's list.
    place: usize,
    resource: Id,
    part: u8,
}

#[cfg(test)]
mod tests;
