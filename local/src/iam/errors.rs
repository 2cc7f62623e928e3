//! IAM's errors, as they are on the wire: the codes have no `Exception` at their end.

use http::StatusCode;

use crate::{service::AwsError, tags::TagError};

pub(super) fn no_role(name: &str) -> AwsError {
    no_entity(format!("The role with name {name} cannot be found."))
}

pub(super) fn no_user(name: &str) -> AwsError {
    no_entity(format!("The user with name {name} cannot be found."))
}

pub(super) fn no_group(name: &str) -> AwsError {
    no_entity(format!("The group with name {name} cannot be found."))
}

pub(super) fn no_inline_policy(name: &str) -> AwsError {
    no_entity(format!("The role policy with name {name} cannot be found."))
}

pub(super) fn no_policy(arn: &str) -> AwsError {
    no_entity(format!("Policy {arn} does not exist or is not attachable."))
}

/// Returns the error for a policy that only services can give to roles of theirs.
pub(super) fn for_services_only() -> AwsError {
    AwsError::new(
        StatusCode::BAD_REQUEST,
        "PolicyNotAttachable",
        "Cannot attach a Service Role Policy to a Customer Role.",
    )
}

pub(super) fn no_entity(message: String) -> AwsError {
    AwsError::new(StatusCode::NOT_FOUND, "NoSuchEntity", message)
}

pub(super) fn role_exists(name: &str) -> AwsError {
    exists(format!("Role with name {name} already exists."))
}

pub(super) fn policy_exists(name: &str) -> AwsError {
    exists(format!("A policy called {name} already exists. Duplicate names are not allowed."))
}

fn exists(message: String) -> AwsError {
    AwsError::new(StatusCode::CONFLICT, "EntityAlreadyExists", message)
}

pub(super) fn conflict(message: &str) -> AwsError {
    AwsError::new(StatusCode::CONFLICT, "DeleteConflict", message)
}

pub(super) fn malformed(message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "MalformedPolicyDocument", message)
}

/// Returns the error for a quota that would be exceeded.
pub(super) fn limit(message: String) -> AwsError {
    AwsError::new(StatusCode::CONFLICT, "LimitExceeded", message)
}

pub(super) fn invalid_input(message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "InvalidInput", message)
}

/// Returns the error for tags that are not allowed.
pub(super) fn tags(why: &TagError) -> AwsError {
    match why {
        TagError::TooMany(_) => limit(why.to_string()),
        _ => invalid_input(why.to_string()),
    }
}

/// A service-linked role can only be changed by its service.
pub(super) fn unmodifiable(action: &str, role: &str) -> AwsError {
    AwsError::new(
        StatusCode::BAD_REQUEST,
        "UnmodifiableEntity",
        format!(
            "Cannot perform the operation on the protected role '{role}' - this role is only \
             modifiable by AWS ({action})"
        ),
    )
}

pub(super) fn failure(error: &impl ToString) -> AwsError {
    AwsError::new(StatusCode::INTERNAL_SERVER_ERROR, "ServiceFailure", error.to_string())
}
