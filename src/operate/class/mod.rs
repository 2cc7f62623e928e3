//! A class: many labs in many accounts, in one process. Accounts are worked on at the same time, the
//! labs of one account one after the other; what fails in one stops no other.

mod check;
mod clean;
mod each;
mod expired;
mod history;
mod journal;
mod listen;
mod look;
mod member;
mod merge;
mod record;
mod room;
mod select;
pub(crate) mod time;
mod vet;
mod work;

use std::sync::Arc;

use super::Settings;
use crate::{
    engine::Interrupt,
    lab::{AccountId, lab_name},
};

#[cfg(test)]
pub(crate) use check::Student;
pub(crate) use check::{Graded, Verdict, check, check_exit, check_sites};
pub(crate) use expired::expired;
pub(crate) use history::History;
pub(crate) use journal::{Job, Journal};
pub(crate) use listen::{Both, Happening, Listener, Phase, Who};
pub(crate) use look::{Planned, cost, plan, status};
pub(crate) use member::{Member, connect};
pub(crate) use merge::{Fault, Fields, Line, Merged, Share};
pub(crate) use record::{Record, State, exit};
pub(crate) use select::{Past, Wanted, select};
pub(crate) use vet::{Vetted, vet};
pub(crate) use work::work;

/// How many accounts are worked on at the same time, unless the user says otherwise: a large class at
/// once. Each takes some 2 MB, and waits most of the time.
pub(crate) const AT_ONCE: usize = 50;

/// A lab of a class, and whose it is.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    /// The student's name.
    pub(crate) student: String,
    /// The student's address.
    pub(crate) email: Option<String>,
    /// How the gradebook of the course knows the student.
    pub(crate) id: Option<String>,
    /// The account, as the roster says it.
    pub(crate) account: AccountId,
    /// How the lab is reached, and what it is.
    pub(crate) settings: Settings,
}

impl Seat {
    /// Returns the name of the lab.
    pub(crate) fn lab(&self) -> &str {
        lab_name(self.settings.lab.as_deref())
    }

    /// Returns the region, if the roster or the command chose one.
    pub(crate) fn region(&self) -> Option<&str> {
        self.settings.destination.region.as_deref()
    }
}

/// What applies to the work on a whole class.
#[derive(Clone)]
pub(crate) struct Setup {
    /// How many accounts are worked on at the same time.
    pub(crate) at_once: usize,
    /// After how many failures no other lab is started.
    pub(crate) max_failures: Option<usize>,
    /// Whether the user asked to stop.
    pub(crate) interrupt: Interrupt,
    /// Who is told what happens.
    pub(crate) listener: Arc<dyn Listener>,
}
