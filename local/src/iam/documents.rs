//! Policy documents: what IAM refuses at once, and whom a trust policy lets in. Whether a call is
//! allowed is never checked: the local cloud does not authorize.

use serde_json::Value;

use super::errors::malformed;
use crate::service::AwsError;

/// Refuses a document that is not a policy.
pub(super) fn check(document: &str) -> Result<(), AwsError> {
    let policy = parse(document)?;
    if statements(&policy).is_empty() {
        return Err(malformed("Syntax errors in policy."));
    }
    for statement in statements(&policy) {
        let effect = statement.get("Effect").and_then(Value::as_str);
        let acts = statement.get("Action").is_some() || statement.get("NotAction").is_some();
        if !matches!(effect, Some("Allow" | "Deny")) || !acts {
            return Err(malformed("Syntax errors in policy."));
        }
    }
    Ok(())
}

/// Refuses a document that is not a permission policy: one names resources, and no principal.
pub(super) fn check_permissions(document: &str) -> Result<(), AwsError> {
    check(document)?;
    for statement in statements(&parse(document)?) {
        if statement.get("Principal").is_some() {
            return Err(malformed("Policy document should not specify a principal."));
        }
        if statement.get("Resource").is_none() && statement.get("NotResource").is_none() {
            return Err(malformed("Policy statement must contain resources."));
        }
    }
    Ok(())
}

/// Refuses a document that is not a trust policy: one names a principal, and no resources.
pub(super) fn check_trust(document: &str) -> Result<(), AwsError> {
    check(document)?;
    for statement in statements(&parse(document)?) {
        if statement.get("Resource").is_some() {
            return Err(malformed("Has prohibited field Resource"));
        }
        if statement.get("Principal").is_none() && statement.get("NotPrincipal").is_none() {
            return Err(malformed("Missing required field Principal"));
        }
    }
    Ok(())
}

/// Returns whether a trust policy lets a service assume the role.
pub(super) fn trusts(document: &str, service: &str) -> bool {
    let Ok(policy) = parse(document) else { return false };
    let lets_in = |effect: &str| {
        let names_it = |statement: &Value| {
            statement.get("Effect").and_then(Value::as_str) == Some(effect)
                && has(statement.get("Action"), "sts:AssumeRole")
                && has(statement.pointer("/Principal/Service"), service)
        };
        statements(&policy).iter().any(names_it)
    };
    lets_in("Allow") && !lets_in("Deny")
}

fn parse(document: &str) -> Result<Value, AwsError> {
    match serde_json::from_str(document) {
        Ok(policy @ Value::Object(_)) => Ok(policy),
        _ => Err(malformed("This policy contains invalid Json")),
    }
}

/// Returns a policy's statements: a list, or a single one.
fn statements(policy: &Value) -> &[Value] {
    match policy.get("Statement") {
        Some(Value::Array(list)) => list,
        Some(one @ Value::Object(_)) => std::slice::from_ref(one),
        _ => &[],
    }
}

/// Returns whether a text or list of texts contains this one.
fn has(value: Option<&Value>, wanted: &str) -> bool {
    let is_it = |value: &Value| value.as_str().is_some_and(|text| text == wanted);
    match value {
        Some(Value::Array(list)) => list.iter().any(is_it),
        Some(value) => is_it(value),
        None => false,
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
            assert_eq!(check(document).unwrap_err().code, "MalformedPolicyDocument");
        }
        assert!(check_trust(&trust(&json!("x"))).is_ok());
        assert!(check_permissions(&trust(&json!("x"))).is_err());
    }
}
