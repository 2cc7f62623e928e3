//! Ctrl-C, and the termination signal.

use std::sync::Arc;

use super::keyboard;
use crate::{engine::Interrupt, error::Exit, report::Screen};

/// Watches for Ctrl-C. Once: the engine finishes the calls in flight and starts nothing new. Twice:
/// the process ends. Returns the `Interrupt` that this sets.
pub(super) fn watch(screen: Arc<Screen>) -> Interrupt {
    let (switch, interrupt) = Interrupt::switch();
    tokio::spawn(async move {
        if asked_to_stop().await.is_ok() {
            screen.interrupted();
            // There is no receiver any more once the command is over.
            let _ = switch.send(true);
            if asked_to_stop().await.is_ok() {
                screen.abandoned();
                keyboard::restore();
                std::process::exit(Exit::Interrupted as i32);
            }
        }
        // Without signals there is nothing to wait for, but the switch must not be dropped.
        std::future::pending::<()>().await;
    });
    interrupt
}

/// Completes when the process is asked to stop.
///
/// # Errors
/// When signals are not available.
#[cfg(unix)]
pub(super) async fn asked_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed,
        _ = terminate.recv() => Ok(()),
    }
}

/// Completes when the process is asked to stop.
///
/// # Errors
/// When signals are not available.
#[cfg(not(unix))]
pub(super) async fn asked_to_stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
