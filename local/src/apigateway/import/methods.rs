//! An operation of a definition as a method: what it takes, what it answers, who may call it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    document::{Document, Version, list},
    findings::Findings,
    integration,
    security::Schemes,
};
use crate::apigateway::{
    declared::GIVEN_MODELS,
    model::{Method, MethodResponse, Texts},
};

const JSON: &str = "application/json";

/// An operation and where it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation<'a> {
    pub(super) document: &'a Document,
    pub(super) schemes: &'a Schemes,
    pub(super) path: &'a str,
    /// The parameters of all operations of the path.
    pub(super) shared: Option<&'a Value>,
    pub(super) method: &'a str,
    pub(super) value: &'a Value,
}

impl Operation<'_> {
    /// Reads the method. It refers to its authorizer by name.
    pub(super) fn read(self, findings: &mut Findings) -> Method {
        let mut method = Method {
            http_method: self.method.to_owned(),
            authorization_type: "NONE".to_owned(),
            operation_name: self.text("operationId"),
            ..Method::default()
        };
        self.parameters(self.shared, &mut method, findings);
        self.parameters(self.value.get("parameters"), &mut method, findings);
        if let Some(body) = self.value.get("requestBody")
            && let Some(body) = self.document.resolved(body, findings)
        {
            method.request_models = self.models_of_content(body, findings);
        }
        method.method_responses = self.responses(findings);
        self.guard(&mut method, findings);
        if let Some(extension) = self.value.get("x-amazon-apigateway-integration") {
            let what = || self.unable("put integration on", "for");
            method.method_integration = findings.good(what, integration::read(extension));
        }
        let root = &self.document.root;
        let validator = "x-amazon-apigateway-request-validator";
        if let Some(name) = self.value.get(validator).or(root.get(validator)) {
            let (method, path) = (self.method, self.path);
            findings.warning(format!(
                "The local cloud has no request validators: {name} is not asked for '{method}' on \
                 resource at path '{path}'"
            ));
        }
        method
    }

    /// Returns the beginning of an error, as AWS words it.
    fn unable(self, what: &str, preposition: &str) -> String {
        super::unable(what, self.method, preposition, self.path)
    }

    fn text(self, field: &str) -> Option<String> {
        self.value.get(field).and_then(Value::as_str).map(str::to_owned)
    }

    fn guard(self, method: &mut Method, findings: &mut Findings) {
        let security = self.value.get("security").or(self.document.root.get("security"));
        self.schemes.guard(method, security, self.path, findings);
        let own = self.value.pointer("/x-amazon-apigateway-auth/type").and_then(Value::as_str);
        if let Some(own) = own {
            method.authorization_type = own.to_ascii_uppercase();
        }
    }

    fn parameters(self, list: Option<&Value>, method: &mut Method, findings: &mut Findings) {
        for parameter in list.and_then(Value::as_array).into_iter().flatten() {
            let Some(parameter) = self.document.resolved(parameter, findings) else { continue };
            let text = |field: &str| parameter.get(field).and_then(Value::as_str);
            let part = match text("in") {
                Some("path") => "path",
                Some("query") => "querystring",
                Some("header") => "header",
                Some("body") => {
                    let schema = parameter.get("schema");
                    let models = self.models(schema, &self.types("consumes"), findings);
                    method.request_models.extend(models);
                    continue;
                }
                // Forms and cookies are not parameters in API Gateway; they pass unchanged.
                _ => continue,
            };
            let name = text("name").unwrap_or_default();
            let is_required = parameter.get("required").and_then(Value::as_bool).unwrap_or(false);
            let key = format!("method.request.{part}.{name}");
            method.request_parameters.insert(key, is_required);
        }
    }

    fn responses(self, findings: &mut Findings) -> BTreeMap<String, MethodResponse> {
        let mut responses = BTreeMap::new();
        let listed = self.value.get("responses").and_then(Value::as_object);
        for (status, response) in listed.into_iter().flatten() {
            // The entry `default` is not a response of a method.
            if status.parse::<u16>().is_err() {
                continue;
            }
            let Some(response) = self.document.resolved(response, findings) else { continue };
            let headers = response.get("headers").and_then(Value::as_object);
            let headers = headers.into_iter().flat_map(serde_json::Map::keys);
            let response_parameters =
                headers.map(|name| (format!("method.response.header.{name}"), false)).collect();
            let response_models = match self.document.version {
                Version::Swagger2 => {
                    self.models(response.get("schema"), &self.types("produces"), findings)
                }
                Version::OpenApi3 => self.models_of_content(response, findings),
            };
            let status_code = status.clone();
            let response = MethodResponse { status_code, response_parameters, response_models };
            responses.insert(status.clone(), response);
        }
        responses
    }

    /// Returns the content types that an operation consumes or produces.
    fn types(self, field: &str) -> Vec<String> {
        let own = self.value.get(field).or(self.document.root.get(field));
        let types: Vec<String> = list(own).map(str::to_owned).collect();
        if types.is_empty() { vec![JSON.to_owned()] } else { types }
    }

    fn models_of_content(self, body: &Value, findings: &mut Findings) -> Texts {
        let content = body.get("content").and_then(Value::as_object).into_iter().flatten();
        let mut models = Texts::new();
        for (kind, content) in content {
            models.extend(self.models(content.get("schema"), std::slice::from_ref(kind), findings));
        }
        models
    }

    /// Returns the model that a schema refers to, for these content types.
    fn models(self, schema: Option<&Value>, types: &[String], findings: &mut Findings) -> Texts {
        let reference = schema.and_then(|schema| schema.get("$ref")).and_then(Value::as_str);
        let Some(reference) = reference else { return Texts::new() };
        let name = reference.rsplit('/').next().unwrap_or_default();
        let path = reference.strip_prefix('#').unwrap_or_default();
        if self.document.root.pointer(path).is_none() && !GIVEN_MODELS.contains(&name) {
            findings.warning(format!("Reference to model '{name}' not found. Ignoring."));
            return Texts::new();
        }
        types.iter().map(|kind| (kind.clone(), name.to_owned())).collect()
    }
}
