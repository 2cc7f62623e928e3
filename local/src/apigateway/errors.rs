//! The errors of API Gateway, as it words them.

use http::StatusCode;

pub(super) use crate::protocol::rest::too_many;
use crate::{place::Place, service::AwsError};

/// What an operation comes to.
pub(super) type Outcome<T> = Result<T, AwsError>;

/// Input that is not taken.
pub(super) fn bad(message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "BadRequestException", message)
}

/// Something that is there already, or still in use.
pub(super) fn conflict(message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::CONFLICT, "ConflictException", message)
}

/// A quota that is used up. AWS answers it with the status of throttling.
pub(super) fn limit(message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::TOO_MANY_REQUESTS, "LimitExceededException", message)
}

/// Something that is not there.
pub(super) fn not_found(message: impl Into<String>) -> AwsError {
    AwsError::new(StatusCode::NOT_FOUND, "NotFoundException", message)
}

/// A thing of this kind that is not there, such as a `Resource`.
pub(super) fn no(kind: &str) -> AwsError {
    not_found(format!("Invalid {kind} identifier specified"))
}

/// An API that is not there.
pub(super) fn no_api(place: &Place, id: &str) -> AwsError {
    not_found(format!("Invalid API identifier specified {}:{id}", place.account))
}

/// An expression of a mapping that is not taken.
pub(super) fn mapping(problem: &str, expression: &str) -> AwsError {
    bad(format!(
        "Invalid mapping expression specified: Validation Result: warnings : [], errors : \
         [Invalid mapping expression {problem}: {expression}]"
    ))
}
