//! Conditional requests and ranges: `If-Match` and its kin, and `Range`.

use http::HeaderMap;

use super::{
    errors::{INVALID_RANGE, NO_SUCH_KEY, Outcome, PRECONDITION_FAILED, S3Error, not_implemented},
    state::Content,
    times::{self, Seconds},
};

/// The verdict on the conditions of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Give the object.
    Serve,
    /// `304`: the caller has it.
    NotModified,
    /// `412`, naming the condition.
    Failed(&'static str),
}

/// Where the four conditions are: on the request, or on the source of a copy.
pub(super) struct Names {
    matching: &'static str,
    none_match: &'static str,
    modified_since: &'static str,
    unmodified_since: &'static str,
}

/// The conditions of a read.
pub(super) const OF_READ: Names = Names {
    matching: "if-match",
    none_match: "if-none-match",
    modified_since: "if-modified-since",
    unmodified_since: "if-unmodified-since",
};

/// The conditions on the source of a copy.
pub(super) const OF_COPY: Names = Names {
    matching: "x-amz-copy-source-if-match",
    none_match: "x-amz-copy-source-if-none-match",
    modified_since: "x-amz-copy-source-if-modified-since",
    unmodified_since: "x-amz-copy-source-if-unmodified-since",
};

/// Judges the conditions of a read. An `ETag` condition, where given, counts instead of the time of
/// its kind, as in RFC 9110.
pub(super) fn judge(names: &Names, headers: &HeaderMap, etag: &str, modified: Seconds) -> Verdict {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let time = |name: &str| text(name).and_then(times::parse_http);
    if let Some(wanted) = text(names.matching) {
        if !names_etag(wanted, etag) {
            return Verdict::Failed("If-Match");
        }
    } else if time(names.unmodified_since).is_some_and(|limit| modified > limit) {
        return Verdict::Failed("If-Unmodified-Since");
    }
    let unchanged = match text(names.none_match) {
        Some(known) => names_etag(known, etag),
        None => time(names.modified_since).is_some_and(|since| modified <= since),
    };
    if unchanged { Verdict::NotModified } else { Verdict::Serve }
}

/// Returns whether a list of `ETag`s, or `*`, names this one.
fn names_etag(list: &str, etag: &str) -> bool {
    list.split(',').map(str::trim).any(|item| {
        let item = item.strip_prefix("W/").unwrap_or(item);
        item == "*" || item.trim_matches('"') == etag
    })
}

/// Checks the conditions of a write against the object as it is now.
pub(super) fn check_write(headers: &HeaderMap, current: Option<&Content>) -> Outcome<()> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("if-none-match") {
        Some("*") if current.is_some() => return Err(failed("If-None-Match")),
        Some("*") | None => {}
        Some(_) => return Err(not_implemented("If-None-Match with anything but *")),
    }
    match (text("if-match"), current) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(NO_SUCH_KEY.into()),
        (Some(wanted), Some(content)) if names_etag(wanted, &content.etag) => Ok(()),
        (Some(_), Some(_)) => Err(failed("If-Match")),
    }
}

/// Returns `PreconditionFailed`, naming the condition.
pub(super) fn failed(condition: &str) -> S3Error {
    S3Error::from(PRECONDITION_FAILED).with("Condition", condition)
}

/// Returns the first and last byte that a `Range` asks for. As on S3 a range that is not
/// understood, or more than one, means the whole object.
///
/// With `If-Range` the range counts only for the object that the caller has a part of.
pub(super) fn range(headers: &HeaderMap, etag: &str, size: u64) -> Outcome<Option<(u64, u64)>> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text("if-range").is_some_and(|known| !names_etag(known, etag)) {
        return Ok(None);
    }
    text("range").map_or(Ok(None), |range| span(range, size))
}

