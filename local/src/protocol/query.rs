//! AWS's Query protocol: a form with `Action` and `Version` in, XML out.

use http::StatusCode;
use serde_json::Value;

use super::{
    xml::{self, escape},
    xml_answer,
};
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
    /// Returns a successful answer; `output` is `null` for an action without a result.
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

    /// Returns an error as an answer.
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

/// Returns the error for an action that the service does not have.
pub(super) fn unknown_action(action: &str) -> AwsError {
    AwsError::new(
        StatusCode::BAD_REQUEST,
        "InvalidAction",
        format!("The local cloud does not have the action '{action}'."),
    )
}

/// Returns the error for a change that is not sent by `POST`. AWS takes `GET` for every action, but
/// AWS also checks the signature. Here whoever makes the user's browser open a link could sign it, so
/// what a link can send must not change anything.
pub(super) fn not_posted(action: &str) -> AwsError {
    AwsError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "MethodNotAllowed",
        format!("The local cloud takes the action '{action}' by POST only."),
    )
}

/// Returns the error for an unsigned call.
pub(super) fn unsigned() -> AwsError {
    AwsError::new(
        StatusCode::FORBIDDEN,
        "MissingAuthenticationToken",
        "Request is missing Authentication Token",
    )
}
