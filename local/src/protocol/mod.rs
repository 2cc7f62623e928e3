//! What the services' protocols have in common. No service lives here.

pub(crate) mod ec2;
pub(crate) mod form;
pub(crate) mod input;
pub(crate) mod json;
pub(crate) mod operations;
pub(crate) mod page;
pub(crate) mod query;
pub(crate) mod xml;

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};

use crate::service::Answer;

/// The header that every AWS answer but S3's names its request with.
pub(crate) const REQUEST_ID: &str = "x-amzn-requestid";

/// An answer with a body of this content type.
pub(crate) fn answer(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Answer {
    let mut answer = Answer::new(body.into());
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer
}

/// Sets the request id, made by this program and so of plain characters.
pub(crate) fn name_request(answer: &mut Answer, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        answer.headers_mut().insert(REQUEST_ID, id);
    }
}
