//! What is told while a class is worked on.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use super::{Record, Seat};
use crate::{
    engine::{Doing, Event, Id, Report},
    lab::LabId,
    resources::Lab,
};

/// A lab of the class, as listeners know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Who {
    /// Its place in the class.
    pub(crate) place: usize,
    /// The student's name.
    pub(crate) student: String,
    /// The account.
    pub(crate) account: String,
    /// The name of the lab.
    pub(crate) lab: String,
}

impl Who {
    /// Describes the lab at a place.
    pub(super) fn of(place: usize, seat: &Seat) -> Self {
        let (student, lab) = (seat.student.clone(), seat.lab().to_owned());
        Self { place, student, account: seat.account.as_str().to_owned(), lab }
    }
}

/// What is being done with a lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It is deployed or removed.
    Work(Doing),
    /// Between two looks that have to find nothing.
    Pause,
    /// It is looked at once more.
    Look,
}

/// Something that happened to a lab.
pub(crate) enum Happening<'a> {
    /// This is being done now.
    Phase(Phase),
    /// Something happened in its run.
    Event {
        /// The lab.
        lab: &'a LabId,
        /// The number of the lab's part to whose resource it happened.
        part: Option<u8>,
        /// What happened.
        event: &'a Event<'a>,
    },
    /// The work on it is over.
    Ended(&'a Record),
}

/// Who is told what happens to a class.
pub(crate) trait Listener: Send + Sync {
    /// Is told which labs are worked on, before anything happens to them.
    fn begins(&self, all: &[Who]);

    /// Is told what happened to one of them. Must not block for long.
    fn happened(&self, who: &Who, what: &Happening<'_>);
}

/// Tells both.
pub(crate) struct Both(pub(crate) Arc<dyn Listener>, pub(crate) Arc<dyn Listener>);

impl Listener for Both {
    fn begins(&self, all: &[Who]) {
        self.0.begins(all);
        self.1.begins(all);
    }

    fn happened(&self, who: &Who, what: &Happening<'_>) {
        self.0.happened(who, what);
        self.1.happened(who, what);
    }
}

/// Tells the events of a lab, whose they are and which part of it they belong to.
pub(super) struct OfLab {
    who: Who,
    to: Arc<dyn Listener>,
    /// The part of each resource, once its lab is known.
    parts: OnceLock<HashMap<Id, u8>>,
}

impl OfLab {
    /// Creates the one for a lab that is not known yet.
    pub(super) fn new(who: Who, to: Arc<dyn Listener>) -> Self {
        Self { who, to, parts: OnceLock::new() }
    }

    /// Takes the lab, before its first event.
    pub(super) fn knows(&self, lab: &Lab) {
        self.parts.get_or_init(|| lab.parts());
    }
}

impl Report for OfLab {
    fn event(&self, lab: &LabId, event: &Event<'_>) {
        let part = event.id().and_then(|id| self.parts.get()?.get(&id).copied());
        self.to.happened(&self.who, &Happening::Event { lab, part, event });
    }
}

/// Tells nobody.
pub(super) struct Nobody;

impl Report for Nobody {
    fn event(&self, _: &LabId, _: &Event<'_>) {}
}
