//! The holds in force: which transitions the rules keep from ending, and since when.

use std::sync::Arc;

use tokio::sync::watch;

use super::Transition;
use crate::times::{self, Millis};

/// Returns whether a pattern of a rule covers this service or operation.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    pattern == "*" || pattern == name
}

/// A rule of the kind `hold`, in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hold {
    scope: (String, String),
    /// When it came into force; transitions that were due by then are not held.
    pub(super) since: Millis,
}

impl Hold {
    /// Returns whether it names this transition.
    pub(super) fn names(&self, transition: Transition) -> bool {
        let (service, operation) = &self.scope;
        fits(service, transition.service) && fits(operation, transition.operation)
    }
}

/// The holds in force. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Holds(Arc<watch::Sender<InForce>>);

#[derive(Debug, Default)]
struct InForce {
    list: Vec<Hold>,
    /// The current time is never before this.
    earliest: Millis,
}

impl InForce {
    fn now(&self) -> Millis {
        times::now().max(self.earliest)
    }
}

impl Holds {
    /// Replaces the holds in force by these, each a service and an operation. A hold that is in
    /// force already keeps the time at which it began.
    pub(crate) fn replace(&self, wanted: Vec<(String, String)>) {
        self.0.send_modify(|in_force| {
            let now = in_force.now();
            let before = std::mem::take(&mut in_force.list);
            let since = |scope: &(String, String)| {
                before.iter().find(|hold| hold.scope == *scope).map_or(now, |hold| hold.since)
            };
            let hold = |scope| Hold { since: since(&scope), scope };
            in_force.list = wanted.into_iter().map(hold).collect();
            // Several requests fit into one millisecond. This puts those after the change at a
            // later time than those before it.
            in_force.earliest = now + 1;
        });
    }

    /// Returns the current time and the holds in force.
    pub(crate) fn now(&self) -> (Millis, Vec<Hold>) {
        let in_force = self.0.borrow();
        (in_force.now(), in_force.list.clone())
    }

    /// Waits until none of them names this transition.
    pub(super) async fn released(&self, transition: Transition) {
        let is_free = |in_force: &InForce| !in_force.list.iter().any(|hold| hold.names(transition));
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.0.subscribe().wait_for(is_free).await;
    }
}
