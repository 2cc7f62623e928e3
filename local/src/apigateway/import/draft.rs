//! A definition as read, before it becomes an API's.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    base_path::{self, BasePath},
    document::{Document, Version, list},
    findings::Findings,
    gateway_responses,
    methods::Operation,
    security::Schemes,
};
use crate::apigateway::model::{Authorizer, GatewayResponse, Method};

/// The methods of a path, and how a definition names them.
const METHODS: [(&str, &str); 8] = [
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
    ("head", "HEAD"),
    ("patch", "PATCH"),
    ("x-amazon-apigateway-any-method", "ANY"),
];

/// The contents of a definition.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) version: Option<String>,
    pub(super) binary_media_types: Option<Vec<String>>,
    /// The methods by path. They refer to their authorizers by name.
    pub(super) paths: BTreeMap<String, BTreeMap<String, Method>>,
    pub(super) authorizers: Vec<Authorizer>,
    pub(super) gateway_responses: Vec<GatewayResponse>,
    /// The schemas by name.
    pub(super) models: BTreeMap<String, Value>,
}

impl Draft {
    pub(super) fn read(document: &Document, base: BasePath, findings: &mut Findings) -> Self {
        let info = |field: &str| {
            let text = document.root.pointer(&format!("/info/{field}")).and_then(Value::as_str);
            text.map(str::to_owned)
        };
        if document.root.get("info").is_none() {
            findings.error("Parse issue: attribute info is missing");
        } else if info("title").is_none() {
            findings.error("Parse issue: attribute info.title is missing");
        }
        // The lab's Swagger has no version, which was never a warning.
        if document.version == Version::OpenApi3 && info("version").is_none() {
            findings.warning("Parse issue: attribute info.version is missing");
        }
        if document.root.get("x-amazon-apigateway-policy").is_some() {
            findings.error("The local cloud does not carry out resource policies");
        }
        let schemes = Schemes::read(document, findings);
        let binary = document.root.get("x-amazon-apigateway-binary-media-types");
        Self {
            title: info("title").unwrap_or_default(),
            description: info("description"),
            version: info("version"),
            binary_media_types: binary.map(|types| list(Some(types)).map(str::to_owned).collect()),
            paths: paths(document, &schemes, base, findings),
            gateway_responses: gateway_responses::read(document, findings),
            models: models(document),
            authorizers: schemes.authorizers,
        }
    }
}

fn models(document: &Document) -> BTreeMap<String, Value> {
    let path = match document.version {
        Version::Swagger2 => "/definitions",
        Version::OpenApi3 => "/components/schemas",
    };
    document.at(path).map(|(name, schema)| (name.clone(), schema.clone())).collect()
}

fn paths(
    document: &Document,
    schemes: &Schemes,
    base: BasePath,
    findings: &mut Findings,
) -> BTreeMap<String, BTreeMap<String, Method>> {
    if !document.root.get("paths").is_some_and(Value::is_object) {
        findings.error("Parse issue: attribute paths is missing");
    }
    let prefix = base_path::of(document, base);
    let mut paths = BTreeMap::new();
    for (path, item) in document.at("/paths") {
        let Some(item) = document.resolved(item, findings) else { continue };
        let path = format!("{prefix}{path}");
        let shared = item.get("parameters");
        let mut methods = BTreeMap::new();
        for (key, method) in METHODS {
            let Some(value) = item.get(key) else { continue };
            let operation = Operation { document, schemes, path: &path, shared, method, value };
            methods.insert(method.to_owned(), operation.read(findings));
        }
        paths.insert(path, methods);
    }
    paths
}
