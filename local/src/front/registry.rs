//! Requests of the registry protocol on their way to ECR and back.

use std::sync::Arc;

use http::{StatusCode, request::Parts};
use hyper::body::Incoming;

use super::{
    cloud::Cloud,
    pipeline::{self, Executed, NoAnswer, internal_failure},
    services::unserved,
};
use crate::{
    ecr::{
        Ecr,
        registry::{self, Request},
    },
    faults::Fault,
    service::{Answer, AwsError, Caller, Subject},
    work,
};

pub(super) const NAME: &str = "registry";

/// A request, and the service that answers it.
struct Received {
    ecr: Ecr,
    request: Request,
}

/// Answers a request under `/v2/`.
pub(super) async fn answer(
    cloud: &Arc<Cloud>,
    parts: Parts,
    body: Incoming,
) -> Result<Answer, NoAnswer> {
    let ecr = match cloud.services().await {
        Ok(services) => Ecr::clone(&services.ecr),
        Err(error) => return Ok(unserved(&error)),
    };
    let request = ecr.receive(parts, body).await.map_err(|_| NoAnswer)?;
    pipeline::answer(cloud, Received { ecr, request }).await
}

impl pipeline::Request for Received {
    fn subject(&self) -> Subject {
        Subject { service: NAME, operation: self.request.operation(), absent: &[] }
    }

    fn caller(&self) -> Caller {
        let place = self.request.place.clone();
        let signed = |place| Caller::Signed { place, service: NAME.to_owned() };
        place.map_or(Caller::Anonymous, signed)
    }

    async fn execute(self, cloud: &Cloud, subject: &Subject, fault: Option<&Fault>) -> Executed {
        let _turn = cloud.turn(NAME).await;
        // Held so that a reset waits for the request.
        let _services = cloud.services().await;
        let caller = self.caller();
        let Self { ecr, request } = self;
        let answer = match fault {
            Some(Fault::Throttle) => registry::refusal(&throttled()),
            Some(Fault::Denied) => registry::refusal(&pipeline::denied(&caller, subject)),
            Some(Fault::Error(error)) => registry::refusal(error),
            _ => {
                let served = work::run(move || ecr.serve(&request)).await;
                served.unwrap_or_else(|panic| unserved(&internal_failure(&panic)))
            }
        };
        answer.into()
    }
}

fn throttled() -> AwsError {
    AwsError::new(StatusCode::TOO_MANY_REQUESTS, "ThrottlingException", "Rate exceeded")
}
