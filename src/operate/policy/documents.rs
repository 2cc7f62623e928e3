//! The documents of a policy: IAM limits the size of one.

use serde::Serialize;

use super::Statement;

/// The most characters of a managed policy, without blanks.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub(super) const LARGEST: usize = 6144;

/// A document, in the form of IAM.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Document {
    version: &'static str,
    statement: Vec<Statement>,
}

impl Document {
    fn new(statement: Vec<Statement>) -> Self {
        Self { version: "2012-10-17", statement }
    }

    /// Returns its text, to be pasted and read.
    pub(crate) fn text(&self) -> String {
        // Texts and lists of them always have a form in JSON.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Returns whether it has a statement for an action.
    pub(crate) fn permits(&self, action: &str) -> bool {
        self.statement.iter().any(|statement| statement.permits(action))
    }

    /// Returns how many statements it has.
    #[cfg(test)]
    pub(crate) fn statements(&self) -> usize {
        self.statement.len()
    }

    /// Returns how many characters IAM counts.
    pub(crate) fn size(&self) -> usize {
        self.text().chars().filter(|it| !it.is_whitespace()).count()
    }
}

/// Fills documents with statements, in their order.
pub(super) fn split(statements: Vec<Statement>) -> Vec<Document> {
    let mut documents: Vec<Document> = Vec::new();
    for statement in statements {
        if let Some(last) = documents.last_mut() {
            last.statement.push(statement.clone());
            if last.size() <= LARGEST {
                continue;
            }
            last.statement.pop();
        }
        documents.push(Document::new(vec![statement]));
    }
    documents
}
