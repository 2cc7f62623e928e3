//! What is known of a lab at the end of a command.

use std::time::{Duration, SystemTime};

use super::{Seat, Who};
use crate::{
    error::{Error, Exit},
    operate::Address,
};

/// What became of a lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Everything that was asked for is there.
    Ready,
    /// Some of it is there.
    Partly,
    /// Something of it is there; how much was not asked.
    There,
    /// Nothing of it is there; nobody has looked twice.
    Absent,
    /// Nothing of it is there, as two looks in a row have found.
    Clean,
    /// Something could not be looked at.
    Unknown,
    /// An error ended the work.
    Failed,
    /// It could not be shown to be clean.
    Quarantined,
    /// The user stopped it.
    Interrupted,
    /// It was not begun.
    NotStarted,
}

impl State {
    /// Every one.
    const ALL: [Self; 10] = [
        Self::Ready,
        Self::Partly,
        Self::There,
        Self::Absent,
        Self::Clean,
        Self::Unknown,
        Self::Failed,
        Self::Quarantined,
        Self::Interrupted,
        Self::NotStarted,
    ];

    /// Returns its name in results and journals.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Partly => "partly",
            Self::There => "there",
            Self::Absent => "absent",
            Self::Clean => "clean",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
            Self::Quarantined => "quarantined",
            Self::Interrupted => "interrupted",
            Self::NotStarted => "not-started",
        }
    }

    /// Returns the one with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Returns whether what was asked for was done, or seen.
    pub(crate) fn is_good(self) -> bool {
        matches!(self, Self::Ready | Self::Partly | Self::There | Self::Absent | Self::Clean)
    }
}

/// A lab at the end of a command.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// Whose it is.
    pub(crate) student: String,
    /// The student's address.
    pub(crate) email: Option<String>,
    /// The account.
    pub(crate) account: String,
    /// The region, if it is known.
    pub(crate) region: Option<String>,
    /// The name of the lab.
    pub(crate) lab: String,
    /// What became of it.
    pub(crate) state: State,
    /// In a few words, what that means.
    pub(crate) words: String,
    /// What exists costs this, US dollars an hour.
    pub(crate) dollars_per_hour: f64,
    /// What could not be looked at may cost this in addition.
    pub(crate) unknown_per_hour: f64,
    /// What it has cost so far, if that was asked for and is known.
    pub(crate) so_far: Option<f64>,
    /// Whether something costs more than that: since when it is there is not known.
    pub(crate) undated: bool,
    /// Its addresses.
    pub(crate) addresses: Vec<Address>,
    /// What went wrong.
    pub(crate) errors: Vec<Error>,
    /// How long the work took.
    pub(crate) elapsed: Duration,
    /// When that was known; `None` if what it was read from does not say.
    pub(crate) time: Option<SystemTime>,
}

impl Record {
    /// Creates the record of a lab of which nothing is known.
    pub(super) fn of(seat: &Seat, state: State) -> Self {
        Self {
            student: seat.student.clone(),
            email: seat.email.clone(),
            account: seat.account.as_str().to_owned(),
            region: seat.region().map(str::to_owned),
            lab: seat.lab().to_owned(),
            ..Self::unknown(state)
        }
    }

    /// Creates a record that does not even say whose lab it is: for those who read one.
    pub(crate) fn unknown(state: State) -> Self {
        Self {
            student: String::new(),
            email: None,
            account: String::new(),
            region: None,
            lab: String::new(),
            state,
            words: String::new(),
            dollars_per_hour: 0.0,
            unknown_per_hour: 0.0,
            so_far: None,
            undated: false,
            addresses: Vec::new(),
            errors: Vec::new(),
            elapsed: Duration::ZERO,
            time: Some(SystemTime::now()),
        }
    }

    /// Creates the record of a lab that an error ended.
    pub(super) fn failed(seat: &Seat, error: Error) -> Self {
        use crate::error::Code::Interrupted;
        let state = if error.code == Interrupted { State::Interrupted } else { State::Failed };
        Self { words: error.in_a_line(), errors: vec![error], ..Self::of(seat, state) }
    }

    /// Returns whose lab at a place of the class it is.
    pub(crate) fn who(&self, place: usize) -> Who {
        let (student, account) = (self.student.clone(), self.account.clone());
        Who { place, student, account, lab: self.lab.clone() }
    }

    /// Returns the address of the site, if there is one.
    pub(crate) fn site(&self) -> Option<&str> {
        let site = self.addresses.iter().find(|(name, _)| *name == "site");
        site.map(|(_, address)| address.as_str())
    }
}

/// Returns the exit code of a command that ended so: what one lab lacks is partly.
pub(crate) fn exit(records: &[Record]) -> Exit {
    if records.iter().any(|record| record.state == State::Interrupted) {
        Exit::Interrupted
    } else if records.iter().all(|record| record.state.is_good()) {
        Exit::Done
    } else {
        Exit::Partly
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_name_of_its_own() {
        for state in State::ALL {
            assert_eq!(State::named(state.name()), Some(state));
        }
        assert_eq!(State::named("planned"), None);
    }
}
