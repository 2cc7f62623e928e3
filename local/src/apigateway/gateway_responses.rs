//! Gateway responses: how the gateway itself answers, where no integration does.

use http::StatusCode;
use serde_json::{Value, json};

use super::{
    ApiGateway, apis,
    errors::{Outcome, bad, not_found},
    mapping,
    model::{Definition, GatewayResponse, Texts},
    request::Request,
    template::Template,
};
use crate::place::Place;

/// A reason for which the gateway answers itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// None for the two that stand in for all others.
    pub(super) status: Option<StatusCode>,
    pub(super) message: &'static str,
    /// The value of the header that names the error.
    pub(super) error_type: &'static str,
}

const fn kind(
    name: &'static str,
    status: StatusCode,
    message: &'static str,
    error_type: &'static str,
) -> Kind {
    Kind { name, status: Some(status), message, error_type }
}

const fn fallback(name: &'static str) -> Kind {
    Kind { name, status: None, message: "", error_type: "" }
}

const INTERNAL: &str = "Internal server error";
const SERVER: &str = "InternalServerErrorException";

pub(super) const ACCESS_DENIED: Kind = kind(
    "ACCESS_DENIED",
    StatusCode::FORBIDDEN,
    "User is not authorized to access this resource",
    "AccessDeniedException",
);
pub(super) const API_CONFIGURATION_ERROR: Kind =
    kind("API_CONFIGURATION_ERROR", StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, SERVER);
pub(super) const INTEGRATION_FAILURE: Kind = kind(
    "INTEGRATION_FAILURE",
    StatusCode::GATEWAY_TIMEOUT,
    "Network error communicating with endpoint",
    SERVER,
);
pub(super) const INTEGRATION_TIMEOUT: Kind =
    kind("INTEGRATION_TIMEOUT", StatusCode::GATEWAY_TIMEOUT, "Endpoint request timed out", SERVER);
pub(super) const INVALID_API_KEY: Kind =
    kind("INVALID_API_KEY", StatusCode::FORBIDDEN, "Forbidden", "ForbiddenException");
pub(super) const MISSING_AUTHENTICATION_TOKEN: Kind = kind(
    "MISSING_AUTHENTICATION_TOKEN",
    StatusCode::FORBIDDEN,
    "Missing Authentication Token",
    "MissingAuthenticationTokenException",
);
pub(super) const REQUEST_TOO_LARGE: Kind = kind(
    "REQUEST_TOO_LARGE",
    StatusCode::PAYLOAD_TOO_LARGE,
    "HTTP content length exceeded 10485760 bytes.",
    "RequestTooLargeException",
);
pub(super) const THROTTLED: Kind = kind(
    "THROTTLED",
    StatusCode::TOO_MANY_REQUESTS,
    "Too Many Requests",
    "TooManyRequestsException",
);
pub(super) const UNAUTHORIZED: Kind =
    kind("UNAUTHORIZED", StatusCode::UNAUTHORIZED, "Unauthorized", "UnauthorizedException");
pub(super) const UNSUPPORTED_MEDIA_TYPE: Kind = kind(
    "UNSUPPORTED_MEDIA_TYPE",
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
    "Unsupported Media Type",
    "BadRequestException",
);

/// All of them. Some never happen here; an API may describe their answers all the same.
const KINDS: [Kind; 21] = [
    ACCESS_DENIED,
    API_CONFIGURATION_ERROR,
    kind("AUTHORIZER_CONFIGURATION_ERROR", StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, SERVER),
    kind("AUTHORIZER_FAILURE", StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, SERVER),
    kind(
        "BAD_REQUEST_BODY",
        StatusCode::BAD_REQUEST,
        "Invalid request body",
        "BadRequestException",
    ),
    kind("BAD_REQUEST_PARAMETERS", StatusCode::BAD_REQUEST, "", "BadRequestException"),
    fallback("DEFAULT_4XX"),
    fallback("DEFAULT_5XX"),
    kind("EXPIRED_TOKEN", StatusCode::FORBIDDEN, "", "ExpiredTokenException"),
    INTEGRATION_FAILURE,
    INTEGRATION_TIMEOUT,
    INVALID_API_KEY,
    kind("INVALID_SIGNATURE", StatusCode::FORBIDDEN, "", "InvalidSignatureException"),
    MISSING_AUTHENTICATION_TOKEN,
    kind(
        "QUOTA_EXCEEDED",
        StatusCode::TOO_MANY_REQUESTS,
        "Limit Exceeded",
        "LimitExceededException",
    ),
    REQUEST_TOO_LARGE,
    kind("RESOURCE_NOT_FOUND", StatusCode::NOT_FOUND, "Not Found", "NotFoundException"),
    THROTTLED,
    UNAUTHORIZED,
    UNSUPPORTED_MEDIA_TYPE,
    kind("WAF_FILTERED", StatusCode::FORBIDDEN, "Forbidden", "ForbiddenException"),
];

