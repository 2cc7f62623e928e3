//! Retries of what collides: a popular mysfit's number of likes is changed by many at once.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::failure::Failure;

/// The longest first pause. A transaction takes DynamoDB some 10 ms.
const FIRST: Duration = Duration::from_millis(20);
/// The longest pause.
const LONGEST: Duration = Duration::from_millis(500);
/// When it is given up; a request may take 10 s in all (`frame`).
const DEADLINE: Duration = Duration::from_secs(6);

/// The retries of one request.
pub(super) struct Busy {
    since: Instant,
    most: Duration,
}

impl Default for Busy {
    fn default() -> Self {
        Self { since: Instant::now(), most: FIRST }
    }
}

impl Busy {
    /// Pauses for a random time, of which the limit doubles: requests that collided once must not
    /// meet again. <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>
    ///
    /// # Errors
    /// [`Failure::Throttled`] once it has lasted too long.
    pub(super) async fn pause(&mut self) -> Result<(), Failure> {
        let pause = self.most.mul_f64(fastrand::f64());
        if self.since.elapsed() + pause > DEADLINE {
            return Err(Failure::Throttled);
        }
        sleep(pause).await;
        self.most = (self.most * 2).min(LONGEST);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_is_given_up_in_time() {
        let (mut busy, begun) = (Busy::default(), Instant::now());
        let mut tries = 0;
        let failure = loop {
            match busy.pause().await {
                Ok(()) => tries += 1,
                Err(failure) => break failure,
            }
        };
        assert_eq!(failure, Failure::Throttled);
        assert!(tries >= 12, "{tries}");
        assert!(begun.elapsed() <= DEADLINE);
    }
}
