//! Which account a local cloud rehearses: with the principals and policies that its students have
//! there, and not as its owner. The choice is kept with the state, and goes with it.

use std::{fmt, path::Path, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{open::OpenError, private, store::Store};

/// An account whose students are not its owners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Rehearsal {
    /// The Learner Lab of AWS Academy.
    LearnerLab {
        /// Whether VPC links can be created: in some labs they cannot.
        vpc_links: bool,
    },
}

/// Their names.
const NAMES: [(&str, Rehearsal); 2] = [
    ("learner-lab", Rehearsal::LearnerLab { vpc_links: true }),
    ("learner-lab:no-vpc-link", Rehearsal::LearnerLab { vpc_links: false }),
];

/// A name that is none of a rehearsal.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("it is `{}` or `{}`", NAMES[0].0, NAMES[1].0)]
pub struct UnknownRehearsal;

impl FromStr for Rehearsal {
    type Err = UnknownRehearsal;

    fn from_str(name: &str) -> Result<Self, UnknownRehearsal> {
        let known = NAMES.into_iter().find(|(known, _)| *known == name);
        known.map(|(_, rehearsal)| rehearsal).ok_or(UnknownRehearsal)
    }
}

impl TryFrom<String> for Rehearsal {
    type Error = UnknownRehearsal;

    fn try_from(name: String) -> Result<Self, UnknownRehearsal> {
        name.parse()
    }
}

impl fmt::Display for Rehearsal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(_, rehearsal)| rehearsal == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}

impl From<Rehearsal> for String {
    fn from(rehearsal: Rehearsal) -> Self {
        rehearsal.to_string()
    }
}

/// The choice as it is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Choice {
    #[serde(rename = "as")]
    pub(crate) rehearsal: Option<Rehearsal>,
    /// After how many calls the session ends with which the local cloud was started.
    pub(crate) session_calls: Option<u64>,
}

const FILE: &str = "rehearsal.json";

/// Notes a choice in the folder of the state. Without a new one an older one stays, but its session
/// does not: every start begins a new one.
pub(crate) fn choose(state: &Path, new: Choice) -> Result<(), OpenError> {
    if new == Choice::default() && !state.join(FILE).exists() {
        return Ok(());
    }
    private::folder(state)
        .map_err(|source| OpenError::Folder { path: state.to_owned(), source })?;
    let kept = Store::<Choice>::open(state.join(FILE))?;
    let old = kept.read(|choice| *choice);
    let chosen = Choice { rehearsal: new.rehearsal.or(old.rehearsal), ..new };
    if chosen != old {
        kept.change(|choice| *choice = chosen)?;
    }
    Ok(())
}

/// Returns the choice in the folder of the state.
pub(crate) fn chosen(state: &Path) -> Result<Choice, OpenError> {
    match state.join(FILE) {
        file if file.exists() => Ok(Store::<Choice>::open(file)?.read(|choice| *choice)),
        _ => Ok(Choice::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_folder::Folder;

    #[test]
    fn a_choice_stays_until_there_is_another() {
        let folder = Folder::new("rehearsal");
        assert_eq!(chosen(&folder).unwrap(), Choice::default());
        let rehearsal: Option<Rehearsal> = "learner-lab:no-vpc-link".parse().ok();
        choose(&folder, Choice { rehearsal, session_calls: Some(7) }).unwrap();
        assert_eq!(chosen(&folder).unwrap(), Choice { rehearsal, session_calls: Some(7) });
        choose(&folder, Choice::default()).unwrap();
        assert_eq!(chosen(&folder).unwrap(), Choice { rehearsal, session_calls: None });
    }

    #[test]
    fn names_are_read_and_shown() {
        for (name, rehearsal) in NAMES {
            assert_eq!(
                (name.parse().ok(), rehearsal.to_string().as_str()),
                (Some(rehearsal), name)
            );
        }
        assert!("learner".parse::<Rehearsal>().is_err());
    }
}
