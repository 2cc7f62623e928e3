//! Who works there: the account, the identity, and its credentials.

use std::time::Duration;

use super::Finding;
use crate::destination::{Credentials, Destination};

/// Credentials that end sooner may end in the middle of a deployment, which takes some ten minutes.
const SOON: Duration = Duration::from_mins(30);

/// Returns what is known of the caller.
pub(super) fn findings(destination: &Destination) -> Vec<Finding> {
    vec![
        Finding::ok("account", destination.account.as_str()),
        identity(&destination.identity.to_string()),
        of_credentials(destination.credentials),
    ]
}

/// Judges the identity, in AWS's words without the account.
fn identity(who: &str) -> Finding {
    if who == "root" {
        return Finding::warn("identity", "the account's root user")
            .expected("a user or a role")
            .hint("sign in as a user or a role: nothing limits what root's keys can do");
    }
    Finding::ok("identity", who)
}

fn of_credentials(credentials: Credentials) -> Finding {
    const CHECK: &str = "credentials";
    let is_session = credentials.are_temporary;
    let kind = if is_session { "of a session" } else { "a key without an end" };
    match credentials.left() {
        None => Finding::ok(CHECK, kind),
        Some(left) => {
            let actual = format!("{kind}, for {} more", span(left));
            if left >= SOON {
                return Finding::ok(CHECK, actual);
            }
            Finding::warn(CHECK, actual)
                .expected(format!("at least {}", span(SOON)))
                .hint("sign in again before you deploy: `aws login`, or the page of your course")
        }
    }
}

/// Writes a time in hours and minutes.
pub(super) fn span(time: Duration) -> String {
    let minutes = time.as_secs() / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::operate::doctor::Verdict;

    #[test]
    fn credentials_that_end_soon_are_a_warning() {
        let of = |left: Option<Duration>| {
            let end = left.map(|left| SystemTime::now() + left);
            of_credentials(Credentials { are_temporary: true, end })
        };
        assert_eq!(of(None), Finding::ok("credentials", "of a session"));
        assert_eq!(of(Some(Duration::from_hours(4))).verdict, Verdict::Ok);
        assert_eq!(of(Some(SOON / 2)).verdict, Verdict::Warn);
        let over = of(Some(Duration::ZERO));
        assert_eq!(over.actual, "of a session, for 0 min more");
    }

    #[test]
    fn root_is_a_warning() {
        assert_eq!(identity("root").verdict, Verdict::Warn);
        assert_eq!(identity("user/ana"), Finding::ok("identity", "user/ana"));
    }

    #[test]
    fn a_span_has_hours_and_minutes() {
        let of = |minutes: u64| span(Duration::from_secs(minutes * 60));
        assert_eq!([of(0), of(59), of(60), of(61)], ["0 min", "59 min", "1 h", "1 h 1 min"]);
    }
}
