//! Requests of the registry protocol on their way to ECR and back: like calls of AWS services they
//! can be struck by faults and stand in the request log.

use std::sync::Arc;

use http::{StatusCode, request::Parts};
use hyper::body::Incoming;

use crate::{
    cloud::Cloud,
    dispatch::{self, NoAnswer},
    ecr::{
        Ecr,
        registry::{self, Request},
    },
    faults::Fault,
    request_log::Outcome,
    service::{Answer, AwsError, Caller},
    services::{Subject, unserved},
};

const NAME: &str = "registry";

/// Answers a request under `/v2/`.
pub(crate) async fn answer(
    cloud: &Arc<Cloud>,
    parts: Parts,
    body: Incoming,
) -> Result<Answer, NoAnswer> {
    let Some(ecr) = cloud.services.read().await.registry() else {
        return Ok(unserved(&AwsError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "ServiceUnavailable",
            "The local cloud has no services: its last reset failed.",
        )));
    };
    let request = ecr.receive(parts, body).await.map_err(|_| NoAnswer)?;
    let subject = Subject { service: NAME, operation: request.operation() };
    let fault = cloud.faults.strike(&subject);
    let caller = caller(&request);
    if fault == Some(Fault::HangBefore) {
        return dispatch::hang_before(cloud, &subject, &caller).await;
    }
    let execution = execute(Arc::clone(cloud), ecr, request, subject, caller, fault.clone());
    // A task of its own, as for all calls.
    let answer = tokio::spawn(execution).await;
    dispatch::ended(cloud, fault.as_ref(), answer).await
}

async fn execute(
    cloud: Arc<Cloud>,
    ecr: Ecr,
    request: Request,
    subject: Subject,
    caller: Caller,
    fault: Option<Fault>,
) -> Answer {
    if let Some(Fault::Delay(delay)) = fault {
        tokio::time::sleep(delay).await;
    }
    // Held so that a reset waits for the request.
    let _services = cloud.services.read().await;
    let answer = match &fault {
        Some(Fault::Throttle) => registry::refusal(&throttled()),
        Some(Fault::Error(error)) => registry::refusal(error),
        _ => {
            let served = tokio::task::spawn_blocking(move || ecr.serve(&request)).await;
            served.unwrap_or_else(|panic| unserved(&dispatch::internal_failure(&panic)))
        }
    };
    cloud.log.write(&subject, &caller, Outcome::of(&answer), fault.as_ref().map(Fault::name));
    answer
}

fn caller(request: &Request) -> Caller {
    match &request.place {
        Some((account, region)) => Caller::Signed {
            account: account.clone(),
            region: region.clone(),
            service: NAME.to_owned(),
        },
        None => Caller::Anonymous,
    }
}

fn throttled() -> AwsError {
    AwsError::new(StatusCode::TOO_MANY_REQUESTS, "ThrottlingException", "Rate exceeded")
}
