//! Time as S3 writes it: seconds since 1970 in the state, ISO 8601 in XML, HTTP dates in headers.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Seconds since 1970. S3's own times have no finer grain either.
pub(super) type Seconds = u64;

/// Returns the current time.
pub(super) fn now() -> Seconds {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Formats a time as in XML: `2026-11-23T09:30:00.000Z`.
pub(super) fn iso(seconds: Seconds) -> String {
    let time = i64::try_from(seconds)
        .ok()
        .and_then(|seconds| time::OffsetDateTime::from_unix_timestamp(seconds).ok())
        .unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    let (year, month, day) = time.to_calendar_date();
    let (hour, minute, second) = time.to_hms();
    let month = u8::from(month);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000Z")
}

/// Formats a time as in headers: `Mon, 23 Nov 2026 09:30:00 GMT`.
pub(super) fn http(seconds: Seconds) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))
}

/// Reads the date of a header.
pub(super) fn parse_http(text: &str) -> Option<Seconds> {
    let time = httpdate::parse_http_date(text).ok()?;
    Some(time.duration_since(UNIX_EPOCH).ok()?.as_secs())
}

/// Reads the date of a signature: `20261123T093000Z`.
pub(super) fn parse_basic(text: &str) -> Option<Seconds> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (date.len(), time.len()) != (8, 6) || !is_plain(date) || !is_plain(time) {
        return None;
    }
    let part = |text: &str, from: usize, to: usize| text.get(from..to)?.parse::<u8>().ok();
    let (year, month) = (date.get(..4)?.parse().ok()?, part(date, 4, 6)?.try_into().ok()?);
    let date = time::Date::from_calendar_date(year, month, part(date, 6, 8)?).ok()?;
    let time = date.with_hms(part(time, 0, 2)?, part(time, 2, 4)?, part(time, 4, 6)?).ok()?;
    time.assume_utc().unix_timestamp().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_both_ways_and_read_back() {
        assert_eq!(iso(1_795_426_200), "2026-11-23T09:30:00.000Z");
        assert_eq!(http(1_795_426_200), "Mon, 23 Nov 2026 09:30:00 GMT");
        assert_eq!(parse_http("Mon, 23 Nov 2026 09:30:00 GMT"), Some(1_795_426_200));
        assert_eq!(parse_http("yesterday"), None);
        assert_eq!(parse_basic("20261123T093000Z"), Some(1_795_426_200));
        for wrong in
            ["", "20261323T093000Z", "20261123T093000", "2026-11-2T093000Z", "20261123T0930é"]
        {
            assert_eq!(parse_basic(wrong), None, "{wrong}");
        }
    }
}
