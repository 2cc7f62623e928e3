//! How far this machine's clock is from AWS's.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use aws_smithy_types::date_time::{DateTime, Format};

/// The seconds by which this machine's clock is ahead, as far as they are known.
#[derive(Clone, Debug, Default)]
pub(super) struct Ahead(Arc<Mutex<Option<i64>>>);

impl Ahead {
    /// Returns the seconds.
    pub(super) fn seconds(&self) -> Option<i64> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the time of an answer, which has just arrived. The way of the answer counts as well: a
    /// few seconds, while AWS permits minutes.
    pub(super) fn read(&self, date: Option<&str>, now: SystemTime) {
        let there = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
        if let Some(there) = there {
            let seconds = DateTime::from(now).secs() - there.secs();
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(seconds);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_date_of_an_answer_tells() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let ahead = Ahead::default();
        for unreadable in [None, Some(""), Some("yesterday")] {
            ahead.read(unreadable, now);
            assert_eq!(ahead.seconds(), None);
        }
        ahead.read(Some("Sun, 06 Nov 1994 08:39:37 GMT"), now);
        assert_eq!(ahead.seconds(), Some(600));
        ahead.read(Some("Sun, 06 Nov 1994 08:50:37 GMT"), now);
        assert_eq!(ahead.seconds(), Some(-60));
    }
}
