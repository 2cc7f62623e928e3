//! The load balancers' errors. Their codes have no `Exception` at the end.

use http::StatusCode;

use crate::service::AwsError;

/// The result of an operation.
pub(super) type Outcome<T> = Result<T, AwsError>;

/// Returns an error caused by the caller.
pub(super) fn bad(code: &str, message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, code, message)
}

/// Returns the error for input that is not accepted.
pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    bad("ValidationError", message)
}

/// Returns the error for settings that do not fit together.
pub(super) fn configuration(message: impl Into<String>) -> AwsError {
    bad("InvalidConfigurationRequest", message)
}

pub(super) fn no_balancer(arn: &str) -> AwsError {
    bad("LoadBalancerNotFound", format!("Load balancer '{arn}' not found"))
}

pub(super) fn no_group() -> AwsError {
    bad("TargetGroupNotFound", "One or more target groups not found")
}

pub(super) fn no_listener() -> AwsError {
    bad("ListenerNotFound", "One or more listeners not found")
}

/// Returns the error for state that could not be saved.
pub(super) fn internal(error: &impl ToString) -> AwsError {
    AwsError::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure", error.to_string())
}
