//! The lockout of a user whose password is guessed: after five failures for a second, and with each
//! further one for twice as long, up to a quarter of an hour.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::errors::{Outcome, not_authorized};
use crate::times::{self, Millis};

const FREE: u32 = 5;
const LONGEST: Duration = Duration::from_mins(15);

/// The failures since the last sign-in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Failures {
    count: u32,
    last: Millis,
}

impl Failures {
    /// Refuses an attempt while the user is locked out. Such attempts do not count.
    pub(super) fn check(&mut self, now: Millis) -> Outcome<()> {
        let ends = times::after(self.last, self.lock());
        if now < ends {
            return Err(not_authorized("Password attempts exceeded"));
        }
        // After a quarter of an hour without one, the count begins again.
        if now >= times::after(ends, LONGEST) {
            *self = Self::default();
        }
        Ok(())
    }

    /// Records a wrong password.
    pub(super) fn add(&mut self, now: Millis) {
        self.count = self.count.saturating_add(1);
        self.last = now;
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    fn lock(&self) -> Duration {
        match self.count.checked_sub(FREE) {
            // Two to the tenth is more than a quarter of an hour already.
            Some(more) => Duration::from_secs(1 << more.min(10)).min(LONGEST),
            None => Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = 1_800_000_000_000;

    fn after(count: u32) -> Failures {
        let mut failures = Failures::default();
        (0..count).for_each(|_| failures.add(NOW));
        failures
    }

    /// Returns whether an attempt this many milliseconds after the last failure is refused.
    fn is_locked(failures: &Failures, later: Millis) -> bool {
        failures.clone().check(NOW + later).is_err()
    }

    #[test]
    fn four_failures_are_free() {
        assert!(!is_locked(&after(4), 0));
    }

    #[test]
    fn each_further_failure_doubles_the_wait() {
        for (count, seconds) in [(5, 1), (6, 2), (7, 4), (14, 512), (15, 900), (40, 900)] {
            assert!(is_locked(&after(count), seconds * 1000 - 1), "{count}");
            assert!(!is_locked(&after(count), seconds * 1000), "{count}");
        }
    }

    #[test]
    fn a_quarter_of_an_hour_of_peace_forgives() {
        let mut failures = after(8);
        assert_eq!(failures.check(NOW + (8 + 900) * 1000), Ok(()));
        failures.add(NOW);
        assert!(!is_locked(&failures, 0));
    }
}
