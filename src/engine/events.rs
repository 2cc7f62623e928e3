//! The typed events that the engine emits. Every form of output is made from them.

use std::time::Duration;

use super::{About, Forecast, Id};
use crate::{error::Error, lab::LabId};

/// What is being done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    /// Creating or updating it.
    Deploy,
    /// Removing it.
    Cleanup,
}

/// How the work on a resource ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It already matched.
    Unchanged,
    /// It did not exist and was created.
    Created,
    /// It existed, differed, and was updated.
    Updated,
    /// It existed and was removed.
    Removed,
    /// It did not exist.
    Absent,
    /// It exists, does not belong to the lab, and was left untouched.
    Kept {
        /// Why it does not belong to the lab.
        why: String,
    },
    /// An error ended it.
    Failed(Box<Error>),
    /// The user interrupted the run while work on it was in progress.
    Interrupted {
        /// What AWS continues to do, although nobody waits for it any more.
        continues: Option<Doing>,
    },
    /// It was not started.
    NotStarted {
        /// What would have been done.
        doing: Doing,
        /// What prevented it; `None` when the user interrupted.
        because_of: Option<Obstacle>,
    },
}

/// A resource that prevents others from being started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Obstacle {
    /// The resource.
    pub(crate) id: Id,
    /// Whether it could not be looked at; otherwise it failed.
    pub(crate) is_unknown: bool,
}

/// Something that happened.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    /// A run begins, with these resources in the order of the graph.
    RunStarted {
        /// What is being done.
        doing: Doing,
        /// All resources that take part.
        resources: &'a [&'a About],
        /// How long the run is expected to take.
        forecast: &'a Forecast,
    },
    /// Work on a resource begins.
    Started {
        /// The resource.
        id: Id,
    },
    /// What is being done now, or the state that AWS reports.
    Status {
        /// The resource.
        id: Id,
        /// Human-readable text.
        text: String,
    },
    /// Something worth keeping on the screen.
    Note {
        /// The resource.
        id: Id,
        /// One sentence.
        text: String,
    },
    /// Work on a resource is over.
    Finished {
        /// The resource.
        id: Id,
        /// How it ended.
        outcome: &'a Outcome,
        /// How long it took.
        elapsed: Duration,
    },
    /// A second has passed; a listener that shows the time or breaks silences can act on it.
    Tick,
    /// The run is over.
    RunFinished {
        /// The outcome of each resource, in the order in which they ended.
        outcomes: &'a [(Id, Outcome)],
        /// How long the run took.
        elapsed: Duration,
    },
}

impl Event<'_> {
    /// Returns the resource that this happened to; `None` for what concerns the whole run.
    pub(crate) fn id(&self) -> Option<Id> {
        match self {
            Self::Started { id }
            | Self::Status { id, .. }
            | Self::Note { id, .. }
            | Self::Finished { id, .. } => Some(*id),
            Self::RunStarted { .. } | Self::Tick | Self::RunFinished { .. } => None,
        }
    }
}

/// A listener for events.
pub(crate) trait Report: Send + Sync {
    /// Handles one event of a lab. Must not block for long.
    fn event(&self, lab: &LabId, event: &Event<'_>);
}
