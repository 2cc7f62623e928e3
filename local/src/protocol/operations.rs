//! A service of one of AWS's JSON protocols as a table of its operations.

use http::StatusCode;
use serde_json::Value;

use crate::{
    place::Place,
    protocol::json::{self, Dialect},
    service::{self, Answer, Answering, AwsError, Call, Caller, Service, Tagged},
    store::StoreError,
};

/// What an operation does: the service, who asks where, the input; the output.
pub(crate) type Run<S> = fn(&S, &Place, &Value) -> Result<Value, AwsError>;

/// An operation of a service `S`.
pub(crate) struct Operation<S> {
    pub(crate) name: &'static str,
    pub(crate) mutating: bool,
    pub(crate) run: Run<S>,
}

/// An operation that changes something.
pub(crate) const fn change<S>(name: &'static str, run: Run<S>) -> Operation<S> {
    Operation { name, mutating: true, run }
}

/// An operation that looks only.
pub(crate) const fn look<S>(name: &'static str, run: Run<S>) -> Operation<S> {
    Operation { name, mutating: false, run }
}

/// A service that is a table of operations and nothing more.
pub(crate) trait Tabled: Clone + Send + Sync + 'static {
    /// As [`Service::name`].
    const NAME: &'static str;
    /// How it speaks.
    const DIALECT: &'static Dialect;
    /// What it does.
    const OPERATIONS: &'static [Operation<Self>];

    /// The tagged resources in a place.
    fn tagged_in(&self, place: &Place) -> Vec<Tagged>;
}

impl<S: Tabled> Service for S {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn claims(&self, call: &Call) -> bool {
        S::DIALECT.operation(call).is_some()
    }

    fn operation(&self, call: &Call) -> Option<service::Operation> {
        named(S::DIALECT, S::OPERATIONS, call)
    }

    fn answer(&self, call: Call) -> Answering<'_> {
        Box::pin(answer(self, S::DIALECT, S::OPERATIONS, call))
    }

    fn refuse(&self, error: &AwsError) -> Answer {
        S::DIALECT.refuse(error)
    }

    fn throttled(&self) -> AwsError {
        AwsError::new(StatusCode::BAD_REQUEST, "ThrottlingException", "Rate exceeded")
    }

    fn tagged(&self, place: &Place) -> Vec<Tagged> {
        self.tagged_in(place)
    }
}

/// The operation that a call names, as the request log and the fault rules see it.
pub(crate) fn named<S>(
    dialect: &Dialect,
    operations: &[Operation<S>],
    call: &Call,
) -> Option<service::Operation> {
    let found = find(dialect, operations, call)?;
    Some(service::Operation { name: found.name.to_owned(), mutating: found.mutating })
}

/// Runs the operation that a call names, where it may block on files.
pub(crate) async fn answer<S: Clone + Send + 'static>(
    service: &S,
    dialect: &Dialect,
    operations: &'static [Operation<S>],
    call: Call,
) -> Answer {
    let Some(operation) = find(dialect, operations, &call) else {
        return dialect.refuse(&json::unknown_operation());
    };
    let Caller::Signed { place, .. } = &call.caller else {
        return dialect.refuse(&json::unsigned());
    };
    let (service, place, run) = (service.clone(), place.clone(), operation.run);
    let ran = tokio::task::spawn_blocking(move || run(&service, &place, &json::input(&call)?));
    match ran.await {
        Ok(Ok(output)) => dialect.answer(&output),
        Ok(Err(error)) => dialect.refuse(&error),
        Err(panic) => dialect.refuse(&internal(&panic)),
    }
}

fn find<'a, S>(
    dialect: &Dialect,
    operations: &'a [Operation<S>],
    call: &Call,
) -> Option<&'a Operation<S>> {
    let name = dialect.operation(call)?;
    operations.iter().find(|operation| operation.name == name)
}

fn internal(error: &impl ToString) -> AwsError {
    AwsError::new(StatusCode::INTERNAL_SERVER_ERROR, "ServerException", error.to_string())
}

/// State that cannot be written is the local cloud's failure, not the caller's.
impl From<StoreError> for AwsError {
    fn from(error: StoreError) -> Self {
        internal(&error)
    }
}
