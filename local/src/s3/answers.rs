//! The shapes of S3's answers: empty, XML, and headers set on them.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};

use crate::service::Answer;

/// Returns an answer without a body.
pub(super) fn empty(status: StatusCode) -> Answer {
    let mut answer = Answer::new(Bytes::new());
    *answer.status_mut() = status;
    answer
}

/// Returns `204 No Content`, S3's confirmation of a deletion.
pub(super) fn no_content() -> Answer {
    empty(StatusCode::NO_CONTENT)
}

/// Returns `200 OK` without a body.
pub(super) fn ok() -> Answer {
    empty(StatusCode::OK)
}

/// Returns `200 OK` with an XML document.
pub(super) fn xml(document: String) -> Answer {
    let mut answer = Answer::new(document.into());
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    answer
}

/// Sets a header. A value that no header can carry (a line break in stored metadata) is left out.
pub(super) fn set(answer: &mut Answer, name: &str, value: &str) {
    let name = HeaderName::from_bytes(name.as_bytes());
    let value = HeaderValue::from_bytes(value.as_bytes());
    if let (Ok(name), Ok(value)) = (name, value) {
        answer.headers_mut().insert(name, value);
    }
}
