//! CloudFormation's errors. Most of them have one code, `ValidationError`.

use http::StatusCode;

pub(super) use crate::document::format_error as format;
use crate::{protocol::constraint, service::AwsError};

pub(super) fn validation(message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "ValidationError", message)
}

/// Returns the error for a value that breaks a rule of its field, as AWS's request validation words
/// it.
pub(super) fn constraint(value: &str, field: &str, rule: &str) -> AwsError {
    validation(constraint::unmet(value, field, rule))
}

pub(super) fn no_stack(name: &str) -> AwsError {
    validation(format!("Stack with id {name} does not exist"))
}

pub(super) fn stack_exists(name: &str) -> AwsError {
    coded("AlreadyExistsException", format!("Stack [{name}] already exists"))
}

pub(super) fn no_change_set(name: &str) -> AwsError {
    AwsError::new(
        StatusCode::NOT_FOUND,
        "ChangeSetNotFound",
        format!("ChangeSet [{name}] does not exist"),
    )
}

pub(super) fn coded(code: &str, message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, code, message)
}

pub(super) fn internal(error: &impl ToString) -> AwsError {
    AwsError::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure", error.to_string())
}
