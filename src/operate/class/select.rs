//! Which labs of the roster a command is about.

use std::sync::Arc;

use super::{History, Seat, State};
use crate::error::{Code, Error, Result};

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
}

/// Returns the labs that are wanted, in the order of the roster.
///
/// # Errors
/// When a name is nobody's, or nothing is left.
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
            && wanted.past.is_none_or(|(past, history)| past.fits(history.last(seat)))
    };
    let chosen: Vec<Arc<Seat>> = seats.into_iter().filter(is_wanted).collect();
    if chosen.is_empty() {
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
    /// Returns whether a lab that ended so is meant. `Some(None)`: its work began, or was to begin,
    /// and has no end. `None`: it took no part.
    fn fits(self, last: Option<Option<State>>) -> bool {
        match (self, last) {
            (_, None) => false,
            (Self::Failed, Some(state)) => {
                matches!(state, Some(State::Failed | State::Quarantined))
            }
            (Self::Quarantined, Some(state)) => state == Some(State::Quarantined),
            (Self::Unfinished, Some(state)) => state.is_none_or(|state| !state.is_good()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unfinished_has_no_good_end() {
        let unfinished = |last| Past::Unfinished.fits(last);
        assert!(unfinished(Some(None)) && unfinished(Some(Some(State::Interrupted))));
        assert!(!unfinished(None) && !unfinished(Some(Some(State::Clean))));
        assert!(Past::Failed.fits(Some(Some(State::Quarantined))));
        assert!(
            !Past::Failed.fits(Some(None)) && !Past::Quarantined.fits(Some(Some(State::Failed)))
        );
    }
}
