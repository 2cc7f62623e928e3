//! Placeholders, the lab's own names for the values passed between its steps, and what is known of
//! each value. "Looked, and it is not there" and "could not look" are two different answers.

use std::{collections::BTreeMap, fmt};

use super::Owner;
use crate::error::{Code, Error, Result};

/// The name of a value in the lab's files: `REPLACE_ME_VPC_ID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Placeholder(&'static str);

impl Placeholder {
    /// Creates a placeholder. The lab's list of them is in `lab::placeholders`.
    pub(crate) const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// Returns the name.
    pub(crate) const fn name(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What is known of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// This value.
    Known(String),
    /// This value, but of a resource that is not the lab's: shown, never used.
    NotOurs(String, Owner),
    /// None: its resource was looked at and does not exist.
    Absent,
    /// Unknown, for this reason. A resource that uses the value keeps its current one.
    Unknown(String),
}

/// What is known, by placeholder. All other placeholders are unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Values(BTreeMap<Placeholder, Value>);

/// The value of a placeholder without an entry.
static UNSPOKEN: Value = Value::Unknown(String::new());

impl Values {
    /// Creates known values from pairs.
    pub(crate) fn of<const N: usize>(pairs: [(Placeholder, &str); N]) -> Self {
        Self(pairs.map(|(name, value)| (name, Value::Known(value.to_owned()))).into())
    }

    /// Creates the same entry for several values.
    pub(crate) fn all(names: &[Placeholder], value: &Value) -> Self {
        Self(names.iter().map(|name| (*name, value.clone())).collect())
    }

    /// Returns what is known of a value.
    pub(crate) fn value(&self, name: Placeholder) -> &Value {
        self.0.get(&name).unwrap_or(&UNSPOKEN)
    }

    /// Returns the value, if it is known and may be used.
    pub(crate) fn get(&self, name: Placeholder) -> Option<&str> {
        match self.value(name) {
            Value::Known(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the value, for a call that makes no sense without it.
    ///
    /// # Errors
    /// When it is not known: an empty text is never sent to AWS in its place.
    pub(crate) fn need(&self, name: Placeholder) -> Result<&str> {
        self.get(name)
            .ok_or_else(|| Error::new(Code::Lab, format!("{name} is needed and is not known")))
    }

    /// Returns whether the value differs from `actual`, as far as can be determined: an unknown
    /// value never differs.
    pub(crate) fn differs(&self, name: Placeholder, actual: Option<&str>) -> bool {
        match self.value(name) {
            Value::Known(value) | Value::NotOurs(value, _) => actual != Some(value),
            Value::Absent => true,
            Value::Unknown(_) => false,
        }
    }

    /// Returns the same values, marked as somebody else's.
    pub(crate) fn not_ours(&self, owner: &Owner) -> Self {
        let not_ours = |value: &Value| match value {
            Value::Known(value) => Value::NotOurs(value.clone(), owner.clone()),
            other => other.clone(),
        };
        Self(self.0.iter().map(|(name, value)| (*name, not_ours(value))).collect())
    }

    /// Adds other values, which take precedence.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.0.extend(other.0.iter().map(|(name, value)| (*name, value.clone())));
    }

    /// Returns these values and others; the others take precedence.
    pub(crate) fn with(&self, other: &Self) -> Self {
        let mut all = self.clone();
        all.extend(other);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Placeholder = Placeholder::new("REPLACE_ME_A");

    #[test]
    fn nothing_is_known_of_what_nobody_spoke_of() {
        let none = Values::default();
        assert_eq!((none.value(A), none.get(A)), (&Value::Unknown(String::new()), None));
        assert!(!none.differs(A, None) && !none.differs(A, Some("x")));
        assert_eq!(none.need(A).unwrap_err().message, "REPLACE_ME_A is needed and is not known");
    }

    #[test]
    fn a_value_of_somebody_else_is_shown_and_not_used() {
        let foreign = Values::of([(A, "x")]).not_ours(&Owner::NotTagged);
        assert_eq!(foreign.value(A), &Value::NotOurs("x".to_owned(), Owner::NotTagged));
        assert!(foreign.get(A).is_none() && foreign.need(A).is_err());
        assert!(foreign.differs(A, Some("y")) && !foreign.differs(A, Some("x")));
    }

    #[test]
    fn absent_differs_from_whatever_there_is() {
        let absent = Values::all(&[A], &Value::Absent);
        assert!(absent.differs(A, Some("x")) && absent.differs(A, None));
        assert_eq!(absent.with(&Values::of([(A, "new")])).get(A), Some("new"));
    }
}
