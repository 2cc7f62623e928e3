//! Whom a trust policy lets in: everyone, accounts and their users and roles, services, identity
//! providers.

use serde_json::Value;

use super::{errors::malformed, grammar::texts, managed::edits};
use crate::service::AwsError;

/// What the names of services end with.
const ENDS: [&str; 3] = [".amazonaws.com", ".amazonaws.com.cn", ".amazon.com"];

/// The services that labs let assume roles, by the start of their names. AWS has hundreds, so these
/// serve to recognize mistakes and are no list of what exists.
const KNOWN: [&str; 36] = [
    "apigateway",
    "application-autoscaling",
    "autoscaling",
    "backup",
    "batch",
    "cloudformation",
    "cloudfront",
    "cloudtrail",
    "codebuild",
    "codedeploy",
    "codepipeline",
    "cognito-identity",
    "cognito-idp",
    "config",
    "dynamodb",
    "ec2",
    "ecr",
    "ecs",
    "ecs-tasks",
    "edgelambda",
    "eks",
    "elasticloadbalancing",
    "events",
    "firehose",
    "glue",
    "kinesis",
    "lambda",
    "logs",
    "ops.apigateway",
    "rds",
    "s3",
    "scheduler",
    "sns",
    "ssm",
    "states",
    "vpc-flow-logs",
];

/// Refuses a statement that lets nobody in who exists.
pub(super) fn check(statement: &Value) -> Result<(), AwsError> {
    let who = statement.get("Principal").or(statement.get("NotPrincipal"));
    match who {
        None => Err(malformed("Missing required field Principal")),
        Some(Value::String(all)) if all == "*" => Ok(()),
        Some(Value::Object(kinds)) if !kinds.is_empty() => {
            kinds.iter().try_for_each(|(kind, names)| check_kind(kind, names))
        }
        Some(other) => Err(malformed(format!("Invalid principal in policy: {other}"))),
    }
}

fn check_kind(kind: &str, names: &Value) -> Result<(), AwsError> {
    let (shown, fits): (_, fn(&str) -> bool) = match kind {
        "AWS" => ("AWS", is_account),
        "Service" => ("SERVICE", is_service),
        "Federated" => ("FEDERATED", |name| !name.is_empty()),
        _ => return Err(malformed(format!("Invalid principal in policy: \"{kind}\""))),
    };
    let names = texts(Some(names));
    if names.is_empty() {
        return Err(malformed(format!("Invalid principal in policy: \"{shown}\"")));
    }
    match names.into_iter().find(|name| !fits(name)) {
        Some(unknown) => {
            Err(malformed(format!("Invalid principal in policy: \"{shown}\":\"{unknown}\"")))
        }
        None => Ok(()),
    }
}

/// Returns whether a name is one of an account, of a user or role in one, or of everyone.
fn is_account(name: &str) -> bool {
    let is_id = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    // A deleted user or role is shown by its unique id.
    let is_unique = name.starts_with('A') && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let mut parts = name.splitn(6, ':');
    let mut part = || parts.next().unwrap_or_default();
    let is_arn = part() == "arn" && part().starts_with("aws");
    let (vendor, region, account, id) = (part(), part(), part(), part());
    let is_named = is_arn
        && ["iam", "sts"].contains(&vendor)
        && region.is_empty()
        && is_id(account)
        && (id == "root" || id.contains('/'));
    name == "*" || is_id(name) || is_named || is_unique && name.len() >= 16
}

/// Returns whether a service may have this name: it has the form of one, and is not that of a known
/// service with a slip in it.
fn is_service(name: &str) -> bool {
    let start =
        ENDS.iter().find_map(|end| name.strip_suffix(end)).filter(|start| !start.is_empty());
    let Some(start) = start else { return false };
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    start.chars().all(is_plain)
        && (KNOWN.contains(&start) || !KNOWN.iter().any(|known| is_slip(known, start)))
}

/// Returns whether a name is another one mistyped. Short ones are too near to each other to tell:
/// `ecs`, `eks`, `ec2`.
fn is_slip(right: &str, typed: &str) -> bool {
    let slips = match right.len() {
        ..=5 => 0,
        6..=8 => 1,
        _ => 2,
    };
    right.len().abs_diff(typed.len()) <= slips && edits(right, typed) <= slips
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_known_by_their_form_and_by_near_misses() {
        for good in [
            "ecs-tasks.amazonaws.com",
            "eks.amazonaws.com",
            "states.eu-west-1.amazonaws.com",
            "new-service.amazonaws.com",
            "delivery.logs.amazonaws.com",
        ] {
            assert!(is_service(good), "{good}");
        }
        for bad in [
            "ecs-task.amazonaws.com",
            "codepipeiine.amazonaws.com",
            "ecs",
            "ecs.amazonaws",
            "ecs.aws.com",
            ".amazonaws.com",
            "ECS.amazonaws.com",
        ] {
            assert!(!is_service(bad), "{bad}");
        }
    }

    #[test]
    fn accounts_are_numbers_or_arns() {
        for good in [
            "*",
            "000000000000",
            "arn:aws:iam::000000000000:root",
            "arn:aws:iam::000000000000:role/path/x",
            "arn:aws:sts::000000000000:assumed-role/a/b",
            "AROAEXAMPLEEXAMPLE00",
        ] {
            assert!(is_account(good), "{good}");
        }
        for bad in ["me", "", "00000000000", "arn:aws:iam::0:root", "arn:aws:s3:::b/x", "Admin"] {
            assert!(!is_account(bad), "{bad}");
        }
    }
}
