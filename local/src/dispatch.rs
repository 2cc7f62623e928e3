//! An AWS call on its way to its service and back: the fault that may strike it, its execution, its
//! line in the request log.

use std::sync::Arc;

use http::StatusCode;
use tokio::task::JoinError;

use crate::{
    cloud::Cloud,
    faults::Fault,
    request::Received,
    request_log::Outcome,
    service::{Answer, AwsError, Call, Caller},
    services::{Subject, unserved},
};

/// The connection is to be closed without an answer.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the connection is closed without an answer")]
pub(crate) struct NoAnswer;

/// Answers a call.
pub(crate) async fn answer(cloud: &Arc<Cloud>, received: Received) -> Result<Answer, NoAnswer> {
    let Received { call, wrong } = received;
    let subject = match cloud.services.read().await.subject(&call) {
        Ok(subject) => subject,
        Err(error) => return Ok(refuse(cloud, &call, error).await),
    };
    if let Some(error) = wrong {
        return Ok(refuse(cloud, &call, error).await);
    }
    let fault = cloud.faults.strike_call(&subject, &call);
    if fault == Some(Fault::HangBefore) {
        return hang_before(cloud, &subject, &call.caller).await;
    }
    // A task of its own: a call that has begun is carried out also when its client goes away.
    let execution = tokio::spawn(execute(Arc::clone(cloud), subject, call, fault.clone()));
    ended(cloud, fault.as_ref(), execution.await).await
}

/// A call that is neither carried out nor answered.
pub(crate) async fn hang_before(
    cloud: &Cloud,
    subject: &Subject,
    caller: &Caller,
) -> Result<Answer, NoAnswer> {
    cloud.log.write(subject, caller, Outcome::default(), Some(Fault::HangBefore.name()));
    hang(cloud).await
}

/// The answer of a call that was carried out, unless its fault takes it.
pub(crate) async fn ended(
    cloud: &Cloud,
    fault: Option<&Fault>,
    answer: Result<Answer, JoinError>,
) -> Result<Answer, NoAnswer> {
    let answer = answer.unwrap_or_else(|panic| unserved(&internal_failure(&panic)));
    match fault {
        Some(Fault::LoseAnswer) => Err(NoAnswer),
        Some(Fault::Hang) => hang(cloud).await,
        _ => Ok(answer),
    }
}

/// An error in the protocol of the service that the call is for.
pub(crate) async fn refuse(cloud: &Cloud, call: &Call, error: AwsError) -> Answer {
    cloud.services.read().await.refuse(call, error)
}

/// Carries a call out, or answers it with its fault, and logs it.
async fn execute(cloud: Arc<Cloud>, subject: Subject, call: Call, fault: Option<Fault>) -> Answer {
    if let Some(Fault::Delay(delay)) = fault {
        tokio::time::sleep(delay).await;
    }
    let services = cloud.services.read().await;
    let caller = call.caller.clone();
    let answer = match services.serving(&call) {
        Ok(service) => match &fault {
            Some(Fault::Throttle) => service.refuse(&service.throttled()),
            Some(Fault::Error(error)) => service.refuse(error),
            Some(Fault::NotFound(stale) | Fault::NoTags(stale) | Fault::StillThere(stale)) => {
                stale.answer(service, call).await
            }
            _ => service.answer(call).await,
        },
        Err(error) => services.refuse(&call, error),
    };
    cloud.log.write(&subject, &caller, Outcome::of(&answer), fault.as_ref().map(Fault::name));
    answer
}

/// Waits until the client or the server ends the connection.
async fn hang(cloud: &Cloud) -> Result<Answer, NoAnswer> {
    cloud.stopped().await;
    Err(NoAnswer)
}

/// The error for a call in which the local cloud itself went wrong.
pub(crate) fn internal_failure(panic: &JoinError) -> AwsError {
    AwsError::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure", panic.to_string())
}

/// The error for a request that the border refuses.
pub(crate) fn forbidden(why: &impl ToString) -> AwsError {
    AwsError::new(StatusCode::FORBIDDEN, "AccessDenied", why.to_string())
}
