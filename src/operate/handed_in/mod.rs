//! Reports that students handed in: each is checked, and those of the same lab are found. Who wrote
//! a file can have written anything into it, so that a report is a statement, not a proof.

mod check;
mod same;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Evidence};

/// The largest file that is read, in bytes. A report has some 4 KB.
pub(crate) const LARGEST: usize = 64 * 1024;

/// The version of the format.
pub(crate) const SCHEMA: u32 = 1;

/// What every report says about itself.
pub(crate) const NOTE: &str = "Written by the program on the student's machine, and a text file \
    like any other: it is no proof against an edited one. What it names can be looked at from \
    outside.";

/// A report as it is written and read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Report {
    /// What the file is: `report`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The version of the format.
    pub(crate) schema: u32,
    /// The version of the program.
    pub(crate) mysfits: String,
    /// When it was written.
    pub(crate) time: String,
    /// The student's name, if it was given.
    pub(crate) name: Option<String>,
    /// Whether it is `aws`, the `local` cloud, or another `endpoint`.
    pub(crate) place: String,
    /// The account.
    pub(crate) account: String,
    /// The region.
    pub(crate) region: String,
    /// The name of the lab.
    pub(crate) lab: String,
    /// The ARN of who wrote it: in a Learner Lab it has the student's number.
    pub(crate) identity: String,
    /// The user pool.
    pub(crate) user_pool_id: Option<String>,
    /// The API.
    pub(crate) api_id: Option<String>,
    /// The address of the site.
    pub(crate) site: Option<String>,
    /// The address of the API.
    pub(crate) api: Option<String>,
    /// The address of the backend.
    pub(crate) backend: Option<String>,
    /// What was looked at, and how it stands.
    pub(crate) resources: Vec<Standing>,
    /// What a report is not.
    #[serde(default)]
    pub(crate) note: String,
}

/// How a resource stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Standing {
    /// Its name.
    pub(crate) resource: String,
    /// Its state, as `status` shows it.
    pub(crate) state: String,
}

impl Report {
    /// Returns how many resources are ready.
    pub(crate) fn ready(&self) -> usize {
        self.resources.iter().filter(|it| it.state == "ready").count()
    }
}

/// A file that was handed in: its name, and its content or why it could not be read.
pub(crate) type File = (String, Result<Vec<u8>, String>);

/// All that were handed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HandedIn {
    /// Those that are well formed, with the names of their files.
    pub(crate) reports: Vec<(String, Report)>,
    /// Those that are not, each with everything that is wrong with it.
    pub(crate) malformed: Vec<(String, Vec<String>)>,
    /// What several reports have in common that only one can have.
    pub(crate) same: Vec<Same>,
}

/// Something that several reports name, and that belongs to one lab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Same {
    /// What it is, such as `user pool`.
    pub(crate) what: &'static str,
    /// Its name or id.
    pub(crate) value: String,
    /// The places of the reports in the list.
    pub(crate) places: Vec<usize>,
}

impl HandedIn {
    /// Reads the files.
    pub(crate) fn read(files: impl IntoIterator<Item = File>) -> Self {
        let mut read = Self::default();
        for (name, content) in files {
            match content.map_err(|why| vec![why]).and_then(|bytes| check::report(&bytes)) {
                Ok(report) => read.reports.push((name, report)),
                Err(problems) => read.malformed.push((name, problems)),
            }
        }
        read.same = same::same(&read.reports);
        read
    }

    /// Returns whether there is nothing to look into.
    pub(crate) fn is_clean(&self) -> bool {
        self.malformed.is_empty() && self.same.is_empty()
    }

    /// Returns the error that names all malformed files; `None` if there are none.
    pub(crate) fn error(&self) -> Option<Error> {
        let evidence = self.malformed.iter().flat_map(|(file, problems)| {
            problems
                .iter()
                .map(move |why| Evidence { source: "file", text: format!("`{file}`: {why}") })
        });
        let evidence: Vec<Evidence> = evidence.collect();
        let count = match self.malformed.len() {
            0 => return None,
            1 => "1 report cannot be read".to_owned(),
            count => format!("{count} reports cannot be read"),
        };
        Some(Error::new(Code::Reports, count).shown_by(evidence))
    }

    /// Returns what the report in this place has in common with others: what, and in which files
    /// these are.
    pub(crate) fn same_as(&self, place: usize) -> impl Iterator<Item = (&'static str, Vec<&str>)> {
        let of_it = self.same.iter().filter(move |same| same.places.contains(&place));
        of_it.map(move |same| {
            let others = same.places.iter().filter(|other| **other != place);
            (
                same.what,
                others.filter_map(|other| Some(self.reports.get(*other)?.0.as_str())).collect(),
            )
        })
    }
}
