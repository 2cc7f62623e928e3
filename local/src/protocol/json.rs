//! AWS's JSON protocols 1.0 and 1.1: the operation is in `X-Amz-Target`, errors carry `__type`.

use http::{HeaderMap, StatusCode};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use crate::{
    protocol::answer,
    service::{Answer, AwsError, Call},
};

/// A service's dialect of the protocol.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    /// What precedes the dot in `X-Amz-Target`.
    pub(crate) target: &'static str,
    /// The content type of its answers.
    pub(crate) content_type: &'static str,
    /// What precedes the code in `__type`; empty where AWS sends the code alone.
    pub(crate) error_prefix: &'static str,
}

impl Dialect {
    /// Returns the operation that a call names, when its target is this service's.
    pub(crate) fn operation<'a>(&self, call: &'a Call) -> Option<&'a str> {
        self.named_in(&call.headers)
    }

    /// Returns the operation that the headers of a call name.
    pub(crate) fn named_in<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let target = headers.get("x-amz-target")?.to_str().ok()?;
        target.strip_prefix(self.target)?.strip_prefix('.')
    }

    /// Returns a successful answer.
    pub(crate) fn answer(&self, body: &impl Serialize) -> Answer {
        match serde_json::to_vec(body) {
            Ok(body) => answer(StatusCode::OK, self.content_type, body),
            Err(error) => self.refuse(&AwsError::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalServerError",
                error.to_string(),
            )),
        }
    }

    /// Returns an error as an answer.
    pub(crate) fn refuse(&self, error: &AwsError) -> Answer {
        let kind = format!("{}{}", self.error_prefix, error.code);
        let body = json!({ "__type": kind, "message": error.message }).to_string();
        answer(error.status, self.content_type, body)
    }
}

/// Reads the input of an operation from a call's body.
pub(crate) fn input<T: DeserializeOwned>(call: &Call) -> Result<T, AwsError> {
    serde_json::from_slice(&call.body).map_err(|error| unreadable(&error))
}

/// Returns the error for input that does not fit the operation.
pub(crate) fn unreadable(error: &serde_json::Error) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "SerializationException", error.to_string())
}

/// Returns the error for an operation that the service does not have.
pub(crate) fn unknown_operation(status: StatusCode) -> AwsError {
    AwsError::new(
        status,
        "UnknownOperationException",
        "The local cloud does not have this operation.",
    )
}

/// Returns the error for keys that have expired.
pub(crate) fn expired() -> AwsError {
    let message = "The security token included in the request is expired";
    AwsError::new(StatusCode::BAD_REQUEST, "ExpiredTokenException", message)
}

/// Returns the error for an unsigned call of an operation that needs a signature.
pub(crate) fn unsigned() -> AwsError {
    AwsError::new(
        StatusCode::BAD_REQUEST,
        "MissingAuthenticationTokenException",
        "Request is missing Authentication Token",
    )
}
