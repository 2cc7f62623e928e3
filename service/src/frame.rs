//! What every request has in common: its id, its limits, its line in the log.

use std::time::{Duration, Instant};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::{failure::Failure, log};

/// The header with the id of a request, in the request and in its answer.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// No path reads a body, so a large one is a mistake.
const LARGEST_BODY: u64 = 64 * 1024;

/// A list of several pages may take longer than one call of DynamoDB, but not for ever.
const LONGEST: Duration = Duration::from_secs(10);

/// Wraps every request: gives it an id, and its answer a line in the log.
pub(crate) async fn frame(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = taken_id(request.headers()).unwrap_or_else(new_id);
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let from_load_balancer = is_health_check(request.headers());
    let mut response = log::of_request(id.clone(), next.run(request)).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    // Several times a minute for as long as the task lives: they would hide everything else.
    if !(from_load_balancer && response.status() == StatusCode::OK) {
        let status = response.status().as_u16();
        let method = method.as_str();
        log::Request { id: &id, method, path: &path, status, took: began.elapsed() }.log();
    }
    response
}

/// Keeps a request within its limits.
pub(crate) async fn limits(request: Request, next: Next) -> Response {
    if is_too_large(request.headers()) {
        return Failure::TooLarge.into_response();
    }
    match tokio::time::timeout(LONGEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::TimedOut.into_response(),
    }
}

/// Returns the id that came with the request, if it may be logged.
fn taken_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let fine = (1..=128).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.=:;/+".contains(&b));
    fine.then(|| id.to_owned())
}

fn new_id() -> String {
    format!("{:032x}", fastrand::u128(..))
}

fn is_health_check(headers: &HeaderMap) -> bool {
    headers
        .get(header::USER_AGENT)
        .is_some_and(|agent| agent.as_bytes().starts_with(b"ELB-HealthChecker"))
}

fn is_too_large(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    length.and_then(|length| length.parse().ok()).is_some_and(|length: u64| length > LARGEST_BODY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_when_it_is_harmless() {
        let with = |id| {
            HeaderMap::from_iter([(
                header::HeaderName::from_static(REQUEST_ID),
                HeaderValue::from_static(id),
            )])
        };
        assert_eq!(taken_id(&with("Root=1-67891233-abc")).as_deref(), Some("Root=1-67891233-abc"));
        assert_eq!(taken_id(&with("")), None);
        assert_eq!(taken_id(&with("two words")), None);
        assert_eq!(taken_id(&HeaderMap::new()), None);
    }

    #[test]
    fn new_ids_differ() {
        assert_eq!(new_id().len(), 32);
        assert_ne!(new_id(), new_id());
    }
}
