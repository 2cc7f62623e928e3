//! The delay of the index: on AWS it may list for hours what is gone. A hold on `GetResources`
//! shows that: until it ends, the index keeps listing what it has listed since the hold began.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::{
    clock::{Clock, Transition},
    place::Place,
    service::Tagged,
};

const UPDATE: Transition =
    Transition { service: "tagging", operation: "GetResources", typical: Duration::ZERO };

/// What a held index has listed.
#[derive(Debug)]
pub(super) struct Late {
    clock: Clock,
    /// By place, the resources by their ARNs.
    listed: Mutex<BTreeMap<Place, BTreeMap<String, Tagged>>>,
}

impl Late {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, listed: Mutex::default() }
    }

    /// Returns what the index lists when these resources are there.
    pub(super) fn listed(&self, place: &Place, now: Vec<Tagged>) -> Vec<Tagged> {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.clock.moment().holds(UPDATE) {
            listed.clear();
            return now;
        }
        let here = listed.entry(place.clone()).or_default();
        here.extend(now.into_iter().map(|resource| (resource.arn.clone(), resource)));
        here.values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str) -> Tagged {
        Tagged { arn: format!("table/{name}"), tags: BTreeMap::new() }
    }

    #[test]
    fn a_held_index_lists_what_is_gone() {
        let clock = Clock::at_pace(0.0);
        let late = Late::new(clock.clone());
        let arns = |now: &[&str]| -> Vec<String> {
            let now = now.iter().map(|name| table(name)).collect();
            let listed = late.listed(&Place::named("1", "eu-west-1"), now);
            listed.into_iter().map(|resource| resource.arn).collect()
        };
        assert_eq!(arns(&["a"]), ["table/a"]);
        assert_eq!(arns(&["b"]), ["table/b"]);
        clock.hold(Some("tagging"));
        assert_eq!(arns(&["b"]), ["table/b"]);
        assert_eq!(arns(&["c"]), ["table/b", "table/c"]);
        assert!(late.listed(&Place::named("1", "eu-west-2"), Vec::new()).is_empty());
        clock.hold(None);
        assert!(arns(&[]).is_empty());
    }
}
