//! AWS's REST JSON protocol: the method and the path select the operation, errors carry their code
//! in a header.

use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::answer;
use crate::service::{Answer, AwsError};

const CONTENT_TYPE: &str = "application/json";

/// The header that contains an error's code.
pub(crate) const ERROR_TYPE: &str = "x-amzn-errortype";

/// Returns a successful answer; `value` is `null` for an operation without a result.
pub(crate) fn good(status: u16, value: &Value) -> Answer {
    let status = StatusCode::from_u16(status).unwrap_or_default();
    let body = if value.is_null() { String::new() } else { value.to_string() };
    answer(status, CONTENT_TYPE, body)
}

/// Returns an error as an answer.
pub(crate) fn refuse(error: &AwsError) -> Answer {
    let body = json!({ "message": error.message }).to_string();
    let mut answer = answer(error.status, CONTENT_TYPE, body);
    if let Ok(code) = HeaderValue::from_str(&error.code) {
        answer.headers_mut().insert(ERROR_TYPE, code);
    }
    answer
}

/// Returns the error for an unsigned call.
pub(crate) fn unsigned() -> AwsError {
    let message = "Missing Authentication Token";
    AwsError::new(StatusCode::FORBIDDEN, "MissingAuthenticationTokenException", message)
}

/// Returns the error for too many calls.
pub(crate) fn too_many() -> AwsError {
    AwsError::new(StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException", "Too Many Requests")
}
