//! Ctrl-C: the first stops the engine from starting and waiting, the second ends the process.

use tokio::sync::watch;

/// Whether the user asked to stop. Cheap to clone; all clones share the same state.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Returns a switch and the `Interrupt` that observes it.
    pub(crate) fn switch() -> (watch::Sender<bool>, Self) {
        let (sender, receiver) = watch::channel(false);
        (sender, Self(receiver))
    }

    /// Returns whether the user asked to stop.
    pub(crate) fn asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Completes when the user asks to stop; never, once the switch is gone.
    pub(crate) async fn wait(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
