//! Who may do what to a bucket: its owner everything, everyone else what the policy allows, unless
//! Block Public Access forbids it.

use super::{
    policy::{Policy, Principal, Statement, account_of_principal},
    state::BucketState,
};
use crate::{
    authorize::{Effect, covers_action, covers_resource},
    service::Caller,
};

/// Conditions that tie a statement to known places or callers, so that it is not public.
const CONFINING: [&str; 11] = [
    "aws:sourceip",
    "aws:sourcearn",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceowner",
    "aws:sourceaccount",
    "aws:userid",
    "aws:principalorgid",
    "aws:principalarn",
    "aws:principalaccount",
    "s3:dataaccesspointaccount",
];

/// The action that a version in the query turns another one into.
const ON_VERSIONS: [(&str, &str); 5] = [
    ("s3:GetObject", "s3:GetObjectVersion"),
    ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    ("s3:GetObjectTagging", "s3:GetObjectVersionTagging"),
    ("s3:PutObjectTagging", "s3:PutObjectVersionTagging"),
    ("s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"),
];

/// Returns the action for doing this to one version.
pub(super) fn on_version(action: &'static str, version: Option<&str>) -> &'static str {
    let found = ON_VERSIONS.iter().find(|(plain, _)| *plain == action);
    version.and(found).map_or(action, |(_, versioned)| versioned)
}

/// Returns whether the caller may do this to the bucket, or to an object in it when `key` is not
/// empty.
pub(super) fn may(state: &BucketState, caller: &Caller, action: &str, key: &str) -> bool {
    let account = match caller {
        Caller::Signed { place, .. } if place.account.as_str() == state.account => return true,
        Caller::Signed { place, .. } => Some(place.account.as_str()),
        Caller::Anonymous => None,
    };
    let Some(policy) = policy_of(state) else { return false };
    if state.blocks().any(|block| block.restrict_public_buckets) && is_public(&policy) {
        return false;
    }
    let mut resource = format!("arn:aws:s3:::{}", state.name);
    if !key.is_empty() {
        resource.extend(["/", key]);
    }
    allows(&policy, account, action, &resource)
}

/// Returns the bucket's policy.
pub(super) fn policy_of(state: &BucketState) -> Option<Policy> {
    Policy::read(state.policy.as_deref()?, &state.name).ok()
}

/// Returns whether a policy lets anyone in.
pub(super) fn is_public(policy: &Policy) -> bool {
    policy.statement.all().iter().any(|statement| {
        statement.effect == Effect::Allow
            && (statement.not_principal.is_some() || concerns(statement, None))
            && !is_confined(statement)
    })
}

fn is_confined(statement: &Statement) -> bool {
    let mut keys = statement.condition.values().flatten();
    keys.any(|(key, value)| {
        CONFINING.contains(&key.to_ascii_lowercase().as_str()) && !value.to_string().contains('*')
    })
}

/// Conditions are not evaluated here: a statement that has one matches nobody.
fn allows(policy: &Policy, account: Option<&str>, action: &str, resource: &str) -> bool {
    let says = |effect| {
        policy.statement.all().iter().any(|statement| {
            statement.effect == effect
                && statement.condition.is_empty()
                && concerns(statement, account)
                && covers_action(statement.actions(), action)
                && covers_resource(statement.resources(), resource)
        })
    };
    says(Effect::Allow) && !says(Effect::Deny)
}

/// Returns whether a statement is about a caller of this account, or about callers without one.
fn concerns(statement: &Statement, account: Option<&str>) -> bool {
    let named = |principal: &Principal| match principal {
        Principal::Everyone(_) => true,
        Principal::Named(kinds) => kinds.get("AWS").is_some_and(|names| {
            let is_caller = |name: &String| {
                name == "*" || account.is_some() && account_of_principal(name) == account
            };
            names.all().iter().any(is_caller)
        }),
    };
    match (&statement.principal, &statement.not_principal) {
        (Some(principal), _) => named(principal),
        (None, Some(principal)) => !named(principal),
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{request::tests::signed, state::PublicAccessBlock};
    use super::*;

    const READ: &str = r#""Action":"s3:GetObject","Resource":"arn:aws:s3:::site/*""#;

    fn bucket(statements: &str) -> BucketState {
        BucketState {
            name: "site".into(),
            account: "111111111111".into(),
            policy: Some(format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statements}]}}")),
            ..BucketState::default()
        }
    }

    fn public() -> BucketState {
        bucket(&format!(r#"{{"Effect":"Allow","Principal":"*",{READ}}}"#))
    }

    fn anyone_reads(state: &BucketState, key: &str) -> bool {
        may(state, &Caller::Anonymous, "s3:GetObject", key)
    }

    #[test]
    fn without_a_policy_only_the_owner_may() {
        let state = BucketState { policy: None, ..public() };
        assert!(may(&state, &signed("111111111111", "x"), "s3:PutObject", "a"));
        assert!(!may(&state, &signed("222222222222", "x"), "s3:GetObject", "a"));
        assert!(!anyone_reads(&state, "a"));
    }

    #[test]
    fn a_public_policy_lets_anyone_do_only_what_it_says() {
        let state = public();
        assert!(anyone_reads(&state, "docs/a"));
        assert!(!may(&state, &Caller::Anonymous, "s3:PutObject", "a"));
        assert!(!may(&state, &Caller::Anonymous, "s3:ListBucket", ""));
    }

    #[test]
    fn restrict_public_buckets_shuts_strangers_out() {
        let state = BucketState { public_access_block: Some(PublicAccessBlock::ALL), ..public() };
        assert!(!anyone_reads(&state, "a"));
        assert!(may(&state, &signed("111111111111", "x"), "s3:GetObject", "a"));
    }

    #[test]
    fn deny_wins() {
        let state = bucket(&format!(
            r#"{{"Effect":"Allow","Principal":{{"AWS":"*"}},{READ}}},
               {{"Effect":"Deny","Principal":"*","Action":"s3:get*","Resource":"arn:aws:s3:::site/secret/*"}}"#
        ));
        assert!(anyone_reads(&state, "a"));
        assert!(!anyone_reads(&state, "secret/a"));
    }

    #[test]
    fn a_named_account_is_not_everyone() {
        let state = bucket(&format!(
            r#"{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::222222222222:root"}},{READ}}}"#
        ));
        assert!(may(&state, &signed("222222222222", "x"), "s3:GetObject", "a"));
        assert!(!may(&state, &signed("333333333333", "x"), "s3:GetObject", "a"));
        assert!(!anyone_reads(&state, "a"));
        assert!(!is_public(&policy_of(&state).unwrap()));
    }

    #[test]
    fn a_condition_matches_nobody_and_a_source_makes_it_private() {
        let condition = r#""Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#;
        let state = bucket(&format!(r#"{{"Effect":"Allow","Principal":"*",{READ},{condition}}}"#));
        assert!(!anyone_reads(&state, "a"));
        assert!(!is_public(&policy_of(&state).unwrap()));
        assert!(is_public(&policy_of(&public()).unwrap()));
    }

    #[test]
    fn versions_have_actions_of_their_own() {
        assert_eq!(on_version("s3:GetObject", Some("7")), "s3:GetObjectVersion");
        assert_eq!(on_version("s3:GetObject", None), "s3:GetObject");
        assert_eq!(on_version("s3:PutObject", Some("7")), "s3:PutObject");
    }
}
