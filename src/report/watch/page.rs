//! A page: a title, a body that may be longer than the terminal, and the keys. It is made anew for each
//! drawing from the size of the terminal, and always fits.

use std::time::Duration;

use anstyle::Style;

use crate::report::{
    frame::Look,
    line::{Line, wrapped},
    words::{self, DETAIL},
};

/// The indentation of what belongs to the line above.
const INDENT: usize = 4;

/// A page.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// What is watched, and how it is: short parts, of which the last are left out where they do not fit.
    pub(super) title: Vec<String>,
    /// The body.
    pub(super) body: Vec<Entry>,
    /// The keys, and what they do.
    pub(super) keys: Vec<(&'static str, &'static str)>,
}

/// An entry of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// One line, cut where it is too long: a sign or a word, and what it is about.
    Row(Style, String, String),
    /// A text that takes as many lines as it needs.
    Text(String),
    /// The same, indented below what it belongs to.
    Detail(String),
}

/// Returns the lines of the page, and how far it is scrolled: never beyond its end.
pub(super) fn frame(
    page: &Page,
    look: &Look,
    age: Option<Duration>,
    scrolled: usize,
) -> (Vec<Line>, usize) {
    let body: Vec<Line> = page.body.iter().flat_map(|entry| lines(entry, look)).collect();
    // The title, the keys, and a row that stays free, so that the terminal never scrolls.
    let room = look.size.rows.saturating_sub(3).max(1);
    let last = body.len().saturating_sub(room.saturating_sub(1));
    let (scrolled, is_whole) =
        if body.len() <= room { (0, true) } else { (scrolled.min(last), false) };
    let mut lines = vec![title(page, look, age)];
    if is_whole {
        lines.extend(body);
    } else {
        let shown = room.saturating_sub(1);
        let below = body.len().saturating_sub(scrolled + shown);
        lines.extend(body.into_iter().skip(scrolled).take(shown));
        let more = match (scrolled, below) {
            (0, below) => format!("{} {below} more below", look.signs.more),
            (above, 0) => format!("{} {above} more above", look.signs.more),
            (above, below) => format!("{} {above} more above, {below} below", look.signs.more),
        };
        lines.push(plain(DETAIL, &more, look).cut(look.width(), &look.signs));
    }
    lines.push(keys(page, look, is_whole));
    (lines, scrolled)
}

/// Joins the parts of the title that fit, and the time since the last look.
fn title(page: &Page, look: &Look, age: Option<Duration>) -> Line {
    let age = match age {
        None => "looking".to_owned(),
        Some(age) if age.as_secs() == 0 => "just now".to_owned(),
        Some(age) => format!("{} ago", words::duration(age)),
    };
    let dot = format!(" {} ", look.signs.dot);
    let joined = |count: usize| {
        let parts = page.title.iter().take(count).cloned().chain([age.clone()]);
        plain(Style::new().bold(), &parts.collect::<Vec<_>>().join(&dot), look)
    };
    let fitting = (1..=page.title.len()).rev().map(&joined);
    let mut fitting = fitting.filter(|line| line.width() <= look.width());
    fitting.next().unwrap_or_else(|| joined(1).cut(look.width(), &look.signs))
}

/// Returns the keys: those that move the page only where there is more of it.
fn keys(page: &Page, look: &Look, is_whole: bool) -> Line {
    let scroll = (!is_whole).then_some(("jk", "move"));
    let keys = page.keys.iter().copied().chain(scroll).chain([("q", "quit")]);
    let line = keys.fold(Line::default(), |line, (key, does)| {
        let space = if line.width() == 0 { "" } else { "  " };
        let line = line.with(Style::new(), space).with(Style::new().bold(), key);
        line.with(DETAIL, format!(" {does}"))
    });
    line.cut(look.width(), &look.signs)
}

fn lines(entry: &Entry, look: &Look) -> Vec<Line> {
    match entry {
        Entry::Row(style, word, text) => {
            let line = Line::default().with(*style, look.signs.plain(word));
            let line = line.with(Style::new(), format!(" {}", look.signs.plain(text)));
            vec![line.cut(look.width(), &look.signs)]
        }
        Entry::Text(text) => paragraph(text, 0, look),
        Entry::Detail(text) => paragraph(text, INDENT, look),
    }
}

fn paragraph(text: &str, indent: usize, look: &Look) -> Vec<Line> {
    let (text, width) = (look.signs.plain(text), look.width().saturating_sub(indent).max(1));
    let space = " ".repeat(indent.min(look.width().saturating_sub(1)));
    let line = |text: String| {
        let line = Line::default().with(Style::new(), space.clone()).with(Style::new(), text);
        line.cut(look.width(), &look.signs)
    };
    wrapped(&text, width).into_iter().map(line).collect()
}

fn plain(style: Style, text: &str, look: &Look) -> Line {
    Line::default().with(style, look.signs.plain(text))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::report::{block::Size, signs::tests::BOTH};

    /// Returns the lines of a page on a terminal of this size, without colours.
    pub(in crate::report::watch) fn shown(
        page: &Page,
        (columns, rows): (usize, usize),
        scrolled: usize,
    ) -> Vec<String> {
        let look = Look { signs: BOTH[0], size: Size { columns, rows }, verbose: false, frame: 0 };
        let (lines, _) = frame(page, &look, Some(Duration::from_secs(3)), scrolled);
        lines.iter().map(|line| line.painted(false)).collect()
    }

    fn page(count: usize) -> Page {
        let row = |n| Entry::Row(Style::new(), "ready".to_owned(), format!("resource number {n}"));
        Page {
            title: vec!["20 of 22 ready".to_owned(), "lab `mysfits`".to_owned()],
            body: (0..count).map(row).collect(),
            keys: vec![("c", "only changes")],
        }
    }

    #[test]
    fn it_fits_every_terminal() {
        for (columns, rows) in [(80, 24), (40, 10), (120, 40), (20, 5), (10, 3), (1, 1)] {
            for count in [0, 1, 5, 22] {
                for scrolled in [0, 3, 100] {
                    let lines = shown(&page(count), (columns, rows), scrolled);
                    let size = format!("{columns}x{rows}, {count}: {lines:?}");
                    assert!(lines.len() < rows.max(4), "{size}");
                    assert!(lines.iter().all(|it| it.chars().count() < columns.max(2)), "{size}");
                }
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_counted_and_scrolled() {
        let lines = shown(&page(22), (40, 10), 0);
        assert_eq!(lines[0], "20 of 22 ready · 3 s ago");
        assert_eq!(lines[1], "ready resource number 0");
        assert_eq!(lines[7..], ["… 16 more below", "c only changes  jk move  q quit"]);
        let lines = shown(&page(22), (40, 10), 100);
        assert_eq!(lines[6..8], ["ready resource number 21", "… 16 more above"]);
        let lines = shown(&page(2), (40, 10), 100);
        assert_eq!(
            lines[1..],
            ["ready resource number 0", "ready resource number 1", "c only changes  q quit"]
        );
    }

    #[test]
    fn the_title_leaves_out_what_does_not_fit() {
        let title = |columns| shown(&page(0), (columns, 10), 0)[0].clone();
        assert_eq!(title(80), "20 of 22 ready · lab `mysfits` · 3 s ago");
        assert_eq!(title(40), "20 of 22 ready · 3 s ago");
        assert_eq!(title(20), "20 of 22 ready · 3…");
    }
}
