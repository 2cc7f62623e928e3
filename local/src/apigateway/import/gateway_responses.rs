//! The extension that defines the gateway's own answers.

use serde_json::Value;

use super::{
    document::{Document, texts},
    findings::Findings,
};
use crate::apigateway::{
    gateway_responses::checked,
    model::{GatewayResponse, Texts},
};

/// Reads `x-amazon-apigateway-gateway-responses`.
pub(super) fn read(document: &Document, findings: &mut Findings) -> Vec<GatewayResponse> {
    let all = document.at("/x-amazon-apigateway-gateway-responses");
    let read = |(kind, response): (&String, &Value)| {
        let map = |field: &str| -> Texts {
            let map = response.get(field).unwrap_or(&Value::Null);
            texts(map).map(|(name, text)| (name.clone(), text.to_owned())).collect()
        };
        let status_code = match response.get("statusCode") {
            Some(Value::String(status)) => Some(status.clone()),
            Some(Value::Number(status)) => Some(status.to_string()),
            _ => None,
        };
        let new = GatewayResponse {
            response_type: kind.clone(),
            status_code,
            response_parameters: map("responseParameters"),
            response_templates: map("responseTemplates"),
            default_response: false,
        };
        findings.good(|| format!("Unable to put gateway response '{kind}'"), checked(new))
    };
    all.filter_map(read).collect()
}
