//! Integration responses: how a backend's answer becomes the API's.

use bytes::Bytes;
use http::{HeaderMap, header};

use super::{
    exchange::{Exchange, Filling},
    headers,
    refusal::Refusal,
};
use crate::{
    apigateway::{
        gateway_responses::{API_CONFIGURATION_ERROR, JSON},
        integrations::whole,
        mapping,
        model::{Integration, IntegrationResponse, Texts},
        template::Template,
    },
    service::Answer,
};

/// A backend's answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Returns the API's answer.
pub(super) fn answer(
    exchange: &Exchange<'_>,
    integration: &Integration,
    said: &Said,
) -> Result<Answer, Refusal> {
    let response = select(integration, said.status).ok_or(API_CONFIGURATION_ERROR)?;
    let status = response.status_code.parse().map_err(|_| API_CONFIGURATION_ERROR)?;
    let given = said.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let (content_type, body) = match template(&response.response_templates, given) {
        Some((kind, template)) => {
            let template = Template::read(template).map_err(|_| API_CONFIGURATION_ERROR)?;
            (kind, Bytes::from(template.fill(&Filling { exchange, body: &said.body })))
        }
        None => (given.unwrap_or(JSON), said.body.clone()),
    };
    let mut answer = Answer::new(body);
    *answer.status_mut() = status;
    headers::set(answer.headers_mut(), "content-type", content_type);
    for (key, expression) in &response.response_parameters {
        let name = mapping::response_header(key);
        let source = mapping::source(expression);
        let value = source.and_then(|source| exchange.value(source, Some(&said.headers)));
        if let (Some(name), Some(value)) = (name, value) {
            headers::set(answer.headers_mut(), name, &value);
        }
    }
    Ok(answer)
}

/// Returns the response whose pattern fits a status, or the one for all others.
fn select(integration: &Integration, status: u16) -> Option<&IntegrationResponse> {
    let status = status.to_string();
    let mut responses = integration.integration_responses.values();
    let pattern = |response: &&IntegrationResponse| {
        let pattern = response.selection_pattern.as_deref().filter(|pattern| !pattern.is_empty());
        pattern.and_then(whole).is_some_and(|pattern| pattern.is_match(&status))
    };
    let others = |response: &&IntegrationResponse| {
        response.selection_pattern.as_deref().unwrap_or_default().is_empty()
    };
    responses.clone().find(pattern).or_else(|| responses.find(others))
}

/// Returns the template for a content type, or for JSON, or whichever there is.
fn template<'a>(templates: &'a Texts, given: Option<&str>) -> Option<(&'a str, &'a str)> {
    let kind = essence(given);
    let found = templates.get_key_value(kind).or_else(|| templates.get_key_value(JSON));
    found.or_else(|| templates.iter().next()).map(|(kind, text)| (kind.as_str(), text.as_str()))
}

/// Returns a content type without its parameters; JSON by default.
pub(super) fn essence(content_type: Option<&str>) -> &str {
    let kind = content_type.and_then(|kind| kind.split(';').next()).map_or("", str::trim);
    if kind.is_empty() { JSON } else { kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_comes_before_the_rest() {
        let response = |status: &str, pattern: Option<&str>| {
            let response = IntegrationResponse {
                status_code: status.to_owned(),
                selection_pattern: pattern.map(str::to_owned),
                ..IntegrationResponse::default()
            };
            (status.to_owned(), response)
        };
        let responses = [response("200", None), response("404", Some("4\\d{2}"))];
        let mut integration =
            Integration { integration_responses: responses.into(), ..Integration::default() };
        let selected = |integration: &Integration, status| {
            select(integration, status).map(|response| response.status_code.clone())
        };
        assert_eq!(selected(&integration, 418).as_deref(), Some("404"));
        assert_eq!(selected(&integration, 500).as_deref(), Some("200"));
        integration.integration_responses.remove("200");
        assert_eq!(selected(&integration, 500), None);
        assert_eq!(selected(&integration, 4040), None);
    }

    #[test]
    fn a_template_is_for_a_content_type() {
        let templates = Texts::from([
            ("text/plain".to_owned(), "plain".to_owned()),
            (JSON.to_owned(), "json".to_owned()),
        ]);
        let of = |given| template(&templates, given).map(|(_, text)| text);
        assert_eq!(of(Some("text/plain; charset=utf-8")), Some("plain"));
        assert_eq!(of(Some("image/png")), Some("json"));
        assert_eq!(of(None), Some("json"));
        assert_eq!(template(&Texts::new(), None), None);
    }
}
