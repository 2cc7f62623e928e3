//! Work that blocks: it reads files, waits for locks, or only takes long. It runs on threads of its
//! own and not on Tokio's: those are 512 for all services together, have a small stack, and are
//! waited for when the runtime ends, even if one of them never returns.

mod threads;

use std::{io, sync::Arc};

use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
};

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Lost {
    /// The system has no more threads.
    #[error("no thread could be started: {0}")]
    NoThread(#[from] io::Error),
    /// The work panicked.
    #[error("the work panicked")]
    Panicked,
}

/// Runs work on a thread and returns its result. Work that has begun is finished even if nobody
/// waits for it any more.
///
/// # Errors
/// When there is no thread for it, or it panics.
pub(crate) async fn run<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Lost> {
    let (sender, result) = oneshot::channel();
    // Work may begin tasks, such as the one that drives a stack.
    let runtime = Handle::current();
    threads::run(Box::new(move || {
        let _runtime = runtime.enter();
        // Whoever waited may be gone; then nobody needs the result.
        let _ = sender.send(work());
    }))?;
    result.await.map_err(|_| Lost::Panicked)
}

/// How many pieces of work of one kind run at the same time. One that is stuck keeps its turn, even
/// if its client goes away: so a kind of work can at most stop itself.
const AT_ONCE: usize = 32;

/// The turns of one kind of work. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Turns(Arc<Semaphore>);

/// A turn; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Turn(
    #[expect(dead_code, reason = "held, not used")] Option<OwnedSemaphorePermit>,
);

impl Default for Turns {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Turns {
    /// Waits for a turn.
    pub(crate) async fn take(&self) -> Turn {
        // The semaphore is never closed, which is the only error.
        Turn(Arc::clone(&self.0).acquire_owned().await.ok())
    }

    /// Runs work on a thread when it is its turn.
    ///
    /// # Errors
    /// As [`run`].
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Lost> {
        let turn = self.take().await;
        run(move || {
            // It is the thread that keeps the turn: whoever waits for it may give up.
            let _turn = turn;
            work()
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_result_is_returned() {
        assert_eq!(run(|| 7).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn a_panic_is_an_error() {
        let lost = run(|| panic!("a test's")).await.unwrap_err();
        assert!(matches!(lost, Lost::Panicked));
    }

    #[test]
    fn work_that_never_returns_does_not_keep_the_runtime() {
        let (never, waits) = std::sync::mpsc::channel::<()>();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let stuck = run(move || waits.recv());
            tokio::select! { biased; _ = stuck => panic!("it returned"), () = async {} => {} }
        });
        drop(runtime);
        drop(never);
    }
}