/// The template of an answer where an API defines no other.
pub(super) const TEMPLATE: &str = "{\"message\":$context.error.messageString}";
pub(super) const JSON: &str = "application/json";

fn known(name: &str) -> Outcome<&'static Kind> {
    let found = KINDS.iter().find(|kind| kind.name == name);
    found.ok_or_else(|| bad(format!("Invalid gateway response type specified: '{name}'")))
}

pub(super) fn put(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let kind = request.named("type").to_owned();
    let response = checked(GatewayResponse { response_type: kind, ..request.read()? })?;
    gateway.change(place, |region| {
        let definition = &mut apis::of_mut(region, place, request)?.definition;
        let answer = json!(response);
        definition.gateway_responses.insert(response.response_type.clone(), response);
        Ok(answer)
    })
}

/// Fills in a gateway response's AWS defaults, and refuses one that could not be given.
pub(super) fn checked(mut response: GatewayResponse) -> Outcome<GatewayResponse> {
    let kind = known(&response.response_type)?;
    response.default_response = false;
    mapping::check_gateway_response(&response.response_parameters)?;
    for template in response.response_templates.values() {
        Template::read(template)
            .map_err(|why| bad(format!("Invalid mapping template specified: {why}")))?;
    }
    if response.response_templates.is_empty() {
        response.response_templates = template();
    }
    let status = response.status_code.as_deref();
    if status.is_some_and(|status| status.parse::<StatusCode>().is_err()) {
        return Err(bad("Invalid Response status code specified"));
    }
    if response.status_code.is_none() {
        response.status_code = kind.status.map(|status| status.as_str().to_owned());
    }
    Ok(response)
}

fn template() -> Texts {
    Texts::from([(JSON.to_owned(), TEMPLATE.to_owned())])
}

pub(super) fn get(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let kind = known(request.named("type"))?;
    gateway.look(place, |region| Ok(shown(&apis::of(region, place, request)?.definition, kind)))
}

pub(super) fn list(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    gateway.look(place, |region| {
        let definition = &apis::of(region, place, request)?.definition;
        let shown = |kind: &Kind| (kind.name.to_owned(), shown(definition, kind));
        request.page(KINDS.iter().map(shown).collect())
    })
}

/// Returns the API's own response, or else AWS's.
fn shown(definition: &Definition, kind: &Kind) -> Value {
    json!(definition.gateway_responses.get(kind.name).cloned().unwrap_or_else(|| GatewayResponse {
        response_type: kind.name.to_owned(),
        status_code: kind.status.map(|status| status.as_str().to_owned()),
        response_parameters: Texts::new(),
        response_templates: template(),
        default_response: true,
    }))
}

pub(super) fn delete(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let kind = known(request.named("type"))?;
    gateway.change(place, |region| {
        let definition = &mut apis::of_mut(region, place, request)?.definition;
        let removed = definition.gateway_responses.remove(kind.name);
        removed
            .map(|_| Value::Null)
            .ok_or_else(|| not_found("Gateway response type not defined on api"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_in_the_order_of_their_names() {
        assert!(KINDS.is_sorted_by_key(|kind| kind.name));
    }

    #[test]
    fn what_is_not_said_is_as_on_aws() {
        let of = |response_type: &str| {
            let response_type = response_type.to_owned();
            checked(GatewayResponse { response_type, ..GatewayResponse::default() })
        };
        let made = of("UNAUTHORIZED").unwrap();
        assert_eq!(made.status_code.as_deref(), Some("401"));
        assert_eq!(made.response_templates[JSON], TEMPLATE);
        assert_eq!(of("DEFAULT_4XX").unwrap().status_code, None);
        assert!(of("SLEEPY").unwrap_err().message.contains("'SLEEPY'"));
    }
}
