//! Filter patterns of terms: all of `a b`, any of `?a ?b`, none of `-a`, and `"a phrase"`. Patterns
//! over JSON fields, columns and regular expressions are refused.

use crate::{protocol::input::invalid, service::AwsError};

/// A filter pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pattern {
    all: Vec<String>,
    any: Vec<String>,
    none: Vec<String>,
}

impl Pattern {
    pub(super) fn parse(text: &str) -> Result<Self, AwsError> {
        let mut rest = text.trim();
        if rest.starts_with(['{', '[', '%']) {
            return Err(invalid(
                "Invalid filter pattern: the local cloud has patterns of terms only.",
            ));
        }
        let mut pattern = Self::default();
        while !rest.is_empty() {
            let (list, term) = match rest.chars().next() {
                Some('?') => (&mut pattern.any, &rest[1..]),
                Some('-') => (&mut pattern.none, &rest[1..]),
                _ => (&mut pattern.all, rest),
            };
            let (term, after) = split_term(term)?;
            list.push(term.to_owned());
            rest = after.trim_start();
        }
        Ok(pattern)
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        let has = |term: &String| message.contains(term.as_str());
        self.all.iter().all(has)
            && !self.none.iter().any(has)
            && (self.any.is_empty() || self.any.iter().any(has))
    }
}

/// Returns the first term and what follows it. A term in quotation marks may hold spaces.
fn split_term(text: &str) -> Result<(&str, &str), AwsError> {
    match text.strip_prefix('"') {
        Some(quoted) => quoted
            .split_once('"')
            .ok_or_else(|| invalid("Invalid filter pattern: a quotation mark is missing.")),
        None => Ok(text.split_once(char::is_whitespace).unwrap_or((text, ""))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, message: &str) -> bool {
        Pattern::parse(pattern).unwrap().matches(message)
    }

    #[test]
    fn terms_are_anded_ored_and_excluded() {
        assert!(matches("", "anything"));
        assert!(matches("GET 200", "GET /mysfits 200"));
        assert!(!matches("GET 200", "GET /mysfits 500"));
        assert!(matches("?500 ?404", "GET / 404"));
        assert!(!matches("?500 ?404", "GET / 200"));
        assert!(!matches("GET -health", "GET /health"));
        assert!(matches("\"GET /\" 200", "GET / 200"));
        assert!(!matches("\"GET /\"", "GET  /"));
    }

    #[test]
    fn other_patterns_are_refused() {
        for pattern in ["{ $.level = \"error\" }", "[ip, user]", "%a+%", "\"open"] {
            assert!(Pattern::parse(pattern).is_err(), "{pattern}");
        }
    }
}
