//! What a bucket and an object may be called.

use super::errors::{KEY_TOO_LONG, Outcome, S3Error};
use crate::place::Place;

const RESERVED_PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];
const LONGEST_KEY: usize = 1024;

/// Returns whether S3 takes this name for a new bucket.
pub(super) fn is_bucket_name(name: &str) -> bool {
    let letter_or_digit = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len())
        && bytes.iter().all(|b| letter_or_digit(b) || matches!(b, b'.' | b'-'))
        && bytes.first().is_some_and(letter_or_digit)
        && bytes.last().is_some_and(letter_or_digit)
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err()
        && !RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        && !RESERVED_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

/// Returns the end of every name in the namespace that one account has to itself in one region.
pub(super) fn account_regional_suffix(place: &Place) -> String {
    format!("-{}-{}-an", place.account, place.region)
}

/// Refuses keys that are longer than S3 allows.
pub(super) fn check_key(key: &str) -> Outcome<()> {
    if key.len() <= LONGEST_KEY {
        return Ok(());
    }
    Err(S3Error::from(KEY_TOO_LONG)
        .with("Size", key.len().to_string())
        .with("MaxSizeAllowed", LONGEST_KEY.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_names() {
        for name in ["abc", "my.site", "1-2-3", "mysfits-000000000000-eu-west-1"] {
            assert!(is_bucket_name(name), "{name}");
        }
        assert!(is_bucket_name(&"a".repeat(63)));
    }

    #[test]
    fn bad_names() {
        for name in [
            "ab",
            "Abc",
            "a_b",
            "-abc",
            "abc-",
            ".abc",
            "a..b",
            "192.168.5.4",
            "xn--abc",
            "sthree-a",
            "amzn-s3-demo-x",
            "a-s3alias",
            "a--x-s3",
            "a.mrap",
            "../abc",
            "a/b",
        ] {
            assert!(!is_bucket_name(name), "{name}");
        }
        assert!(!is_bucket_name(&"a".repeat(64)));
    }

    #[test]
    fn a_key_has_at_most_1024_bytes() {
        assert!(check_key(&"k".repeat(1024)).is_ok());
        assert!(check_key(&"ä".repeat(513)).is_err());
    }
}
