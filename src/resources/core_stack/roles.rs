//! Checks roles that exist: otherwise ECS would refuse them minutes later, when the network is paid.

use aws_sdk_iam::Client;
use serde_json::Value;

use crate::{
    aws::{call, operations::iam as op},
    error::{Code, Error, Result},
    lab::{LabId, roles::name_in},
    resources::words::found,
};

/// The service that acts with the roles of a task.
const ECS_TASKS: &str = "ecs-tasks.amazonaws.com";

/// Checks that this role exists, belongs to the account, and trusts ECS. Returns what to say if it
/// could not be looked at.
///
/// # Errors
/// When ECS would refuse it.
pub(super) async fn check(iam: &Client, lab: &LabId, arn: &str) -> Result<Option<String>> {
    let account = arn.split(':').nth(4).unwrap_or_default();
    if account != lab.account.as_str() {
        let message = format!(
            "`{arn}` is a role of another account, and ECS takes those of {} only",
            lab.account
        );
        return Err(Error::new(Code::Setting, message).hint(
            "`aws iam list-roles` lists the roles of the account: name one with `--roles existing:NAME`",
        ));
    }
    let name = name_in(arn);
    let get = iam.get_role().role_name(name);
    let answer = match found(call(&op::GET_ROLE, get.send()).await, &["NoSuchEntity"]) {
        Ok(answer) => answer,
        Err(failure) => {
            let error = Error::from(failure);
            // A course may permit to use a role, and not to read it.
            if error.code != Code::AccessDenied {
                return Err(error);
            }
            let why = error.in_short();
            return Ok(Some(format!("whether ECS may use the role `{name}` is unknown: {why}")));
        }
    };
    let Some(role) = answer.and_then(|it| it.role) else {
        let message = format!("the account {} has no role `{name}`", lab.account);
        return Err(Error::new(Code::NoRole, message));
    };
    if role.arn() != arn {
        let message = format!("the role `{name}` is {}, not {arn}", role.arn());
        return Err(Error::new(Code::NoRole, message)
            .hint(format!("name it by its ARN: `--roles existing:{}`", role.arn())));
    }
    let trust = role.assume_role_policy_document().unwrap_or_default();
    if trusts_ecs(&decoded(trust)) {
        return Ok(None);
    }
    Err(Error::new(Code::NotTrusted, format!("the role `{name}` does not trust `{ECS_TASKS}`")))
}

/// Returns whether a trust policy lets ECS assume the role for a task.
fn trusts_ecs(policy: &str) -> bool {
    let policy: Value = serde_json::from_str(policy).unwrap_or_default();
    let statements = some(&policy["Statement"]);
    statements.into_iter().any(|statement| {
        let has = |value: &Value, any: &[&str]| {
            some(value).into_iter().filter_map(Value::as_str).any(|it| any.contains(&it))
        };
        statement["Effect"] == "Allow"
            && has(&statement["Principal"]["Service"], &[ECS_TASKS])
            && has(&statement["Action"], &["sts:AssumeRole", "sts:*", "*"])
    })
}

/// Returns one or many: policies have both forms.
fn some(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    }
}

/// Returns a policy as IAM's query protocol encodes it (RFC 3986), decoded.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('%') {
        bytes.extend_from_slice(&rest.as_bytes()[..place]);
        let code = rest.get(place + 1..place + 3).and_then(|it| u8::from_str_radix(it, 16).ok());
        let (byte, length) = code.map_or((b'%', 1), |byte| (byte, 3));
        bytes.push(byte);
        rest = &rest[place + length..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_trusts_ecs_by_one_of_its_statements() {
        let ecs = r#"{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"}}}"#;
        assert!(trusts_ecs(ecs));
        let many = r#"{"Statement": [{"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Principal": {"AWS": "*", "Service": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]}}]}"#;
        assert!(trusts_ecs(many));
        for (part, other) in [
            ("Allow", "Deny"),
            ("sts:AssumeRole", "sts:TagSession"),
            ("ecs-tasks.", "ecs."),
            ("Service", "AWS"),
        ] {
            assert!(!trusts_ecs(&ecs.replace(part, other)), "{other}");
        }
        assert!(!trusts_ecs("") && !trusts_ecs("{}") && !trusts_ecs("[1]"));
    }

    #[test]
    fn iam_encodes_a_policy() {
        assert_eq!(
            decoded("%7B%22Version%22%3A%222012-10-17%22%7D"),
            r#"{"Version":"2012-10-17"}"#
        );
        assert_eq!(decoded("plain 100% %zz %C3%A9"), "plain 100% %zz é");
        assert_eq!(decoded("%"), "%");
    }
}
