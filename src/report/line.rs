//! A line of a terminal: coloured pieces of text, cut to a width. It is cut before it is coloured,
//! so that no colour code is ever cut.

use anstyle::Style;

use super::{signs::Signs, words::paint};

/// A line, as a list of styled pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line(Vec<(Style, String)>);

impl Line {
    /// Appends another piece.
    pub(super) fn with(mut self, style: Style, text: impl Into<String>) -> Self {
        self.0.push((style, text.into()));
        self
    }

    /// Returns its width in columns.
    pub(super) fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| columns(text)).sum()
    }

    /// Cuts the line to this width, with a sign in place of what was cut off.
    pub(super) fn cut(self, width: usize, signs: &Signs) -> Self {
        if self.width() <= width {
            return self;
        }
        let more = columns(signs.more);
        if width <= more {
            return Self::default().with(Style::new(), first(signs.more, width));
        }
        let mut left = width - more;
        let mut pieces = Vec::new();
        for (style, text) in self.0 {
            let text = first(&text, left);
            left -= columns(&text);
            pieces.push((style, text));
            if left == 0 {
                break;
            }
        }
        if let Some((_, last)) = pieces.last_mut() {
            last.truncate(last.trim_end().len());
            last.push_str(signs.more);
        }
        Self(pieces)
    }

    /// Returns the output for a terminal.
    pub(super) fn painted(&self, colours: bool) -> String {
        let piece = |(style, text): &(Style, String)| {
            if colours && *style != Style::new() { paint(*style, text) } else { text.clone() }
        };
        self.0.iter().map(piece).collect()
    }
}

/// Returns the width of a text in columns. Everything here is Latin, one column per character.
pub(super) fn columns(text: &str) -> usize {
    text.chars().count()
}

/// Returns the first characters of a text.
fn first(text: &str, count: usize) -> String {
    text.chars().take(count).collect()
}

/// Wraps a text to this width, between words where possible.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut word = word.to_owned();
        loop {
            let Some(line) = lines.last_mut() else { return lines };
            let space = usize::from(!line.is_empty());
            if columns(line) + space + columns(&word) <= width {
                line.extend(std::iter::repeat_n(' ', space));
                line.push_str(&word);
                break;
            }
            if line.is_empty() {
                // A word longer than a line is broken anywhere.
                *line = first(&word, width.max(1));
                word = word.chars().skip(width.max(1)).collect();
            }
            lines.push(String::new());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{signs::tests::BOTH, words::FAILED};

    fn line() -> Line {
        Line::default().with(FAILED, "x").with(Style::new(), " the table").with(FAILED, " failed")
    }

    #[test]
    fn a_line_is_cut_before_it_is_painted() {
        for signs in &BOTH {
            for width in 0..30 {
                let cut = line().cut(width, signs);
                assert!(cut.width() <= width, "{width}: {cut:?}");
                let painted = cut.painted(true);
                let text = anstream::adapter::strip_str(&painted).to_string();
                assert_eq!(text, cut.painted(false), "a broken code in {painted:?}");
                assert_eq!(text.ends_with(signs.more), width < 18 && width >= columns(signs.more));
            }
        }
        assert_eq!(line().cut(9, &BOTH[0]).painted(false), "x the ta…");
        assert_eq!(line().cut(6, &BOTH[0]).painted(false), "x the…");
    }

    #[test]
    fn text_is_broken_between_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrapped("", 10), [""]);
    }
}
