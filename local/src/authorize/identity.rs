//! A principal whose calls are evaluated: a session of a role.

use serde::{Deserialize, Serialize};

use crate::{
    place::AccountId,
    times::{Millis, iso},
};

use super::Context;

/// A session of a role.
#[expect(clippy::struct_field_names, reason = "a source identity is AWS's own term")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) account: AccountId,
    /// The role's name.
    pub(crate) role: String,
    /// The role's ARN, with its path.
    pub(crate) role_arn: String,
    /// The role's unique id.
    pub(crate) role_id: String,
    /// The session's name.
    pub(crate) session: String,
    /// When its keys were issued.
    pub(crate) issued: Millis,
    /// The documents and ARNs of its session policies, if it was begun with some: what none of them
    /// allows, it may not do.
    pub(crate) session_policies: Option<Vec<String>>,
    pub(crate) source_identity: Option<String>,
}

impl Identity {
    /// Returns the ARN by which AWS names it.
    pub(crate) fn arn(&self) -> String {
        let Self { account, role, session, .. } = self;
        format!("arn:aws:sts::{account}:assumed-role/{role}/{session}")
    }

    /// Returns its unique id.
    pub(crate) fn user_id(&self) -> String {
        format!("{}:{}", self.role_id, self.session)
    }

    /// Returns the condition keys that say who it is.
    pub(super) fn keys(&self) -> Context {
        let mut keys = Context::default();
        keys.set("aws:PrincipalArn", &self.role_arn);
        keys.set("aws:PrincipalAccount", self.account.as_str());
        keys.set("aws:PrincipalType", "AssumedRole");
        keys.set("aws:userid", &self.user_id());
        keys.set("aws:TokenIssueTime", &iso(self.issued));
        if let Some(source) = &self.source_identity {
            keys.set("aws:SourceIdentity", source);
        }
        keys
    }

    /// Returns the condition keys of a request of its, in a region. IAM has one region.
    pub(crate) fn context(&self, service: &str, region: &str, now: Millis) -> Context {
        let mut keys = self.keys();
        let region = if service == "iam" { "us-east-1" } else { region };
        keys.set("aws:RequestedRegion", region);
        keys.set("aws:CurrentTime", &iso(now));
        keys
    }
}
