//! The gateway's own answers: errors, in the API's own words or in AWS's.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};

use super::exchange::{Exchange, Filling};
use crate::{
    apigateway::{
        gateway_responses::{self, JSON, Kind, TEMPLATE},
        mapping,
        model::GatewayResponse,
        template::Template,
    },
    protocol,
    service::Answer,
};

/// Why no integration answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    kind: Kind,
    message: &'static str,
}

impl Refusal {
    /// Creates a refusal with a message other than the usual one.
    pub(super) fn saying(kind: Kind, message: &'static str) -> Self {
        Self { kind, message }
    }
}

impl From<Kind> for Refusal {
    fn from(kind: Kind) -> Self {
        Self { kind, message: kind.message }
    }
}

/// Returns the error of a request that is for no API or stage.
pub(super) fn forbidden() -> Answer {
    let body = "{\"message\":\"Forbidden\"}";
    let mut answer = protocol::answer(StatusCode::FORBIDDEN, "application/json", body);
    name_error(&mut answer, gateway_responses::INVALID_API_KEY.error_type);
    answer
}

/// Returns the answer to a request that is refused.
pub(super) fn answer(mut exchange: Exchange<'_>, refusal: Refusal) -> Answer {
    let Refusal { kind, message } = refusal;
    let usual = kind.status.unwrap_or_default();
    let fallback = if usual.is_server_error() { "DEFAULT_5XX" } else { "DEFAULT_4XX" };
    let responses = &exchange.found.gateway_responses;
    let said = responses.get(kind.name).or_else(|| responses.get(fallback));
    exchange.set("error.message", message.to_owned());
    exchange.set("error.messageString", serde_json::Value::from(message).to_string());
    exchange.set("error.responseType", kind.name.to_owned());

    let (content_type, template) = said.map_or((JSON, TEMPLATE), template);
    // It was parsed when it was put.
    let filled = Template::read(template)
        .map(|template| template.fill(&Filling { exchange: &exchange, body: &[] }))
        .unwrap_or_default();
    let mut answer = Answer::new(Bytes::from(filled));
    let status = said.and_then(|said| said.status_code.as_deref()?.parse().ok());
    *answer.status_mut() = status.unwrap_or(usual);
    if let Ok(content_type) = HeaderValue::from_str(content_type) {
        answer.headers_mut().insert(header::CONTENT_TYPE, content_type);
    }
    name_error(&mut answer, kind.error_type);
    for (key, expression) in said.iter().flat_map(|said| &said.response_parameters) {
        let name = mapping::gateway_header(key).and_then(|name| name.parse::<HeaderName>().ok());
        let source = mapping::source(expression);
        let value = source.and_then(|source| exchange.value(source, None));
        let value = value.and_then(|value| HeaderValue::from_str(&value).ok());
        answer.headers_mut().extend(name.zip(value));
    }
    answer
}

/// Returns the template for JSON, or whichever there is.
fn template(said: &GatewayResponse) -> (&str, &str) {
    let templates = &said.response_templates;
    let found = templates.get_key_value(JSON).or_else(|| templates.iter().next());
    found.map_or((JSON, TEMPLATE), |(kind, template)| (kind, template))
}

fn name_error(answer: &mut Answer, error_type: &'static str) {
    answer.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(error_type));
}
