//! A setting of a resource, as the lab wants it and as it is.

use crate::lab::{EXPIRES_TAG, Expiry, LAB_TAG, Owner, Placeholder};

/// A setting that was compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Its name in AWS's API, with its path if it is nested.
    pub(crate) name: String,
    /// The value that the lab wants.
    pub(crate) expected: String,
    /// The value that it has.
    pub(crate) actual: String,
}

/// How a value is displayed that AWS does not return.
pub(crate) const NOT_SET: &str = "not set";

/// How a value is displayed that could not be compared.
const NOT_KNOWN: &str = "not known yet";

impl Setting {
    /// Creates a setting from any displayable values.
    #[expect(clippy::needless_pass_by_value, reason = "texts and numbers are given alike")]
    pub(crate) fn new(
        name: impl Into<String>,
        expected: impl ToString,
        actual: impl ToString,
    ) -> Self {
        Self { name: name.into(), expected: expected.to_string(), actual: actual.to_string() }
    }

    /// Creates a setting that AWS may not return.
    #[expect(clippy::needless_pass_by_value, reason = "texts and numbers are given alike")]
    pub(crate) fn maybe(
        name: impl Into<String>,
        expected: impl ToString,
        actual: Option<impl ToString>,
    ) -> Self {
        let actual = actual.map_or_else(|| NOT_SET.to_owned(), |actual| actual.to_string());
        Self { name: name.into(), expected: expected.to_string(), actual }
    }

    /// Compares the lab's tag.
    pub(crate) fn tag(lab: &str, owner: &Owner) -> Self {
        let actual = if *owner == Owner::Ours { lab } else { owner.tag() };
        Self::new(format!("tag {LAB_TAG}"), lab, actual)
    }

    /// Compares the tag with the time at which the lab may go; `None` if that is not to be changed.
    pub(crate) fn expiry(expected: Option<Expiry>, actual: Option<&str>) -> Option<Self> {
        let name = format!("tag {EXPIRES_TAG}");
        expected.map(|expected| Self::maybe(name, expected, actual))
    }

    /// Represents all settings that cannot be compared, because this value is missing.
    pub(crate) fn uncompared(template: &str, missing: Placeholder) -> Self {
        Self::new(format!("{missing} in {template}"), "a value", NOT_KNOWN)
    }

    /// Returns whether it could be compared.
    pub(crate) fn is_compared(&self) -> bool {
        self.actual != NOT_KNOWN
    }

    /// Returns whether it differs from what the lab wants.
    pub(crate) fn differs(&self) -> bool {
        self.expected != self.actual
    }

    /// Returns the difference as text.
    pub(crate) fn in_words(&self) -> String {
        format!("{} is {}, expected {}", self.name, self.actual, self.expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_says_expected_and_actual() {
        let setting = Setting::maybe("minimumLength", 8, None::<i32>);
        assert_eq!(setting.in_words(), "minimumLength is not set, expected 8");
        assert!(!Setting::tag("lab", &Owner::Ours).differs());
        assert!(Setting::tag("lab", &Owner::NotTagged).differs());
    }
}
