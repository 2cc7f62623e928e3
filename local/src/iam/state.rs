//! What IAM keeps: the roles and the customer managed policies of each account.

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use crate::{place::AccountId, provision::CreatedBefore, random};

/// All accounts.
pub(super) type State = BTreeMap<AccountId, Account>;

/// Documents or tags, by name.
pub(super) type Named = BTreeMap<String, String>;

/// One account. IAM has no regions.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(super) roles: BTreeMap<String, Role>,
    /// By name.
    pub(super) policies: BTreeMap<String, Policy>,
    /// The `AWS::IAM::Policy` resources of templates, by their physical ids.
    #[serde(default)]
    pub(super) shared_inline: BTreeMap<String, SharedInline>,
    #[serde(default)]
    pub(super) of_stacks: CreatedBefore,
    #[serde(default)]
    pub(super) alias: Option<String>,
}

/// An inline policy that a template puts into several roles.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct SharedInline {
    pub(super) name: String,
    pub(super) roles: Vec<String>,
}

/// A role.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Role {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) id: String,
    /// Seconds since 1970.
    pub(super) created: i64,
    /// Who may assume it: the document, as it was given.
    pub(super) trust: String,
    pub(super) description: Option<String>,
    pub(super) max_session: u32,
    pub(super) boundary: Option<String>,
    pub(super) tags: Named,
    /// The inline policies' documents.
    pub(super) inline: Named,
    /// The names of the attached policies, by ARN.
    pub(super) attached: Named,
    /// The service whose service-linked role it is.
    pub(super) linked_to: Option<String>,
    /// The inline policies' names and attached policies' ARNs that its template gave it. These do
    /// not keep the stack from deleting it.
    #[serde(default)]
    pub(super) of_template: Vec<String>,
}

/// A customer managed policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Policy {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) id: String,
    /// Seconds since 1970.
    pub(super) created: i64,
    pub(super) description: Option<String>,
    pub(super) document: String,
    pub(super) tags: Named,
}

impl Role {
    pub(super) fn arn(&self, account: &AccountId) -> String {
        format!("arn:aws:iam::{account}:role{}{}", self.path, self.name)
    }
}

impl Policy {
    pub(super) fn arn(&self, account: &AccountId) -> String {
        format!("arn:aws:iam::{account}:policy{}{}", self.path, self.name)
    }
}

/// Generates an id, such as `AROA` and 17 capital letters and digits.
pub(super) fn new_id(prefix: &str) -> String {
    let random = random::id().to_ascii_uppercase();
    format!("{prefix}{}", random.get(..17).unwrap_or_default())
}

/// Returns the current time, in seconds since 1970.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Formats a time as IAM does: `2026-11-23T09:30:00Z`.
pub(super) fn iso(seconds: i64) -> String {
    let time = time::OffsetDateTime::from_unix_timestamp(seconds)
        .unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    let (year, month, day) = time.to_calendar_date();
    let (hour, minute, second) = time.to_hms();
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z", u8::from(month))
}
