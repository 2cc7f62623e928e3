//! Calls an operation.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::{Failure, Operation, guard, journal};
use crate::error::{Code, Error};

/// What the SDK returns for a call.
pub(crate) type Sent<T, E> = Result<T, SdkError<E, HttpResponse>>;

/// Makes a call once (the SDK retries throttling and lost connections).
pub(crate) fn call<T, E>(
    operation: &'static Operation,
    sent: impl Future<Output = Sent<T, E>>,
) -> impl Future<Output = Result<T, Failure>>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    // The future of an SDK call is some ten kilobytes, and a resource awaits several at once.
    let sent = Box::pin(guard::called(operation, sent));
    async move {
        let (sent, trace) = sent.await;
        let answer = sent.map_err(|error| Failure::read(operation, &error, trace.lost));
        journal::note(operation, trace.request_id.as_deref(), answer.as_ref().err());
        answer
    }
}

/// The SDK's builders fail only when a required field is missing: a bug in this program.
pub(crate) fn unbuildable(error: impl std::fmt::Display) -> Error {
    Error::new(Code::Lab, error.to_string())
}
