//! The local cloud's own calls, under `/_local/`: its health, its end, the request log, the faults,
//! the mailbox.

use bytes::Bytes;
use http::{Method, StatusCode, Uri};
use serde_json::{Value, json};

use super::{
    cloud::{Cloud, ResetError},
    pipeline::internal_failure,
};
use crate::{
    cognito::{Cognito, Mail, mail_page},
    ecs::credentials,
    faults::FaultPlan,
    protocol,
    service::{Answer, AwsError},
    work,
};

/// The largest body that a control call has.
pub(super) const LARGEST_BODY: usize = 1024 * 1024;

/// Answers a control call.
pub(super) async fn answer(cloud: &Cloud, method: &Method, uri: &Uri, body: &Bytes) -> Answer {
    match (method.as_str(), uri.path()) {
        ("GET", "/_local/health") => json_answer(StatusCode::OK, &health(cloud).await),
        ("POST", "/_local/stop") => {
            cloud.stop();
            json_answer(StatusCode::OK, &json!({ "stopping": true }))
        }
        ("POST", "/_local/reset") => match cloud.reset().await {
            Ok(()) => done(),
            Err(error @ ResetError::Busy) => {
                failed(StatusCode::SERVICE_UNAVAILABLE, &error.to_string())
            }
            Err(error) => failed(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        },
        ("POST", "/_local/session") => renew_session(cloud, uri).await,
        ("GET", "/_local/services") => match cloud.services().await {
            Ok(services) => json_answer(StatusCode::OK, &services.described()),
            Err(error) => failed(error.status, &error.message),
        },
        ("GET", "/_local/requests") => requests(cloud, uri),
        ("DELETE", "/_local/requests") => {
            cloud.log.clear();
            done()
        }
        ("GET", "/_local/faults") => json_answer(StatusCode::OK, &json!(cloud.faults.get())),
        ("PUT", "/_local/faults") => put_faults(cloud, body).await,
        ("GET", "/_local/mail") => mail(cloud, uri).await,
        ("DELETE", "/_local/faults") => {
            cloud.faults.clear();
            done()
        }
        ("GET", path) if path.starts_with(credentials::PATH) => {
            let token = &path[credentials::PATH.len()..];
            let services = cloud.services().await;
            match services.ok().and_then(|services| services.ecs.credentials(token)) {
                Some(credentials) => json_answer(StatusCode::OK, &credentials),
                None => failed(StatusCode::FORBIDDEN, "no task has these credentials"),
            }
        }
        (_, path) => failed(StatusCode::NOT_FOUND, &format!("there is no {method} {path}")),
    }
}

async fn health(cloud: &Cloud) -> Value {
    let services = cloud.services().await.ok();
    let rehearsal = services.as_ref().and_then(|services| services.rehearsal);
    let sessions = services.as_ref().and_then(|services| services.sessions.as_ref());
    json!({
        "service": "mysfits-local",
        "version": env!("CARGO_PKG_VERSION"),
        "build": cloud.build,
        "pid": std::process::id(),
        "folder": cloud.folder.display().to_string(),
        "port": cloud.port(),
        "pace": cloud.pace().factor(),
        "as": rehearsal,
        "callsLeft": sessions.and_then(|sessions| sessions.calls_left()),
    })
}

/// Begins another session of the students of a rehearsed account: `calls` is how many calls it
/// lasts.
async fn renew_session(cloud: &Cloud, uri: &Uri) -> Answer {
    let calls = match parameter(uri, "calls").map(|calls| calls.parse()) {
        None => None,
        Some(Ok(calls)) => Some(calls),
        Some(Err(_)) => return failed(StatusCode::BAD_REQUEST, "`calls` is not a number"),
    };
    let services = cloud.services().await;
    match services.as_ref().ok().and_then(|services| services.sessions.as_ref()) {
        Some(sessions) => {
            sessions.renew(calls);
            done()
        }
        None => failed(StatusCode::CONFLICT, "no account is rehearsed"),
    }
}

fn requests(cloud: &Cloud, uri: &Uri) -> Answer {
    match since(uri) {
        Some(id) => json_answer(StatusCode::OK, &json!({ "requests": cloud.log.since(id) })),
        None => failed(StatusCode::BAD_REQUEST, "`since` is not the id of a request"),
    }
}

async fn mail(cloud: &Cloud, uri: &Uri) -> Answer {
    let Some(id) = since(uri) else {
        return failed(StatusCode::BAD_REQUEST, "`since` is not the id of a mail");
    };
    match mails(cloud, id).await {
        Ok((mails, last)) => json_answer(StatusCode::OK, &json!({ "mails": mails, "last": last })),
        Err(error) => failed(error.status, &error.message),
    }
}

/// Answers with the mailbox as a page.
pub(super) async fn mail_page(cloud: &Cloud, method: &Method) -> Answer {
    match mails(cloud, 0).await {
        Ok((mails, _)) if method == Method::GET => mail_page::page(&mails),
        _ => failed(StatusCode::NOT_FOUND, "there is no such page"),
    }
}

/// Returns the mails after the one with this id, and the id of the last. The mailbox is locked
/// while it is written.
async fn mails(cloud: &Cloud, since: u64) -> Result<(Vec<Mail>, u64), AwsError> {
    let _turn = cloud.turn("cognito-idp").await;
    let cognito = Cognito::clone(&cloud.services().await?.cognito);
    work::run(move || cognito.mails(since)).await.map_err(|lost| internal_failure(&lost))
}

/// Returns the id after which entries are requested, 0 by default; `None` if it is not a number.
fn since(uri: &Uri) -> Option<u64> {
    parameter(uri, "since").map_or(Some(0), |id| id.parse().ok())
}

/// Returns a parameter of the query.
fn parameter(uri: &Uri, name: &str) -> Option<String> {
    let query = uri.query().unwrap_or_default();
    let mut query = form_urlencoded::parse(query.as_bytes());
    query.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

async fn put_faults(cloud: &Cloud, body: &Bytes) -> Answer {
    let targets = match cloud.services().await {
        Ok(services) => services.targets(),
        Err(error) => return failed(error.status, &error.message),
    };
    let plan = serde_json::from_slice::<FaultPlan>(body).map_err(|error| error.to_string());
    match plan.and_then(|plan| cloud.faults.put(plan, &targets)) {
        Ok(()) => done(),
        Err(why) => failed(StatusCode::BAD_REQUEST, &why),
    }
}

fn done() -> Answer {
    json_answer(StatusCode::OK, &json!({}))
}

/// Returns an answer that reports what went wrong.
pub(super) fn failed(status: StatusCode, why: &str) -> Answer {
    json_answer(status, &json!({ "error": why }))
}

fn json_answer(status: StatusCode, body: &Value) -> Answer {
    protocol::answer(status, "application/json", body.to_string())
}
