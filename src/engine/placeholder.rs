//! Placeholders: the lab's own names for the values that flow between its steps.

use std::{collections::BTreeMap, fmt};

/// The name of a value, as the lab's files write it: `REPLACE_ME_VPC_ID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Placeholder(&'static str);

impl Placeholder {
    /// A placeholder of this name. The lab's list of them is in `lab::placeholders`.
    pub(crate) const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name.
    pub(crate) const fn name(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The values that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Values(BTreeMap<Placeholder, String>);

impl Values {
    /// Values from pairs.
    pub(crate) fn of<const N: usize>(pairs: [(Placeholder, &str); N]) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name, value.to_owned())).collect())
    }

    /// The value of a placeholder, when it is known.
    pub(crate) fn get(&self, name: Placeholder) -> Option<&str> {
        self.0.get(&name).map(String::as_str)
    }

    /// Adds other values; they win over what was known.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.0.extend(other.0.iter().map(|(name, value)| (*name, value.clone())));
    }

    /// These values and others; the others win.
    pub(crate) fn with(&self, other: &Self) -> Self {
        let mut all = self.clone();
        all.extend(other);
        all
    }
}
