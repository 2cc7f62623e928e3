//! EC2's own form of the Query protocol: the answer has no result element, lists are sets of items,
//! and errors stand in a list.

use http::StatusCode;
use serde_json::Value;

use crate::{
    protocol::{answer, name_request, query::escape, xml},
    random,
    service::{Answer, AwsError},
};

const NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";
const CONTENT_TYPE: &str = "text/xml;charset=UTF-8";

/// The API version that every call names.
pub(crate) const VERSION: &str = "2016-11-15";

/// A good answer.
pub(crate) fn result(action: &str, value: &Value) -> Answer {
    let id = random::id();
    let elements = xml::elements_with(value, "item");
    let body = format!(
        "<{action}Response xmlns=\"{NAMESPACE}\"><requestId>{id}</requestId>{elements}\
         </{action}Response>"
    );
    let mut answer = answer(StatusCode::OK, CONTENT_TYPE, body);
    name_request(&mut answer, &id);
    answer
}

/// An error.
pub(crate) fn refuse(error: &AwsError) -> Answer {
    let id = random::id();
    let body = format!(
        "<Response><Errors><Error><Code>{}</Code><Message>{}</Message></Error></Errors>\
         <RequestID>{id}</RequestID></Response>",
        escape(&error.code),
        escape(&error.message),
    );
    let mut answer = answer(error.status, CONTENT_TYPE, body);
    name_request(&mut answer, &id);
    answer
}
