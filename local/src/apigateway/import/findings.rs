//! What is wrong with a definition: all of it is found before the import fails.

use crate::{
    apigateway::errors::{Outcome, bad},
    service::AwsError,
};

/// What an import has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Findings {
    errors: Vec<String>,
    pub(super) warnings: Vec<String>,
}

impl Findings {
    pub(super) fn error(&mut self, message: impl Into<String>) {
        self.errors.push(message.into());
    }

    pub(super) fn warning(&mut self, message: impl Into<String>) {
        self.warnings.push(message.into());
    }

    /// Returns the value of a success; notes the reason of a failure, after what could not be done.
    pub(super) fn good<T>(
        &mut self,
        what: impl FnOnce() -> String,
        outcome: Outcome<T>,
    ) -> Option<T> {
        outcome.map_err(|error| self.error(format!("{}: {}", what(), error.message))).ok()
    }

    /// Returns the error that the import ends with, if any.
    pub(super) fn verdict(&self, fail_on_warnings: bool) -> Result<(), AwsError> {
        if !self.errors.is_empty() {
            return Err(listed("Errors", &self.errors));
        }
        if fail_on_warnings && !self.warnings.is_empty() {
            return Err(listed("Warnings", &self.warnings));
        }
        Ok(())
    }
}

fn listed(what: &str, messages: &[String]) -> AwsError {
    bad(format!("{what} found during import:\n\t{}", messages.join("\n\t")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_listed() {
        let mut findings = Findings::default();
        findings.warning("odd");
        assert!(findings.verdict(false).is_ok());
        let message = findings.verdict(true).unwrap_err().message;
        assert_eq!(message, "Warnings found during import:\n\todd");
        findings.error("one");
        assert_eq!(findings.good(|| "two".to_owned(), Err::<(), _>(bad("no"))), None);
        let message = findings.verdict(false).unwrap_err().message;
        assert_eq!(message, "Errors found during import:\n\tone\n\ttwo: no");
    }
}
