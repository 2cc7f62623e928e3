//! EC2's own form of the Query protocol: the answer has no result element, lists are sets of items,
//! and errors are in a list.

use http::StatusCode;
use serde_json::Value;

use super::{
    tokens::Foreign,
    xml::{self, escape},
    xml_answer,
};
use crate::{
    params::Params,
    random,
    service::{Answer, AwsError},
};

const NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";
const CONTENT_TYPE: &str = "text/xml;charset=UTF-8";

/// The API version that every call names.
pub(super) const VERSION: &str = "2016-11-15";

/// Returns a successful answer.
pub(super) fn answer(action: &str, output: &Value) -> Answer {
    let id = random::id();
    let elements = xml::elements_with(output, "item");
    let body = format!(
        "<{action}Response xmlns=\"{NAMESPACE}\"><requestId>{id}</requestId>{elements}\
         </{action}Response>"
    );
    xml_answer(StatusCode::OK, CONTENT_TYPE, &id, body)
}

/// Returns an error as an answer.
pub(super) fn refuse(error: &AwsError) -> Answer {
    let id = random::id();
    let body = format!(
        "<Response><Errors><Error><Code>{}</Code><Message>{}</Message></Error></Errors>\
         <RequestID>{id}</RequestID></Response>",
        escape(&error.code),
        escape(&error.message),
    );
    xml_answer(error.status, CONTENT_TYPE, &id, body)
}

/// Returns an output, unless the call is a dry run. One that would have succeeded is an error too,
/// so that nothing of it is kept.
pub(super) fn unless_dry(params: &Params, output: Value) -> Result<Value, AwsError> {
    if params.flag("DryRun") != Some(true) {
        return Ok(output);
    }
    let message = "Request would have succeeded, but DryRun flag is set.";
    Err(AwsError::new(StatusCode::PRECONDITION_FAILED, "DryRunOperation", message))
}

/// Returns the error for an unknown action.
pub(super) fn unknown_action(action: &str) -> AwsError {
    let message = format!("The action {action} is not valid for this web service.");
    AwsError::new(StatusCode::BAD_REQUEST, "InvalidAction", message)
}

/// Returns the error for a token that the list did not give.
pub(super) fn foreign_token(Foreign { token, .. }: &Foreign) -> AwsError {
    let message =
        format!("Value ( {token} ) for parameter NextToken is invalid. The token is invalid.");
    AwsError::new(StatusCode::BAD_REQUEST, "InvalidParameterValue", message)
}

/// Returns the error for too many calls.
pub(super) fn throttled() -> AwsError {
    let message = "Request limit exceeded.";
    AwsError::new(StatusCode::SERVICE_UNAVAILABLE, "RequestLimitExceeded", message)
}
