//! EC2's errors.

use http::StatusCode;

use crate::{params::Params, service::AwsError};

/// The result of an operation.
pub(super) type Outcome<T> = Result<T, AwsError>;

/// Returns an error caused by the caller.
pub(super) fn bad(code: &str, message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, code, message)
}

/// Returns the error for a parameter value that is not accepted.
pub(super) fn invalid(parameter: &str, value: &str, why: &str) -> AwsError {
    let message = format!("Value ({value}) for parameter {parameter} is invalid. {why}");
    bad("InvalidParameterValue", message)
}

/// Returns the error for deleting or detaching what something else depends on.
pub(super) fn dependency(message: impl Into<String>) -> AwsError {
    bad("DependencyViolation", message)
}

/// Returns a required parameter.
pub(super) fn need<'a>(params: &'a Params, name: &str) -> Outcome<&'a str> {
    params.text(name).ok_or_else(|| {
        bad("MissingParameter", format!("The request must contain the parameter {name}"))
    })
}
