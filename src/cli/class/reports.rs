//! `mysfits class reports`: what students handed in.

use std::{
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

use crate::{
    cli::{help::Example, private_file, settings::Settings},
    error::{Exit, Result},
    operate::handed_in::{self, HandedIn, LARGEST},
    report::{ReportSheet, Reports, Screen},
};

/// The examples in the help.
pub(in crate::cli) const EXAMPLES: &[Example] = &[Example::parsed(
    "mysfits class reports anna.json ben.json --csv",
    "A line for each student, for a gradebook",
    "it reads files; the tests of reports have some",
)];

/// Read what students handed in, and find reports of the same lab
///
/// `mysfits report` writes them. AWS is not called. A report is a text file that its owner can edit:
/// what it names has to be looked at from outside.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The reports
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print CSV for a spreadsheet or a gradebook
    #[arg(long)]
    csv: bool,
    /// Write the CSV into this file, which only you can read
    #[arg(long, value_name = "FILE", requires = "csv")]
    out: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long, requires = "out")]
    force: bool,
}

pub(super) fn run(settings: &Settings, args: &Args) -> Result<Exit> {
    let screen = Screen::new(settings.screen);
    let handed_in = HandedIn::read(args.files.iter().map(|path| read(path)));
    let sheet = ReportSheet(&handed_in);
    match &args.out {
        Some(path) => private_file::write(path, sheet.file(), args.force)?,
        None if args.csv => screen.result(&sheet),
        None => screen.result(&Reports(&handed_in)),
    }
    if let Some(error) = handed_in.error() {
        screen.error(&error);
    }
    Ok(if handed_in.is_clean() { Exit::Done } else { Exit::Partly })
}

/// Reads a file, unless it is larger than a report can be.
fn read(path: &Path) -> handed_in::File {
    let content = || -> std::io::Result<Vec<u8>> {
        // A pipe or a device may never end.
        if !fs::metadata(path)?.is_file() {
            return Err(std::io::Error::other("it is no file"));
        }
        let mut content = Vec::new();
        let longest = u64::try_from(LARGEST + 1).unwrap_or(u64::MAX);
        File::open(path)?.take(longest).read_to_end(&mut content)?;
        Ok(content)
    };
    (path.to_string_lossy().into_owned(), content().map_err(|error| error.to_string()))
}
