//! Injected faults: rules by which calls fail, slow down or lose their answers, and by which
//! changes do not settle, for tests and lessons. This module selects the calls; `front` carries out
//! the faults. The rules by which changes do not settle are kept in `clock`, and those about Fargate
//! in `outages`, through which services see them.

mod earlier;
mod not_found;
mod rule;
mod stale;
mod xml;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;

use crate::{
    clock::Holds,
    outages::Outages,
    random::Dice,
    service::{AwsError, Call, Subject},
};
use earlier::Earlier;
pub(crate) use rule::{FaultPlan, Target};
use stale::Stale;

/// What happens to a call that is struck.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not executed; answered with the service's throttling error.
    Throttle,
    /// Not executed; answered with the service's error for a missing permission.
    Denied,
    /// Not executed; answered with this error.
    Error(AwsError),
    /// Executed after this time.
    Delay(Duration),
    /// Executed; the connection is closed without an answer.
    LoseAnswer,
    /// Executed; never answered.
    Hang,
    /// Not executed; never answered.
    HangBefore,
    /// Answered as if there were no such resource.
    NotFound(Stale),
    /// Answered as if it had no tags.
    NoTags(Stale),
    /// Answered as before a change.
    StillThere(Stale),
}

impl Fault {
    /// Returns its name in the rules and in the request log.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Throttle => "throttle",
            Self::Denied => "denied",
            Self::Error(_) => "error",
            Self::Delay(_) => "delay",
            Self::LoseAnswer => "lose-answer",
            Self::Hang => "hang",
            Self::HangBefore => "hang-before",
            Self::NotFound(_) => "not-found",
            Self::NoTags(_) => "no-tags",
            Self::StillThere(_) => "still-there",
        }
    }
}

/// The rules in force.
#[derive(Debug)]
pub(crate) struct Faults {
    state: Mutex<State>,
    holds: Holds,
    outages: Outages,
}

#[derive(Debug)]
struct State {
    plan: FaultPlan,
    dice: Dice,
    /// By rule; for the kinds that count per resource also by request.
    counts: Vec<BTreeMap<Thing, Count>>,
    /// By rule: what was answered, for those that repeat it.
    earlier: Vec<Earlier>,
}

/// Stands for the resource that a call reads: the whole request, since a client that reads the same
/// resource again sends the same request.
type Thing = (String, Bytes);

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    /// Matching calls.
    seen: u64,
    struck: u64,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            state: Mutex::new(State::new(FaultPlan::default())),
            holds: Holds::default(),
            outages: Outages::default(),
        }
    }
}

impl Faults {
    /// Puts new rules in force, about these services.
    ///
    /// # Errors
    /// When a rule does not make sense or can strike nothing; the text says which and why.
    pub(crate) fn put(&self, plan: FaultPlan, targets: &[Target]) -> Result<(), String> {
        for (number, rule) in plan.rules.iter().enumerate() {
            rule.check(targets).map_err(|why| format!("rule {number}: {why}"))?;
        }
        self.replace(plan);
        Ok(())
    }

    fn replace(&self, plan: FaultPlan) {
        let mut state = self.lock();
        self.holds.replace(plan.holds());
        self.outages.replace(plan.outages());
        *state = State::new(plan);
    }

    /// Returns the rules in force.
    pub(crate) fn get(&self) -> FaultPlan {
        self.lock().plan.clone()
    }

    pub(crate) fn clear(&self) {
        self.replace(FaultPlan::default());
    }

    /// Returns the holds among the rules, for the clock of the services.
    pub(crate) fn holds(&self) -> Holds {
        self.holds.clone()
    }

    /// Returns the outages among the rules, for ECS.
    pub(crate) fn outages(&self) -> Outages {
        self.outages.clone()
    }

    /// Returns the fault that strikes a request other than a call of an AWS service.
    pub(crate) fn strike(&self, subject: &Subject) -> Option<Fault> {
        self.lock().strike(subject, None)
    }

