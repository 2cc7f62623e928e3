//! What is wrong with a roster or a list of sites, all of it.

use crate::error::{Code, Error, Evidence, Result};

/// The mistakes that were found.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<(usize, String)>);

impl Problems {
    /// Adds one of the file.
    pub(super) fn of_file(&mut self, text: String) {
        self.0.push((0, text));
    }

    /// Adds one of a line.
    pub(super) fn of_line(&mut self, line: usize, text: String) {
        self.0.push((line, text));
    }

    /// Adds one of a column in a line.
    pub(super) fn of_field(&mut self, line: usize, column: &str, text: &str) {
        self.of_line(line, format!("`{column}`: {text}"));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Ends the reading of a file, which messages call so.
    ///
    /// # Errors
    /// When there are mistakes; the error names each.
    pub(super) fn end(mut self, what: &str) -> Result<()> {
        // Stable: those of a row stay in the order of the columns.
        self.0.sort_by_key(|(line, _)| *line);
        let count = self.0.len();
        let evidence = self.0.into_iter().map(|(line, text)| match line {
            0 => Evidence { source: "file", text },
            line => Evidence { source: "row", text: format!("{line}, {text}") },
        });
        let evidence: Vec<Evidence> = evidence.collect();
        let mistakes =
            if count == 1 { "1 mistake".to_owned() } else { format!("{count} mistakes") };
        let message = format!("{what} has {mistakes}");
        if count == 0 {
            return Ok(());
        }
        Err(Error::new(Code::Roster, message).shown_by(evidence))
    }
}
