//! The time that clients sign: `Mon Nov 23 09:30:00 UTC 2026`, the day without a leading zero.

use std::time::Duration;

use time::{Date, Month};

use crate::{
    cognito::errors::{Outcome, invalid, not_authorized},
    times::Millis,
};

/// How far a client's clock may be off.
const SKEW: Duration = Duration::from_mins(15);

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Refuses a time that is not written like this, or far from now.
pub(super) fn check(text: &str, now: Millis) -> Outcome<()> {
    let seconds = parsed(text).ok_or_else(|| {
        invalid("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
    })?;
    if seconds.abs_diff(now / 1000) > SKEW.as_secs() {
        return Err(not_authorized("Incorrect username or password."));
    }
    Ok(())
}

/// Parses it to seconds since 1970.
fn parsed(text: &str) -> Option<u64> {
    let mut words = text.split(' ');
    let mut word = || words.next();
    let (weekday, month, day, clock, zone, year) =
        (word()?, word()?, word()?, word()?, word()?, word()?);
    if zone != "UTC" || word().is_some() || day.starts_with('0') {
        return None;
    }
    let month = MONTHS.iter().position(|name| *name == month)?;
    let month = Month::try_from(u8::try_from(month + 1).ok()?).ok()?;
    let date = Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    if DAYS[usize::from(date.weekday().number_days_from_monday())] != weekday {
        return None;
    }
    let clock: Vec<u8> = clock.split(':').map(two_digits).collect::<Option<_>>()?;
    let [hour, minute, second] = clock[..] else { return None };
    let time = date.with_hms(hour, minute, second).ok()?.assume_utc();
    u64::try_from(time.unix_timestamp()).ok()
}

fn two_digits(text: &str) -> Option<u8> {
    if text.len() == 2 { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = 1_795_426_200_250;

    #[test]
    fn the_time_is_now_and_in_english() {
        assert_eq!(check("Mon Nov 23 09:30:00 UTC 2026", NOW), Ok(()));
        assert_eq!(check("Mon Nov 23 09:16:00 UTC 2026", NOW), Ok(()));
        let old = check("Mon Nov 23 09:14:00 UTC 2026", NOW).unwrap_err();
        assert_eq!(old.code, "NotAuthorizedException");
        assert_eq!(parsed("Tue Dec 1 00:00:00 UTC 2026"), Some(1_796_083_200));
    }

    #[test]
    fn other_forms_are_refused() {
        for bad in [
            "",
            "Tue Nov 23 09:30:00 UTC 2026",
            "Mon Nov 23 9:30:00 UTC 2026",
            "Mon Nov 23 09:30 UTC 2026",
            "Mon Nov 23 09:30:00 CET 2026",
            "Mo Nov 23 09:30:00 UTC 2026",
            "Tue Dec 01 00:00:00 UTC 2026",
            "Mon Nov 23 09:30:00 UTC 2026 ",
        ] {
            assert_eq!(check(bad, NOW).unwrap_err().code, "InvalidParameterException", "{bad}");
        }
    }
}
