//! What a call of the portal says.

use super::invalid;
use crate::service::{AwsError, Call};

/// The header with the token of a login.
const TOKEN: &str = "x-amz-sso_bearer_token";
/// The most entries of a page, and how many there are by default.
const PAGE: usize = 100;

/// What a call says.
pub(super) struct Asked {
    pub(super) token: String,
    query: Vec<(String, String)>,
}

/// Returns whether a call has a token.
pub(super) fn has_token(call: &Call) -> bool {
    call.headers.contains_key(TOKEN)
}

impl Asked {
    pub(super) fn read(call: &Call) -> Self {
        let token = call.headers.get(TOKEN).and_then(|token| token.to_str().ok());
        let query = call.uri.query().unwrap_or_default();
        Self {
            token: token.unwrap_or_default().to_owned(),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        }
    }

    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, AwsError> {
        self.query(name).ok_or_else(|| invalid(&format!("{name} is required")))
    }

    /// Returns how many entries a page is to have.
    pub(super) fn limit(&self) -> Result<usize, AwsError> {
        let Some(given) = self.query("max_result") else { return Ok(PAGE) };
        let limit = given.parse().ok().filter(|limit| (1..=PAGE).contains(limit));
        limit.ok_or_else(|| invalid("max_result must be from 1 to 100"))
    }
}
