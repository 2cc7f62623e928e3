//! What the engine tells: typed events, from which every way of reporting is made.

use std::time::Duration;

use super::{About, Forecast, Id};
use crate::{error::Error, lab::LabId};

/// What is being done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    /// Bringing it up.
    Deploy,
    /// Taking it down.
    Cleanup,
}

/// How it ended for a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was as it should be.
    Unchanged,
    /// It was not there and is now.
    Created,
    /// It was there, differed, and is now as it should be.
    Updated,
    /// It was there and is gone.
    Removed,
    /// It was not there.
    Absent,
    /// It is there, is not the lab's, and was not touched.
    Kept {
        /// Why it is not ours.
        why: String,
    },
    /// It did not work.
    Failed(Box<Error>),
    /// The user stopped the run while it was worked on.
    Interrupted {
        /// What AWS continues to do about it, although nobody waits for it any more.
        continues: Option<Doing>,
    },
    /// It was not started.
    NotStarted {
        /// The resource that failed before it; none when the user stopped the run.
        because_of: Option<Id>,
    },
}

/// Something that happened.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    /// A run begins, with these resources in the order of the graph.
    RunStarted {
        /// What is being done.
        doing: Doing,
        /// All that take part.
        resources: &'a [&'a About],
        /// How long it takes, as far as one can know.
        forecast: &'a Forecast,
    },
    /// Work on a resource begins.
    Started {
        /// Which.
        id: Id,
    },
    /// What is being done now, or what AWS says of the state.
    Status {
        /// Which.
        id: Id,
        /// In human words.
        text: String,
    },
    /// Something worth keeping on the screen.
    Note {
        /// Which.
        id: Id,
        /// One sentence.
        text: String,
    },
    /// It is over for this resource.
    Finished {
        /// Which.
        id: Id,
        /// How.
        outcome: &'a Outcome,
        /// How long it took.
        elapsed: Duration,
    },
    /// A second has passed; who shows time or breaks a silence may do so.
    Tick,
    /// The run is over.
    RunFinished {
        /// For each resource, in the order in which they ended.
        outcomes: &'a [(Id, Outcome)],
        /// How long all of it took.
        elapsed: Duration,
    },
}

/// Whoever listens to events.
pub(crate) trait Report: Send + Sync {
    /// Takes one event of a lab. Must not block for long.
    fn event(&self, lab: &LabId, event: &Event<'_>);
}
