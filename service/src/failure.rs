//! What can go wrong with a request, and its answer.

use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{log, visitor::Refusal};

/// A request that cannot be fulfilled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    #[error("the path or the query cannot be read")]
    Unreadable,
    #[error("`filter` must be `GoodEvil` or `LawChaos`")]
    UnknownFilter,
    #[error("a filter needs a `value`")]
    NoValue,
    #[error("an id or a value is longer than any in the table")]
    TooLong,
    #[error("there is nothing at this path; try `/mysfits`")]
    NoSuchPath,
    #[error("there is no such mysfit")]
    NoSuchMysfit,
    #[error("this path does not take this method")]
    Method,
    #[error("this mysfit is adopted already")]
    Adopted,
    #[error("nobody has adopted this mysfit")]
    NotAdopted,
    #[error("this mysfit lives with somebody else")]
    NotYours,
    #[error("the body is too large")]
    TooLarge,
    #[error("the table cannot be reached or read")]
    Table,
    #[error("the table gets more requests than it can take; try again in a moment")]
    Throttled,
    #[error("there is no room for more at this mysfit; try again in a minute")]
    Full,
    #[error("it took too long")]
    TimedOut,
    #[error("{0}")]
    Token(#[from] Refusal),
    #[error("the keys of the user pool cannot be fetched; try again in a moment")]
    NoKeys,
}

/// DynamoDB's codes for too many calls.
pub(crate) const THROTTLED: [&str; 4] = [
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
];

impl Failure {
    /// Reads an error of DynamoDB. Its text goes to the log, not to the client.
    pub(crate) fn of<E, R>(error: &SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: std::fmt::Debug,
    {
        let code = error.code();
        if code.is_some_and(|code| THROTTLED.contains(&code)) {
            return Self::Throttled;
        }
        if error.message().is_some_and(Self::is_of_size) {
            return Self::Full;
        }
        let reason = match (code, error.message()) {
            (Some(code), Some(message)) => format!("{code}: {message}"),
            _ => DisplayErrorContext(error).to_string(),
        };
        log::error("DynamoDB", json!({ "reason": reason }));
        Self::Table
    }

    /// Returns whether DynamoDB's message says that an item would be larger than its 400 KB. The code
    /// alone is that of every invalid request. A mysfit's item is as large as that only while an
    /// earlier version's set of visitors is in it.
    pub(crate) fn is_of_size(message: &str) -> bool {
        message.contains("Item size")
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::Unreadable | Self::UnknownFilter | Self::NoValue | Self::TooLong => {
                StatusCode::BAD_REQUEST
            }
            Self::Token(_) => StatusCode::UNAUTHORIZED,
            Self::NoSuchPath | Self::NoSuchMysfit => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotYours => StatusCode::FORBIDDEN,
            Self::Adopted | Self::NotAdopted => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Table => StatusCode::BAD_GATEWAY,
            Self::Throttled | Self::Full | Self::TimedOut | Self::NoKeys => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = Json(json!({ "message": self.to_string() }));
        let mut response = (self.status(), body).into_response();
        let header = match self.status() {
            StatusCode::UNAUTHORIZED => Some((header::WWW_AUTHENTICATE, "Bearer")),
            // Until the next `mysfits deploy` has made room: a minute is no promise.
            _ if self == Self::Full => Some((header::RETRY_AFTER, "60")),
            StatusCode::SERVICE_UNAVAILABLE => Some((header::RETRY_AFTER, "1")),
            _ => None,
        };
        if let Some((name, value)) = header {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}
