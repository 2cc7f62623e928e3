//! What several machines left of their shards of a class, as one: journals and reports.

mod fields;
mod journal;
mod labs;
#[cfg(test)]
mod tests;

use super::Record;
use crate::error::{Code, Error, Evidence};

pub(crate) use self::{fields::Fields, journal::Line};
use self::{journal::interleaved, labs::Labs};

/// The most observations that are shown with an error. The count is that of all.
const MOST_SHOWN: usize = 100;

/// What was read from a file.
#[derive(Debug, Default)]
pub(crate) struct Share {
    /// Its name.
    pub(crate) file: String,
    /// The labs of a report, in their order.
    pub(crate) records: Vec<Record>,
    /// The lines of a journal, in their order.
    pub(crate) journal: Vec<Line>,
    /// What could not be read.
    pub(crate) faults: Vec<Fault>,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Its line, from 1; `None`: the whole file.
    pub(crate) line: Option<usize>,
    /// Why.
    pub(crate) why: String,
}

/// A lab about which several reports say different things.
#[derive(Debug, PartialEq, Eq)]
struct Twice {
    student: String,
    account: String,
    lab: String,
    /// The files, in their order.
    files: Vec<String>,
}

/// All shares as one.
#[derive(Debug, Default)]
pub(crate) struct Merged {
    /// Each lab once: what the newest report says of it, or else the journal.
    pub(crate) records: Vec<Record>,
    /// The lines of the journals, each once, in the order of their times.
    pub(crate) journal: Vec<String>,
    twice: Vec<Twice>,
    /// Each with the name of its file.
    faults: Vec<(String, Fault)>,
}

impl Merged {
    /// Merges what was read. A file that is there twice changes nothing.
    pub(crate) fn of(shares: &[Share]) -> Self {
        let mut labs = Labs::default();
        let lines = interleaved(shares);
        let mut faults: Vec<(String, Fault)> = Vec::new();
        for share in shares {
            for record in &share.records {
                labs.reported(&share.file, record);
            }
            let of_file = share.faults.iter().map(|fault| (share.file.clone(), fault.clone()));
            for fault in of_file {
                // The same file twice has the same faults twice.
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
        }
        for line in &lines {
            labs.journaled(line);
        }
        let journal = lines.iter().map(|line| line.text.clone()).collect();
        let (records, twice) = labs.end();
        Self { records, journal, twice, faults }
    }

    /// Returns what does not fit together; none if all does.
    pub(crate) fn errors(&self) -> Vec<Error> {
        let faults = self.faults.iter().map(|(file, fault)| {
            let line = fault.line.map(|line| format!(", line {line}")).unwrap_or_default();
            Evidence { source: "file", text: format!("`{file}`{line}: {}", fault.why) }
        });
        let twice = self.twice.iter().map(|lab| {
            let Twice { student, account, lab, files } = lab;
            let files: Vec<String> = files.iter().map(|file| format!("`{file}`")).collect();
            let text = format!("`{lab}` of {student} in {account}: {}", files.join(", "));
            Evidence { source: "lab", text }
        });
        let damaged = count(self.faults.len(), "place", "could not be read");
        let damaged = error(damaged, faults.collect());
        let several =
            count(self.twice.len(), "lab", "in more than one report; the newest one counts");
        let several = error(several, twice.collect()).map(|error| {
            error.hint("give each machine another `--shard K/N`, and merge each report once")
        });
        damaged.into_iter().chain(several).collect()
    }
}

fn count(count: usize, what: &str, is: &str) -> String {
    match count {
        1 => format!("1 {what} {is}"),
        count => format!("{count} {what}s {is}"),
    }
}

fn error(message: String, mut evidence: Vec<Evidence>) -> Option<Error> {
    let more = evidence.len().saturating_sub(MOST_SHOWN);
    evidence.truncate(MOST_SHOWN);
    if more > 0 {
        evidence.push(Evidence { source: "more", text: format!("{more} more") });
    }
    (!evidence.is_empty()).then(|| Error::new(Code::Merge, message).shown_by(evidence))
}
