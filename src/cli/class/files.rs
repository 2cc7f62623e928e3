//! Writes what became of a class into files. They name students, so that nobody else can read them.

use std::{
    fs::{File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{
    error::{Code, Error, Result},
    operate::class::Record,
    report::class::{Gradebook, csv, lines, page},
};

/// Checks that the form of each file is known by its name, before anything is done.
///
/// # Errors
/// When it is not.
pub(super) fn check(paths: &[PathBuf]) -> Result<()> {
    paths.iter().try_for_each(|path| Form::of("--report", path).map(drop))
}

/// Writes the files.
///
/// # Errors
/// When one cannot be written.
pub(super) fn write(paths: &[PathBuf], records: &[Record]) -> Result<()> {
    for path in paths {
        put(path, &Form::of("--report", path)?.content(records)?)?;
    }
    Ok(())
}

/// Writes a report.
///
/// # Errors
/// When it cannot be written.
pub(super) fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    let written = private(path).and_then(|mut file| file.write_all(bytes));
    written
        .map_err(|error| Error::new(Code::Io, format!("the report `{}`: {error}", path.display())))
}

/// Returns the gradebook that `canvas:FILE` or `moodle:FILE` names, and the file.
pub(super) fn gradebook(path: &Path) -> Option<(Gradebook, PathBuf)> {
    let (word, file) = path.to_str()?.split_once(':')?;
    let gradebook = match word {
        "canvas" => Gradebook::Canvas,
        "moodle" => Gradebook::Moodle,
        _ => return None,
    };
    (!file.is_empty()).then(|| (gradebook, file.into()))
}

/// The form of a report.
pub(super) enum Form {
    Csv,
    Json,
    Html,
}

impl Form {
    /// Returns the report of records.
    ///
    /// # Errors
    /// Never in fact: it is written into memory.
    pub(super) fn content(&self, records: &[Record]) -> Result<Vec<u8>> {
        Ok(match self {
            Self::Csv => csv(records)?,
            Self::Json => lines(records).into_bytes(),
            Self::Html => page(records, SystemTime::now()).into_bytes(),
        })
    }

    /// Returns the form that a file has by its name. `flag` names the file on the command line.
    ///
    /// # Errors
    /// When the name says none, or that of a gradebook: only checks give points.
    pub(super) fn of(flag: &str, path: &Path) -> Result<Self> {
        if gradebook(path).is_some() {
            let message = format!("`{flag} {}`: there are no points", path.display());
            return Err(Error::new(Code::Setting, message)
                .hint("`mysfits class check` writes for gradebooks"));
        }
        match path.extension().and_then(|it| it.to_str()) {
            Some("csv") => Ok(Self::Csv),
            Some("json" | "jsonl") => Ok(Self::Json),
            Some("html") => Ok(Self::Html),
            _ => {
                let message = format!("`{flag} {}` names no form of report", path.display());
                Err(Error::new(Code::Setting, message)
                    .hint("let the file end in `.csv`, `.json` or `.html`"))
            }
        }
    }
}

/// Opens an empty file that its owner alone can read.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        let file = options.mode(0o600).open(path)?;
        // One that was there may be open to others.
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        Ok(file)
    }
    #[cfg(not(unix))]
    options.open(path)
}
