//! Which labs of the roster a command is about.

use std::sync::Arc;

use super::{History, Seat, State, history::Last};
use crate::{
    error::{Code, Error, Result},
    lab::Shard,
};

/// Labs by how their last run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Past {
    /// Failed, or could not be shown to be clean.
    Failed,
    /// Could not be shown to be clean.
    Quarantined,
    /// Did not end well, or did not end.
    Unfinished,
}

/// Which labs are wanted.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    /// Of these students; of all if empty.
    pub(crate) only: &'a [String],
    /// Not of these.
    pub(crate) except: &'a [String],
    /// Whose last run ended so.
    pub(crate) past: Option<(Past, &'a History)>,
    /// In this shard.
    pub(crate) shard: Option<Shard>,
}

/// Returns the labs that are wanted, in the order of the roster. A shard may have none of them.
///
/// # Errors
/// When a name is nobody's, or nothing is left of what is not shared out.
pub(crate) fn select(seats: Vec<Arc<Seat>>, wanted: &Wanted<'_>) -> Result<Vec<Arc<Seat>>> {
    let names = wanted.only.iter().chain(wanted.except);
    let unknown: Vec<String> = names
        .filter(|name| !seats.iter().any(|seat| is_named(seat, name)))
        .map(|name| format!("`{name}`"))
        .collect();
    if !unknown.is_empty() {
        let message = format!("nobody in the roster is named {}", unknown.join(", "));
        return Err(Error::new(Code::Setting, message)
            .hint("a name, an e-mail address or an account, as the roster has it"));
    }
    let is_any = |seat: &Seat, names: &[String]| names.iter().any(|name| is_named(seat, name));
    let is_wanted = |seat: &Arc<Seat>| {
        (wanted.only.is_empty() || is_any(seat, wanted.only))
            && !is_any(seat, wanted.except)
            && wanted.shard.is_none_or(|shard| shard.holds(&seat.account))
            && wanted.past.is_none_or(|(past, history)| past.fits(history.last(seat)))
    };
    let chosen: Vec<Arc<Seat>> = seats.into_iter().filter(is_wanted).collect();
    if chosen.is_empty() && wanted.shard.is_none() {
        let message = match wanted.past {
            Some(_) => "the journal has no lab that ended so",
            None => "no lab is left",
        };
        return Err(
            Error::new(Code::Setting, message).hint("`mysfits class status` shows all labs")
        );
    }
    Ok(chosen)
}

/// Returns whether a student is meant: by the name, the address or the account.
fn is_named(seat: &Seat, name: &str) -> bool {
    seat.student.eq_ignore_ascii_case(name)
        || seat.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(name))
        || seat.account.as_str() == name
}

impl Past {
    /// Returns whether a lab that ended so is meant.
    fn fits(self, last: Last) -> bool {
        match (self, last) {
            (_, Last::NoPart) => false,
            (Self::Failed, _) => {
                matches!(last, Last::Ended(State::Failed | State::Quarantined))
            }
            (Self::Quarantined, _) => last == Last::Ended(State::Quarantined),
            (Self::Unfinished, Last::Endless) => true,
            (Self::Unfinished, Last::Ended(state)) => !state.is_good(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unfinished_has_no_good_end() {
        let unfinished = |last| Past::Unfinished.fits(last);
        assert!(unfinished(Last::Endless) && unfinished(Last::Ended(State::Interrupted)));
        assert!(!unfinished(Last::NoPart) && !unfinished(Last::Ended(State::Clean)));
        assert!(Past::Failed.fits(Last::Ended(State::Quarantined)));
        assert!(!Past::Failed.fits(Last::Endless));
        assert!(!Past::Quarantined.fits(Last::Ended(State::Failed)));
    }
}
