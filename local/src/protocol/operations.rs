//! The frame in which services are written: a service is a protocol and a table of operations.

use serde_json::Value;

use super::{
    Protocol, json,
    tokens::{Foreign, Listing},
};
use crate::{
    absent::Absent,
    authorize::{self, Access, Inputs, Needed},
    place::Place,
    service::{self, Answer, Answering, AwsError, Call, Caller, Service, Summary, Tagged},
    work,
};

/// The result of an operation. `Null` is an empty output.
pub(crate) type Output = Result<Value, AwsError>;

/// An operation: its name, whether it changes anything, and its handler.
#[derive(Debug)]
pub(crate) struct Operation<H> {
    pub(crate) name: &'static str,
    pub(crate) mutating: bool,
    pub(crate) handler: H,
}

impl<H> Operation<H> {
    /// Returns it without its handler.
    fn outline(&self) -> service::Operation {
        service::Operation { name: self.name.to_owned(), mutating: self.mutating }
    }
}

/// Declares an operation that changes something.
pub(crate) const fn change<H>(name: &'static str, handler: H) -> Operation<H> {
    Operation { name, mutating: true, handler }
}

/// Declares an operation that only reads.
pub(crate) const fn look<H>(name: &'static str, handler: H) -> Operation<H> {
    Operation { name, mutating: false, handler }
}

/// The handler of an operation of a service `S`. It may block, on files and locks.
pub(crate) trait Handler<S>: Sync + 'static {
    /// Carries out a call.
    fn run(&self, service: &S, call: &Call) -> Output;
}

/// A handler of the whole service: the service, where it is called, the input in JSON.
pub(crate) type OnJson<S> = fn(&S, &Place, &Value) -> Output;

impl<S: Tabled> Handler<S> for OnJson<S> {
    fn run(&self, service: &S, call: &Call) -> Output {
        self(service, signer::<S>(call)?, &json::input(call)?)
    }
}

/// A service that is a table of operations.
pub(crate) trait Tabled: Clone + Send + Sync + 'static {
    /// As [`Service::name`].
    const NAME: &'static str;
    /// Its protocol.
    const PROTOCOL: Protocol;
    /// Its operations.
    const OPERATIONS: &'static [Operation<Self::Handler>];
    /// As [`Service::absent`].
    const ABSENT: &'static [Absent];
    /// The permissions that its operations need.
    const ACCESS: &'static [Access];
    /// What the names of these permissions begin with.
    const PERMISSIONS: &'static str = Self::NAME;
    /// As [`Service::summary`].
    const SUMMARY: Summary;

    /// The handler of an operation.
    type Handler: Handler<Self>;

    /// Finds the operation that a call requests.
    fn find(call: &Call) -> Option<&'static Operation<Self::Handler>> {
        named(Self::OPERATIONS, Self::PROTOCOL.operation(call)?)
    }

    /// Returns a successful answer.
    fn good(operation: &Operation<Self::Handler>, output: &Value) -> Answer {
        Self::PROTOCOL.answer(operation.name, output)
    }

    /// As [`Service::refuse`].
    fn refused(error: &AwsError) -> Answer {
        Self::PROTOCOL.refuse(error)
    }

    /// As [`Service::throttled`].
    fn throttling() -> AwsError {
        Self::PROTOCOL.throttled()
    }

    /// The error for a token that the list did not give.
    fn foreign_token(foreign: &Foreign) -> AwsError {
        Self::PROTOCOL.foreign_token(foreign)
    }

    /// Returns what a call of an operation needs; `None` if that is not declared.
    fn needed(operation: &str, _call: &Call, inputs: &Inputs<'_>) -> Option<Vec<Needed>> {
        authorize::needed(Self::ACCESS, Self::PERMISSIONS, operation, inputs)
    }

    /// As [`Service::claims`].
    fn claims_unsigned(call: &Call) -> bool {
        Self::PROTOCOL.claims(call)
    }

    /// As [`Service::tagged`].
    fn tagged_in(&self, place: &Place) -> Vec<Tagged>;
}

/// Finds the operation of this name.
pub(crate) fn named<'a, H>(operations: &'a [Operation<H>], name: &str) -> Option<&'a Operation<H>> {
    operations.iter().find(|operation| operation.name == name)
}

/// Returns where the signer of a call is.
///
/// # Errors
/// When the call is not signed.
pub(crate) fn signer<S: Tabled>(call: &Call) -> Result<&Place, AwsError> {
    match &call.caller {
        Caller::Signed { place, .. } => Ok(place),
        Caller::Anonymous => Err(S::PROTOCOL.unsigned()),
    }
}

/// Carries out a call. Reading operations get the places that tokens name, and return such.
fn run<S: Tabled>(service: &S, operation: &Operation<S::Handler>, call: Call) -> Output {
    if operation.mutating {
        S::PROTOCOL.check_change(&call)?;
        return operation.handler.run(service, &call);
    }
    let listing = Listing { service: S::NAME, operation: operation.name };
    let call = listing.opened(&S::PROTOCOL, call).map_err(|foreign| S::foreign_token(&foreign))?;
    let output = operation.handler.run(service, &call)?;
    Ok(listing.sealed(&call.caller, output))
}

impl<S: Tabled> Service for S {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn claims(&self, call: &Call) -> bool {
        S::claims_unsigned(call)
    }

    fn summary(&self) -> Summary {
        S::SUMMARY
    }

    fn operations(&self) -> Vec<service::Operation> {
        S::OPERATIONS.iter().map(Operation::outline).collect()
    }

    fn absent(&self) -> &'static [Absent] {
        S::ABSENT
    }

    fn operation(&self, call: &Call) -> Option<service::Operation> {
        let mut operation = S::find(call)?.outline();
        operation.mutating &= !S::PROTOCOL.is_dry_run(call);
        Some(operation)
    }

    fn needs(&self, call: &Call, operation: &str) -> Option<Vec<Needed>> {
        let place = signer::<S>(call).ok()?;
        let fields = S::PROTOCOL.fields(call);
        S::needed(operation, call, &Inputs { place, fields })
    }

    fn answer(&self, call: Call) -> Answering<'_> {
        Box::pin(async move {
            let Some(operation) = S::find(&call) else {
                return S::refused(&S::PROTOCOL.unknown(&call));
            };
            let service = self.clone();
            // Handlers write files and wait for locks, which must not keep other calls waiting.
            let run = move || run(&service, operation, call);
            match work::run(run).await {
                Ok(Ok(output)) => S::good(operation, &output),
                Ok(Err(error)) => S::refused(&error),
                Err(panic) => S::refused(&S::PROTOCOL.internal(&panic)),
            }
        })
    }

    fn refuse(&self, error: &AwsError) -> Answer {
        S::refused(error)
    }

    fn throttled(&self) -> AwsError {
        S::throttling()
    }

    fn denied(&self, message: String) -> AwsError {
        S::PROTOCOL.denied(message)
    }

    fn expired(&self) -> AwsError {
        S::PROTOCOL.expired()
    }

    fn tagged(&self, place: &Place) -> Vec<Tagged> {
        self.tagged_in(place)
    }
}
