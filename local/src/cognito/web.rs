//! What browsers and verifiers of tokens need besides the operations: permission to read the
//! answers, the names of errors in a header, and the public keys of pools.

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use serde_json::{Value, json};

use super::{Cognito, errors::Outcome, operations};
use crate::{protocol, service::Answer};

const ERROR_TYPE: &str = "x-amzn-errortype";

/// The headers of a preflight's answer. Credentials are not allowed, so browsers send none.
const PREFLIGHT: [(&str, &str); 4] = [
    ("access-control-allow-methods", "POST, GET, OPTIONS"),
    (
        "access-control-allow-headers",
        "authorization, cache-control, content-type, x-amz-target, x-amz-user-agent",
    ),
    ("access-control-max-age", "86400"),
    ("vary", "Origin"),
];

/// What pages may read besides the body.
const EXPOSED: &str = "x-amzn-requestid, x-amzn-errortype, x-amzn-errormessage, date";

/// What can be requested of a pool without an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Document {
    Keys,
    Configuration,
}

/// Returns whether pages may send this: visitors' operations and reading the keys, nothing of the
/// owners'.
pub(crate) fn is_for_pages(parts: &Parts, path: &str) -> bool {
    match parts.method {
        Method::OPTIONS => true,
        Method::GET | Method::HEAD => document(path).is_some(),
        Method::POST => path == "/" && operations::is_public(parts),
        _ => false,
    }
}

/// Returns the answer to a preflight.
pub(crate) fn preflight() -> Answer {
    let mut answer = Answer::default();
    *answer.status_mut() = StatusCode::NO_CONTENT;
    for (name, value) in PREFLIGHT {
        let name = HeaderName::from_static(name);
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    readable(answer)
}

/// Makes an answer readable by every page.
pub(crate) fn readable(mut answer: Answer) -> Answer {
    let headers = answer.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    answer
}

/// Adds an error's name in a header, where some clients look for it.
pub(super) fn with_error_type(mut answer: Answer) -> Answer {
    if answer.status().is_success() {
        return answer;
    }
    let body = serde_json::from_slice::<Value>(answer.body()).unwrap_or_default();
    let text = |name: &str| body[name].as_str().and_then(|text| HeaderValue::from_str(text).ok());
    let set = |headers: &mut HeaderMap, name, value: Option<HeaderValue>| {
        headers.extend(value.map(|value| (HeaderName::from_static(name), value)));
    };
    set(answer.headers_mut(), ERROR_TYPE, text("__type"));
    set(answer.headers_mut(), "x-amzn-errormessage", text("message"));
    answer
}

/// Returns the pool and the document that a path names.
fn pool_and_document(path: &str) -> Option<(&str, Document)> {
    let (pool, document) = path.strip_prefix('/')?.split_once("/.well-known/")?;
    match document {
        "jwks.json" => Some((pool, Document::Keys)),
        "openid-configuration" => Some((pool, Document::Configuration)),
        _ => None,
    }
}

fn document(path: &str) -> Option<Document> {
    pool_and_document(path).map(|(_, document)| document)
}

impl Cognito {
    /// Answers with a document of a pool. It may generate the pool's keys, which takes a while.
    pub(crate) fn document(&self, path: &str) -> Answer {
        let unknown = (StatusCode::NOT_FOUND, json!({ "message": "Not Found" }));
        let (status, body) = match pool_and_document(path) {
            None => unknown,
            Some((pool, document)) => match self.written(pool, document) {
                Ok(body) => (StatusCode::OK, body),
                Err(error) => (error.status, json!({ "message": error.message })),
            },
        };
        let mut answer = protocol::answer(status, "application/json", body.to_string());
        let cached =
            HeaderValue::from_static("public, max-age=86400, stale-while-revalidate=86400");
        if status.is_success() {
            answer.headers_mut().insert(header::CACHE_CONTROL, cached);
        }
        answer
    }

    fn written(&self, pool: &str, document: Document) -> Outcome<Value> {
        let pool = self.anywhere(pool).ok_or_else(|| super::errors::no_pool(pool))?.id;
        let issuer = self.issuer(&pool);
        match document {
            Document::Keys => Ok(self.keys.of(&pool)?.public()),
            // AWS's sign-in pages do not exist here, so nothing says where they are.
            Document::Configuration => Ok(json!({
                "id_token_signing_alg_values_supported": ["RS256"],
                "issuer": issuer,
                "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
                "response_types_supported": ["code", "token"],
                "scopes_supported": ["openid", "email", "phone", "profile"],
                "subject_types_supported": ["public"],
            })),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn parts(method: &str, operation: &str) -> Parts {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let request = Request::builder().method(method).header("X-Amz-Target", target);
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn pages_do_what_visitors_do() {
        for operation in ["SignUp", "InitiateAuth", "RespondToAuthChallenge", "GetUser"] {
            assert!(is_for_pages(&parts("POST", operation), "/"), "{operation}");
        }
        for operation in ["DeleteUserPool", "AdminCreateUser", "ListUsers", "Other", ""] {
            assert!(!is_for_pages(&parts("POST", operation), "/"), "{operation}");
        }
        assert!(!is_for_pages(&parts("POST", "SignUp"), "/pool"));
        assert!(!is_for_pages(&parts("PUT", "SignUp"), "/"));
        assert!(is_for_pages(&parts("GET", ""), "/eu-west-1_a/.well-known/jwks.json"));
        assert!(!is_for_pages(&parts("GET", ""), "/"));
    }
}
