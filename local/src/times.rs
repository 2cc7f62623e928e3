//! Time as the services keep and write it: milliseconds since 1970 in the state, ISO 8601 or
//! seconds since 1970 in answers.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970.
pub(crate) type Millis = u64;

/// Returns the current time.
pub(crate) fn now() -> Millis {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, whole)
}

/// Returns the time this long after another.
pub(crate) fn after(start: Millis, wait: Duration) -> Millis {
    start.saturating_add(whole(wait))
}

/// Formats a time as in answers: `2026-11-23T09:30:00.250Z`.
pub(crate) fn iso(time: Millis) -> String {
    let seconds = i64::try_from(time / 1000).unwrap_or(0);
    let time_of = time::OffsetDateTime::from_unix_timestamp(seconds);
    let full = time_of.unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    let (year, month, day) = full.to_calendar_date();
    let (hour, minute, second) = full.to_hms();
    let (month, millis) = (u8::from(month), time % 1000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// Returns a time as seconds since 1970, as AWS's JSON protocols write it.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of this age fit into an f64")]
pub(crate) fn epoch_seconds(time: Millis) -> f64 {
    time as f64 / 1000.0
}

fn whole(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_with_its_milliseconds() {
        assert_eq!(iso(1_795_426_200_250), "2026-11-23T09:30:00.250Z");
        assert!((epoch_seconds(1_795_426_200_250) - 1_795_426_200.25).abs() < f64::EPSILON);
        assert_eq!(after(1_000, Duration::from_secs(2)), 3_000);
    }
}
