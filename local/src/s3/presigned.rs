//! How long presigned addresses are good. Their signatures are not verified, but their times are.

use super::{
    errors::{ACCESS_DENIED, AUTHORIZATION_QUERY, Outcome, S3Error},
    request::Request,
    times::{self, Seconds},
};

/// S3's longest validity: a week, in seconds.
const LONGEST: u64 = 7 * 24 * 60 * 60;

/// Refuses a presigned address whose time is over.
pub(super) fn check(request: &Request, now: Seconds) -> Outcome<()> {
    let is_presigned = request.query("X-Amz-Credential").is_some();
    if !is_presigned || request.headers.contains_key(http::header::AUTHORIZATION) {
        return Ok(());
    }
    let (Some(date), Some(given)) = (request.query("X-Amz-Date"), request.query("X-Amz-Expires"))
    else {
        return Err(AUTHORIZATION_QUERY.into());
    };
    let date = times::parse_basic(date).ok_or_else(|| {
        wrong("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
    })?;
    let expires = date.saturating_add(seconds(given)?);
    if now <= expires {
        return Ok(());
    }
    Err(S3Error::saying(ACCESS_DENIED, "Request has expired")
        .with("X-Amz-Expires", given)
        .with("Expires", whole(expires))
        .with("ServerTime", whole(now)))
}

fn seconds(given: &str) -> Outcome<u64> {
    let seconds: i64 = given.parse().map_err(|_| wrong("X-Amz-Expires should be a number"))?;
    let seconds =
        u64::try_from(seconds).map_err(|_| wrong("X-Amz-Expires must be non-negative"))?;
    if seconds > LONGEST {
        return Err(wrong(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given \
             X-Amz-Expires must be less than 604800 seconds",
        ));
    }
    Ok(seconds)
}

/// S3 writes these times without fractions.
fn whole(time: Seconds) -> String {
    times::iso(time).replace(".000", "")
}

fn wrong(message: &str) -> S3Error {
    S3Error::saying(AUTHORIZATION_QUERY, message)
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::super::request::tests::call;
    use super::*;

    /// 2020-02-29T23:59:30Z
    const DATE: Seconds = 1_583_020_770;

    fn code(query: &str, now: Seconds) -> Option<String> {
        let target = format!("/bucket/key?X-Amz-Credential=c&{query}");
        let request = Request::parse(call(Method::GET, &target, "")).unwrap();
        check(&request, now).err().map(|error| error.error.code)
    }

    #[test]
    fn an_address_is_good_until_its_time_is_over() {
        let query = "X-Amz-Date=20200229T235930Z&X-Amz-Expires=60";
        assert_eq!(code(query, DATE + 60), None);
        assert_eq!(code(query, DATE + 61).as_deref(), Some("AccessDenied"));
    }

    #[test]
    fn its_times_are_given_and_make_sense() {
        for wrong in [
            "X-Amz-Expires=60",
            "X-Amz-Date=20200229T235930Z",
            "X-Amz-Date=today&X-Amz-Expires=60",
            "X-Amz-Date=20200229T235930Z&X-Amz-Expires=soon",
            "X-Amz-Date=20200229T235930Z&X-Amz-Expires=-1",
            "X-Amz-Date=20200229T235930Z&X-Amz-Expires=604801",
        ] {
            let code = code(wrong, DATE);
            assert_eq!(code.as_deref(), Some("AuthorizationQueryParametersError"), "{wrong}");
        }
    }
}
