//! The request to a backend, made of the client's.

use bytes::Bytes;
use http::{HeaderMap, Request, Uri, header, uri::Authority};
use http_body_util::Full;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    exchange::{Exchange, Filling},
    headers,
    refusal::Refusal,
    responses::essence,
};
use crate::apigateway::{
    gateway_responses::{API_CONFIGURATION_ERROR, UNSUPPORTED_MEDIA_TYPE},
    integrations::{HTTP_PROXY, NEVER, NO_MATCH},
    mapping::{self, Part, Source},
    model::Integration,
    template::Template,
};

/// What stands in a path as it is.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request, and where it goes.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) host: Authority,
    pub(super) request: Request<Full<Bytes>>,
}

/// Builds the request that an integration sends.
pub(super) fn outgoing(
    exchange: &Exchange<'_>,
    integration: &Integration,
) -> Result<Outgoing, Refusal> {
    let is_proxy = integration.kind == HTTP_PROXY;
    let uri = uri(exchange, integration, is_proxy).ok_or(API_CONFIGURATION_ERROR)?;
    let host = uri.authority().cloned().ok_or(API_CONFIGURATION_ERROR)?;
    let target = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let body = if is_proxy { exchange.request.body.clone() } else { body(exchange, integration)? };
    let method = match integration.http_method.as_deref() {
        None | Some("ANY") => exchange.request.method.as_str(),
        Some(method) => method,
    };
    let mut request = Request::builder()
        .method(method)
        .uri(target)
        .body(Full::new(body))
        .map_err(|_| API_CONFIGURATION_ERROR)?;
    let headers = request.headers_mut();
    *headers = if is_proxy { headers::sent_on(&exchange.request.headers) } else { own(exchange) };
    if is_proxy {
        headers::introduce(headers, exchange);
    }
    for (name, value) in mapped(exchange, integration, Part::Header) {
        headers::set(headers, name, &value);
    }
    headers::set(headers, "host", host.as_str());
    Ok(Outgoing { host, request })
}

/// Returns the headers that a backend gets if none of the client's are passed on.
fn own(exchange: &Exchange<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let content_type = exchange.header("content-type").unwrap_or("application/json");
    let agent = format!("AmazonAPIGateway_{}", exchange.found.api);
    for (name, value) in
        [(header::CONTENT_TYPE, content_type), (header::ACCEPT, "application/json")]
    {
        headers::set(&mut headers, name.as_str(), value);
    }
    headers::set(&mut headers, "user-agent", &agent);
    headers::identify(&mut headers, exchange);
    headers
}

/// Returns the parameters of one part that the integration maps.
fn mapped<'a>(
    exchange: &'a Exchange<'_>,
    integration: &'a Integration,
    wanted: Part,
) -> impl Iterator<Item = (&'a str, String)> {
    integration.request_parameters.iter().filter_map(move |(key, expression)| {
        let (part, name) = mapping::destination(key)?;
        let source = mapping::source(expression)?;
        let value = match (part, source) {
            // Path parameters go into the path as they were written.
            (Part::Path, Source::Request(Part::Path, from)) => {
                exchange.raw_path_parameter(from).map(str::to_owned)
            }
            (Part::Path, source) => {
                let value = exchange.value(source, None);
                value.map(|value| utf8_percent_encode(&value, IN_PATH).to_string())
            }
            (_, source) => exchange.value(source, None),
        };
        (part == wanted).then_some((name, value?))
    })
}

/// Returns the backend's address; `None` if it is not a valid one.
fn uri(exchange: &Exchange<'_>, integration: &Integration, is_proxy: bool) -> Option<Uri> {
    let given = integration.uri.as_deref()?;
    let mut uri = mapping::with_stage_variables(given, &exchange.found.variables);
    for (name, value) in mapped(exchange, integration, Part::Path) {
        uri = uri.replace(&format!("{{{name}}}"), &value);
    }
    let mut query: Vec<String> = Vec::new();
    if is_proxy {
        query.extend(exchange.request.uri.query().map(str::to_owned));
    }
    for (name, value) in mapped(exchange, integration, Part::Query) {
        let mut pair = form_urlencoded::Serializer::new(String::new());
        query.push(pair.append_pair(name, &value).finish());
    }
    query.retain(|part| !part.is_empty());
    if !query.is_empty() {
        uri.push(if uri.contains('?') { '&' } else { '?' });
        uri.push_str(&query.join("&"));
    }
    uri.parse::<Uri>().ok().filter(|uri| !uri.path().contains('{'))
}

/// Returns the body for a backend: from the template for its content type, or the body itself.
pub(super) fn body(exchange: &Exchange<'_>, integration: &Integration) -> Result<Bytes, Refusal> {
    let templates = &integration.request_templates;
    let body = &exchange.request.body;
    if let Some(template) = templates.get(essence(exchange.header("content-type"))) {
        let template = Template::read(template).map_err(|_| API_CONFIGURATION_ERROR)?;
        return Ok(template.fill(&Filling { exchange, body }).into());
    }
    match integration.passthrough_behavior.as_str() {
        NEVER => Err(UNSUPPORTED_MEDIA_TYPE.into()),
        NO_MATCH => Ok(body.clone()),
        _ if templates.is_empty() => Ok(body.clone()),
        _ => Err(UNSUPPORTED_MEDIA_TYPE.into()),
    }
}
