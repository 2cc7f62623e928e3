//! EC2's errors.

use http::StatusCode;

use crate::{params::Params, service::AwsError};

/// What an operation comes to.
pub(super) type Outcome<T> = Result<T, AwsError>;

/// An error of the caller's.
pub(super) fn bad(code: &str, message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, code, message)
}

/// A parameter with a value that is not taken.
pub(super) fn invalid(parameter: &str, value: &str, why: &str) -> AwsError {
    let message = format!("Value ({value}) for parameter {parameter} is invalid. {why}");
    bad("InvalidParameterValue", message)
}

/// Something else stands on what shall be deleted or detached.
pub(super) fn dependency(message: impl Into<String>) -> AwsError {
    bad("DependencyViolation", message)
}

/// A parameter that must be there.
pub(super) fn need<'a>(params: &'a Params, name: &str) -> Outcome<&'a str> {
    params.text(name).ok_or_else(|| {
        bad("MissingParameter", format!("The request must contain the parameter {name}"))
    })
}