    /// Returns the fault that strikes a call of an AWS service.
    pub(crate) fn strike_call(&self, subject: &Subject, call: &Call) -> Option<Fault> {
        self.lock().strike(subject, Some(call))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn new(plan: FaultPlan) -> Self {
        let counts = vec![BTreeMap::new(); plan.rules.len()];
        // Not `vec![…; n]`: clones share what they remember.
        let earlier = plan.rules.iter().map(|_| Earlier::default()).collect();
        Self { dice: Dice::new(plan.seed), counts, earlier, plan }
    }

    fn strike(&mut self, subject: &Subject, call: Option<&Call>) -> Option<Fault> {
        let remembered = self.counts.iter_mut().zip(&self.earlier);
        for (rule, (counts, earlier)) in self.plan.rules.iter().zip(remembered) {
            let Some(fault) = rule.fault(subject, call, earlier) else { continue };
            if rule.counts_answers() {
                return Some(fault);
            }
            let looked_at = call.filter(|_| rule.counts_by_thing());
            let thing = looked_at.map(|call| thing(subject, call)).unwrap_or_default();
            let Count { seen, struck } = counts.entry(thing).or_default();
            *seen += 1;
            let spent = rule.times.is_some_and(|times| *struck >= times);
            // The dice are thrown only after all other conditions: what a rule strikes depends on
            // the calls that it could strike, not on all others.
            if *seen > rule.skip && !spent && self.dice.throw() < rule.probability {
                *struck += 1;
                return Some(fault);
            }
        }
        None
    }
}

fn thing(subject: &Subject, call: &Call) -> Thing {
    let (service, operation) = (subject.service, &subject.operation.name);
    (format!("{service} {operation} {:?} {}", call.caller, call.uri), call.body.clone())
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use serde_json::{Value, json};

    use super::*;
    use crate::service::Operation;

    const TARGETS: &[Target] = &[("s3", &[])];

    fn faults(plan: Value) -> Faults {
        let faults = Faults::default();
        faults.put(serde_json::from_value(plan).unwrap(), TARGETS).unwrap();
        faults
    }

    fn subject(service: &'static str, operation: &str, mutating: bool) -> Subject {
        let operation = Operation { name: operation.to_owned(), mutating };
        Subject { service, operation, absent: &[] }
    }

    fn put() -> Subject {
        subject("s3", "PutObject", true)
    }

    #[test]
    fn a_rule_strikes_what_it_names() {
        let faults = faults(json!({"rules": [
            {"service": "s3", "operation": "PutObject", "kind": "throttle"},
            {"mutating": false, "kind": "hang"},
        ]}));
        assert_eq!(faults.strike(&put()), Some(Fault::Throttle));
        assert_eq!(faults.strike(&subject("dynamodb", "PutItem", true)), None);
        assert_eq!(faults.strike(&subject("sts", "GetCallerIdentity", false)), Some(Fault::Hang));
    }

    #[test]
    fn skip_lets_through_and_times_ends() {
        let faults = faults(json!({"rules": [{"kind": "lose-answer", "skip": 2, "times": 1}]}));
        let struck: Vec<bool> = (0..5).map(|_| faults.strike(&put()).is_some()).collect();
        assert_eq!(struck, [false, false, true, false, false]);
    }

    #[test]
    fn a_probability_strikes_the_same_calls_for_the_same_seed() {
        let struck = |seed: u64| -> Vec<bool> {
            let rule = json!({"kind": "throttle", "probability": 0.3});
            let faults = faults(json!({"seed": seed, "rules": [rule]}));
            (0..100).map(|_| faults.strike(&put()).is_some()).collect()
        };
        assert_eq!(struck(1), struck(1));
        assert_ne!(struck(1), struck(2));
    }

    #[test]
    fn a_hold_strikes_no_call_and_lasts_until_its_rule_goes() {
        let faults = faults(json!({"rules": [{"kind": "hold", "service": "s3"}]}));
        assert_eq!(faults.strike(&put()), None);
        assert_eq!(faults.holds().now().1.len(), 1);
        let nonsense = json!({"rules": [{"kind": "delay"}]});
        faults.put(serde_json::from_value(nonsense).unwrap(), TARGETS).unwrap_err();
        assert_eq!(faults.holds().now().1.len(), 1, "rules that are refused change nothing");
        faults.clear();
        assert_eq!(faults.holds().now().1, []);
    }

    #[test]
    fn an_error_has_the_ordered_code() {
        let faults = faults(json!({"rules": [
            {"kind": "error", "code": "ExpiredToken", "message": "gone", "status": 403}
        ]}));
        let error = AwsError::new(StatusCode::FORBIDDEN, "ExpiredToken", "gone");
        assert_eq!(faults.strike(&put()), Some(Fault::Error(error)));
    }
}
