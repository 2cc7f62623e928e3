//! The path of every call, whether of an AWS service, of the image registry or of an API: the fault
//! that may strike it, its execution, its line in the request log.

use std::{future::Future, sync::Arc};

use http::StatusCode;

use super::{cloud::Cloud, request_log::Outcome, services::unserved};
use crate::{
    authorize::Identity,
    faults::Fault,
    service::{Answer, AwsError, Call, Caller, Subject},
    sts,
};

/// The connection must be closed without an answer.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the connection is closed without an answer")]
pub(super) struct NoAnswer;

/// A request that faults can strike and that the request log records.
pub(super) trait Request: Send + 'static {
    /// Returns what it requests.
    fn subject(&self) -> Subject;

    /// Returns its caller.
    fn caller(&self) -> Caller;

    /// Returns the call of an AWS service that it is, if any; some faults strike only these.
    fn call(&self) -> Option<&Call> {
        None
    }

    /// Executes it, or answers it with the fault that prevents that.
    fn execute(
        self,
        cloud: &Cloud,
        subject: &Subject,
        fault: Option<&Fault>,
    ) -> impl Future<Output = Executed> + Send;
}

/// How a request ended.
#[derive(Debug)]
pub(super) struct Executed {
    pub(super) answer: Answer,
    /// Whether it got far enough to change anything.
    pub(super) could_change: bool,
}

impl From<Answer> for Executed {
    fn from(answer: Answer) -> Self {
        Self { answer, could_change: true }
    }
}

/// Answers a request.
pub(super) async fn answer(cloud: &Arc<Cloud>, request: impl Request) -> Result<Answer, NoAnswer> {
    let subject = request.subject();
    let fault = match request.call() {
        Some(call) => cloud.faults.strike_call(&subject, call),
        None => cloud.faults.strike(&subject),
    };
    if fault == Some(Fault::HangBefore) {
        let name = Some(Fault::HangBefore.name());
        cloud.log.write(&subject, &request.caller(), Outcome::default(), name);
        return hang(cloud).await;
    }
    // A task of its own: a call that has begun is carried out even if its client goes away.
    let execution = tokio::spawn(execute(Arc::clone(cloud), request, subject, fault.clone()));
    let answer = execution.await.unwrap_or_else(|panic| unserved(&internal_failure(&panic)));
    match fault {
        Some(Fault::LoseAnswer) => Err(NoAnswer),
        Some(Fault::Hang) => hang(cloud).await,
        _ => Ok(answer),
    }
}

async fn execute(
    cloud: Arc<Cloud>,
    request: impl Request,
    mut subject: Subject,
    fault: Option<Fault>,
) -> Answer {
    if let Some(Fault::Delay(delay)) = fault {
        tokio::time::sleep(delay).await;
    }
    let caller = request.caller();
    let Executed { answer, could_change } = request.execute(&cloud, &subject, fault.as_ref()).await;
    subject.operation.mutating &= could_change;
    cloud.log.write(&subject, &caller, Outcome::of(&answer), fault.as_ref().map(Fault::name));
    answer
}

/// Waits until the client or the server ends the connection.
async fn hang(cloud: &Cloud) -> Result<Answer, NoAnswer> {
    cloud.stopped().await;
    Err(NoAnswer)
}

/// Returns the error for a call in which the local cloud itself failed.
pub(super) fn internal_failure(why: &impl ToString) -> AwsError {
    AwsError::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure", why.to_string())
}

/// Returns the error for a request that is denied, other than a call of an AWS service.
pub(super) fn denied(caller: &Caller, subject: &Subject) -> AwsError {
    AwsError::new(StatusCode::FORBIDDEN, "AccessDeniedException", denial(caller, None, subject))
}

/// Returns AWS's message to a caller who lacks the permission for a call.
pub(super) fn denial(caller: &Caller, identity: Option<&Identity>, subject: &Subject) -> String {
    let user = match (caller, identity) {
        (_, Some(identity)) => identity.arn(),
        (Caller::Signed { place, .. }, None) => sts::user(place),
        (Caller::Anonymous, None) => "anonymous".to_owned(),
    };
    let Subject { service, operation, .. } = subject;
    format!("User: {user} is not authorized to perform: {service}:{}", operation.name)
}
