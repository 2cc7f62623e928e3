//! Who may call: API keys cannot exist here, signatures are trusted, and tokens are checked by
//! their pools.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{
    exchange::{ClientRequest, Exchange},
    found::Matched,
    refusal::Refusal,
};
use crate::{
    apigateway::{
        ApiGateway,
        authorizers::header,
        gateway_responses::{
            ACCESS_DENIED, API_CONFIGURATION_ERROR, INVALID_API_KEY, MISSING_AUTHENTICATION_TOKEN,
            UNAUTHORIZED,
        },
        methods::COGNITO,
    },
    ports::{TokenRefusal, TokenUse},
    service::Caller,
    sigv4,
};

const EXPIRED: &str = "The incoming token has expired";

/// Returns the caller's claims, if the call is allowed.
pub(super) async fn authorize(
    gateway: &ApiGateway,
    exchange: &Exchange<'_>,
    matched: &Matched,
) -> Result<Map<String, Value>, Refusal> {
    // The local cloud creates no API keys, so none is valid.
    if matched.method.api_key_required {
        return Err(INVALID_API_KEY.into());
    }
    match matched.method.authorization_type.as_str() {
        "NONE" => Ok(Map::new()),
        COGNITO => claims(gateway, exchange, matched).await,
        _ if is_signed(exchange.request) => Ok(Map::new()),
        _ => Err(MISSING_AUTHENTICATION_TOKEN.into()),
    }
}

fn is_signed(request: &ClientRequest) -> bool {
    matches!(sigv4::caller(&request.headers, &request.uri), Ok(Caller::Signed { .. }))
}

async fn claims(
    gateway: &ApiGateway,
    exchange: &Exchange<'_>,
    matched: &Matched,
) -> Result<Map<String, Value>, Refusal> {
    let authorizer = matched.authorizer.as_ref().ok_or(API_CONFIGURATION_ERROR)?;
    let token = header(authorizer).and_then(|name| exchange.header(name)).map(bare);
    let token = token.filter(|token| !token.is_empty()).ok_or(UNAUTHORIZED)?.to_owned();
    let scopes = &matched.method.authorization_scopes;
    // Only access tokens have scopes; where none are required, AWS expects the ID token.
    let token_use = if scopes.is_empty() { TokenUse::Id } else { TokenUse::Access };
    let (pools, arns) = (Arc::clone(&gateway.pools), authorizer.provider_arns.clone());
    // Pools read files, and checking a signature takes time.
    let ask = move || pools.claims(&arns, &token, token_use);
    let asked = gateway.turns.run(ask).await;
    let claims = match asked {
        Ok(Ok(claims)) => claims,
        Ok(Err(TokenRefusal::Expired)) => return Err(Refusal::saying(UNAUTHORIZED, EXPIRED)),
        Ok(Err(TokenRefusal::Invalid)) => return Err(UNAUTHORIZED.into()),
        Err(_) => return Err(API_CONFIGURATION_ERROR.into()),
    };
    let granted = claims.get("scope").and_then(Value::as_str).unwrap_or_default();
    let is_granted = |scope: &String| granted.split(' ').any(|one| one == scope);
    if scopes.is_empty() || scopes.iter().any(is_granted) {
        Ok(claims)
    } else {
        Err(ACCESS_DENIED.into())
    }
}

/// Returns the token of a header, in which a word such as `Bearer` may come first.
fn bare(header: &str) -> &str {
    match header.split_at_checked(7) {
        Some((word, token)) if word.eq_ignore_ascii_case("Bearer ") => token.trim(),
        _ => header.trim(),
    }
}
