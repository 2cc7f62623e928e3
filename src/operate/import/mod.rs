//! Rosters from what is known elsewhere: an organization, the portal of IAM Identity Center, the
//! profiles on this machine. What comes of it is a file that a person reads and edits before it is
//! used.

mod organization;
mod portal;
mod profiles;
#[cfg(test)]
mod tests;

use crate::lab::{
    AccountId,
    roster::{Row, SignIn},
};

pub(crate) use organization::of_organization;
pub(crate) use portal::{Wanted, of_portal};
pub(crate) use profiles::of_profiles;

/// A row of the roster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Whose it is: the name of the account, or of the profile.
    pub(crate) name: String,
    /// The account, if it is known.
    pub(crate) account: Option<AccountId>,
    /// The profile that signs in to it.
    pub(crate) profile: Option<String>,
    /// The role that is assumed in it.
    pub(crate) role_arn: Option<String>,
    /// What its role wants to be told.
    pub(crate) external_id: Option<String>,
    /// The region, if one is named.
    pub(crate) region: Option<String>,
    /// The name of the lab, if it has one.
    pub(crate) lab: Option<String>,
    /// The e-mail address.
    pub(crate) email: Option<String>,
    /// How the gradebook knows the student.
    pub(crate) id: Option<String>,
}

/// A roster, and what is to be said about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Imported {
    /// The rows.
    pub(crate) entries: Vec<Entry>,
    /// What is not in it.
    pub(crate) left_out: Vec<LeftOut>,
    /// What has to be known or done before it is used, as sentences.
    pub(crate) notes: Vec<String>,
    /// Profiles that its rows name and that are still to be added to the configuration file.
    pub(crate) new_profiles: Vec<NewProfile>,
}

/// A profile that is still to be added to the configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewProfile {
    /// Its name.
    pub(crate) name: String,
    /// Its settings.
    pub(crate) settings: Vec<(&'static str, String)>,
}

impl NewProfile {
    /// Returns it as it stands in the file.
    pub(crate) fn text(&self) -> String {
        let settings = self.settings.iter().map(|(key, value)| format!("{key} = {value}\n"));
        format!("[profile {}]\n{}", self.name, settings.collect::<String>())
    }
}

/// Returns a roster that was read, to be written in one form.
pub(crate) fn of_rows(rows: &[Row]) -> Imported {
    Imported { entries: rows.iter().map(Entry::of).collect(), ..Imported::default() }
}

impl Entry {
    fn of(row: &Row) -> Self {
        let (profile, role_arn, external_id) = match &row.sign_in {
            SignIn::Own => (None, None, None),
            SignIn::Profile(profile) => (Some(profile.clone()), None, None),
            SignIn::Role { arn, external_id } => (None, Some(arn.clone()), external_id.clone()),
        };
        Self {
            name: row.name.clone(),
            account: Some(row.account.clone()),
            profile,
            role_arn,
            external_id,
            region: row.region.as_ref().map(|region| region.as_str().to_owned()),
            lab: row.lab.clone(),
            email: row.email.clone(),
            id: row.id.clone(),
        }
    }
}

/// Something that is not in the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// What it is, such as `account 111111111111 (Management)`.
    pub(crate) what: String,
    /// Why.
    pub(crate) why: String,
}

/// Why the account that manages others is in no roster.
const MANAGES: &str = "it manages the organization";

impl LeftOut {
    fn account(id: &str, name: &str, why: impl Into<String>) -> Self {
        let what = if name.is_empty() {
            format!("account {id}")
        } else {
            format!("account {id} ({name})")
        };
        Self { what, why: why.into() }
    }
}

/// Returns the account with this number, if it is one.
fn account(id: &str) -> Option<AccountId> {
    let is_id = id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then(|| AccountId::new(id))
}
