//! What a resource declares of how its work shows, to be checked without changing anything.

use std::borrow::Cow;

use crate::{aws::Operation, http::Answer, lab::Placeholder};

/// Whose demand a check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The lab's text asks for it. It gives points.
    Lab,
    /// Good practice beyond the lab's text. It is shown, and gives no points.
    Hardening,
}

/// A check of one resource: one thing that is right or wrong.
#[derive(Debug)]
pub(crate) struct Check {
    /// Its name, unique in the lab. Graders refer to it, so it never changes.
    pub(crate) id: &'static str,
    /// What is true when it passes, in a short sentence.
    pub(crate) title: &'static str,
    /// Whose demand it is.
    pub(crate) kind: Kind,
    /// What it is worth: nothing exactly if it is about hardening.
    pub(crate) points: u32,
    /// The checks without which it says nothing: while one has not passed, it is skipped.
    pub(crate) depends_on: &'static [&'static str],
    /// What it looks at.
    pub(crate) on: Subject,
    /// Why it matters, in a sentence from which a student learns.
    pub(crate) why: &'static str,
    /// What to do if it fails. Commands are in backticks.
    pub(crate) hint: &'static str,
}

/// A check that the lab's text asks for, to be completed.
pub(crate) const LAB: Check = Check {
    id: "",
    title: "",
    kind: Kind::Lab,
    points: 1,
    depends_on: &[],
    on: Subject::Presence,
    why: "",
    hint: "",
};

/// A check of good practice, to be completed.
pub(crate) const HARDENING: Check = Check { kind: Kind::Hardening, points: 0, ..LAB };

/// What a check looks at.
#[derive(Debug)]
pub(crate) enum Subject {
    /// Whether the resource exists. The first of its operations shows that.
    Presence,
    /// The settings with this name, or below it, that a look at the resource reports, and the operation
    /// that shows them.
    Setting(&'static Operation, &'static str),
    /// How something answers from outside, without credentials.
    Probe(Probe),
    /// Whether the site's configuration has this value, and it is the lab's.
    Named(Placeholder),
    /// Whether the site's configuration has this address, and calls it over TLS.
    Encrypted(Placeholder),
    /// Whether the site holds the nonce that the grader gave out. Without a nonce there is no such
    /// check.
    Nonce,
}

impl Subject {
    /// Returns whether it can be looked at from outside, without credentials.
    pub(crate) fn is_outside(&self) -> bool {
        !matches!(self, Self::Presence | Self::Setting(..))
    }
}

/// A request from outside, and what to think of the answer. It must not change anything, whatever
/// answers.
#[derive(Debug)]
pub(crate) struct Probe {
    /// The address that the path is appended to.
    pub(crate) at: Placeholder,
    /// The method.
    pub(crate) method: &'static str,
    /// The path, with its slash, and the query.
    pub(crate) path: &'static str,
    /// The headers.
    pub(crate) headers: &'static [(&'static str, &'static str)],
    /// The body, JSON that may have placeholders; empty for none.
    pub(crate) body: &'static str,
    /// Returns what to think of the answer.
    pub(crate) judge: fn(&Answer) -> Judged,
}

/// A request without headers and body, to be completed.
pub(crate) const GET: Probe = Probe {
    at: crate::lab::placeholders::SITE_URL,
    method: "GET",
    path: "/",
    headers: &[],
    body: "",
    judge: |_| Judged::same(""),
};

/// What was expected, and what was found. It passes if the two are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Judged {
    /// What was expected.
    pub(crate) expected: Cow<'static, str>,
    /// What was found.
    pub(crate) actual: Cow<'static, str>,
}

impl Judged {
    /// What was expected was found.
    pub(crate) fn same(text: impl Into<Cow<'static, str>>) -> Self {
        let expected = text.into();
        Self { actual: expected.clone(), expected }
    }

    /// What was expected was found if `passed`, else this.
    pub(crate) fn of(
        passed: bool,
        expected: impl Into<Cow<'static, str>>,
        otherwise: impl Into<Cow<'static, str>>,
    ) -> Self {
        if passed {
            return Self::same(expected);
        }
        Self { expected: expected.into(), actual: otherwise.into() }
    }

    /// Returns whether it passes.
    pub(crate) fn passed(&self) -> bool {
        self.expected == self.actual
    }
}
