//! The account and the region of a lab.

use std::fmt;

use super::regions;
use crate::error::{Code, Error, Result};

/// What stands for anything in the pattern of an ARN.
const ANY: &str = "*";

/// An AWS account: twelve digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountId(String);

impl AccountId {
    /// Creates the account with this number.
    pub(crate) fn new(number: impl Into<String>) -> Self {
        Self(number.into())
    }

    /// Creates what stands for any account in the pattern of an ARN.
    pub(crate) fn any() -> Self {
        Self::new(ANY)
    }

    /// Returns the twelve digits.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A region that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Region(String);

impl Region {
    /// Creates the region with this name.
    ///
    /// # Errors
    /// When no such region exists.
    pub(crate) fn new(name: impl Into<String>) -> Result<Self> {
        let name = name.into();
        if regions::exists(&name) {
            return Ok(Self(name));
        }
        let error =
            Error::new(Code::Region, format!("`{name}` is not a region the lab can run in"));
        Err(match regions::nearest(&name) {
            Some(nearest) => error.hint(format!("did you mean `--region {nearest}`?")),
            None => error,
        })
    }

    /// Creates what stands for any region in the pattern of an ARN.
    pub(crate) fn any() -> Self {
        Self(ANY.to_owned())
    }

    /// Creates a region from the list of regions.
    pub(super) fn of(name: &'static str) -> Self {
        Self(name.to_owned())
    }

    /// Returns the name, such as `eu-west-1`.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The unique identity of a lab: its account, its region, and its name there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LabId {
    /// The account.
    pub(crate) account: AccountId,
    /// The region.
    pub(crate) region: Region,
    /// The name, which is also the value of the lab's tag.
    pub(crate) name: String,
}

impl fmt::Display for LabId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lab `{}` of account {} in {}", self.name, self.account, self.region)
    }
}
