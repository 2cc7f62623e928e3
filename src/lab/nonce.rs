//! The nonce of a lab: a word that a course gives to one student, and that their site then carries.

use std::{fmt, str::FromStr};

use super::template::MARK;

/// The most characters that a nonce has.
const LONGEST: usize = 64;

/// A word that shows whose site an address leads to: a student who hands in somebody else's address
/// cannot hand in their own nonce with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Nonce(String);

/// Why a text is no nonce. It stands in the middle of clap's sentence about the flag.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a nonce is 1 to {LONGEST} letters, digits, `-` and `_`")]
pub(crate) struct NotANonce;

impl Nonce {
    /// Returns the word.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Nonce {
    type Err = NotANonce;

    fn from_str(text: &str) -> Result<Self, NotANonce> {
        let may_be_in_it = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let is_one = (1..=LONGEST).contains(&text.len()) && text.bytes().all(may_be_in_it);
        // In a file of the lab that nobody has filled in, the placeholder stands in its place.
        let is_one = is_one && !text.starts_with(MARK);
        if is_one { Ok(Self(text.to_owned())) } else { Err(NotANonce) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_a_short_word_that_needs_no_quoting() {
        for text in ["a", "anna-2026_7", &"x".repeat(64)] {
            assert_eq!(text.parse::<Nonce>().unwrap().as_str(), text);
        }
        for text in [
            "",
            " ",
            "a b",
            "a\"",
            "a'",
            "</script>",
            "ä",
            "a\n",
            "REPLACE_ME_NONCE",
            &"x".repeat(65),
        ] {
            assert_eq!(text.parse::<Nonce>(), Err(NotANonce), "{text:?}");
        }
    }
}
