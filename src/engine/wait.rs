//! Waits for a state: polls often at first, then less often, and not forever.

use std::time::Duration;

use tokio::time::Instant;

use super::Interrupt;
use crate::error::{Code, Error, Result};

/// The first pause. Short, because most resources are ready at once.
const FIRST: Duration = Duration::from_millis(100);
/// The longest pause, where AWS's own waiters pause for 15 s or more.
const LONGEST: Duration = Duration::from_secs(5);

/// A wait with a deadline.
pub(crate) struct Wait<'a> {
    interrupt: &'a Interrupt,
    until: Instant,
    pause: Duration,
}

impl<'a> Wait<'a> {
    /// Creates a wait with this timeout.
    pub(crate) fn new(interrupt: &'a Interrupt, longest: Duration) -> Self {
        Self { interrupt, until: Instant::now() + longest, pause: FIRST }
    }

    /// Pauses, a little longer each time. `what` completes "waited for …".
    ///
    /// # Errors
    /// When the deadline has passed or the user asked to stop.
    pub(crate) async fn pause(&mut self, what: &str) -> Result<()> {
        if Instant::now() >= self.until {
            return Err(Error::new(Code::Deadline, format!("waited too long for {what}")));
        }
        tokio::select! {
            () = tokio::time::sleep_until((Instant::now() + self.pause).min(self.until)) => {}
            () = self.interrupt.wait() => {
                let message = format!("stopped waiting for {what}");
                return Err(Error::new(Code::Interrupted, message).while_aws_continues());
            }
        }
        self.pause = (self.pause * 8 / 5).min(LONGEST);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_and_end_at_the_deadline() {
        let (_switch, interrupt) = Interrupt::switch();
        let mut wait = Wait::new(&interrupt, Duration::from_mins(1));
        let start = Instant::now();
        let mut pauses = 0;
        let error = loop {
            match wait.pause("the table").await {
                Ok(()) => pauses += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(error.code, Code::Deadline);
        assert_eq!(start.elapsed(), Duration::from_mins(1));
        assert!((10..30).contains(&pauses), "{pauses} pauses");
    }

    #[tokio::test(start_paused = true)]
    async fn an_interrupt_ends_the_pause() {
        let (switch, interrupt) = Interrupt::switch();
        let mut wait = Wait::new(&interrupt, Duration::from_mins(1));
        switch.send(true).unwrap();
        let error = wait.pause("the table").await.unwrap_err();
        assert_eq!((error.code, error.aws_continues), (Code::Interrupted, true));
    }
}
