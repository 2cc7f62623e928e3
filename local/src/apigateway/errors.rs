//! The errors of API Gateway, as it words them.

use http::StatusCode;

pub(super) use crate::protocol::rest::too_many;
use crate::{place::Place, service::AwsError};

/// The result of an operation.
pub(super) type Outcome<T> = Result<T, AwsError>;

/// Returns the error for input that is not accepted.
pub(super) fn bad(message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "BadRequestException", message)
}

/// Returns the error for something that already exists or is still in use.
pub(super) fn conflict(message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::CONFLICT, "ConflictException", message)
}

/// Returns the error for a used-up quota, which AWS answers with the status of throttling.
pub(super) fn limit(message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::TOO_MANY_REQUESTS, "LimitExceededException", message)
}

/// Returns the error for something that does not exist.
pub(super) fn not_found(message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::NOT_FOUND, "NotFoundException", message)
}

/// Returns the error for a missing resource of this kind, such as a `Resource`.
pub(super) fn no(kind: &str) -> AwsError {
    not_found(format!("Invalid {kind} identifier specified"))
}

/// Returns the error for a missing API.
pub(super) fn no_api(place: &Place, id: &str) -> AwsError {
    not_found(format!("Invalid API identifier specified {}:{id}", place.account))
}

/// Returns the error for a mapping expression that is not accepted.
pub(super) fn mapping(problem: &str, expression: &str) -> AwsError {
    bad(format!(
        "Invalid mapping expression specified: Validation Result: warnings : [], errors : \
         [Invalid mapping expression {problem}: {expression}]"
    ))
}
