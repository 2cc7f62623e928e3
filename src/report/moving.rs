//! Redraws what moves on a terminal, until nothing of it is in progress any more.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

/// How often it is redrawn.
const FRAME: Duration = Duration::from_millis(120);

/// A screen on which something moves.
pub(super) trait Moving: Send + 'static {
    /// Returns whether nothing is in progress.
    fn is_at_rest(&self) -> bool;

    /// Returns whether it is being redrawn, to be set.
    fn is_moving(&mut self) -> &mut bool;

    /// Draws the next frame.
    fn next_frame(&mut self);
}

/// Begins to redraw a screen, which the caller holds, unless it is being redrawn already.
pub(super) fn keep_moving<S: Moving>(screen: &Arc<Mutex<S>>, held: &mut S) {
    if held.is_at_rest() || std::mem::replace(held.is_moving(), true) {
        return;
    }
    let screen = Arc::downgrade(screen);
    std::thread::spawn(move || draw_again(&screen));
}

fn draw_again<S: Moving>(screen: &Weak<Mutex<S>>) {
    loop {
        std::thread::sleep(FRAME);
        let Some(screen) = screen.upgrade() else { return };
        let mut screen = screen.lock().unwrap_or_else(PoisonError::into_inner);
        if screen.is_at_rest() {
            *screen.is_moving() = false;
            return;
        }
        screen.next_frame();
    }
}
