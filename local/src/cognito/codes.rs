//! The codes that users are sent, and how often they may be requested and guessed.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::{
    errors::{Outcome, bad},
    secret,
};
use crate::{
    service::AwsError,
    times::{self, Millis},
};

const DAY: Duration = Duration::from_hours(24);
const HOUR: Duration = Duration::from_hours(1);

/// How many codes a user gets in an hour, and how many wrong ones may be tried. AWS documents 5 to
/// 20 for both, depending on the risk that it sees.
const MOST: usize = 5;

/// What a code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Purpose {
    /// To confirm a sign-up.
    SignUp,
    /// To choose a new password.
    Reset,
    /// To verify a changed e-mail address.
    Email,
}

impl Purpose {
    fn lasts(self) -> Duration {
        match self {
            Purpose::Reset => HOUR,
            Purpose::SignUp | Purpose::Email => DAY,
        }
    }
}

/// The codes of one purpose.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Codes {
    /// The last one, until it is used. It invalidates those before it.
    current: Option<String>,
    /// When codes were sent in the last hour.
    sent: Vec<Millis>,
    /// When wrong codes were tried in the last hour.
    missed: Vec<Millis>,
}

impl Codes {
    /// Issues a new code.
    pub(super) fn issue(&mut self, now: Millis) -> Outcome<String> {
        forget(&mut self.sent, now);
        if self.sent.len() >= MOST {
            return Err(too_many());
        }
        let code = secret::code()?;
        self.sent.push(now);
        self.current = Some(code.clone());
        Ok(code)
    }

    /// Uses a code. A wrong one counts, so the codes must be saved even if this fails.
    pub(super) fn check(&mut self, purpose: Purpose, code: &str, now: Millis) -> Outcome<()> {
        forget(&mut self.missed, now);
        if self.missed.len() >= MOST {
            return Err(too_many());
        }
        let sent = self.sent.last().copied().unwrap_or_default();
        let current = self.current.as_deref();
        let current = current.filter(|_| now <= times::after(sent, purpose.lasts()));
        let current = current.ok_or_else(expired)?;
        if !bool::from(current.as_bytes().ct_eq(code.as_bytes())) {
            self.missed.push(now);
            return Err(mismatch());
        }
        self.current = None;
        self.missed.clear();
        Ok(())
    }
}

/// Forgets what is more than an hour old.
fn forget(times: &mut Vec<Millis>, now: Millis) {
    times.retain(|time| times::after(*time, HOUR) > now);
}

pub(super) fn mismatch() -> AwsError {
    bad("CodeMismatchException", "Invalid verification code provided, please try again.")
}

pub(super) fn expired() -> AwsError {
    bad("ExpiredCodeException", "Invalid code provided, please request a code again.")
}

fn too_many() -> AwsError {
    bad("LimitExceededException", "Attempt limit exceeded, please try after some time.")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Millis = 60_000;
    const NOW: Millis = 1_800_000_000_000;

    fn code(outcome: Outcome<()>) -> String {
        outcome.unwrap_err().code
    }

    /// Returns a code that differs from this one.
    fn other(code: &str) -> &'static str {
        if code == "000000" { "000001" } else { "000000" }
    }

    #[test]
    fn a_code_is_good_once_and_for_a_while() {
        for (purpose, hours) in [(Purpose::SignUp, 24), (Purpose::Reset, 1)] {
            let mut codes = Codes::default();
            assert_eq!(code(codes.check(purpose, "123456", NOW)), "ExpiredCodeException");
            let last = NOW + hours * 60 * MINUTE;
            let sent = codes.issue(NOW).unwrap();
            let late = codes.clone().check(purpose, &sent, last + 1);
            assert_eq!(code(late), "ExpiredCodeException");
            assert_eq!(codes.check(purpose, &sent, last), Ok(()));
            assert_eq!(code(codes.check(purpose, &sent, last)), "ExpiredCodeException");
        }
    }

    #[test]
    fn only_the_last_code_counts() {
        let mut codes = Codes::default();
        let first = codes.issue(NOW).unwrap();
        let last = codes.issue(NOW + 1).unwrap();
        if first != last {
            assert_eq!(
                code(codes.check(Purpose::SignUp, &first, NOW + 2)),
                "CodeMismatchException"
            );
        }
        assert_eq!(codes.check(Purpose::SignUp, &last, NOW + 2), Ok(()));
    }

    #[test]
    fn guessing_ends_soon() {
        let mut codes = Codes::default();
        let sent = codes.issue(NOW).unwrap();
        for _ in 0..MOST {
            let wrong = codes.check(Purpose::SignUp, other(&sent), NOW);
            assert_eq!(code(wrong), "CodeMismatchException");
        }
        let limit = "LimitExceededException";
        assert_eq!(code(codes.check(Purpose::SignUp, &sent, NOW + 59 * MINUTE)), limit);
        assert_eq!(codes.check(Purpose::SignUp, &sent, NOW + 61 * MINUTE), Ok(()));
    }

    #[test]
    fn asking_ends_too() {
        let mut codes = Codes::default();
        for _ in 0..MOST {
            codes.issue(NOW).unwrap();
        }
        let error = codes.issue(NOW + 59 * MINUTE).unwrap_err();
        assert_eq!(error.code, "LimitExceededException");
        assert!(codes.issue(NOW + 61 * MINUTE).is_ok());
    }
}
