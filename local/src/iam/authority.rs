//! What principals may do: their policies, as they are kept here, evaluated.

use super::{
    Iam, aws_policies, managed, policies,
    state::{Account, Role},
};
use crate::{
    authorize::{
        Attached, Context, Decision, Identity, Needed, Policies, Policy, Why, decide, message,
    },
    place::AccountId,
    ports::{Authority, Refusal},
    times::now,
};

impl Authority for Iam {
    fn refusal(&self, who: &Identity, region: &str, needed: &[Needed]) -> Option<Refusal> {
        self.look_at(&who.account, |account| {
            let policies = of_session(account, who);
            needed.iter().find_map(|needed| {
                let needed = Needed { resource: located(account, who, needed), ..needed.clone() };
                let why = denied(&policies, who, region, &needed)?;
                let message = message(&who.arn(), &needed, Some(&why));
                let Needed { action, resource, .. } = needed;
                Some(Refusal { action, resource, message })
            })
        })
    }

    fn session(&self, role_arn: &str, name: &str) -> Option<Identity> {
        let account = AccountId::named(role_arn.split(':').nth(4)?);
        self.look_at(&account, |kept| {
            let mut roles = kept.roles.values();
            let role = roles.find(|role| role.arn(&account) == role_arn)?;
            Some(identity(&account, role, name))
        })
    }
}

/// Returns a session of a role that begins now.
pub(super) fn identity(account: &AccountId, role: &Role, session: &str) -> Identity {
    Identity {
        account: account.clone(),
        role: role.name.clone(),
        role_arn: role.arn(account),
        role_id: role.id.clone(),
        session: session.to_owned(),
        issued: now(),
        session_policies: None,
        source_identity: None,
    }
}

fn denied(policies: &Policies, who: &Identity, region: &str, needed: &Needed) -> Option<Why> {
    let mut context: Context = who.context(needed.service(), region, now());
    needed.add_to(&mut context);
    match decide(policies, &needed.action, &needed.resource, &context) {
        Decision::Allowed => None,
        Decision::Denied(why) => Some(why),
    }
}

/// Returns the resource of a permission; a role that exists has its path in its ARN, which calls do
/// not name.
fn located(account: &Account, who: &Identity, needed: &Needed) -> String {
    let name = needed.resource.strip_prefix("arn:aws:iam::").and_then(|rest| {
        let name = rest.split_once(":role/")?.1;
        (!name.contains('/')).then_some(name)
    });
    match name.and_then(|name| account.roles.get(name)) {
        Some(role) if needed.action != "iam:CreateRole" => role.arn(&who.account),
        _ => needed.resource.clone(),
    }
}

/// Returns the policies of a session of a role. A role that is gone has none, and allows nothing.
pub(super) fn of_session(account: &Account, who: &Identity) -> Policies {
    let role = account.roles.get(&who.role).filter(|role| role.id == who.role_id);
    let mut policies = role.map(|role| of_role(account, &who.account, role)).unwrap_or_default();
    policies.session = who.session_policies.as_ref().map(|all| {
        let all = all.iter().filter_map(|given| {
            if given.starts_with("arn:") {
                return attached(account, &who.account, given);
            }
            Policy::read(given).map(|policy| Attached { arn: None, policy })
        });
        all.collect()
    });
    policies
}

/// Returns the policies of a role.
pub(super) fn of_role(account: &Account, id: &AccountId, role: &Role) -> Policies {
    let inline = role
        .inline
        .values()
        .filter_map(|document| Policy::read(document).map(|policy| Attached { arn: None, policy }));
    let managed = role.attached.keys().filter_map(|arn| attached(account, id, arn));
    Policies {
        identity: inline.chain(managed).collect(),
        boundary: role.boundary.as_ref().and_then(|arn| attached(account, id, arn)),
        session: None,
    }
}

fn attached(account: &Account, id: &AccountId, arn: &str) -> Option<Attached> {
    let policy = match managed::path(arn) {
        Some(path) => aws_policies::named(path)?,
        None => Policy::read(&policies::find(account, id, arn)?.document)?,
    };
    Some(Attached { arn: Some(arn.to_owned()), policy })
}
