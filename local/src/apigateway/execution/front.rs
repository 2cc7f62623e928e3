//! Requests of APIs on their way to their execution and back: like calls of AWS services they can be
//! struck by faults and stand in the request log.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::{Method, StatusCode, Uri, request::Parts};
use http_body_util::BodyExt;
use hyper::body::Incoming;

use super::{Executed, LARGEST_BODY, exchange::ClientRequest, found::Found, refusal, refused};
use crate::{
    apigateway::{ApiGateway, gateway_responses::THROTTLED, rest},
    cloud::Cloud,
    dispatch::{self, NoAnswer},
    faults::Fault,
    request_log::Outcome,
    service::{Answer, AwsError, Caller, Operation},
    services::{Subject, unserved},
};

const NAME: &str = "execute-api";

/// What is read of a body that is too large, so that its client gets to read the answer.
const LARGEST_LEFTOVER: usize = 10 * LARGEST_BODY;

/// Answers a request of an API. `path` is the one in it, from the stage on.
pub(crate) async fn answer(
    cloud: &Arc<Cloud>,
    api: &str,
    path: Uri,
    parts: Parts,
    body: Incoming,
) -> Result<Answer, NoAnswer> {
    let Some(gateway) = cloud.services.read().await.api_gateway() else {
        return Ok(unserved(&AwsError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "ServiceUnavailable",
            "The local cloud has no services: its last reset failed.",
        )));
    };
    let body = read(body).await?;
    let Parts { method, headers, .. } = parts;
    let found = gateway.find(api, method.as_str(), path.path());
    let request = ClientRequest { method, uri: path, headers, body, port: cloud.port };
    let subject = subject(&request.method, found.as_ref());
    let caller = caller(found.as_ref());
    let fault = cloud.faults.strike(&subject);
    if fault == Some(Fault::HangBefore) {
        return dispatch::hang_before(cloud, &subject, &caller).await;
    }
    let work = Work { gateway, request, found, subject, caller, fault: fault.clone() };
    // A task of its own, as for all calls.
    let answer = tokio::spawn(execute(Arc::clone(cloud), work)).await;
    dispatch::ended(cloud, fault.as_ref(), answer).await
}

/// A request with all that its execution takes.
struct Work {
    gateway: ApiGateway,
    request: ClientRequest,
    found: Option<Found>,
    subject: Subject,
    caller: Caller,
    fault: Option<Fault>,
}

/// Unlike other calls this one does not hold the services: its backend may call them, and a reset
/// that waits for this call would keep them from answering.
async fn execute(cloud: Arc<Cloud>, work: Work) -> Answer {
    let Work { gateway, request, found, mut subject, caller, fault } = work;
    if let Some(Fault::Delay(delay)) = fault {
        tokio::time::sleep(delay).await;
    }
    let executed = match (&fault, &found) {
        (Some(Fault::Error(error)), _) => not_integrated(rest::refuse(error)),
        (_, None) => not_integrated(refusal::forbidden()),
        (Some(Fault::Throttle), Some(found)) => {
            not_integrated(refused(&request, found, THROTTLED.into()))
        }
        (_, Some(found)) => gateway.execute(&request, found).await,
    };
    let Executed { answer, is_integrated } = executed;
    // What the gateway itself refuses changes nothing.
    subject.operation.mutating &= is_integrated;
    cloud.log.write(&subject, &caller, Outcome::of(&answer), fault.as_ref().map(Fault::name));
    answer
}

fn not_integrated(answer: Answer) -> Executed {
    Executed { answer, is_integrated: false }
}

/// The operation is the method with the path of the resource, such as `GET /mysfits/{mysfitId}`; the
/// method alone where there is no resource.
fn subject(method: &Method, found: Option<&Found>) -> Subject {
    let matched = found.and_then(|found| found.matched.as_ref());
    let name = match matched {
        Some(matched) => format!("{method} {}", matched.resource_path),
        None => method.to_string(),
    };
    let operation = Operation { name, mutating: !method.is_safe() };
    Subject { service: NAME, operation }
}

/// Whose API it is.
fn caller(found: Option<&Found>) -> Caller {
    found.map_or(Caller::Anonymous, |found| Caller::Signed {
        account: found.place.0.clone(),
        region: found.place.1.clone(),
        service: NAME.to_owned(),
    })
}

/// Reads a body to its end. Of one that is too large only as much is kept as shows that.
async fn read(mut body: Incoming) -> Result<Bytes, NoAnswer> {
    let mut kept = BytesMut::new();
    let mut left_over = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| NoAnswer)?.into_data() else { continue };
        if kept.len() <= LARGEST_BODY {
            kept.extend_from_slice(&data);
            continue;
        }
        left_over += data.len();
        if left_over > LARGEST_LEFTOVER {
            break;
        }
    }
    Ok(kept.freeze())
}
