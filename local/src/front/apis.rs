//! Requests of APIs on their way to their execution and back.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::{Uri, request::Parts};
use hyper::body::{Body as _, Incoming};

use super::{
    cloud::Cloud,
    patience,
    pipeline::{self, Executed, NoAnswer, internal_failure},
    room::Taken,
    services::unserved,
};
use crate::{
    apigateway::{
        ApiGateway,
        execution::{self, ClientRequest, Execution, LARGEST_BODY},
    },
    faults::Fault,
    service::{Answer, Caller, Subject},
};

pub(super) const NAME: &str = "execute-api";

/// How much is read of a body that is too large, so that its client gets to read the answer.
const LARGEST_LEFTOVER: usize = 10 * LARGEST_BODY;

/// A request, and the service that answers it.
struct Received {
    gateway: ApiGateway,
    execution: Execution,
    /// The room of its body.
    room: Taken,
}

/// Answers a request of an API. `path` is the one in it, from the stage on.
pub(super) async fn answer(
    cloud: &Arc<Cloud>,
    api: &str,
    path: Uri,
    parts: Parts,
    body: Incoming,
) -> Result<Answer, NoAnswer> {
    let gateway = match cloud.services().await {
        Ok(services) => ApiGateway::clone(&services.api_gateway),
        Err(error) => return Ok(unserved(&error)),
    };
    let size = body.size_hint().upper().and_then(|size| usize::try_from(size).ok());
    let room = cloud.api_bodies.take(size.unwrap_or(LARGEST_BODY).min(LARGEST_BODY)).await;
    let body = read(body).await?;
    let Parts { method, headers, .. } = parts;
    let request = ClientRequest { method, uri: path, headers, body, port: cloud.port() };
    let execution = match gateway.receive(api, request).await {
        Ok(execution) => execution,
        Err(lost) => return Ok(unserved(&internal_failure(&lost))),
    };
    pipeline::answer(cloud, Received { gateway, execution, room }).await
}

impl pipeline::Request for Received {
    fn subject(&self) -> Subject {
        Subject { service: NAME, operation: self.execution.operation(), absent: &[] }
    }

    /// Returns whose API it is.
    fn caller(&self) -> Caller {
        let place = self.execution.place().cloned();
        let signed = |place| Caller::Signed { place, service: NAME.to_owned() };
        place.map_or(Caller::Anonymous, signed)
    }

    /// Unlike other calls this one does not hold the services: its backend may call them, and a
    /// reset that waits for this call would keep them from answering.
    async fn execute(self, _: &Cloud, subject: &Subject, fault: Option<&Fault>) -> Executed {
        let caller = self.caller();
        let Self { gateway, execution, room: _room } = self;
        let refused = |answer| Executed { answer, could_change: false };
        match fault {
            Some(Fault::Denied) => refused(execution::failed(&pipeline::denied(&caller, subject))),
            Some(Fault::Error(error)) => refused(execution::failed(error)),
            Some(Fault::Throttle) => refused(execution.throttled()),
            _ => {
                let execution::Executed { answer, is_integrated } = gateway.serve(&execution).await;
                // A refusal of the gateway itself changes nothing.
                Executed { answer, could_change: is_integrated }
            }
        }
    }
}

/// Reads a body to its end. Of one that is too large, only enough is kept to show that.
async fn read(mut body: Incoming) -> Result<Bytes, NoAnswer> {
    let mut kept = BytesMut::new();
    let mut left_over = 0;
    while let Some(frame) = patience::next(&mut body).await {
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
