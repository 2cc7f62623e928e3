//! The roster of a class: who has which lab in which account. It is a file that people keep in a
//! spreadsheet, so that everything wrong with it is named at once, by row and column.

mod problem;
mod rules;
mod separated;
mod sites;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::problem::Problems;
pub(crate) use self::sites::{SiteRow, read_sites};
use super::{AccountId, Region};
use crate::error::{Code, Error, Evidence, Result};

/// The largest file that is read, in bytes.
pub(crate) const LARGEST: usize = 1024 * 1024;
/// The most rows. A campus has fewer students.
const MOST_ROWS: usize = 5000;

/// The columns, as a header names them. Others are mistakes.
pub(crate) const COLUMNS: [&str; 9] =
    ["name", "account", "profile", "role_arn", "external_id", "region", "lab", "email", "id"];

/// A lab of the class, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its line in the file.
    pub(crate) line: usize,
    /// The student's name.
    pub(crate) name: String,
    /// The account.
    pub(crate) account: AccountId,
    /// With what to sign in to it.
    pub(crate) sign_in: SignIn,
    /// The region, if the row names one.
    pub(crate) region: Option<Region>,
    /// The name of the lab, if it has one.
    pub(crate) lab: Option<String>,
    /// The student's address.
    pub(crate) email: Option<String>,
    /// How the gradebook of the course knows the student.
    pub(crate) id: Option<String>,
}

/// With what to sign in to an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SignIn {
    /// The credentials of the command.
    Own,
    /// A profile in the AWS configuration files.
    Profile(String),
    /// A role, which the credentials of the command assume.
    Role {
        /// Its ARN.
        arn: String,
        /// The external id that its trust policy wants, if it does.
        external_id: Option<String>,
    },
}

/// The form of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Columns with separators, as spreadsheets write them.
    Csv,
    /// Tables `[[student]]`.
    Toml,
}

/// The names of the columns that a file can have.
type Columns = &'static [&'static str];

/// A row before its rules are checked: its fields by column.
struct Raw {
    line: usize,
    fields: BTreeMap<&'static str, String>,
}

impl Raw {
    /// Returns what stands in a column, if anything does.
    fn text(&self, column: &str) -> Option<&str> {
        self.fields.get(column).map(String::as_str)
    }

    /// Returns what stands in a column, if it is right.
    fn checked(
        &self,
        column: &str,
        check: impl Fn(&str) -> Result<(), String>,
        problems: &mut Problems,
    ) -> Option<String> {
        let value = self.text(column)?;
        match check(value) {
            Ok(()) => Some(value.to_owned()),
            Err(why) => {
                problems.of_field(self.line, column, &why);
                None
            }
        }
    }
}

/// Reads a roster. `file` is its name in messages.
///
/// # Errors
/// `Roster` with every mistake in it; `DuplicateLab` when it is right but for labs that are in it
/// twice.
pub(crate) fn read(file: &str, bytes: &[u8], form: Form) -> Result<Vec<Row>> {
    let mut problems = Problems::default();
    let raw = raw(bytes, form, &COLUMNS, &mut problems);
    let rows: Vec<Row> = raw.iter().filter_map(|raw| rules::row(raw, &mut problems)).collect();
    problems.end(&format!("the roster `{file}`"))?;
    unique(file, &rows)?;
    Ok(rows)
}

/// Returns the rows of a file with these columns.
fn raw(bytes: &[u8], form: Form, columns: Columns, problems: &mut Problems) -> Vec<Raw> {
    let raw = match form {
        _ if bytes.len() > LARGEST => {
            problems.of_file(format!("it is larger than {} KB", LARGEST / 1024));
            Vec::new()
        }
        Form::Csv => separated::rows(bytes, columns, problems),
        Form::Toml => tables::rows(bytes, columns, problems),
    };
    if raw.len() > MOST_ROWS {
        problems.of_file(format!("it has {} rows, and {MOST_ROWS} is the most", raw.len()));
    } else if raw.is_empty() && problems.is_empty() {
        problems.of_file("it has no rows".to_owned());
    }
    raw
}

/// Checks that no lab is there twice.
fn unique(file: &str, rows: &[Row]) -> Result<()> {
    let mut first: BTreeMap<(&str, Option<&str>, Option<&str>), &Row> = BTreeMap::new();
    let mut twice = Vec::new();
    for row in rows {
        let region = row.region.as_ref().map(Region::as_str);
        match first.get(&(row.account.as_str(), region, row.lab.as_deref())) {
            Some(earlier) => twice.push(Evidence {
                source: "row",
                text: format!(
                    "{}: `{}` has the lab of `{}` in row {}: {} in account {}",
                    row.line,
                    row.name,
                    earlier.name,
                    earlier.line,
                    row.lab.as_ref().map_or_else(|| "no name".to_owned(), |it| format!("`{it}`")),
                    row.account
                ),
            }),
            None => {
                first.insert((row.account.as_str(), region, row.lab.as_deref()), row);
            }
        }
    }
    if twice.is_empty() {
        return Ok(());
    }
    let message = format!("{} in `{file}` twice", labs_are(twice.len()));
    Err(Error::new(Code::DuplicateLab, message).shown_by(twice))
}

fn labs_are(count: usize) -> String {
    if count == 1 { "1 lab is".to_owned() } else { format!("{count} labs are") }
}
