//! Cognito's errors, in its words.

use http::StatusCode;

use crate::{protocol::constraint, service::AwsError};

/// The result of an operation.
pub(super) type Outcome<T> = Result<T, AwsError>;

/// Returns an error caused by the caller.
pub(super) fn bad(code: &str, message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, code, message)
}

/// Returns the error for input that is not accepted.
pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    bad("InvalidParameterException", message)
}

/// Returns the error for a value that does not fit its field.
pub(super) fn unfit(value: &str, field: &str, rule: &str) -> AwsError {
    invalid(constraint::unmet(value, field, rule))
}

/// Returns the error for a value that does not fit its field and that AWS does not repeat.
pub(super) fn unfit_unseen(field: &str, rule: &str) -> AwsError {
    invalid(format!(
        "1 validation error detected: Value at '{field}' failed to satisfy constraint: Member must \
         {rule}"
    ))
}

pub(super) fn not_authorized(message: impl Into<String>) -> AwsError {
    bad("NotAuthorizedException", message)
}

pub(super) fn no_pool(id: &str) -> AwsError {
    bad("ResourceNotFoundException", format!("User pool {id} does not exist."))
}

pub(super) fn no_client(id: &str) -> AwsError {
    bad("ResourceNotFoundException", format!("User pool client {id} does not exist."))
}

/// Returns the error for a failure of the local cloud itself.
pub(super) fn internal(why: &impl ToString) -> AwsError {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    AwsError::new(status, "InternalErrorException", why.to_string())
}
