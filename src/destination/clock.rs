//! AWS's clock, as the first answer tells it. The times that AWS reports are compared with it, and it
//! refuses signatures of a machine whose own clock is wrong.

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, SystemTime},
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept, context::BeforeDeserializationInterceptorContextRef, dyn_dispatch_hint,
        },
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::{
    config_bag::ConfigBag,
    date_time::{DateTime, Format},
};

use super::Destination;
use crate::{
    error::{Code, Error, Result},
    lab::{Expiry, Lifetime},
};

/// Reads the time of an answer, which AWS gives in seconds. The way of the answer counts as well: a
/// few seconds, while AWS permits minutes.
#[derive(Clone, Debug, Default)]
pub(super) struct Clock(Arc<OnceLock<i64>>);

impl Clock {
    /// Returns the seconds by which this machine's clock is ahead of AWS's; `None` if no answer said
    /// the time.
    pub(super) fn ahead(&self) -> Option<i64> {
        self.0.get().copied()
    }
}

#[dyn_dispatch_hint]
impl Intercept for Clock {
    fn name(&self) -> &'static str {
        "mysfits clock"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        if let Some(seconds) = date.and_then(|date| ahead_of(date, SystemTime::now())) {
            let _ = self.0.set(seconds);
        }
        Ok(())
    }
}

/// Returns the seconds by which a time is ahead of a date header.
fn ahead_of(date: &str, now: SystemTime) -> Option<i64> {
    let there = DateTime::from_str(date, Format::HttpDate).ok()?;
    Some(DateTime::from(now).secs() - there.secs())
}

/// Returns the error where times have to be compared and AWS did not say its own.
pub(crate) fn no_time() -> Error {
    Error::new(Code::Refused, "AWS did not say the time, with which the end of a lab is compared")
}

/// Returns a time less these seconds.
fn less(time: SystemTime, seconds: i64) -> SystemTime {
    let span = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { time + span } else { time - span }
}

impl Destination {
    /// Returns the seconds by which this machine's clock is ahead of AWS's; `None` if AWS did not say
    /// the time.
    pub(crate) fn clock_ahead(&self) -> Option<i64> {
        self.ahead
    }

    /// Returns when a lab may go that is needed for so long from now on.
    ///
    /// # Errors
    /// When AWS did not say the time.
    pub(crate) fn expiry(&self, lifetime: Lifetime) -> Result<Expiry> {
        let now = self.now().ok_or_else(no_time)?;
        Ok(Expiry::after(now, lifetime))
    }

    /// Returns the time by AWS's clock; `None` if AWS did not say the time.
    pub(crate) fn now(&self) -> Option<SystemTime> {
        Some(less(SystemTime::now(), self.ahead?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_an_answer_tells() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert_eq!(ahead_of("Sun, 06 Nov 1994 08:39:37 GMT", now), Some(600));
        assert_eq!(ahead_of("Sun, 06 Nov 1994 08:50:37 GMT", now), Some(-60));
        for unreadable in ["", "yesterday"] {
            assert_eq!(ahead_of(unreadable, now), None);
        }
        let minute = Duration::from_mins(1);
        assert_eq!([less(now, 60), less(now, -60)], [now - minute, now + minute]);
    }
}
