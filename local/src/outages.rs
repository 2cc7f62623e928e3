//! What the fault rules do to Fargate: processes that are killed, zones that are down, and capacity
//! that there is none of. The rules are put in `faults`, and ECS looks here, as services look at
//! the clock for holds.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    place::Place,
    times::{self, Millis},
};

/// A rule about Fargate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outage {
    /// The processes of all tasks that had started by then are killed, once.
    KillTasks,
    /// A zone is down: its tasks are stopped, and none is started there. Without a name, it is the
    /// zone of the first task that runs.
    ZoneDown(Option<String>),
    /// No task is started, in this zone or in any. Those that run continue.
    NoCapacity(Option<String>),
}

/// The outages in force. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outages(Arc<Mutex<InForce>>);

#[derive(Debug, Default)]
struct InForce {
    /// Each with the time at which it came into force.
    list: Vec<(Outage, Millis)>,
    /// The zones that the rules without a name have struck.
    struck: BTreeMap<Place, String>,
}

/// What holds in one region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Conditions {
    /// Tasks that had started by then are killed.
    killed_by: Option<Millis>,
    down: Vec<String>,
    full: Vec<String>,
    is_full: bool,
}

impl Outages {
    /// Replaces the outages in force by these. One that is in force already continues.
    pub(crate) fn replace(&self, wanted: Vec<Outage>) {
        let mut in_force = self.lock();
        let before = std::mem::take(&mut in_force.list);
        let since = |outage: &Outage| {
            let known = before.iter().find(|(known, _)| known == outage);
            known.map_or_else(times::now, |(_, since)| *since)
        };
        in_force.list = wanted.into_iter().map(|it| (it.clone(), since(&it))).collect();
        if !in_force.list.iter().any(|(it, _)| *it == Outage::ZoneDown(None)) {
            in_force.struck.clear();
        }
    }

    /// Returns what holds in a region, in which the first task that runs is in this zone.
    pub(crate) fn of(&self, place: &Place, first: Option<&str>) -> Conditions {
        let mut in_force = self.lock();
        let InForce { list, struck } = &mut *in_force;
        let mut conditions = Conditions::default();
        for (outage, since) in list.iter() {
            match outage {
                Outage::KillTasks => conditions.killed_by = Some(*since),
                Outage::ZoneDown(Some(zone)) => conditions.down.push(zone.clone()),
                Outage::ZoneDown(None) => {
                    if let Some(first) = first {
                        struck.entry(place.clone()).or_insert_with(|| first.to_owned());
                    }
                    conditions.down.extend(struck.get(place).cloned());
                }
                Outage::NoCapacity(Some(zone)) => conditions.full.push(zone.clone()),
                Outage::NoCapacity(None) => conditions.is_full = true,
            }
        }
        conditions
    }

    fn lock(&self) -> MutexGuard<'_, InForce> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Conditions {
    /// Returns whether a task that started then is killed.
    pub(crate) fn kills(&self, started: Millis) -> bool {
        self.killed_by.is_some_and(|killed_by| started <= killed_by)
    }

    /// Returns whether a zone is down.
    pub(crate) fn is_down(&self, zone: &str) -> bool {
        self.down.iter().any(|down| down == zone)
    }

    /// Returns whether tasks can be started in a zone.
    pub(crate) fn takes(&self, zone: &str) -> bool {
        !self.is_full && !self.is_down(zone) && self.full.iter().all(|full| full != zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place::named("111111111111", "eu-west-1")
    }

    #[test]
    fn a_zone_without_a_name_is_that_of_the_first_task_and_stays_it() {
        let outages = Outages::default();
        outages.replace(vec![Outage::ZoneDown(None)]);
        assert!(outages.of(&place(), None).takes("eu-west-1a"), "nothing has run yet");
        assert!(outages.of(&place(), Some("eu-west-1a")).is_down("eu-west-1a"));
        let conditions = outages.of(&place(), Some("eu-west-1b"));
        assert!(conditions.is_down("eu-west-1a") && conditions.takes("eu-west-1b"));
        let elsewhere = Place::named("222222222222", "eu-west-1");
        assert!(!outages.of(&elsewhere, None).is_down("eu-west-1a"));
        outages.replace(Vec::new());
        assert_eq!(outages.of(&place(), None), Conditions::default());
    }

    #[test]
    fn capacity_lacks_in_one_zone_or_in_all() {
        let outages = Outages::default();
        outages.replace(vec![Outage::NoCapacity(Some("eu-west-1a".to_owned()))]);
        let conditions = outages.of(&place(), None);
        assert!(!conditions.takes("eu-west-1a") && conditions.takes("eu-west-1b"));
        assert!(!conditions.is_down("eu-west-1a"));
        outages.replace(vec![Outage::NoCapacity(None)]);
        assert!(!outages.of(&place(), None).takes("eu-west-1b"));
    }

    #[test]
    fn only_what_had_started_is_killed_even_if_the_rule_is_put_again() {
        let outages = Outages::default();
        let before = times::now();
        outages.replace(vec![Outage::KillTasks]);
        assert!(outages.of(&place(), None).kills(before));
        let after = times::now() + 1;
        outages.replace(vec![Outage::NoCapacity(None), Outage::KillTasks]);
        assert!(!outages.of(&place(), None).kills(after));
    }
}
