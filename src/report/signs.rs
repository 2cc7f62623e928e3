//! The signs of the live lines: in Unicode, or in ASCII where the locale has no UTF-8.

use std::borrow::Cow;

use super::visible::acts;

/// The signs of one character set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signs {
    pub(super) done: &'static str,
    pub(super) look: &'static str,
    pub(super) failed: &'static str,
    /// Between parts of a line.
    pub(super) dot: &'static str,
    /// In place of what was cut off.
    pub(super) more: &'static str,
    /// The animation of a resource in progress.
    spinner: &'static [&'static str],
    is_ascii: bool,
}

const UNICODE: Signs = Signs {
    done: "✓",
    look: "•",
    failed: "✗",
    dot: "·",
    more: "…",
    spinner: &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
    is_ascii: false,
};

const ASCII: Signs = Signs {
    done: "+",
    look: "-",
    failed: "x",
    dot: "-",
    more: "...",
    spinner: &["|", "/", "-", "\\"],
    is_ascii: true,
};

impl Signs {
    /// Returns the signs for a locale. It is the first of the variables that are set, in the order
    /// that POSIX defines. A Windows terminal does not follow POSIX, and shows Unicode.
    pub(super) fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Self {
        let mut variables = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable);
        let locale = variables.find(|value| !value.is_empty()).unwrap_or_default().to_lowercase();
        let is_utf8 = locale.contains("utf-8") || locale.contains("utf8");
        if is_utf8 || cfg!(windows) { UNICODE } else { ASCII }
    }

    /// Returns the sign of a resource in progress, at this frame.
    pub(super) fn spinner(&self, frame: usize) -> &'static str {
        self.spinner[frame % self.spinner.len()]
    }

    /// Returns a text on one line, in characters that can be displayed.
    pub(super) fn plain<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let shown = |c: char| !acts(c) && (c.is_ascii() || !self.is_ascii);
        if text.chars().all(shown) {
            return text.into();
        }
        let replaced = |c: char| match c {
            c if shown(c) => c,
            c if acts(c) => ' ',
            _ => '?',
        };
        text.replace('…', self.more).chars().map(replaced).collect::<String>().into()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::report) const BOTH: [Signs; 2] = [UNICODE, ASCII];

    fn of(variables: &[(&str, &str)]) -> Signs {
        let find = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Signs::of_locale(find)
    }

    #[cfg(not(windows))]
    #[test]
    fn the_locale_chooses_the_signs() {
        assert_eq!(of(&[("LANG", "en_GB.UTF-8")]), UNICODE);
        assert_eq!(of(&[("LANG", "C"), ("LC_CTYPE", "C.utf8")]), UNICODE);
        assert_eq!(of(&[("LANG", "en_GB.UTF-8"), ("LC_ALL", "C")]), ASCII);
        assert_eq!(of(&[("LANG", "en_GB.UTF-8"), ("LC_ALL", "")]), UNICODE);
        assert_eq!(of(&[]), ASCII);
    }

    #[test]
    fn a_text_is_one_line_of_what_can_be_shown() {
        assert_eq!(UNICODE.plain("so\nfar…\u{1b}[31m"), "so far… [31m");
        assert_eq!(ASCII.plain("so\nfar… é"), "so far... ?");
        let ascii = [ASCII.done, ASCII.look, ASCII.failed, ASCII.dot, ASCII.more];
        assert!(ascii.iter().chain(ASCII.spinner).all(|sign| sign.is_ascii()));
    }
}
