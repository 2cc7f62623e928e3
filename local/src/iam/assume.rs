//! Who may assume a role: whom its trust policy lets in, and who has the permission.

use http::StatusCode;

use super::{
    Iam, authority, documents, errors, managed,
    state::{Account, Role},
};
use crate::{
    authorize::{Context, Decision, Identity, Needed, Policy, Trust, decide, message},
    place::AccountId,
    service::AwsError,
    times::now,
};

/// Who assumes a role.
#[derive(Debug)]
pub(crate) enum Caller<'a> {
    /// The owner of an account, who has all permissions in it.
    Owner { account: &'a AccountId, arn: String },
    /// A session, which has those of its policies.
    Session(&'a Identity),
}

/// What is wanted of a role.
#[derive(Debug)]
pub(crate) struct Assumption<'a> {
    pub(crate) role_arn: &'a str,
    pub(crate) session: &'a str,
    pub(crate) external_id: Option<&'a str>,
    pub(crate) source_identity: Option<&'a str>,
    pub(crate) session_policies: Option<Vec<String>>,
}

/// Why a role is not assumed.
#[derive(Debug)]
pub(crate) enum NotAssumed {
    /// AWS's message to who may not.
    Denied(String),
    Invalid(AwsError),
}

impl Iam {
    /// Returns a session of a role, and the longest time in seconds that it may last.
    ///
    /// # Errors
    /// When the role is not there or does not trust the caller, whom AWS tells no difference, or
    /// when the caller may not assume it.
    pub(crate) fn assume(
        &self,
        caller: &Caller<'_>,
        region: &str,
        wanted: &Assumption<'_>,
    ) -> Result<(Identity, u32), NotAssumed> {
        let parts: Vec<&str> = wanted.role_arn.splitn(6, ':').collect();
        let ["arn", _, "iam", "", account, id] = parts[..] else { return Err(no_arn(wanted)) };
        if !id.starts_with("role/") {
            return Err(no_arn(wanted));
        }
        let account = AccountId::named(account);
        let source = wanted.source_identity.or(caller.source_identity());
        let context = caller.context(region, wanted);
        let asked = ["sts:AssumeRole"].into_iter().chain(source.map(|_| SET_SOURCE));
        // Before the account is looked at: the caller's own may be the same.
        let asked: Vec<Asked> = asked
            .map(|action| {
                let needed = Needed::new(action, wanted.role_arn);
                Asked { permission: self.permission(caller, &needed, &context), needed }
            })
            .collect();
        self.look_at(&account, |kept| {
            let role = kept.roles.values().find(|role| role.arn(&account) == wanted.role_arn);
            for asked in &asked {
                let is_own = caller.account() == &account;
                admit(caller, asked, role, is_own, &context)?;
            }
            // It was admitted, so it is there.
            let Some(role) = role else { return Err(no_arn(wanted)) };
            check_arns(kept, &account, wanted)?;
            let identity = Identity {
                session_policies: wanted.session_policies.clone(),
                source_identity: source.map(str::to_owned),
                ..authority::identity(&account, role, wanted.session)
            };
            Ok((identity, role.max_session))
        })
    }

    fn permission(&self, caller: &Caller<'_>, needed: &Needed, context: &Context) -> Decision {
        match caller {
            Caller::Owner { .. } => Decision::Allowed,
            Caller::Session(identity) => self.look_at(&identity.account, |account| {
                let policies = authority::of_session(account, identity);
                decide(&policies, &needed.action, &needed.resource, context)
            }),
        }
    }
}

/// Something that a caller needs, and what its own policies say about that.
struct Asked {
    needed: Needed,
    permission: Decision,
}

/// Admits a caller to a role, by the role's trust and the caller's permissions. In one account a
/// trust that names the caller itself is enough.
fn admit(
    caller: &Caller<'_>,
    Asked { needed, permission }: &Asked,
    role: Option<&Role>,
    is_own: bool,
    context: &Context,
) -> Result<(), NotAssumed> {
    let denied = |why| Err(NotAssumed::Denied(message(&caller.arn(), needed, why)));
    if let Decision::Denied(why) = permission
        && why.explicit
    {
        return denied(Some(why));
    }
    let trust = role.and_then(|role| Policy::read(&role.trust));
    let trust = trust.map_or(Trust::Nobody, |policy| {
        policy.trusts(&caller.names(), caller.account().as_str(), &needed.action, context)
    });
    match (trust, permission) {
        (Trust::Nobody, _) => denied(None),
        (Trust::Caller, _) if is_own => Ok(()),
        (_, Decision::Allowed) => Ok(()),
        (_, Decision::Denied(why)) => denied(Some(why)),
    }
}

const SET_SOURCE: &str = "sts:SetSourceIdentity";

impl Caller<'_> {
    fn account(&self) -> &AccountId {
        match self {
            Self::Owner { account, .. } => account,
            Self::Session(identity) => &identity.account,
        }
    }

    fn arn(&self) -> String {
        match self {
            Self::Owner { arn, .. } => arn.clone(),
            Self::Session(identity) => identity.arn(),
        }
    }

    /// Returns what a trust policy calls it if it means nobody else.
    fn names(&self) -> Vec<String> {
        match self {
            Self::Owner { arn, .. } => vec![arn.clone()],
            Self::Session(who) => vec![who.arn(), who.role_arn.clone(), who.role_id.clone()],
        }
    }

    fn source_identity(&self) -> Option<&str> {
        match self {
            Self::Owner { .. } => None,
            Self::Session(identity) => identity.source_identity.as_deref(),
        }
    }

    fn context(&self, region: &str, wanted: &Assumption<'_>) -> Context {
        let mut context = match self {
            Self::Session(identity) => identity.context("sts", region, now()),
            Self::Owner { account, arn } => {
                let mut context = Context::default();
                context.set("aws:PrincipalArn", arn);
                context.set("aws:PrincipalAccount", account.as_str());
                context.set("aws:RequestedRegion", region);
                context
            }
        };
        context.set("sts:RoleSessionName", wanted.session);
        if let Some(id) = wanted.external_id {
            context.set("sts:ExternalId", id);
        }
        if let Some(source) = wanted.source_identity {
            context.set("sts:SourceIdentity", source);
        }
        context
    }
}

fn no_arn(wanted: &Assumption<'_>) -> NotAssumed {
    let message = format!("{} is invalid", wanted.role_arn);
    NotAssumed::Invalid(AwsError::new(StatusCode::BAD_REQUEST, "ValidationError", message))
}

/// Refuses session policies that are not there.
fn check_arns(kept: &Account, id: &AccountId, wanted: &Assumption<'_>) -> Result<(), NotAssumed> {
    let arns = wanted.session_policies.iter().flatten().filter(|given| given.starts_with("arn:"));
    for arn in arns {
        let is_there = match managed::path(arn) {
            Some(path) => managed::attachable(arn, path).is_ok(),
            None => super::policies::find(kept, id, arn).is_some(),
        };
        if !is_there {
            return Err(NotAssumed::Invalid(errors::no_policy(arn)));
        }
    }
    Ok(())
}

/// Returns a session policy as it is kept.
///
/// # Errors
/// `MalformedPolicyDocument` when it is none.
pub(crate) fn session_policy(document: &str) -> Result<String, AwsError> {
    documents::check_session(document)?;
    Ok(document.trim().to_owned())
}
