//! What a resource of the lab is to the engine.

use std::{fmt, time::Duration};

use async_trait::async_trait;

use super::{Event, Interrupt, Placeholder, Report, Values, Wait};
use crate::error::Result;

/// The name of a resource in the lab: `bucket`, `table`. It is what events and errors call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Id(pub(crate) &'static str);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What is known of a resource without looking at the account.
#[derive(Clone, Debug)]
pub(crate) struct About {
    /// Its name in the lab.
    pub(crate) id: Id,
    /// What it is, with its real name: "S3 bucket `mysfits-…`".
    pub(crate) title: String,
    /// What it is for, in one sentence a student learns from.
    pub(crate) why: &'static str,
    /// The values it gives to others.
    pub(crate) produces: Vec<Placeholder>,
    /// The values it needs. Its own are no needs.
    pub(crate) consumes: Vec<Placeholder>,
    /// The values it uses when they are there, and does without when they are not: the site shows the
    /// backend's mysfits once there is a backend.
    pub(crate) uses: Vec<Placeholder>,
    /// What must be there first although no value flows.
    pub(crate) after: Vec<Id>,
    /// The resource with which it goes; cleanup then has nothing to do for it.
    pub(crate) goes_with: Option<Id>,
    /// Whether it is shared with others in the account, so that cleanup leaves it.
    pub(crate) shared: bool,
    /// Why cleanup may believe that it is ours.
    pub(crate) ours: String,
    /// US dollars per hour while it exists.
    pub(crate) dollars_per_hour: f64,
    /// The longest that it may take to be ready or gone.
    pub(crate) deadline: Duration,
}

/// A resource that needs no other, goes by itself, and costs nothing.
impl Default for About {
    fn default() -> Self {
        Self {
            id: Id(""),
            title: String::new(),
            why: "",
            produces: Vec::new(),
            consumes: Vec::new(),
            uses: Vec::new(),
            after: Vec::new(),
            goes_with: None,
            shared: false,
            ours: String::new(),
            dollars_per_hour: 0.0,
            deadline: Duration::from_mins(5),
        }
    }
}

impl About {
    /// US dollars for 24 hours.
    pub(crate) fn dollars_per_day(&self) -> f64 {
        self.dollars_per_hour * 24.0
    }
}

/// What was seen of a resource in the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It is not there.
    Absent,
    /// It is on its way, in AWS's word for the state.
    Settling {
        /// Such as `CREATING`.
        status: String,
    },
    /// AWS has done its part, but something else has to come: the backend's first answer, a person's
    /// word on a change set. Deploy waits for it; cleanup need not.
    Waiting {
        /// What is still missing, in words.
        status: String,
    },
    /// It is as the lab wants it.
    Ready(Values),
    /// It is there and ours, but differs.
    Drifted {
        /// What it gives to others all the same.
        values: Values,
        /// What differs, each in a few words.
        differences: Vec<String>,
    },
    /// It is there and ours, but cannot be changed into what the lab wants.
    Broken {
        /// Why.
        why: String,
    },
    /// It is there and not ours.
    Foreign {
        /// Why we think so.
        why: String,
    },
}

impl Seen {
    /// Ready when nothing differs, else drifted.
    pub(crate) fn with(values: Values, differences: Vec<String>) -> Self {
        if differences.is_empty() {
            Self::Ready(values)
        } else {
            Self::Drifted { values, differences }
        }
    }

    /// Whether there is something, and it is the lab's.
    pub(crate) fn is_ours(&self) -> bool {
        !matches!(self, Self::Absent | Self::Foreign { .. })
    }

    /// The values it gives to others in this state.
    pub(crate) fn values(&self) -> Option<&Values> {
        match self {
            Self::Ready(values) | Self::Drifted { values, .. } => Some(values),
            _ => None,
        }
    }
}

/// One resource of the lab.
#[async_trait]
pub(crate) trait Resource: Send + Sync {
    /// What is known of it without looking.
    fn about(&self) -> &About;

    /// Looks at the account, read-only. `known` lacks what comes from resources that are not there.
    async fn inspect(&self, known: &Values) -> Result<Seen>;

    /// Checks what can be checked before anything is changed: input that the user gave. Most
    /// resources have none.
    ///
    /// # Errors
    /// When the input cannot be right.
    async fn check_input(&self) -> Result<()> {
        Ok(())
    }

    /// Takes it from what was seen towards ready. The engine looks again afterwards and waits until
    /// it is, so nothing here waits. May be cut off anywhere and run again.
    async fn apply(&self, known: &Values, seen: &Seen, step: &Step) -> Result<()>;

    /// Tells, as notes, why it does not become ready: called when it is broken although it was just
    /// made or changed, and when its time is up. Most resources have nothing to add to their state.
    async fn diagnose(&self, _known: &Values, _step: &Step) {}

    /// Takes it towards absent. The engine looks again afterwards and waits until it is. `known` is
    /// what was known when the cleanup began.
    async fn remove(&self, known: &Values, step: &Step) -> Result<()>;
}

/// What a resource is given while it works: where to tell of it, and whether to stop.
#[derive(Clone, Copy)]
pub(crate) struct Step<'a> {
    id: Id,
    report: &'a dyn Report,
    interrupt: &'a Interrupt,
}

impl<'a> Step<'a> {
    pub(super) fn new(id: Id, report: &'a dyn Report, interrupt: &'a Interrupt) -> Self {
        Self { id, report, interrupt }
    }

    /// Says what is being done now: "writing the bucket policy".
    pub(crate) fn status(&self, text: impl Into<String>) {
        self.report.event(&Event::Status { id: self.id, text: text.into() });
    }

    /// Says something that should stay: a warning, a choice made.
    pub(crate) fn note(&self, text: impl Into<String>) {
        self.report.event(&Event::Note { id: self.id, text: text.into() });
    }

    /// A wait of at most this long, which ends when the user asks to stop.
    pub(crate) fn wait(&self, longest: Duration) -> Wait<'a> {
        Wait::new(self.interrupt, longest)
    }

    /// Whether the user asked to stop; long work should then end early.
    pub(crate) fn interrupted(&self) -> bool {
        self.interrupt.asked()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A resource for tests of the engine.
    pub(in crate::engine) fn about(
        id: &'static str,
        produces: &[Placeholder],
        consumes: &[Placeholder],
    ) -> About {
        About {
            id: Id(id),
            title: id.to_owned(),
            why: "It is for tests.",
            produces: produces.to_vec(),
            consumes: consumes.to_vec(),
            ours: "it is made by a test".to_owned(),
            deadline: Duration::from_mins(1),
            ..About::default()
        }
    }
}
