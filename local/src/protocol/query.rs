//! AWS's Query protocol: a form with `Action` and `Version` in, XML out.

use std::borrow::Cow;

use http::StatusCode;

use crate::{
    protocol::{answer, name_request},
    random,
    service::{Answer, AwsError},
};

const CONTENT_TYPE: &str = "text/xml";

/// A good answer: the result's XML in its envelope.
pub(crate) fn result(namespace: &str, action: &str, result: &str) -> Answer {
    let id = random::id();
    let body = format!(
        "<{action}Response xmlns=\"{namespace}\"><{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></{action}Response>"
    );
    let mut answer = answer(StatusCode::OK, CONTENT_TYPE, body);
    name_request(&mut answer, &id);
    answer
}

/// A good answer of an action that has no result.
pub(crate) fn done(namespace: &str, action: &str) -> Answer {
    let id = random::id();
    let body = format!(
        "<{action}Response xmlns=\"{namespace}\">\
         <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></{action}Response>"
    );
    let mut answer = answer(StatusCode::OK, CONTENT_TYPE, body);
    name_request(&mut answer, &id);
    answer
}

/// An error.
pub(crate) fn refuse(namespace: &str, error: &AwsError) -> Answer {
    let id = random::id();
    let kind = if error.status.is_server_error() { "Receiver" } else { "Sender" };
    let body = format!(
        "<ErrorResponse xmlns=\"{namespace}\"><Error><Type>{kind}</Type><Code>{}</Code>\
         <Message>{}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>",
        escape(&error.code),
        escape(&error.message),
    );
    let mut answer = answer(error.status, CONTENT_TYPE, body);
    name_request(&mut answer, &id);
    answer
}

/// The error for an action that the service does not have.
pub(crate) fn unknown_action(action: &str) -> AwsError {
    AwsError::new(
        StatusCode::BAD_REQUEST,
        "InvalidAction",
        format!("The local cloud does not have the action '{action}'."),
    )
}

/// The error for an unsigned call.
pub(crate) fn unsigned() -> AwsError {
    AwsError::new(
        StatusCode::FORBIDDEN,
        "MissingAuthenticationToken",
        "Request is missing Authentication Token",
    )
}

/// Text as it may stand in XML.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\r']) {
        return Cow::Borrowed(text);
    }
    let escaped =
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    // Whoever reads XML takes a bare carriage return for a line feed.
    Cow::Owned(escaped.replace('\r', "&#xD;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
        assert_eq!(escape("plain"), "plain");
    }
}
