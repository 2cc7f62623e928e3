//! Integrations: what a method does, and how its answers become the API's.

use http::Uri;
use regex_lite::Regex;
use serde_json::{Value, json};

use super::{
    ApiGateway,
    errors::{Outcome, bad, no, not_found},
    mapping,
    methods::{self, METHODS},
    model::{Integration, IntegrationResponse, Method},
    request::Request,
    template::Template,
    vpc_links::VPC_LINK,
};
use crate::{place::Place, service::AwsError};

pub(super) const MOCK: &str = "MOCK";
pub(super) const HTTP: &str = "HTTP";
pub(super) const HTTP_PROXY: &str = "HTTP_PROXY";
const ON_AWS: [&str; 2] = ["AWS", "AWS_PROXY"];
const INTERNET: &str = "INTERNET";

pub(super) const NO_MATCH: &str = "WHEN_NO_MATCH";
pub(super) const NEVER: &str = "NEVER";
const PASSTHROUGH: [&str; 3] = [NO_MATCH, "WHEN_NO_TEMPLATES", NEVER];

/// What AWS would do and the local cloud does not.
const NOT_CARRIED_OUT: [&str; 4] =
    ["contentHandling", "credentials", "integrationTarget", "tlsConfig"];

/// AWS's longest wait for a backend, which is also the default, and its shortest.
const LONGEST: u64 = 29_000;
const SHORTEST: u64 = 50;

pub(super) fn put(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    check_fields(&request.read()?)?;
    let new: Integration = request.read()?;
    // Its responses are put by separate calls.
    let new = Integration { integration_responses: [].into(), ..new };
    let integration = completed(new, request.named("resource"));
    methods::change(gateway, place, request, |method| {
        check(&integration, method)?;
        let answer = json!(integration);
        method.method_integration = Some(integration);
        Ok(answer)
    })
}

/// Refuses fields of an integration, or of a response of one, that would only be kept and shown.
pub(super) fn check_fields(given: &Value) -> Outcome<()> {
    match NOT_CARRIED_OUT.iter().find(|field| !given[**field].is_null()) {
        None => Ok(()),
        Some(field) => Err(bad(format!("The local cloud has no integrations with '{field}'"))),
    }
}

/// Fills in an integration's AWS defaults.
pub(super) fn completed(mut integration: Integration, resource_id: &str) -> Integration {
    if integration.kind != MOCK {
        integration.connection_type.get_or_insert_with(|| INTERNET.to_owned());
    }
    let fill = |text: &mut String, default: &str| {
        if text.is_empty() {
            default.clone_into(text);
        }
    };
    fill(&mut integration.passthrough_behavior, NO_MATCH);
    fill(&mut integration.cache_namespace, resource_id);
    if integration.timeout_in_millis == 0 {
        integration.timeout_in_millis = LONGEST;
    }
    integration
}

/// Refuses an integration that could not be carried out.
pub(super) fn check(integration: &Integration, method: &Method) -> Outcome<()> {
    let kind = integration.kind.as_str();
    if ON_AWS.contains(&kind) {
        let message = format!("The local cloud has no integrations of the type {kind}");
        return Err(bad(format!("{message}: use MOCK, HTTP or HTTP_PROXY")));
    }
    if ![MOCK, HTTP, HTTP_PROXY].contains(&kind) {
        return Err(bad(format!("Invalid integration type specified: '{kind}'")));
    }
    if kind != MOCK {
        check_backend(integration)?;
    }
    if !PASSTHROUGH.contains(&integration.passthrough_behavior.as_str()) {
        let given = &integration.passthrough_behavior;
        return Err(bad(format!("Invalid passthrough behavior specified: '{given}'")));
    }
    if !(SHORTEST..=LONGEST).contains(&integration.timeout_in_millis) {
        let message = format!("Timeout should be between {SHORTEST} ms and {LONGEST} ms");
        return Err(bad(message));
    }
    mapping::check_request(integration, method)?;
    integration.request_templates.values().try_for_each(|template| check_template(template))
}

fn check_backend(integration: &Integration) -> Outcome<()> {
    let method = integration.http_method.as_deref().unwrap_or_default();
    if !METHODS.contains(&method) {
        return Err(bad("Enumeration value for HttpMethod must be non-empty"));
    }
    let uri = integration.uri.as_deref().unwrap_or_default();
    let host = host(uri).ok_or_else(|| bad("Invalid HTTP endpoint specified for URI"))?;
    match integration.connection_type.as_deref() {
        Some(VPC_LINK) if integration.connection_id.as_deref().is_none_or(str::is_empty) => {
            Err(bad("A connection id is needed for the connection type VPC_LINK"))
        }
        Some(VPC_LINK) => Ok(()),
        // The execution checks what its host finally is.
        Some(INTERNET) if host.contains('$') || is_loopback(&host) => Ok(()),
        Some(INTERNET) => Err(bad(format!(
            "The local cloud sends nothing beyond this machine: it does not reach '{host}' without \
             a VPC link"
        ))),
        other => {
            Err(bad(format!("Invalid connection type specified: '{}'", other.unwrap_or_default())))
        }
    }
}

