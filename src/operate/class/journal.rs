//! The journal of a class: JSON lines of who did what where, with AWS's ids of the requests. It says
//! which labs a run that was killed had not finished; what is there is always looked at.

use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use serde_json::{Value, json};

use super::{Record, Seat, time};
use crate::{
    aws::{Called, Journal as Calls},
    engine::Doing,
    error::{Code, Error, Result},
    lab::parts::Part,
};

/// The version of the lines.
const VERSION: u32 = 1;

/// What a run does: kept with each lab, so that nothing else is ever done to it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    /// Whether the labs are deployed or removed.
    pub(crate) doing: Doing,
    /// Which part of them.
    pub(crate) part: Part,
}

/// A journal that is written.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: Mutex<File>,
    /// Why something could not be written, at first.
    trouble: Mutex<Option<String>>,
}

impl Journal {
    /// Opens a journal to be continued. It names students, so that nobody else can read it. A line that
    /// a kill has torn is ended, so that the next one stands alone.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = private(path).and_then(|mut file| ended(&mut file).map(|()| file));
        let file = file.map_err(|error| unusable(path, &error))?;
        Ok(Self { path: path.to_owned(), file: Mutex::new(file), trouble: Mutex::default() })
    }

    /// Writes that a run begins, and with which labs.
    pub(super) fn begins(&self, job: Job, seats: &[Arc<Seat>]) {
        let count = seats.len();
        self.write(json!({"type": "run", "version": VERSION, "labs": count}), Some(job));
        for seat in seats {
            self.lab(job, seat, "planned", seat.region());
        }
    }

    /// Writes that the work on a lab begins.
    pub(super) fn starts(&self, job: Job, seat: &Seat, region: &str) {
        self.lab(job, seat, "started", Some(region));
    }

    /// Writes how it ended.
    pub(super) fn ends(&self, job: Job, record: &Record) {
        let errors = record
            .errors
            .iter()
            .map(|error| json!({"code": error.code.entry().number, "message": error.in_a_line()}));
        let line = json!({
            "type": "lab",
            "student": record.student,
            "account": record.account,
            "region": record.region,
            "lab": record.lab,
            "state": record.state.name(),
            "errors": errors.collect::<Vec<_>>(),
        });
        self.write(line, Some(job));
    }

    fn lab(&self, job: Job, seat: &Seat, state: &str, region: Option<&str>) {
        let line = json!({
            "type": "lab",
            "student": seat.student,
            "account": seat.account.as_str(),
            "region": region,
            "lab": seat.lab(),
            "state": state,
        });
        self.write(line, Some(job));
    }

    /// Returns the error if something could not be written.
    pub(crate) fn trouble(&self) -> Option<Error> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.path.display();
        let message = format!("the journal `{path}` is not complete: {}", trouble.as_ref()?);
        Some(Error::new(Code::Io, message))
    }

    /// Writes a line, whole: a kill leaves at most one that is torn.
    fn write(&self, mut line: Value, job: Option<Job>) {
        line["time"] = time::text(SystemTime::now()).into();
        if let Some(Job { doing, part }) = job {
            line["doing"] = doing_name(doing).into();
            line["part"] = part.name().into();
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(format!("{line}\n").as_bytes()) {
            let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
            trouble.get_or_insert_with(|| error.to_string());
        }
    }
}

/// Records the calls of one lab.
pub(super) struct OfLab {
    pub(super) journal: Arc<Journal>,
    pub(super) seat: Arc<Seat>,
    /// Who works there, and in which region.
    pub(super) who: String,
    pub(super) region: String,
}

impl Calls for OfLab {
    fn called(&self, call: &Called<'_>) {
        let outcome = call.failure.map(|failure| failure.code.as_deref().unwrap_or("no answer"));
        let line = json!({
            "type": "call",
            "who": self.who,
            "student": self.seat.student,
            "account": self.seat.account.as_str(),
            "region": self.region,
            "lab": self.seat.lab(),
            "operation": call.operation.to_string(),
            "request_id": call.request_id,
            "outcome": outcome.unwrap_or("ok"),
        });
        self.journal.write(line, None);
    }
}

/// Opens a file to be continued that its owner alone can read.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
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

/// Ends the last line, if it has no end.
fn ended(file: &mut File) -> std::io::Result<()> {
    if file.metadata()?.len() == 0 {
        return Ok(());
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    if last == *b"\n" { Ok(()) } else { file.write_all(b"\n") }
}

/// Returns the error for a journal that cannot be used.
pub(super) fn unusable(path: &Path, error: &std::io::Error) -> Error {
    Error::new(Code::Io, format!("the journal `{}`: {error}", path.display()))
        .hint("name another file with `--journal FILE`")
}

fn doing_name(doing: Doing) -> &'static str {
    match doing {
        Doing::Deploy => "deploy",
        Doing::Cleanup => "cleanup",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_line_spoils_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("class.journal.jsonl");
        for (before, after) in [("", ""), ("{}\n", "{}\n"), ("{}\n{\"ty", "{}\n{\"ty\n")] {
            std::fs::write(&path, before).unwrap();
            Journal::open(&path)
                .unwrap()
                .begins(Job { doing: Doing::Deploy, part: Part::Two }, &[]);
            let text = std::fs::read_to_string(&path).unwrap();
            let run = text.strip_prefix(after).unwrap();
            assert!(run.starts_with("{\"doing\":\"deploy\"") && run.ends_with("}\n"), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("class.journal.jsonl");
        std::fs::write(&path, "{}\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        Journal::open(&path).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(
            (mode & 0o777, std::fs::read_to_string(&path).unwrap().as_str()),
            (0o600, "{}\n")
        );
    }
}
