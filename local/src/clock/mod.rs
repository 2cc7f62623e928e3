//! When a resource has settled: AWS's typical durations, scaled by the pace, and the holds of the
//! fault rules.
//!
//! A service stores the time at which a transition is due and compares it with the current time.
//! All services do this, so this is where a hold takes effect: for the transitions it names, time
//! stands still at the moment the hold began. Transitions that were due by then stay complete. All
//! others stay in progress, even at pace 0, and complete by their stored times once the hold ends,
//! so no service needs extra state. Stacks and ECS tasks, which background tasks advance, wait in
//! [`Clock::released`] instead.

mod holds;

use std::time::Duration;

use crate::{
    pace::Pace,
    times::{self, Millis},
};
use holds::Hold;
pub(crate) use holds::{Holds, fits};

/// A change of a resource that takes time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Transition {
    /// The name of the service in fault rules.
    pub(crate) service: &'static str,
    /// The operation that begins it, by its name in fault rules.
    pub(crate) operation: &'static str,
    /// How long it typically takes on AWS.
    pub(crate) typical: Duration,
}

impl Transition {
    /// Returns the same transition with another typical duration.
    pub(crate) fn taking(self, typical: Duration) -> Self {
        Self { typical, ..self }
    }
}

/// The clock of the services. Clones share the holds.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    pub(crate) pace: Pace,
    holds: Holds,
}

impl Clock {
    pub(crate) fn new(pace: Pace, holds: Holds) -> Self {
        Self { pace, holds }
    }

    /// Returns the current time and the holds in force, to be used for one whole operation.
    pub(crate) fn moment(&self) -> Moment {
        let (now, holds) = self.holds.now();
        Moment { now, pace: self.pace, holds }
    }

    /// Waits for the scaled duration of a transition, then until no hold names it.
    pub(crate) async fn pass(&self, transition: Transition) {
        tokio::time::sleep(self.pace.scale(transition.typical)).await;
        self.released(transition).await;
    }

    /// Waits until no hold names a transition.
    pub(crate) async fn released(&self, transition: Transition) {
        self.holds.released(transition).await;
    }
}

/// A point in time with the holds in force at it.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    /// The current time; holds do not stop it.
    pub(crate) now: Millis,
    pub(crate) pace: Pace,
    holds: Vec<Hold>,
}

impl Moment {
    /// Returns when a transition that begins now is due, in milliseconds since 1970.
    pub(crate) fn due(&self, transition: Transition) -> Millis {
        times::after(self.now, self.pace.scale(transition.typical))
    }

    /// Returns whether a transition with this due time is complete.
    pub(crate) fn has_come(&self, transition: Transition, due: Millis) -> bool {
        due <= self.stopped_at(transition).unwrap_or(self.now)
    }

    /// Returns whether a hold keeps a transition from completing.
    pub(crate) fn holds(&self, transition: Transition) -> bool {
        self.stopped_at(transition).is_some()
    }

    fn stopped_at(&self, transition: Transition) -> Option<Millis> {
        self.holds.iter().filter(|hold| hold.names(transition)).map(|hold| hold.since).min()
    }
}

#[cfg(test)]
impl Clock {
    /// Creates a clock without holds, at a pace of this factor.
    pub(crate) fn at_pace(factor: f64) -> Self {
        Self::new(Pace::new(factor).unwrap(), Holds::default())
    }

    /// Holds all transitions of this service, or ends all holds.
    pub(crate) fn hold(&self, service: Option<&str>) {
        let scope = |service: &str| (service.to_owned(), "*".to_owned());
        self.holds.replace(service.map(scope).into_iter().collect());
    }
}

#[cfg(test)]
impl Moment {
    /// Creates a moment at this time, without holds, at AWS's pace.
    pub(crate) fn at(now: Millis) -> Self {
        Self { now, ..Clock::at_pace(1.0).moment() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATING: Transition = Transition {
        service: "dynamodb",
        operation: "CreateTable",
        typical: Duration::from_secs(8),
    };
    const DELETING: Transition = Transition { operation: "DeleteTable", ..CREATING };

    fn clock(pace: f64) -> (Clock, Holds) {
        let holds = Holds::default();
        (Clock::new(Pace::new(pace).unwrap(), holds.clone()), holds)
    }

    fn scope(service: &str, operation: &str) -> Vec<(String, String)> {
        vec![(service.to_owned(), operation.to_owned())]
    }

    #[test]
    fn what_is_due_has_come_at_its_time() {
        let moment = Moment::at(1_000);
        assert_eq!(moment.due(CREATING), 9_000);
        assert!(!moment.has_come(CREATING, 1_001));
        assert!(moment.has_come(CREATING, 1_000));
    }

    #[test]
    fn a_hold_keeps_what_begins_under_it_also_at_pace_zero() {
        let (clock, holds) = clock(0.0);
        let before = clock.moment().due(CREATING);
        holds.replace(scope("dynamodb", "*"));
        let under = clock.moment().due(CREATING);
        assert!(clock.moment().has_come(CREATING, before), "what has settled stays settled");
        assert!(!clock.moment().has_come(CREATING, under));
        holds.replace(Vec::new());
        assert!(clock.moment().has_come(CREATING, under));
    }

    #[test]
    fn a_hold_is_for_the_service_and_operation_that_it_names() {
        let (clock, holds) = clock(0.0);
        holds.replace(scope("dynamodb", "CreateTable"));
        let moment = clock.moment();
        assert!(moment.holds(CREATING) && !moment.holds(DELETING));
        holds.replace(scope("ecs", "*"));
        assert!(!clock.moment().holds(CREATING));
        holds.replace(scope("*", "*"));
        assert!(clock.moment().holds(CREATING) && clock.moment().holds(DELETING));
    }

    #[test]
    fn a_hold_that_is_put_again_keeps_what_it_holds() {
        let (clock, holds) = clock(0.0);
        holds.replace(scope("dynamodb", "*"));
        let due = clock.moment().due(CREATING);
        holds.replace([scope("dynamodb", "*"), scope("ecs", "*")].concat());
        assert!(!clock.moment().has_come(CREATING, due));
    }

    #[tokio::test]
    async fn whoever_waits_is_woken_by_the_end_of_a_hold() {
        let (clock, holds) = clock(0.0);
        holds.replace(scope("dynamodb", "*"));
        let mut waiting = std::pin::pin!(clock.pass(CREATING));
        let waker = std::task::Waker::noop();
        let mut context = std::task::Context::from_waker(waker);
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        holds.replace(Vec::new());
        waiting.await;
    }
}
