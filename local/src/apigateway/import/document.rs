//! The text of a definition, JSON or YAML, and the references in it.

use serde_json::Value;

use super::findings::Findings;
use crate::{
    apigateway::errors::{Outcome, bad},
    document,
};

/// How the definition is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    Swagger2,
    OpenApi3,
}

/// A definition.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub(super) root: Value,
    pub(super) version: Version,
}

impl Document {
    /// Reads a definition's text.
    pub(super) fn read(body: &[u8]) -> Outcome<Self> {
        let text = std::str::from_utf8(body).map_err(|_| bad("Invalid OpenAPI input."))?;
        let root = document::read(text).map_err(|error| {
            let message = error.message.trim_start_matches("Template format error: ").to_owned();
            bad(format!("Invalid OpenAPI input: {message}"))
        })?;
        // The lab's own definition has the version as a number, which AWS accepted.
        let is = |name: &str, start: &str| match root.get(name) {
            Some(Value::String(version)) => version.starts_with(start),
            Some(Value::Number(version)) => version.to_string().starts_with(start),
            _ => false,
        };
        let version = match (is("swagger", "2"), is("openapi", "3.0")) {
            (true, _) => Version::Swagger2,
            (false, true) => Version::OpenApi3,
            (false, false) => {
                return Err(bad("Invalid OpenAPI input: it must be Swagger 2.0 or OpenAPI 3.0"));
            }
        };
        Ok(Self { root, version })
    }

    /// Returns the entries of an object at a path of the definition; none if it does not exist.
    pub(super) fn at(&self, path: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.root.pointer(path).and_then(Value::as_object).into_iter().flatten()
    }

    /// Returns what a value stands for; it may be a reference to another part of the definition.
    pub(super) fn resolved<'a>(
        &'a self,
        value: &'a Value,
        findings: &mut Findings,
    ) -> Option<&'a Value> {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return Some(value) };
        let found = reference.strip_prefix('#').and_then(|path| self.root.pointer(path));
        // A reference to a reference would only lead astray.
        let found = found.filter(|found| found.get("$ref").is_none());
        if found.is_none() {
            findings.error(format!("Unable to resolve the reference '{reference}'"));
        }
        found
    }
}

/// Returns the texts of an object, by name.
pub(super) fn texts(value: &Value) -> impl Iterator<Item = (&String, &str)> {
    let fields = value.as_object().into_iter().flatten();
    fields.filter_map(|(name, value)| Some((name, value.as_str()?)))
}

/// Returns the texts of a list.
pub(super) fn list(value: Option<&Value>) -> impl Iterator<Item = &str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_yaml_are_read_alike() {
        let json = Document::read(br#"{"swagger": 2.0, "paths": {"/": {}}}"#).unwrap();
        let yaml = Document::read(b"swagger: 2.0\npaths:\n  /: {}\n").unwrap();
        assert_eq!((json.version, yaml.version), (Version::Swagger2, Version::Swagger2));
        assert_eq!(json.at("/paths").count(), yaml.at("/paths").count());
        let three = Document::read(b"openapi: 3.0.1").unwrap();
        assert_eq!(three.version, Version::OpenApi3);
        // The last of two keys counts.
        let twice = Document::read(br#"{"swagger": "2.0", "a": 1, "a": 2}"#).unwrap();
        assert_eq!(twice.root["a"], 2);
    }

    #[test]
    fn what_is_no_definition_is_refused() {
        for text in ["", "{", "[1]", "{}", "{\"swagger\": \"1.2\"}", "{\"openapi\": \"4.0\"}"] {
            let error = Document::read(text.as_bytes()).unwrap_err();
            assert_eq!(error.code, "BadRequestException");
            assert!(error.message.starts_with("Invalid OpenAPI input"), "{text}: {error}");
        }
        assert!(Document::read(&[0xff]).is_err());
    }

    #[test]
    fn references_lead_into_the_document() {
        let text = br##"{"swagger": "2.0", "a": {"x": 1}, "b": {"$ref": "#/a"}}"##;
        let document = Document::read(text).unwrap();
        let mut findings = Findings::default();
        let found = document.resolved(&document.root["b"], &mut findings).unwrap();
        assert_eq!(found["x"], 1);
        let lost = serde_json::json!({ "$ref": "#/b" });
        assert!(document.resolved(&lost, &mut findings).is_none());
        assert!(findings.verdict(false).is_err());
    }
}
