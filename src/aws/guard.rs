//! Checks every request against its declaration. Every client has this guard: an undeclared call is
//! never sent, and neither is one that writes while the command only reads, nor a dry run whose
//! input does not say that it is one.

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, Ordering},
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef},
            dyn_dispatch_hint,
        },
        orchestrator::Metadata,
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;

use super::{Access, Operation, signed::Input};

tokio::task_local! {
    /// The call that is being made.
    static CALL: Call;
    /// The operations that the resource being worked on has declared.
    static DECLARED: &'static [&'static Operation];
}

/// A call that is being made.
struct Call {
    operation: &'static Operation,
    /// Whether an attempt ended without a response.
    lost: AtomicBool,
    /// The id that AWS gave to the first attempt that got a response.
    request_id: OnceLock<String>,
}

/// How AWS names the id of a request in its response: most services, S3, and API Gateway.
const REQUEST_ID: [&str; 3] = ["x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"];

/// What is known of a call that has ended, besides its result.
#[derive(Debug)]
pub(super) struct Trace {
    /// Whether an attempt ended without a response: AWS may have carried that one out.
    pub(super) lost: bool,
    /// The id that AWS gave to the first attempt that got a response.
    pub(super) request_id: Option<String>,
}

/// Why a call was not sent: a bug in this program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Stopped {
    /// The constant does not match the operation that the client sends.
    #[error("{sent} was to be sent, and {called} was declared")]
    NotCalled {
        /// The operation that the client would send.
        sent: String,
        /// The operation that the caller named.
        called: String,
    },
    /// The resource does not declare it.
    #[error("{0} is not among the operations that the resource declares")]
    NotDeclared(String),
    /// It writes, and the command only reads.
    #[error("{0} writes, and this command only reads")]
    Writes(String),
    /// It is declared as a dry run, and its input is not one.
    #[error("{0} may be sent with `DryRun` only")]
    NotDry(String),
}

/// Runs work that may call only these operations.
pub(crate) async fn declared<T>(
    operations: &'static [&'static Operation],
    work: impl Future<Output = T>,
) -> T {
    DECLARED.scope(operations, work).await
}

/// Runs a call of an operation. Returns its result, and what else is known of it.
pub(super) async fn called<T>(
    operation: &'static Operation,
    work: impl Future<Output = T>,
) -> (T, Trace) {
    let call = Call { operation, lost: AtomicBool::new(false), request_id: OnceLock::new() };
    let work = async {
        let result = work.await;
        let trace = CALL.with(|call| Trace {
            lost: call.lost.load(Ordering::Relaxed),
            request_id: call.request_id.get().cloned(),
        });
        (result, trace)
    };
    CALL.scope(call, work).await
}

/// Blocks calls that must not be sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guard {
    /// The highest level of access that the command has.
    pub(crate) access: Access,
}

impl Guard {
    fn check(self, service: &str, name: &str, is_dry: bool) -> Result<(), Stopped> {
        let called = CALL.try_with(|call| call.operation).ok();
        let Some(operation) = called.filter(|it| it.service.sdk == service && it.name == name)
        else {
            let called = called.map_or_else(|| "nothing".to_owned(), ToString::to_string);
            return Err(Stopped::NotCalled { sent: format!("{service} {name}"), called });
        };
        let declared = DECLARED.try_with(|operations| operations.contains(&operation));
        if declared == Ok(false) {
            return Err(Stopped::NotDeclared(operation.to_string()));
        }
        match operation.access {
            Access::Write if self.access == Access::Read => {
                Err(Stopped::Writes(operation.to_string()))
            }
            Access::DryRun if !is_dry => Err(Stopped::NotDry(operation.to_string())),
            _ => Ok(()),
        }
    }
}

#[dyn_dispatch_hint]
impl Intercept for Guard {
    fn name(&self) -> &'static str {
        "mysfits guard"
    }

    // The earliest hook in which the operation is known.
    fn read_before_serialization(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let sent = config.load::<Metadata>();
        let (service, name) = sent.map_or(("", ""), |sent| (sent.service(), sent.name()));
        // Inputs of the SDK are of other types; no operation of theirs is declared as a dry run.
        let is_dry = context.input().downcast_ref().is_some_and(Input::is_dry_run);
        Ok(self.check(service, name, is_dry)?)
    }

    fn read_after_attempt(
        &self,
        attempt: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Outside of a call nothing is sent.
        let _ = CALL.try_with(|call| match attempt.response() {
            None => call.lost.store(true, Ordering::Relaxed),
            Some(answer) => {
                let id = REQUEST_ID.into_iter().find_map(|name| answer.headers().get(name));
                id.map(|id| call.request_id.set(id.to_owned()));
            }
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::operations::dynamodb::{CREATE_TABLE, DESCRIBE_TABLE};

    async fn sends(access: Access, operation: &'static Operation) -> Result<(), Stopped> {
        called(operation, async { Guard { access }.check("DynamoDB", operation.name, false) })
            .await
            .0
    }

    #[tokio::test]
    async fn what_was_not_called_is_not_sent() {
        let guard = Guard { access: Access::Write };
        assert!(matches!(
            guard.check("DynamoDB", "CreateTable", false),
            Err(Stopped::NotCalled { .. })
        ));
        let (other, _) =
            called(&DESCRIBE_TABLE, async { guard.check("DynamoDB", "DeleteTable", false) }).await;
        assert!(matches!(other, Err(Stopped::NotCalled { .. })));
        assert_eq!(sends(Access::Write, &CREATE_TABLE).await, Ok(()));
    }

    #[tokio::test]
    async fn a_command_that_reads_writes_nothing() {
        assert!(matches!(sends(Access::Read, &CREATE_TABLE).await, Err(Stopped::Writes(_))));
        assert_eq!(sends(Access::Read, &DESCRIBE_TABLE).await, Ok(()));
    }

    #[tokio::test]
    async fn a_resource_calls_only_what_it_declares() {
        let sent = declared(&[&DESCRIBE_TABLE], sends(Access::Write, &CREATE_TABLE)).await;
        assert!(matches!(sent, Err(Stopped::NotDeclared(_))));
        let sent = declared(&[&DESCRIBE_TABLE], sends(Access::Write, &DESCRIBE_TABLE)).await;
        assert_eq!(sent, Ok(()));
    }
}
