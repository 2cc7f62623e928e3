//! Making a call.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::{Failure, settle};
use crate::engine::Step;

/// What the SDK gives for a call.
type Sent<T, E> = Result<T, SdkError<E, HttpResponse>>;

/// Makes a call once (the SDK retries throttling and lost connections).
pub(crate) async fn call<T, E>(
    operation: &'static str,
    sent: impl Future<Output = Sent<T, E>>,
) -> Result<T, Failure>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    sent.await.map_err(|error| Failure::read(operation, &error))
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
    let mut wait = None;
    loop {
        let failure = match call(operation, send()).await {
            Ok(answer) => return Ok(answer),
            Err(failure) => failure,
        };
        let Some(longest) = settle::longest(&failure) else { return Err(failure) };
        step.status(format!("waiting: AWS says {} to {operation}", failure.message));
        // The deadline or an interrupt ends the wait; then AWS's own words say more than ours.
        if wait.get_or_insert_with(|| step.wait(longest)).pause(operation).await.is_err() {
            return Err(failure);
        }
    }
}