/// Returns the first and last byte of a range in an object of this size.
pub(super) fn span(range: &str, size: u64) -> Outcome<Option<(u64, u64)>> {
    let Some(asked) = parse_range(range) else { return Ok(None) };
    let last_byte = size.checked_sub(1);
    let span = match asked {
        Asked::From(first, last) => last_byte.map(|end| (first, last.unwrap_or(end).min(end))),
        Asked::Last(0) => None,
        Asked::Last(count) => last_byte.map(|end| (size.saturating_sub(count), end)),
    };
    match span {
        Some((first, last)) if first <= last => Ok(Some((first, last))),
        _ => Err(S3Error::from(INVALID_RANGE)
            .with("RangeRequested", range)
            .with("ActualObjectSize", size.to_string())),
    }
}

enum Asked {
    From(u64, Option<u64>),
    Last(u64),
}

fn parse_range(header: &str) -> Option<Asked> {
    let (first, last) = header.strip_prefix("bytes=")?.split_once('-')?;
    if first.is_empty() {
        return Some(Asked::Last(last.parse().ok()?));
    }
    let first = first.parse().ok()?;
    if last.is_empty() {
        return Some(Asked::From(first, None));
    }
    let last = last.parse().ok()?;
    (first <= last).then_some(Asked::From(first, Some(last)))
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header};

    use super::*;

    const CHANGED: Seconds = 1_795_426_200;
    const AT_CHANGE: &str = "Mon, 23 Nov 2026 09:30:00 GMT";
    const BEFORE: &str = "Mon, 23 Nov 2026 09:29:59 GMT";

    fn read(headers: &[(&'static str, &'static str)]) -> Verdict {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
            .collect();
        judge(&OF_READ, &headers, "abc", CHANGED)
    }

    #[test]
    fn etags_decide() {
        assert_eq!(read(&[]), Verdict::Serve);
        assert_eq!(read(&[("if-none-match", "\"x\", W/\"abc\"")]), Verdict::NotModified);
        assert_eq!(read(&[("if-none-match", "\"x\"")]), Verdict::Serve);
        assert_eq!(read(&[("if-match", "abc")]), Verdict::Serve);
        assert_eq!(read(&[("if-match", "\"x\"")]), Verdict::Failed("If-Match"));
    }

    #[test]
    fn times_decide_where_no_etag_is_given() {
        assert_eq!(read(&[("if-modified-since", AT_CHANGE)]), Verdict::NotModified);
        assert_eq!(read(&[("if-modified-since", BEFORE)]), Verdict::Serve);
        let late = Verdict::Failed("If-Unmodified-Since");
        assert_eq!(read(&[("if-unmodified-since", BEFORE)]), late);
        assert_eq!(read(&[("if-unmodified-since", BEFORE), ("if-match", "abc")]), Verdict::Serve);
        let newer = [("if-modified-since", AT_CHANGE), ("if-none-match", "\"x\"")];
        assert_eq!(read(&newer), Verdict::Serve);
    }

    #[test]
    fn ranges() {
        assert_eq!(span("bytes=2-4", 10).unwrap(), Some((2, 4)));
        assert_eq!(span("bytes=2-", 10).unwrap(), Some((2, 9)));
        assert_eq!(span("bytes=-3", 10).unwrap(), Some((7, 9)));
        assert_eq!(span("bytes=-30", 10).unwrap(), Some((0, 9)));
        assert_eq!(span("bytes=5-100", 10).unwrap(), Some((5, 9)));
        for ignored in ["bytes=4-2", "bytes=1-2,4-5", "lines=1-2", "bytes=a-b"] {
            assert_eq!(span(ignored, 10).unwrap(), None, "{ignored}");
        }
        for (beyond, size) in [("bytes=10-", 10), ("bytes=-0", 10), ("bytes=0-", 0)] {
            assert!(span(beyond, size).is_err(), "{beyond}");
        }
    }

    #[test]
    fn a_range_counts_only_for_the_object_that_is_known() {
        let headers = |known| {
            let ranged = (header::RANGE, HeaderValue::from_static("bytes=0-1"));
            HeaderMap::from_iter([ranged, (header::IF_RANGE, HeaderValue::from_static(known))])
        };
        assert_eq!(range(&headers("\"abc\""), "abc", 10).unwrap(), Some((0, 1)));
        assert_eq!(range(&headers("\"old\""), "abc", 10).unwrap(), None);
    }
}
