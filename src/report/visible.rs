//! Makes visible what would change how a terminal shows other text: names, paths, logs and AWS's
//! messages may have been written by somebody else.

use std::{borrow::Cow, fmt::Write as _};

/// Returns whether a character is not shown but acts on others: control characters of ASCII and of
/// Latin-1, which some terminals take for the beginning of a command, and those that change the
/// direction of text (<https://trojansource.codes>).
pub(super) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns a text with each such character as `\u001b`, the form that JSON has for it, except for
/// ends of lines, tabs, and the colours of this program.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    let fine = |c: char| !acts(c) || matches!(c, '\n' | '\t');
    if text.chars().all(fine) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = colour(rest).unwrap_or(0);
        if length > 0 {
            shown.push_str(&rest[..length]);
        } else if fine(c) {
            shown.push(c);
        } else {
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        }
        rest = &rest[length.max(c.len_utf8())..];
    }
    shown.into()
}

/// Returns the length of a colour at the beginning of a text, if it is one of those that hide
/// nothing: none, bold, dimmed, underlined, and the sixteen colours of text.
fn colour(text: &str) -> Option<usize> {
    let (numbers, _) = text.strip_prefix("\u{1b}[")?.split_once('m')?;
    let harmless = |number: &str| {
        let number: Option<u8> = number.parse().ok();
        number.is_some_and(|number| matches!(number, 0..=2 | 4 | 30..=37 | 90..=97))
    };
    numbers.split(';').all(harmless).then_some("\u{1b}[".len() + numbers.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_shown_and_colours_stay() {
        for (text, shown) in [
            ("plain — ünïcode 🐉\n\tnext", "plain — ünïcode 🐉\n\tnext"),
            ("\u{1b}[1m\u{1b}[31mred\u{1b}[0m", "\u{1b}[1m\u{1b}[31mred\u{1b}[0m"),
            ("\u{1b}[1;32mgreen\u{1b}[0m", "\u{1b}[1;32mgreen\u{1b}[0m"),
            ("\u{1b}[2Jgone", r"\u001b[2Jgone"),
            ("\u{1b}[8mhidden\u{1b}[0m", "\\u001b[8mhidden\u{1b}[0m"),
            ("\u{1b}]0;title\x07", r"\u001b]0;title\u0007"),
            ("\u{9b}2J\x7f\r\0", r"\u009b2J\u007f\u000d\u0000"),
            ("a\u{202e}b\u{2066}c\u{200f}", r"a\u202eb\u2066c\u200f"),
            ("\u{1b}", r"\u001b"),
            ("\u{1b}[", r"\u001b["),
        ] {
            assert_eq!(visible(text), shown, "{text:?}");
        }
    }

    /// The characters only occur in texts of JSON, where this is another way to write them.
    #[test]
    fn json_means_the_same() {
        let value = serde_json::json!({ "name": "a\u{9b}\u{202e}\u{1b}[31m\n" });
        let text = value.to_string();
        let shown = visible(&text);
        assert!(!shown.chars().any(acts), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }
}
