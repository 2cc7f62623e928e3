//! The extension that defines a method's integration.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::texts;
use crate::apigateway::{
    errors::{Outcome, bad},
    integrations,
    model::{Integration, IntegrationResponse, Texts},
};

/// Reads `x-amazon-apigateway-integration`. Its lower-case words are upper-case in AWS's calls.
pub(super) fn read(extension: &Value) -> Outcome<Integration> {
    integrations::check_fields(extension)?;
    let text = |field: &str| extension.get(field).and_then(Value::as_str);
    let capitals = |field: &str| text(field).map(str::to_ascii_uppercase);
    let timeout = extension.get("timeoutInMillis");
    let timeout_in_millis = match timeout.map(|timeout| (timeout, timeout.as_u64())) {
        None => 0,
        Some((_, Some(timeout))) => timeout,
        Some((timeout, None)) => return Err(bad(format!("Invalid timeout: {timeout}"))),
    };
    Ok(Integration {
        kind: capitals("type").unwrap_or_default(),
        http_method: capitals("httpMethod"),
        uri: text("uri").map(str::to_owned),
        connection_type: capitals("connectionType"),
        connection_id: text("connectionId").map(str::to_owned),
        request_parameters: map(extension, "requestParameters"),
        request_templates: map(extension, "requestTemplates"),
        passthrough_behavior: capitals("passthroughBehavior").unwrap_or_default(),
        timeout_in_millis,
        integration_responses: responses(extension)?,
        ..Integration::default()
    })
}

fn map(value: &Value, field: &str) -> Texts {
    let map = value.get(field).unwrap_or(&Value::Null);
    texts(map).map(|(name, text)| (name.clone(), text.to_owned())).collect()
}

/// Reads the responses. They are keyed by pattern here, and by status code in AWS's answers.
fn responses(extension: &Value) -> Outcome<BTreeMap<String, IntegrationResponse>> {
    let responses = extension.get("responses").and_then(Value::as_object).into_iter().flatten();
    let mut read = BTreeMap::new();
    for (pattern, response) in responses {
        integrations::check_fields(response)?;
        let status_code = match response.get("statusCode") {
            Some(Value::String(status)) => status.clone(),
            Some(Value::Number(status)) => status.to_string(),
            _ => return Err(bad(format!("The response '{pattern}' has no status code"))),
        };
        let response = IntegrationResponse {
            status_code: status_code.clone(),
            selection_pattern: (pattern != "default").then(|| pattern.clone()),
            response_parameters: map(response, "responseParameters"),
            response_templates: map(response, "responseTemplates"),
        };
        read.insert(status_code, response);
    }
    Ok(read)
}
