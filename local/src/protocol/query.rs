//! AWS's Query protocol: a form with `Action` and `Version` in, XML out.

use std::borrow::Cow;

use http::StatusCode;
use serde_json::Value;

use super::{xml, xml_answer};
use crate::{
    random,
    service::{Answer, AwsError},
};

const CONTENT_TYPE: &str = "text/xml";

/// A service's dialect of the protocol.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    /// The XML namespace of its answers.
    pub(crate) namespace: &'static str,
    /// The API version that every call names.
    pub(crate) version: &'static str,
}

impl Dialect {
    /// A good answer; an action that has no result answers `null`.
    pub(super) fn answer(&self, action: &str, output: &Value) -> Answer {
        let (id, namespace) = (random::id(), self.namespace);
        let result = match output {
            Value::Null => String::new(),
            output => format!("<{action}Result>{}</{action}Result>", xml::elements(output)),
        };
        let body = format!(
            "<{action}Response xmlns=\"{namespace}\">{result}\
             <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></{action}Response>"
        );
        xml_answer(StatusCode::OK, CONTENT_TYPE, &id, body)
    }

    /// An error.
    pub(super) fn refuse(&self, error: &AwsError) -> Answer {
        let (id, namespace) = (random::id(), self.namespace);
        let kind = if error.status.is_server_error() { "Receiver" } else { "Sender" };
        let body = format!(
            "<ErrorResponse xmlns=\"{namespace}\"><Error><Type>{kind}</Type><Code>{}</Code>\
             <Message>{}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>",
            escape(&error.code),
            escape(&error.message),
        );
        xml_answer(error.status, CONTENT_TYPE, &id, body)
    }
}

/// The error for an action that the service does not have.
pub(super) fn unknown_action(action: &str) -> AwsError {
    AwsError::new(
        StatusCode::BAD_REQUEST,
        "InvalidAction",
        format!("The local cloud does not have the action '{action}'."),
    )
}

/// The error for an unsigned call.
pub(super) fn unsigned() -> AwsError {
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
