//! What an operation of S3 is: how a request selects it, which permission it needs, and its
//! handler.

use super::{Context, all_buckets::Buckets, errors::Outcome, request::Request};
use crate::service::{self, Answer};

/// One operation.
pub(super) struct Operation {
    /// As AWS spells it.
    pub(super) name: &'static str,
    pub(super) method: &'static str,
    pub(super) target: Target,
    /// The query parameters that make it this operation and not its neighbour: exactly these.
    pub(super) markers: &'static [&'static str],
    /// A header that makes it this operation.
    pub(super) header: Option<&'static str>,
    /// The action that callers who do not own the bucket need.
    pub(super) action: &'static str,
    pub(super) run: Run,
}

impl Operation {
    /// Returns its name and whether it changes anything. In S3 the method shows that.
    pub(super) fn outline(&self) -> service::Operation {
        let mutating = !matches!(self.method, "GET" | "HEAD");
        service::Operation { name: self.name.to_owned(), mutating }
    }
}

/// What a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The settings of an account.
    Account,
    Service,
    Bucket,
    Object,
}

/// The handler: of all buckets, or of one that exists and that the caller was admitted to.
pub(super) enum Run {
    OnAll(fn(&Buckets, &Request, &Operation) -> Outcome<Answer>),
    InOne(fn(&Context) -> Outcome<Answer>),
}

/// The action of an operation that checks permission itself, object by object.
pub(super) const ASKS_ITSELF: &str = "";
