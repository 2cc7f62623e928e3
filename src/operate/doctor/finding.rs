//! A finding: one thing that was looked at, and whether the lab can live with it.

use crate::{
    aws::Failure,
    error::{Code, Error},
};

/// What a finding means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is as the lab needs it.
    Ok,
    /// The lab works, and something should be known.
    Warn,
    /// The lab, or a part of it, cannot be deployed.
    Fail,
    /// It could not be looked at.
    Unknown,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// What was looked at.
    pub(crate) check: String,
    /// What it means.
    pub(crate) verdict: Verdict,
    /// What the lab needs, unless that is obvious.
    pub(crate) expected: Option<String>,
    /// What was seen.
    pub(crate) actual: String,
    /// What to do about it; empty if there is no advice.
    pub(crate) hint: String,
    /// The error with which `deploy` stops because of it.
    pub(crate) stops: Option<Code>,
}

impl Finding {
    fn new(check: impl Into<String>, verdict: Verdict, actual: impl Into<String>) -> Self {
        let (check, actual) = (check.into(), actual.into());
        Self { check, verdict, expected: None, actual, hint: String::new(), stops: None }
    }

    /// It is as it should be.
    pub(super) fn ok(check: impl Into<String>, actual: impl Into<String>) -> Self {
        Self::new(check, Verdict::Ok, actual)
    }

    /// It should be known.
    pub(super) fn warn(check: impl Into<String>, actual: impl Into<String>) -> Self {
        Self::new(check, Verdict::Warn, actual)
    }

    /// The lab cannot live with it.
    pub(super) fn fail(check: impl Into<String>, actual: impl Into<String>) -> Self {
        Self::new(check, Verdict::Fail, actual)
    }

    /// It could not be looked at, for this reason.
    pub(super) fn unknown(check: impl Into<String>, why: impl Into<String>) -> Self {
        Self::new(check, Verdict::Unknown, why)
    }

    /// It could not be looked at, because of a failed call.
    pub(super) fn unseen(check: impl Into<String>, failure: Failure) -> Self {
        Self::failed(check, &Error::from(failure))
    }

    /// It could not be looked at, because of this error.
    pub(super) fn failed(check: impl Into<String>, error: &Error) -> Self {
        Self::unknown(check, error.in_short()).hint(error.advice())
    }

    /// Sets what the lab needs.
    pub(super) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// Sets what to do about it.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Sets the error with which `deploy` stops because of it.
    pub(super) fn stops(mut self, code: Code) -> Self {
        self.stops = Some(code);
        self
    }

    /// Returns the error with which `deploy` stops; `None` if it continues.
    pub(super) fn error(&self) -> Option<Error> {
        let code = self.stops.filter(|_| self.verdict == Verdict::Fail)?;
        let expected = self.expected.as_ref().map(|it| format!(", expected: {it}"));
        let message = format!("{}: {}{}", self.check, self.actual, expected.unwrap_or_default());
        let error = Error::new(code, message);
        Some(if self.hint.is_empty() { error } else { error.hint(&self.hint) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_failed_for_certain_stops_a_deploy() {
        let finding = Finding::fail("clock", "10 min ahead").stops(Code::Clock).hint("set it");
        let error = finding.error().unwrap();
        assert_eq!((error.code, error.message.as_str()), (Code::Clock, "clock: 10 min ahead"));
        assert_eq!(error.advice(), "set it");
        assert_eq!(Finding::fail("a", "b").error(), None);
        for verdict in [Verdict::Ok, Verdict::Warn, Verdict::Unknown] {
            assert_eq!(Finding { verdict, ..finding.clone() }.error(), None);
        }
    }
}
