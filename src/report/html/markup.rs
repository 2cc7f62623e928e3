//! Text in XML and HTML.

use std::{borrow::Cow, fmt::Write as _};

use crate::report::visible::acts;

/// Escapes a text for an element or a quoted attribute of XML or HTML. What XML forbids, or what would
/// change how other text is shown, becomes visible: `\u001b`, as on the terminal. Ends of lines and tabs
/// become references, because a parser makes spaces of them in an attribute.
pub(in crate::report) fn escaped(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !matches!(c, '<' | '>' | '&' | '"' | '\'') && !is_refused(c);
    if text.chars().all(is_plain) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            // `]]>` may not stand in a text of XML.
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            // HTML 4 has no `&apos;`.
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => {
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            c if is_refused(c) => {
                let _ = write!(escaped, "\\u{:04x}", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped.into()
}

/// XML 1.0 has no control characters but three, and not the last two of the first plane.
fn is_refused(c: char) -> bool {
    acts(c) || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// Escapes a sentence for HTML, and shows what is in backticks as code.
pub(in crate::report) fn sentence(text: &str) -> String {
    let marks = text.matches('`').count();
    let mut html = String::new();
    for (place, piece) in text.split('`').enumerate() {
        let piece = escaped(piece);
        let _ = match place % 2 {
            0 => write!(html, "{piece}"),
            // The last backtick has no partner.
            _ if place == marks => write!(html, "`{piece}"),
            _ => write!(html, "<code>{piece}</code>"),
        };
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(escaped("plain — ü 🐉"), "plain — ü 🐉");
        assert_eq!(
            escaped("<a href=\"x\">'&amp;'"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;&#39;"
        );
        assert_eq!(escaped("a]]>b"), "a]]&gt;b");
        assert_eq!(escaped("one\ntwo\tthree\r"), "one&#10;two&#9;three\\u000d");
        assert_eq!(
            escaped("\0\u{1b}[31m\u{9b}\u{202e}\u{ffff}"),
            "\\u0000\\u001b[31m\\u009b\\u202e\\uffff"
        );
    }

    #[test]
    fn backticks_are_code() {
        assert_eq!(sentence("run `a <b>` now"), "run <code>a &lt;b&gt;</code> now");
        assert_eq!(sentence("`a` and `b`"), "<code>a</code> and <code>b</code>");
        assert_eq!(sentence("`a` and `b"), "<code>a</code> and `b");
    }
}
