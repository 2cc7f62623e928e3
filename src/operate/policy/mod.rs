//! The IAM policies for those who work on a lab, derived from what the resources declare. AWS is not
//! called, so that they can be written before there are credentials.

mod documents;
mod needs;
mod statements;

use clap::ValueEnum;

pub(super) use self::needs::of as needs_of;
pub(crate) use self::{documents::Document, needs::Need, statements::Statement};
use crate::{
    aws::Access,
    destination::Destination,
    error::Result,
    lab::{AccountId, Names, Region},
    resources::{Choices, Lab},
};

/// Whom a policy is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Deploys and removes any lab of the account
    Operator,
    /// Deploys and removes one lab
    Student,
    /// Looks at any lab of the account
    Auditor,
}

/// Where the labs are, and which ones are meant. What is `None` is not narrowed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extent {
    /// The account.
    pub(crate) account: Option<AccountId>,
    /// The region.
    pub(crate) region: Option<Region>,
    /// The name of the lab.
    pub(crate) lab: Option<String>,
    /// The name of the bucket.
    pub(crate) bucket: Option<String>,
}

/// The policies of a role.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    /// Its name in IAM; those of the documents derive from it.
    name: String,
    /// What is needed, action by action.
    pub(crate) needs: Vec<Need>,
    /// The documents: together they permit it.
    pub(crate) documents: Vec<Document>,
}

impl Role {
    /// Returns its name, as on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Student => "student",
            Self::Auditor => "auditor",
        }
    }

    fn access(self) -> Access {
        match self {
            Self::Operator | Self::Student => Access::Write,
            Self::Auditor => Access::Read,
        }
    }
}

impl Policy {
    /// Returns the policies for a role in an extent.
    ///
    /// # Errors
    /// When the lab's own files are wrong: a bug in this program.
    pub(crate) fn new(role: Role, extent: Extent) -> Result<Self> {
        let name = match &extent.lab {
            Some(lab) => format!("mysfits-{}-{lab}", role.name()),
            None => format!("mysfits-{}", role.name()),
        };
        let Extent { account, region, lab, bucket } = extent;
        let account = account.unwrap_or_else(AccountId::any);
        let region = region.unwrap_or_else(Region::any);
        let names = match (role, &lab) {
            (Role::Operator | Role::Auditor, None) => {
                Names::of_all_labs(&account, &region, bucket.as_deref())
            }
            _ => Names::new(&account, &region, lab.as_deref(), bucket.as_deref()),
        };
        let destination = Destination::never_called(account, region);
        let lab = Lab::new(&destination, &names, &Choices::default())?;
        let needs = needs::of(&lab, &names, role.access());
        let documents = documents::split(statements::of(&needs));
        Ok(Self { name, needs, documents })
    }

    /// Returns the documents with their names in IAM.
    pub(crate) fn named(&self) -> impl Iterator<Item = (String, &Document)> {
        let name = |number: usize| match self.documents.len() {
            1 => self.name.clone(),
            _ => format!("{}-{number}", self.name),
        };
        self.documents.iter().enumerate().map(move |(place, it)| (name(place + 1), it))
    }
}

#[cfg(test)]
mod tests;
