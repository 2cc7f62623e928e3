//! The files that `mysfits check` writes.

use std::{path::PathBuf, time::SystemTime};

use super::{command_line::quoted, environment};
use crate::{
    error::{Code, Error, Exit, Result},
    operate::CheckedLab,
    report::{CheckReport, ReportFormat, Screen, Submission},
};

/// The report as a file
#[derive(Debug, clap::Args)]
pub(super) struct ReportFlags {
    /// Also write the result into a file
    #[arg(long, value_enum, value_name = "FORMAT")]
    report: Option<ReportFormat>,
    /// The file [default: `check.xml`, `check.html` or `result.json`]
    #[arg(long, value_name = "FILE", requires = "report", hide_short_help = true)]
    out: Option<PathBuf>,
}

/// A report that will be written.
pub(super) struct Planned {
    file: PathBuf,
    content: Content,
}

enum Content {
    Junit,
    Html,
    /// The result of this submission.
    Classroom50(Submission),
}

impl ReportFlags {
    /// Returns the report that is to be written, if any. Checking takes a while, so what is missing is
    /// told before.
    ///
    /// # Errors
    /// When the format needs something that is not there.
    pub(super) fn planned(&self) -> Result<Option<Planned>> {
        let Some(format) = self.report else { return Ok(None) };
        let file = self.out.clone().unwrap_or_else(|| format.file().into());
        let content = match format {
            ReportFormat::Junit => Content::Junit,
            ReportFormat::Html => Content::Html,
            ReportFormat::Classroom50 => {
                Content::Classroom50(Submission::read(environment::variable)?)
            }
        };
        Ok(Some(Planned { file, content }))
    }
}

impl Planned {
    /// Writes the report, and returns the exit code of the command: an autograder has its own.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn write(&self, checked: &CheckedLab, screen: &Screen) -> Result<Exit> {
        let report = CheckReport { checked, at: SystemTime::now() };
        let (text, exit) = match &self.content {
            Content::Junit => (report.junit(), checked.exit()),
            Content::Html => (report.html(), checked.exit()),
            Content::Classroom50(submission) => (report.classroom50(submission), report.graded()),
        };
        std::fs::write(&self.file, text)
            .map_err(|error| Error::new(Code::Io, format!("`{}`: {error}", self.file.display())))?;
        screen.say(&format!("The report is in `{}`.", quoted(&self.file.to_string_lossy())));
        Ok(exit)
    }
}
