//! Security schemes: who may call a method.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    document::{Document, Version, list},
    findings::Findings,
};
use crate::apigateway::{
    authorizers,
    methods::COGNITO,
    model::{Authorizer, Method},
};

/// What a scheme means for a method that names it.
#[derive(Clone, Debug)]
enum Scheme {
    Authorizer,
    Signature,
    ApiKey,
    /// One that API Gateway does not know either.
    Nothing,
}

/// The schemes of a definition.
#[derive(Clone, Debug, Default)]
pub(super) struct Schemes {
    by_name: BTreeMap<String, Scheme>,
    pub(super) authorizers: Vec<Authorizer>,
}

impl Schemes {
    pub(super) fn read(document: &Document, findings: &mut Findings) -> Self {
        let path = match document.version {
            Version::Swagger2 => "/securityDefinitions",
            Version::OpenApi3 => "/components/securitySchemes",
        };
        let mut schemes = Self::default();
        for (name, scheme) in document.at(path) {
            let kind = schemes.scheme(name, scheme, findings);
            schemes.by_name.insert(name.clone(), kind);
        }
        schemes
    }

    fn scheme(&mut self, name: &str, scheme: &Value, findings: &mut Findings) -> Scheme {
        let text = |field: &str| scheme.get(field).and_then(Value::as_str).unwrap_or_default();
        let auth_type = text("x-amazon-apigateway-authtype").to_ascii_lowercase();
        if let Some(extension) = scheme.get("x-amazon-apigateway-authorizer") {
            let new = authorizer(name, extension, text("name"));
            let what = || format!("Unable to create authorizer '{name}'");
            self.authorizers.extend(findings.good(what, authorizers::checked(new)));
            return Scheme::Authorizer;
        }
        match (auth_type.as_str(), text("type"), text("name").to_ascii_lowercase().as_str()) {
            ("awssigv4", ..) => Scheme::Signature,
            ("", "apiKey", "x-api-key") => Scheme::ApiKey,
            (_, kind, _) => {
                findings.warning(format!(
                    "Unsupported security definition type '{kind}' for '{name}'. Ignoring."
                ));
                Scheme::Nothing
            }
        }
    }

    /// Guards a method as the definition says: with the method's own `security`, or else with that
    /// of the whole definition.
    pub(super) fn guard(
        &self,
        method: &mut Method,
        security: Option<&Value>,
        path: &str,
        findings: &mut Findings,
    ) {
        let requirements = security.and_then(Value::as_array).into_iter().flatten();
        let named = requirements.filter_map(Value::as_object).flatten();
        for (name, scopes) in named {
            match self.by_name.get(name) {
                // A method has one authorizer: the first one counts.
                Some(Scheme::Authorizer) if method.authorizer_id.is_none() => {
                    COGNITO.clone_into(&mut method.authorization_type);
                    method.authorizer_id = Some(name.clone());
                    method.authorization_scopes = list(Some(scopes)).map(str::to_owned).collect();
                }
                Some(Scheme::Signature) if method.authorizer_id.is_none() => {
                    "AWS_IAM".clone_into(&mut method.authorization_type);
                }
                Some(Scheme::ApiKey) => method.api_key_required = true,
                Some(_) => {}
                None => findings.error(format!(
                    "Method '{}' on resource at path '{path}' refers to the security definition \
                     '{name}', which is not defined",
                    method.http_method
                )),
            }
        }
    }
}

fn authorizer(name: &str, extension: &Value, header: &str) -> Authorizer {
    let text = |field: &str| extension.get(field).and_then(Value::as_str).unwrap_or_default();
    let source = text("identitySource");
    let source = match (source, header) {
        ("", "") => String::new(),
        ("", header) => format!("method.request.header.{header}"),
        (source, _) => source.to_owned(),
    };
    Authorizer {
        name: name.to_owned(),
        kind: text("type").to_ascii_uppercase(),
        provider_arns: list(extension.get("providerARNs")).map(str::to_owned).collect(),
        identity_source: source,
        ..Authorizer::default()
    }
}
