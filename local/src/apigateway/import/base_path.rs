//! The base path of a definition, and what an import does with it.

use serde_json::Value;

use super::document::{Document, Version};
use crate::apigateway::errors::{Outcome, bad};

/// What an import does with the base path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum BasePath {
    #[default]
    Ignore,
    Prepend,
    /// All but its first part is prepended.
    Split,
}

impl BasePath {
    /// Parses the parameter `basepath`.
    pub(super) fn named(name: Option<&str>) -> Outcome<Self> {
        match name {
            None | Some("ignore") => Ok(Self::Ignore),
            Some("prepend") => Ok(Self::Prepend),
            Some("split") => Ok(Self::Split),
            Some(other) => Err(bad(format!(
                "Invalid value for the parameter basepath: '{other}'. Must be one of: ignore, \
                 prepend, split"
            ))),
        }
    }
}

/// Returns the prefix of all paths, without a trailing slash.
pub(super) fn of(document: &Document, treatment: BasePath) -> String {
    let path = match document.version {
        Version::Swagger2 => document.root.get("basePath").and_then(Value::as_str),
        Version::OpenApi3 => in_server(document),
    };
    let path = path.unwrap_or_default().trim_matches('/');
    let path = match treatment {
        BasePath::Ignore => "",
        BasePath::Prepend => path,
        BasePath::Split => path.split_once('/').map_or("", |(_, rest)| rest),
    };
    if path.is_empty() { String::new() } else { format!("/{path}") }
}

/// Returns `OpenAPI` 3's base path: it is in the address of a server, often as a variable of this
/// name.
fn in_server(document: &Document) -> Option<&str> {
    let server = document.root.pointer("/servers/0")?;
    let variable = server.pointer("/variables/basePath/default");
    if let Some(path) = variable.and_then(Value::as_str) {
        return Some(path);
    }
    let url = server.get("url")?.as_str()?;
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map(|slash| &rest[slash..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_path_is_left_out_put_before_or_split() {
        let two = Document::read(br#"{"swagger": "2.0", "basePath": "/a/b/c/"}"#).unwrap();
        assert_eq!(of(&two, BasePath::Ignore), "");
        assert_eq!(of(&two, BasePath::Prepend), "/a/b/c");
        assert_eq!(of(&two, BasePath::Split), "/b/c");
        assert!(BasePath::named(Some("shuffle")).is_err());
    }

    #[test]
    fn in_three_it_stands_in_the_first_server() {
        let three = |server: &str| {
            let text = format!("{{\"openapi\": \"3.0.0\", \"servers\": [{server}]}}");
            of(&Document::read(text.as_bytes()).unwrap(), BasePath::Prepend)
        };
        assert_eq!(three(r#"{"url": "https://example.com/v1"}"#), "/v1");
        assert_eq!(three(r#"{"url": "https://example.com"}"#), "");
        let variable = r#"{"url": "https://example.com/{basePath}",
                          "variables": {"basePath": {"default": "/v2"}}}"#;
        assert_eq!(three(variable), "/v2");
    }
}
