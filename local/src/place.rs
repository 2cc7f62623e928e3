//! Where things are: an account, and a region of it.

use std::fmt;

/// An AWS account: twelve digits.
#[derive(
    Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub(crate) struct AccountId(String);

impl AccountId {
    /// The account of everyone whose access key does not name one.
    pub(crate) const DEFAULT: &'static str = "000000000000";

    /// Returns the account of this name if it is twelve digits, else the default one. An access key
    /// is such a name, so that one local cloud can hold a whole class.
    #[must_use]
    pub(crate) fn named(name: &str) -> Self {
        let is_account = name.len() == 12 && name.bytes().all(|b| b.is_ascii_digit());
        Self(if is_account { name } else { Self::DEFAULT }.to_owned())
    }

    /// Returns the twelve digits.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An account in a region.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The account.
    pub(crate) account: AccountId,
    /// The region, such as `eu-west-1`.
    pub(crate) region: String,
}

impl Place {
    /// Returns the account of this name in this region.
    pub(crate) fn named(account: &str, region: impl Into<String>) -> Self {
        Self { account: AccountId::named(account), region: region.into() }
    }
}