/// Returns the host of a plain HTTP address, whose path may have names in braces.
fn host(uri: &str) -> Option<String> {
    let rest = uri.strip_prefix("http://")?;
    let authority = rest.split(['/', '?']).next().filter(|authority| !authority.is_empty())?;
    if authority.contains("${") {
        return Some(authority.to_owned());
    }
    let parsed: Uri = format!("http://{authority}/").parse().ok()?;
    parsed.host().map(str::to_owned)
}

/// Returns whether a host is this machine, whatever a name server says.
pub(super) fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]") || host.ends_with(".localhost")
}

fn check_template(template: &str) -> Outcome<()> {
    let read = Template::read(template);
    read.map(|_| ()).map_err(|why| bad(format!("Invalid mapping template specified: {why}")))
}

pub(super) fn get(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let method = methods::get(gateway, place, request)?;
    let integration = &method["methodIntegration"];
    if integration.is_null() { Err(none()) } else { Ok(integration.clone()) }
}

pub(super) fn put_response(
    gateway: &ApiGateway,
    place: &Place,
    request: &Request,
) -> Outcome<Value> {
    let status = methods::status(request)?;
    check_fields(&request.read()?)?;
    let response = IntegrationResponse { status_code: status.clone(), ..request.read()? };
    methods::change(gateway, place, request, |method| {
        check_response(&response, method)?;
        let integration = method.method_integration.as_mut().ok_or_else(none)?;
        let answer = json!(response);
        integration.integration_responses.insert(status, response);
        Ok(answer)
    })
}

/// Refuses an integration response that could not be given.
pub(super) fn check_response(response: &IntegrationResponse, method: &Method) -> Outcome<()> {
    let declared = method.method_responses.get(&response.status_code);
    let declared = declared.ok_or_else(|| not_found("Invalid Response status code specified"))?;
    let declared: Vec<&str> = declared.response_parameters.keys().map(String::as_str).collect();
    mapping::check_response(&response.response_parameters, &declared)?;
    let pattern = response.selection_pattern.as_deref().unwrap_or_default();
    if whole(pattern).is_none() {
        return Err(bad(format!("Invalid selection pattern specified: '{pattern}'")));
    }
    response.response_templates.values().try_for_each(|template| check_template(template))
}

/// Compiles a selection pattern, which must match the whole text.
pub(super) fn whole(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{pattern})$")).ok()
}

fn none() -> AwsError {
    no("Integration")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(uri: &str) -> Integration {
        let integration = Integration {
            kind: HTTP_PROXY.to_owned(),
            http_method: Some("GET".to_owned()),
            uri: Some(uri.to_owned()),
            ..Integration::default()
        };
        completed(integration, "abc")
    }

    fn problem(integration: &Integration) -> String {
        check(integration, &Method::default()).unwrap_err().message
    }

    #[test]
    fn nothing_is_sent_beyond_this_machine() {
        let good = ["http://localhost:1/a", "http://x.elb.localhost:2/{id}", "http://[::1]/"];
        for uri in good.into_iter().chain(["http://${stageVariables.host}/"]) {
            check(&proxy(uri), &Method::default()).unwrap();
        }
        assert!(problem(&proxy("http://example.com/")).contains("does not reach 'example.com'"));
        for uri in ["https://localhost/", "", "localhost", "http://", "ftp://localhost/"] {
            assert_eq!(problem(&proxy(uri)), "Invalid HTTP endpoint specified for URI", "{uri}");
        }
        let mut linked = proxy("http://example.com/");
        linked.connection_type = Some(VPC_LINK.to_owned());
        assert!(problem(&linked).contains("connection id"));
        linked.connection_id = Some("abc".to_owned());
        check(&linked, &Method::default()).unwrap();
    }

    #[test]
    fn what_could_not_be_carried_out_is_refused() {
        let with = |change: fn(&mut Integration)| {
            let mut integration = proxy("http://localhost/");
            change(&mut integration);
            problem(&integration)
        };
        assert!(with(|known| known.kind = "MAGIC".to_owned()).contains("'MAGIC'"));
        assert!(with(|known| known.kind = "AWS_PROXY".to_owned()).contains("AWS_PROXY"));
        assert!(with(|known| known.http_method = None).contains("HttpMethod"));
        assert!(with(|known| known.timeout_in_millis = 30_000).contains("29000 ms"));
        assert!(with(|known| known.passthrough_behavior = "OFTEN".to_owned()).contains("'OFTEN'"));
        let template = |known: &mut Integration| {
            known.request_templates.insert("application/json".to_owned(), "#set($a=1)".to_owned());
        };
        assert!(with(template).contains("#set"));
        let error = check_fields(&json!({ "credentials": "arn:aws:iam::1:role/a" })).unwrap_err();
        assert!(error.message.contains("'credentials'"), "{error}");
    }
}
