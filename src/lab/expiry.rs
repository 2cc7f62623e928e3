//! When a lab may go: a time that is on its resources as a tag. Teachers remove what has expired, by
//! AWS's clock.

use std::{
    fmt, iter,
    str::FromStr,
    time::{Duration, SystemTime},
};

use aws_smithy_types::date_time::{DateTime, Format};

use super::LAB_TAG;

/// The key of the tag with the time. A lab ends with the latest one on any of its resources, so that a
/// tag that was not moved removes nothing too early.
pub(crate) const EXPIRES_TAG: &str = "mysfits:expires";

/// Returns the tags of a lab's resource: its name, and when it may go, if that is known.
pub(crate) fn own_tags(
    lab: &str,
    expires: Option<Expiry>,
) -> impl Iterator<Item = (&'static str, String)> {
    let expires = expires.map(|expires| (EXPIRES_TAG, expires.to_string()));
    iter::once((LAB_TAG, lab.to_owned())).chain(expires)
}

/// The longest lifetime, in minutes: 30 days.
const LONGEST: u64 = 30 * 24 * 60;

/// How long a lab is needed, such as `90m`, `8h` or `2d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lifetime(Duration);

impl FromStr for Lifetime {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let of_unit = |(unit, minutes): (char, u64)| {
            let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
            number.checked_mul(minutes)
        };
        match [('m', 1), ('h', 60), ('d', 24 * 60)].into_iter().find_map(of_unit) {
            Some(minutes @ 1..=LONGEST) => Ok(Self(Duration::from_secs(60 * minutes))),
            _ => Err("it is a number of minutes, hours or days, such as `8h`; 30 days at most"),
        }
    }
}

/// The time at which a lab may go, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Expiry(i64);

impl Expiry {
    /// Returns the time after this lifetime.
    pub(crate) fn after(now: SystemTime, Lifetime(lifetime): Lifetime) -> Self {
        Self(DateTime::from(now + lifetime).secs())
    }

    /// Returns the time in a tag; `None` if it is none. Somebody may have written anything there.
    pub(crate) fn of_tag(value: &str) -> Option<Self> {
        Some(Self(DateTime::from_str(value, Format::DateTime).ok()?.secs()))
    }

    /// Returns whether it is over.
    pub(crate) fn is_past(self, now: SystemTime) -> bool {
        self.0 <= DateTime::from(now).secs()
    }
}

/// As in the tag: `2026-11-29T18:00:00Z`.
impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = DateTime::from_secs(self.0).fmt(Format::DateTime).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_minutes_hours_or_days() {
        for (text, minutes) in [("90m", 90), ("8h", 480), ("30d", LONGEST)] {
            assert_eq!(text.parse(), Ok(Lifetime(Duration::from_secs(60 * minutes))), "{text}");
        }
        for bad in ["", "8", "h", "0h", "-1h", "1.5h", "31d", "8 h", "8ü", "99999999999999999999d"]
        {
            assert!(bad.parse::<Lifetime>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_time_is_in_the_tag_as_it_was_set() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_500);
        let expiry = Expiry::after(now, "8h".parse().unwrap());
        assert_eq!(expiry.to_string(), "1970-01-01T08:00:01Z");
        assert_eq!(Expiry::of_tag(&expiry.to_string()), Some(expiry));
        assert_eq!(Expiry::of_tag("tomorrow"), None);
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        assert!(!expiry.is_past(at(28_800)) && expiry.is_past(at(28_801)));
    }
}
