//! Making a call.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::{Failure, settle};
use crate::{
    engine::Step,
    error::{Code, Error},
};

/// What the SDK gives for a call.
type Sent<T, E> = Result<T, SdkError<E, HttpResponse>>;

/// Makes a call once (the SDK retries throttling and lost connections).
pub(crate) fn call<T, E>(
    operation: &'static str,
    sent: impl Future<Output = Sent<T, E>>,
) -> impl Future<Output = Result<T, Failure>>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    // A call of the SDK is some ten kilobytes of state, and a resource awaits several at once.
    let sent = Box::pin(sent);
    async move { sent.await.map_err(|error| Failure::read(operation, &error)) }
}

/// Makes a call, and again while AWS says one of the things that pass by themselves.
pub(crate) async fn settled<T, E, F>(
    step: &Step<'_>,
    operation: &'static str,
    send: impl Fn() -> F,
) -> Result<T, Failure>
where
    F: Future<Output = Sent<T, E>>,
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    settled_unless(step, operation, |_| false, send).await
}

/// The same, where the caller knows better of some failures that they stay.
pub(crate) async fn settled_unless<T, E, F>(
    step: &Step<'_>,
    operation: &'static str,
    stays: impl Fn(&Failure) -> bool,
    send: impl Fn() -> F,
) -> Result<T, Failure>
where
    F: Future<Output = Sent<T, E>>,
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let mut wait = None;
    loop {
        let failure = match call(operation, send()).await {
            Ok(answer) => return Ok(answer),
            Err(failure) => failure,
        };
        let passes = settle::longest(&failure).filter(|_| !stays(&failure));
        let Some(longest) = passes else { return Err(failure) };
        step.status(format!("waiting: AWS says {} to {operation}", failure.message));
        // The deadline or an interrupt ends the wait; then AWS's own words say more than ours.
        if wait.get_or_insert_with(|| step.wait(longest)).pause(operation).await.is_err() {
            return Err(failure);
        }
    }
}

/// The SDK's builders fail only when a required field was not set: a mistake in this program.
pub(crate) fn unbuildable(error: impl std::fmt::Display) -> Error {
    Error::new(Code::Lab, error.to_string())
}
