//! `SimulatePrincipalPolicy`: what a role may do, by the evaluation that its sessions' calls get. An
//! account's user may do everything.

use serde_json::{Value, json};

use super::{
    authority, errors,
    operations::USER,
    roles,
    state::{Account, Role},
};
use crate::{
    authorize::{Attached, Context, Decision, Policies, Policy, decide},
    params::Params,
    place::{AccountId, Place},
    protocol::{constraint::missing, form::invalid},
    service::AwsError,
    times::{iso, now},
};

pub(super) fn simulate(
    account: &Account,
    place: &Place,
    params: &Params,
) -> Result<Value, AwsError> {
    let mut policies = policies(account, &place.account, params.required("PolicySourceArn")?)?;
    for document in params.list("PolicyInputList") {
        let policy = Policy::read(&document);
        let policy = policy.ok_or_else(|| errors::invalid_input("Invalid policy document."))?;
        policies.identity.push(Attached { arn: None, policy });
    }
    let actions = params.list("ActionNames");
    if actions.is_empty() {
        return Err(invalid(missing("ActionNames")));
    }
    if let Some(wrong) = actions.iter().find(|action| !is_action(action)) {
        return Err(errors::invalid_input(format!("Invalid Action Name: {wrong}")));
    }
    let (resources, context) = (params.list("ResourceArns"), context(place, params));
    let results = actions.iter().enumerate().map(|(index, action)| {
        // Results are in the order of the actions; pages are in that of keys.
        (format!("{index:06}"), result(&policies, action, &resources, &context))
    });
    roles::paged(params, "EvaluationResults", results)
}

/// Returns the policies of the principal with this ARN.
fn policies(account: &Account, id: &AccountId, arn: &str) -> Result<Policies, AwsError> {
    let unclear = || {
        let message =
            format!("Invalid Entity Arn: {arn} does not clearly define entity type and name.");
        errors::invalid_input(message)
    };
    let id_of = arn.strip_prefix(&format!("arn:aws:iam::{id}:")).ok_or_else(unclear)?;
    match id_of.split_once('/') {
        Some(("role", path)) => {
            let name = path.rsplit('/').next().unwrap_or(path);
            let found = |role: &&Role| role.arn(id) == arn;
            let role =
                account.roles.get(name).filter(found).ok_or_else(|| errors::no_role(name))?;
            Ok(authority::of_role(account, id, role))
        }
        Some(("user", USER)) => {
            Ok(Policies { identity: vec![everything()], ..Policies::default() })
        }
        Some(("user", name)) => Err(errors::no_user(name)),
        _ => Err(unclear()),
    }
}

fn everything() -> Attached {
    let policy = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    Attached { arn: None, policy: Policy::read(policy).unwrap_or_default() }
}

fn is_action(name: &str) -> bool {
    name.split_once(':').is_some_and(|(service, action)| !service.is_empty() && !action.is_empty())
}

/// Returns the condition keys that a simulation knows, and those that it is given.
fn context(place: &Place, params: &Params) -> Context {
    let mut context = Context::default();
    context.set("aws:RequestedRegion", &place.region);
    context.set("aws:CurrentTime", &iso(now()));
    context.set("aws:PrincipalArn", params.text("PolicySourceArn").unwrap_or_default());
    for entry in params.groups("ContextEntries") {
        let values = entry.list("ContextKeyValues");
        let Some(key) = entry.text("ContextKeyName") else { continue };
        context.remove(key);
        for value in &values {
            context.add(key, value);
        }
    }
    context
}

/// Returns the result for an action. That for many resources is denied if one of them is, and else
/// allowed if one of them is; AWS's own is no clearer.
fn result(policies: &Policies, action: &str, resources: &[String], context: &Context) -> Value {
    let on = |resource: &str| decide(policies, action, resource, context);
    let all: Vec<(&str, Decision)> =
        resources.iter().map(|resource| (resource.as_str(), on(resource))).collect();
    let whole = match all.as_slice() {
        [] => on("*"),
        [(_, only)] => only.clone(),
        many => {
            let denied = many.iter().find(|(_, decision)| word(decision) == "explicitDeny");
            let allowed = many.iter().find(|(_, decision)| word(decision) == "allowed");
            denied.or(allowed).unwrap_or(&many[0]).1.clone()
        }
    };
    let specific = all.iter().map(|(resource, decision)| {
        json!({
            "EvalResourceName": resource,
            "EvalResourceDecision": word(decision),
            "MatchedStatements": matched(decision),
            "MissingContextValues": [],
        })
    });
    let name = if let [only] = resources { only.as_str() } else { "*" };
    json!({
        "EvalActionName": action,
        "EvalResourceName": name,
        "EvalDecision": word(&whole),
        "MatchedStatements": matched(&whole),
        "MissingContextValues": [],
        "ResourceSpecificResults": specific.collect::<Vec<_>>(),
    })
}

fn word(decision: &Decision) -> &'static str {
    match decision {
        Decision::Allowed => "allowed",
        Decision::Denied(why) if why.explicit => "explicitDeny",
        Decision::Denied(_) => "implicitDeny",
    }
}

/// Returns the policy that decided, where it is known.
fn matched(decision: &Decision) -> Vec<Value> {
    let Decision::Denied(why) = decision else { return Vec::new() };
    let name = why.policy.as_ref().and_then(|arn| arn.rsplit('/').next());
    name.map(|name| json!({ "SourcePolicyId": name, "SourcePolicyType": "IAM Policy" }))
        .into_iter()
        .collect()
}
