//! Policy documents: what IAM refuses at once, and whether a trust policy lets a service in.

use serde_json::Value;

use super::{
    errors::{self, malformed},
    grammar::{self, statements, texts},
    principals, resources,
    state::Role,
};
use crate::{
    protocol::{constraint, form::invalid},
    service::AwsError,
};

/// How many characters a document may have as a parameter, white space included.
const LONGEST: usize = 131_072;
/// How many that count: of a policy of its own, of all policies in a role, of the one that trusts.
const MOST_OF_POLICY: usize = 6_144;
const MOST_OF_ROLE: usize = 10_240;
const MOST_OF_TRUST: usize = 2_048;

/// Refuses a document that is not a policy of its own.
pub(super) fn check_managed(document: &str) -> Result<(), AwsError> {
    let policy = check_permissions(document)?;
    grammar::check_version(&policy)?;
    if size(document) > MOST_OF_POLICY {
        return Err(errors::limit(format!("Cannot exceed quota for PolicySize: {MOST_OF_POLICY}")));
    }
    Ok(())
}

/// Refuses a document that cannot be added to those in a role: the ones that it does not replace are
/// counted with it.
pub(super) fn check_inline(role: &Role, name: &str, document: &str) -> Result<(), AwsError> {
    check_permissions(document)?;
    let others = role.inline.iter().filter(|(other, _)| *other != name);
    let sum = others.map(|(_, document)| size(document)).sum::<usize>() + size(document);
    if sum > MOST_OF_ROLE {
        return Err(errors::limit(format!(
            "Maximum policy size of {MOST_OF_ROLE} bytes exceeded for role {}",
            role.name
        )));
    }
    Ok(())
}

/// Refuses a document that is not the policy of a session.
pub(super) fn check_session(document: &str) -> Result<(), AwsError> {
    check_permissions(document)?;
    if size(document) > MOST_OF_TRUST {
        return Err(errors::limit(format!("Cannot exceed quota for PolicySize: {MOST_OF_TRUST}")));
    }
    Ok(())
}

/// Refuses a document that is not a permission policy: one names resources, and no principal.
fn check_permissions(document: &str) -> Result<Value, AwsError> {
    let policy = parse(document)?;
    grammar::check(&policy)?;
    grammar::check_words(&policy)?;
    for statement in statements(&policy) {
        if statement.get("Principal").or(statement.get("NotPrincipal")).is_some() {
            return Err(malformed("Policy document should not specify a principal."));
        }
        resources::check(statement)?;
    }
    Ok(policy)
}

/// Refuses a document that is not a trust policy: one names a principal, and no resources.
pub(super) fn check_trust(document: &str) -> Result<(), AwsError> {
    let policy = parse(document)?;
    grammar::check(&policy)?;
    for statement in statements(&policy) {
        for field in ["Resource", "NotResource"] {
            if statement.get(field).is_some() {
                return Err(malformed(format!("Has prohibited field {field}")));
            }
        }
        principals::check(statement)?;
        let actions = texts(statement.get("Action"));
        let is_of_sts = |action: &&str| action.to_ascii_lowercase().starts_with("sts:");
        if actions.is_empty() || !actions.iter().all(is_of_sts) {
            let message = "AssumeRole policy may only specify STS AssumeRole actions.";
            return Err(malformed(message));
        }
    }
    if size(document) > MOST_OF_TRUST {
        let message = format!("Cannot exceed quota for ACLSizePerRole: {MOST_OF_TRUST}");
        return Err(errors::limit(message));
    }
    Ok(())
}

/// Returns how many characters of a document count: white space does not.
fn size(document: &str) -> usize {
    document.chars().filter(|c| !c.is_whitespace()).count()
}

/// Returns whether a trust policy lets a service assume the role.
pub(super) fn trusts(document: &str, service: &str) -> bool {
    let Ok(policy) = parse(document) else { return false };
    let lets_in = |effect: &str| {
        let names_it = |statement: &Value| {
            statement.get("Effect").and_then(Value::as_str) == Some(effect)
                && texts(statement.get("Action")).contains(&"sts:AssumeRole")
                && texts(statement.pointer("/Principal/Service")).contains(&service)
        };
        statements(&policy).iter().any(names_it)
    };
    lets_in("Allow") && !lets_in("Deny")
}

/// Reads a document.
fn parse(document: &str) -> Result<Value, AwsError> {
    if document.chars().count() > LONGEST {
        let rule = format!("have length less than or equal to {LONGEST}");
        return Err(invalid(constraint::unmet("...", "policyDocument", &rule)));
    }
    match serde_json::from_str(document) {
        Ok(policy @ Value::Object(_)) => Ok(policy),
        _ => Err(malformed("This policy contains invalid Json")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn trust(service: &Value) -> String {
        let principal = json!({ "Service": service });
        json!({ "Statement": [
            { "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" }
        ] })
        .to_string()
    }

    #[test]
    fn a_service_is_trusted_alone_or_in_a_list() {
        let ecs = "ecs-tasks.amazonaws.com";
        assert!(trusts(&trust(&json!(ecs)), ecs));
        assert!(trusts(&trust(&json!(["ecs.amazonaws.com", ecs])), ecs));
        assert!(!trusts(&trust(&json!("ecs.amazonaws.com")), ecs));
        assert!(!trusts("no JSON", ecs));
    }

    #[test]
    fn what_is_no_policy_is_malformed() {
        for document in ["", "{", "[]", "{}", r#"{"Statement":[{"Effect":"Maybe"}]}"#] {
            assert_eq!(check_permissions(document).unwrap_err().code, "MalformedPolicyDocument");
            assert_eq!(check_trust(document).unwrap_err().code, "MalformedPolicyDocument");
        }
        let trust = trust(&json!("ecs.amazonaws.com"));
        assert!(check_trust(&trust).is_ok());
        assert!(check_permissions(&trust).is_err());
    }
}
