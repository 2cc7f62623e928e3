//! What every service of the local cloud has in common: the call it gets, the answer it gives, its
//! errors. Nothing here is specific to one AWS service.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri};

use crate::{
    absent::Absent,
    authorize::{Identity, Needed},
    params::Params,
    place::Place,
};

/// The caller: the SigV4 credential scope, or nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// No signature: what a browser or `curl` sends.
    Anonymous,
    /// Signed (header or presigned query). The signature itself is not verified: the local cloud
    /// has no secrets to verify it with.
    Signed {
        /// The account that the access key belongs to, and the region in the credential scope.
        place: Place,
        /// The service in the credential scope, such as `s3`.
        service: String,
    },
}

/// One request to a service, its body read to the end and, for `aws-chunked` bodies, decoded.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The HTTP method.
    pub(crate) method: Method,
    /// The request target as sent: path and query, percent-encoded.
    pub(crate) uri: Uri,
    /// All headers as sent.
    pub(crate) headers: HeaderMap,
    /// The whole body.
    pub(crate) body: Bytes,
    /// The caller.
    pub(crate) caller: Caller,
    /// The principal whose policies say what its caller may do. Without one it is the account's
    /// owner, who may do everything.
    pub(crate) identity: Option<Arc<Identity>>,
    /// Its parameters, once they have been read.
    form: OnceLock<Params>,
}

impl Call {
    /// Creates a call.
    pub(crate) fn new(
        method: Method,
        uri: Uri,
        headers: HeaderMap,
        body: Bytes,
        caller: Caller,
    ) -> Self {
        Self { method, uri, headers, body, caller, identity: None, form: OnceLock::new() }
    }

    /// Returns the same call with other parameters.
    pub(crate) fn with_form(self, form: Params) -> Self {
        Self { form: form.into(), ..self }
    }

    /// Returns the parameters of a call of a Query protocol. They are read once: the service, the
    /// operation and the answer all depend on them.
    pub(crate) fn form(&self) -> &Params {
        let read = || Params::of_request(&self.uri, &self.headers, &self.body);
        self.form.get_or_init(read)
    }
}

/// An answer, whole in memory.
pub(crate) type Answer = http::Response<Bytes>;

/// A future of an answer.
pub(crate) type Answering<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// What a call requests, as the request log and the fault rules name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Operation {
    /// The operation as AWS spells it, such as `PutObject`.
    pub(crate) name: String,
    /// Whether it changes anything.
    pub(crate) mutating: bool,
}

/// What a call requests, as the request log and the fault rules see it.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) service: &'static str,
    pub(crate) operation: Operation,
    /// As [`Service::absent`].
    pub(crate) absent: &'static [Absent],
}

/// An error as AWS words it. Each service turns it into its own protocol with [`Service::refuse`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub(crate) struct AwsError {
    /// The HTTP status.
    pub(crate) status: StatusCode,
    /// AWS's code, such as `NoSuchBucket`.
    pub(crate) code: String,
    /// AWS's message.
    pub(crate) message: String,
}

impl AwsError {
    /// Creates an error with this status, code and message.
    pub(crate) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into() }
    }
}

/// A resource with its tags, as the Resource Groups Tagging API lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tagged {
    /// The resource's ARN.
    pub(crate) arn: String,
    /// Its tags, in the order of their keys.
    pub(crate) tags: BTreeMap<String, String>,
}

/// What a service does and what it refuses, for `/_local/services` and the table in `README.md`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Summary {
    /// The service's name, as AWS writes it.
    pub(crate) title: &'static str,
    /// What it really does, and what it only keeps and shows.
    pub(crate) real: &'static str,
    /// What it answers with an error although AWS has it.
    pub(crate) refused: &'static str,
}

/// One AWS service of the local cloud.
pub(crate) trait Service: Send + Sync {
    /// Returns its name in the SigV4 credential scope: `s3`, `dynamodb`, `sts`, `tagging`.
    fn name(&self) -> &'static str;

    /// Returns whether an unsigned call is meant for this service. S3 gets what no service claims,
    /// as browsers and `curl` read objects without a signature.
    fn claims(&self, _call: &Call) -> bool {
        false
    }

    /// Returns what it does and what it refuses.
    fn summary(&self) -> Summary;

    /// Returns all its operations.
    fn operations(&self) -> Vec<Operation>;

    /// Returns what its reading operations answer about what is not there: each of them, in the order
    /// in which they are tried. For the fault `not-found`.
    fn absent(&self) -> &'static [Absent];

    /// Returns the operation that a call requests; `None` if it is not one of this service.
    fn operation(&self, call: &Call) -> Option<Operation>;

    /// Returns what a signed call of an operation of this service needs of its caller's policies;
    /// `None` if that is not declared.
    fn needs(&self, call: &Call, operation: &str) -> Option<Vec<Needed>>;

    /// Carries out a call and answers it; errors are answers too.
    fn answer(&self, call: Call) -> Answering<'_>;

    /// Returns an error in this service's protocol.
    fn refuse(&self, error: &AwsError) -> Answer;

    /// Returns the error with which this service throttles.
    fn throttled(&self) -> AwsError;

    /// Returns the error with which this service denies a call to a caller without the permission.
    fn denied(&self, message: String) -> AwsError;

    /// Returns the error with which this service refuses keys that have expired.
    fn expired(&self) -> AwsError;

    /// Returns the tagged resources of an account in a region, if it lists any.
    fn tagged(&self, place: &Place) -> Vec<Tagged>;
}
