//! Times in journals and reports, to the millisecond.

use std::time::SystemTime;

use aws_smithy_types::date_time::{DateTime, Format};

/// Returns a time as text, such as `2026-11-28T06:00:00.07Z`.
pub(crate) fn text(time: SystemTime) -> String {
    let time = DateTime::from(time);
    let whole = time.to_millis().map_or(time, DateTime::from_millis);
    // Only times in the far future have no format.
    whole.fmt(Format::DateTime).unwrap_or_default()
}

/// Returns the time that a text says; `None` if it says none. As text they have no order: zeros at the
/// end are left out.
pub(crate) fn read(text: &str) -> Option<SystemTime> {
    SystemTime::try_from(DateTime::from_str(text, Format::DateTime).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for millis in [0, 1, 70, 1_000, 1_764_309_600_070, 1_764_309_600_700] {
            let time = UNIX_EPOCH + Duration::from_millis(millis);
            assert_eq!(read(&text(time)), Some(time), "{millis}");
        }
        assert!(read("2026-11-28T06:00:00Z") < read("2026-11-28T06:00:00.07Z"));
        assert_eq!(read("yesterday"), None);
    }
}
