//! The words and signs of a verdict in a file: a colour alone is not seen by everyone, nor printed.

use crate::{
    engine::Kind,
    operate::{CheckVerdict, Checked},
};

/// How a verdict is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shown {
    /// It is right.
    Pass,
    /// It says nothing as long as another check has not passed.
    Skipped,
    /// It could be better: good practice that the lab does not ask for.
    Could,
    /// It could not be checked.
    Unknown,
    /// It is wrong.
    Fail,
}

impl Shown {
    /// All, best first.
    pub(super) const ALL: [Self; 5] =
        [Self::Pass, Self::Skipped, Self::Could, Self::Unknown, Self::Fail];

    pub(super) fn of(check: &Checked) -> Self {
        match check.verdict {
            CheckVerdict::Pass => Self::Pass,
            CheckVerdict::Fail if check.kind == Kind::Hardening => Self::Could,
            CheckVerdict::Fail => Self::Fail,
            CheckVerdict::Skipped { .. } => Self::Skipped,
            CheckVerdict::Unknown => Self::Unknown,
        }
    }

    /// Returns the worst of several checks. What is only recommended counts where nothing else does.
    pub(super) fn worst<'a>(checks: impl Iterator<Item = &'a Checked> + Clone) -> Option<Self> {
        let of_lab = checks.clone().filter(|check| check.kind == Kind::Lab);
        of_lab.map(Self::of).max().or_else(|| checks.map(Self::of).max())
    }

    /// Returns the word, which is also the name of its class.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Could => "could",
            Self::Skipped => "skipped",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the sign.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Pass => "✓",
            Self::Fail => "✗",
            Self::Could => "!",
            Self::Skipped => "»",
            Self::Unknown => "?",
        }
    }
}

/// Returns why a check has not passed, in a sentence; empty if it has.
pub(super) fn reason(check: &Checked) -> String {
    match check.verdict {
        CheckVerdict::Pass => String::new(),
        CheckVerdict::Fail => format!("expected {}, found {}", check.expected, check.actual),
        CheckVerdict::Skipped { because_of } => format!("skipped until `{because_of}` passes"),
        CheckVerdict::Unknown => format!("could not be checked: {}", check.actual),
    }
}
