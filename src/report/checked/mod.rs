//! The files that `check` writes of a checked lab: for a CI server, for people, for a course. Each
//! format is one file here, and renders nothing but the result.

mod classroom50;
#[cfg(test)]
pub(super) mod examples;
mod html;
mod junit;
mod picture;
mod verdict;

use std::time::SystemTime;

use clap::ValueEnum;

pub(crate) use classroom50::Submission;

use crate::{
    error::Exit,
    operate::{CheckVerdict, CheckedLab},
};

/// The formats of the files that `check` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// JUnit XML, which every CI server shows
    Junit,
    /// One page to read, to print and to hand in
    Html,
    /// The `result.json` of an autograder of Classroom 50
    Classroom50,
}

impl ReportFormat {
    /// Returns the name of its file, unless another is chosen.
    pub(crate) fn file(self) -> &'static str {
        match self {
            Self::Junit => "check.xml",
            Self::Html => "check.html",
            // The runner of Classroom 50 looks for this one.
            Self::Classroom50 => "result.json",
        }
    }
}

/// A report to be written into a file.
pub(crate) struct CheckReport<'a> {
    /// What was checked.
    pub(crate) checked: &'a CheckedLab,
    /// When.
    pub(crate) at: SystemTime,
}

impl CheckReport<'_> {
    /// Returns JUnit XML.
    pub(crate) fn junit(&self) -> String {
        junit::text(self.checked, self.at)
    }

    /// Returns the page.
    pub(crate) fn html(&self) -> String {
        html::page(self.checked, self.at)
    }

    /// Returns `result.json` for this submission.
    pub(crate) fn classroom50(&self, submission: &Submission) -> String {
        classroom50::text(self.checked, submission, self.at)
    }

    /// Returns the exit code of an autograder: a grade is no error, however low. Where nothing could be
    /// checked there is no grade, and the result must not be taken for one.
    pub(crate) fn graded(&self) -> Exit {
        let is_decided = |verdict| matches!(verdict, CheckVerdict::Pass | CheckVerdict::Fail);
        let decided = self.checked.checks.iter().any(|check| is_decided(check.verdict));
        if decided { Exit::Done } else { Exit::Failed }
    }
}
