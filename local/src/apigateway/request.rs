//! The input of an operation: from the method, the path and the query, and the body.

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::errors::{Outcome, bad};
use crate::{protocol::page, service::Call};

/// The default and the largest number of entries in a list.
const PAGE: usize = 25;
const LARGEST_PAGE: usize = 500;

/// The input of an operation.
#[derive(Clone, Debug, Default)]
pub(super) struct Request {
    /// The values in the path, by the names in its template.
    pub(super) path: Vec<(&'static str, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Bytes,
}

/// Reads a call as the input of the operation with this route, such as `GET /restapis/{api}`;
/// `None` if the call does not fit. The query of a call must contain what its route requires.
pub(super) fn fit(route: &'static str, call: &Call) -> Option<Request> {
    let (method, template) = route.split_once(' ')?;
    let (template, asked) = template.split_once('?').unwrap_or((template, ""));
    if call.method != method {
        return None;
    }
    let query: Vec<(String, String)> =
        form_urlencoded::parse(call.uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let has = |name: &str, value: &str| query.iter().any(|(n, v)| n == name && v == value);
    if asked.split_once('=').is_some_and(|(name, value)| !has(name, value)) {
        return None;
    }
    let path = fit_path(template, call.uri.path())?;
    Some(Request { path, query, body: call.body.clone() })
}

fn fit_path(template: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let (mut names, mut given) = (template.split('/'), path.split('/'));
    let mut found = Vec::new();
    loop {
        match (names.next(), given.next()) {
            (None, None) => return Some(found),
            (Some(name), Some(value)) => {
                // An ARN in a path is encoded: its slashes are not the path's.
                let value = percent_decode_str(value).decode_utf8().ok()?;
                match name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                    Some(name) if !value.is_empty() => found.push((name, value.into_owned())),
                    None if name == value => {}
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
}

impl Request {
    /// Returns a value from the path; the operation's route contains its name.
    pub(super) fn named(&self, name: &str) -> &str {
        self.path.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// Returns a parameter of the query.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Returns all parameters of this name: a list.
    pub(super) fn queries<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Parses the body as the structure that the operation reads.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Outcome<T> {
        // An empty body is allowed.
        let body = if self.body.is_empty() { b"{}" } else { &self.body[..] };
        serde_json::from_slice(body).map_err(|error| bad(format!("Invalid request body: {error}")))
    }

    /// Returns a page of a list, as the answer. The entries are ordered by key.
    pub(super) fn page(&self, entries: Vec<(String, Value)>) -> Outcome<Value> {
        let limit = match self.query("limit") {
            None => PAGE,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=LARGEST_PAGE).contains(limit))
                .ok_or_else(|| bad(format!("Invalid limit: {text}")))?,
        };
        let position = self.query("position");
        let (entries, next) = page::page(entries, |(key, _)| key.clone(), position, limit);
        let item: Vec<Value> = entries.into_iter().map(|(_, value)| value).collect();
        let mut page = json!({ "item": item });
        if let Some(next) = next {
            page["position"] = next.into();
        }
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{protocol::rest, service::Caller};

    fn call(method: &str, target: &str) -> Call {
        let (method, uri) = (method.parse().unwrap(), target.parse().unwrap());
        Call::new(method, uri, http::HeaderMap::new(), Bytes::new(), Caller::Anonymous)
    }

    #[test]
    fn a_route_fits_by_method_path_and_query() {
        const IMPORT: &str = "POST /restapis?mode=import";
        const ROUTE: &str = "GET /restapis/{api}/stages/{stage}";
        let request = fit(ROUTE, &call("GET", "/restapis/a1/stages/prod?limit=2")).unwrap();
        assert_eq!((request.named("api"), request.named("stage")), ("a1", "prod"));
        assert_eq!(request.query("limit"), Some("2"));
        for (method, target) in [
            ("PUT", "/restapis/a1/stages/prod"),
            ("GET", "/restapis/a1/stages"),
            ("GET", "/restapis//stages/prod"),
            ("GET", "/restapis/a1/stages/prod/x"),
        ] {
            assert!(fit(ROUTE, &call(method, target)).is_none(), "{method} {target}");
        }
        assert!(fit(IMPORT, &call("POST", "/restapis?mode=import&basepath=split")).is_some());
        assert!(fit(IMPORT, &call("POST", "/restapis")).is_none());
    }

    #[test]
    fn an_arn_in_a_path_is_one_name() {
        let target = "/tags/arn%3Aaws%3Aapigateway%3Aeu-west-1%3A%3A%2Frestapis%2Fa1";
        let request = fit("GET /tags/{arn}", &call("GET", target)).unwrap();
        assert_eq!(request.named("arn"), "arn:aws:apigateway:eu-west-1::/restapis/a1");
    }

    #[test]
    fn an_error_has_its_code_in_a_header() {
        let answer = rest::refuse(&super::super::errors::no("Stage"));
        assert_eq!(answer.status(), 404);
        assert_eq!(answer.headers()[rest::ERROR_TYPE], "NotFoundException");
        assert_eq!(answer.body(), r#"{"message":"Invalid Stage identifier specified"}"#);
    }
}
