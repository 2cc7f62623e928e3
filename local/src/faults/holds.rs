//! The holds in force: which transitions the rules keep from ending, and since when.

use std::sync::Arc;

use tokio::sync::watch;

use super::rule::fits;
use crate::{
    clock::Transition,
    times::{self, Millis},
};

/// A rule of the kind `hold`, in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hold {
    scope: (String, String),
    /// The last moment before it: what was due by then is not held.
    pub(crate) since: Millis,
}

impl Hold {
    /// Whether it holds this transition.
    pub(crate) fn names(&self, transition: Transition) -> bool {
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
    /// No time before this one comes any more.
    earliest: Millis,
}

impl InForce {
    fn now(&self) -> Millis {
        times::now().max(self.earliest)
    }
}

impl Holds {
    /// Puts these holds in force, by service and operation, in place of all others. One that is in
    /// force already goes on.
    pub(crate) fn replace(&self, wanted: Vec<(String, String)>) {
        self.0.send_modify(|in_force| {
            let now = in_force.now();
            let before = std::mem::take(&mut in_force.list);
            let since = |scope: &(String, String)| {
                before.iter().find(|hold| hold.scope == *scope).map_or(now, |hold| hold.since)
            };
            let hold = |scope| Hold { since: since(&scope), scope };
            in_force.list = wanted.into_iter().map(hold).collect();
            // A millisecond is long: what happens after this is later than what happened before.
            in_force.earliest = now + 1;
        });
    }

    /// The time now, and the holds in force.
    pub(crate) fn now(&self) -> (Millis, Vec<Hold>) {
        let in_force = self.0.borrow();
        (in_force.now(), in_force.list.clone())
    }

    /// Waits until none of them holds this transition.
    pub(crate) async fn released(&self, transition: Transition) {
        let is_free = |in_force: &InForce| !in_force.list.iter().any(|hold| hold.names(transition));
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.0.subscribe().wait_for(is_free).await;
    }
}
