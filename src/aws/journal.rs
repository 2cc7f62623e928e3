//! A record of the calls that changed something, for those who have to show what they did.

use std::sync::Arc;

use super::{Access, Failure, Operation};

/// Keeps what happened.
pub(crate) trait Journal: Send + Sync {
    /// Records a call that may have changed something.
    fn called(&self, call: &Called<'_>);
}

/// A call that has ended.
#[derive(Debug)]
pub(crate) struct Called<'a> {
    /// The operation.
    pub(crate) operation: &'static Operation,
    /// AWS's id of the request, if it answered.
    pub(crate) request_id: Option<&'a str>,
    /// The failure, if it failed.
    pub(crate) failure: Option<&'a Failure>,
}

tokio::task_local! {
    static JOURNAL: Arc<dyn Journal>;
}

/// Runs work whose calls are recorded.
pub(crate) async fn journaled<T>(journal: Arc<dyn Journal>, work: impl Future<Output = T>) -> T {
    JOURNAL.scope(journal, work).await
}

/// Records a call, if somebody wants that.
pub(super) fn note(
    operation: &'static Operation,
    request_id: Option<&str>,
    failure: Option<&Failure>,
) {
    if operation.access == Access::Write {
        // Most commands keep no journal.
        let _ = JOURNAL.try_with(|journal| {
            journal.called(&Called { operation, request_id, failure });
        });
    }
}
