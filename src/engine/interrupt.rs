//! Ctrl-C: once asks the engine to start nothing new and stop waiting, twice ends the process.

use tokio::sync::watch;

/// Whether the user asked to stop. Cheap to clone; all clones see the same.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// A switch and what sees it.
    pub(crate) fn switch() -> (watch::Sender<bool>, Self) {
        let (sender, receiver) = watch::channel(false);
        (sender, Self(receiver))
    }

    /// Whether it was asked for.
    pub(crate) fn asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Ends when it is asked for; never, when nobody can ask any more.
    pub(crate) async fn wait(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
