//! An AWS call on its way to its service and back.

use std::sync::Arc;

use http::StatusCode;

use super::{
    cloud::Cloud,
    pipeline::{self, Executed, NoAnswer, Request},
    request::Received,
    room::Taken,
    services::unserved,
};
use crate::{
    faults::Fault,
    service::{Answer, AwsError, Call, Caller, Subject},
};

/// A call, with the service and the operation that it requests.
struct Dispatched {
    call: Call,
    subject: Subject,
    room: Taken,
}

/// Answers a call.
pub(super) async fn answer(cloud: &Arc<Cloud>, received: Received) -> Result<Answer, NoAnswer> {
    let Received { mut call, wrong, room } = received;
    let subject = match cloud.services().await {
        Ok(services) => services.identify(&mut call).and_then(|()| services.subject(&call)),
        Err(error) => Err(error),
    };
    match (subject, wrong) {
        (Ok(subject), None) => pipeline::answer(cloud, Dispatched { call, subject, room }).await,
        (Err(error), _) | (Ok(_), Some(error)) => Ok(refuse(cloud, &call, error).await),
    }
}

/// Answers with an error in the protocol of the service that the call is for.
pub(super) async fn refuse(cloud: &Cloud, call: &Call, error: AwsError) -> Answer {
    match cloud.services().await {
        Ok(services) => services.refuse(call, error),
        Err(_) => unserved(&error),
    }
}

/// Returns the error for a request that the origin guard refuses.
pub(super) fn forbidden(why: &impl ToString) -> AwsError {
    AwsError::new(StatusCode::FORBIDDEN, "AccessDenied", why.to_string())
}

impl Request for Dispatched {
    fn subject(&self) -> Subject {
        self.subject.clone()
    }

    fn caller(&self) -> Caller {
        self.call.caller.clone()
    }

    fn call(&self) -> Option<&Call> {
        Some(&self.call)
    }

    async fn execute(self, cloud: &Cloud, subject: &Subject, fault: Option<&Fault>) -> Executed {
        let Self { call, room: _room, .. } = self;
        let caller = call.caller.clone();
        let _turn = cloud.turn(subject.service).await;
        let services = match cloud.services().await {
            Ok(services) => services,
            Err(error) => return unserved(&error).into(),
        };
        let service = match services.named(subject.service) {
            Ok(service) => service,
            Err(error) => return services.refuse(&call, error).into(),
        };
        let answer = match fault {
            Some(Fault::Throttle) => service.refuse(&service.throttled()),
            Some(Fault::Denied) => {
                let identity = call.identity.as_deref();
                service.refuse(&service.denied(pipeline::denial(&call.caller, identity, subject)))
            }
            Some(Fault::Error(error)) => service.refuse(error),
            _ => match (services.authorize(service, &call, subject).await, fault) {
                (Err(denied), _) => service.refuse(&denied),
                (
                    Ok(()),
                    Some(Fault::NotFound(stale) | Fault::NoTags(stale) | Fault::StillThere(stale)),
                ) => stale.answer(service, call).await,
                (Ok(()), _) => service.answer(call).await,
            },
        };
        if subject.operation.mutating && answer.status().is_success() {
            services.meet(&caller).await;
        }
        answer.into()
    }
}
