//! Requests at Cognito's own addresses, which browsers use as well: under `/_cognito/`, and at
//! `cognito-idp.localhost`. The origin guard has let them in.

use std::sync::Arc;

use http::{HeaderValue, Method, StatusCode, Uri, header, request::Parts};
use hyper::body::Incoming;

use super::{
    cloud::Cloud,
    dispatch,
    pipeline::{NoAnswer, internal_failure},
    request::{self, Received},
};
use crate::{
    cognito::{Cognito, DIALECT, operations, web},
    protocol::{self, json},
    service::{Answer, Caller, Service as _},
    work,
};

/// Answers a request; `path` is what follows the address.
pub(super) async fn answer(
    cloud: &Arc<Cloud>,
    path: Uri,
    mut parts: Parts,
    body: Incoming,
) -> Result<Answer, NoAnswer> {
    match parts.method {
        Method::OPTIONS => Ok(web::preflight()),
        Method::GET | Method::HEAD => Ok(web::readable(document(cloud, &path).await)),
        Method::POST if path.path() == "/" && operations::is_public(&parts) => {
            let received = receive(cloud, without_signature(parts), body).await?;
            dispatch::answer(cloud, received).await.map(web::readable)
        }
        Method::POST if path.path() == "/" => {
            parts.uri = path;
            let received = receive(cloud, parts, body).await?;
            match &received.call.caller {
                Caller::Signed { service, .. } if service == "cognito-idp" => {
                    dispatch::answer(cloud, received).await
                }
                _ => Ok(DIALECT.refuse(&json::unsigned())),
            }
        }
        _ => Ok(not_found()),
    }
}

async fn receive(cloud: &Cloud, parts: Parts, body: Incoming) -> Result<Received, NoAnswer> {
    request::receive(&cloud.bodies, parts, None, body).await.map_err(|_| NoAnswer)
}

/// Reduces a visitor's request to the operation and its input. A page sets headers and a query as
/// it likes; whatever could make this a call of another service must go.
fn without_signature(mut parts: Parts) -> Parts {
    parts.uri = Uri::from_static("/");
    parts.headers.remove(header::AUTHORIZATION);
    let json = HeaderValue::from_static(DIALECT.content_type);
    parts.headers.insert(header::CONTENT_TYPE, json);
    parts
}

async fn document(cloud: &Arc<Cloud>, path: &Uri) -> Answer {
    let _turn = cloud.turn("cognito-idp").await;
    // Held so that a reset waits.
    let Ok(services) = cloud.services().await else { return not_found() };
    let cognito = Cognito::clone(&services.cognito);
    let path = path.path().to_owned();
    let written = work::run({
        let cognito = cognito.clone();
        move || cognito.document(&path)
    });
    written.await.unwrap_or_else(|panic| cognito.refuse(&internal_failure(&panic)))
}

fn not_found() -> Answer {
    protocol::answer(StatusCode::NOT_FOUND, "application/json", r#"{"message":"Not Found"}"#)
}
