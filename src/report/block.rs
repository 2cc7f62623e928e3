//! The block at the bottom of a terminal that is drawn again and again, and lines that are printed above
//! it for good: what is written for that, from the size of the terminal.

use std::fmt::Write as _;

use super::line::Line;

/// Clears what is left of the line. Lines never reach the last column, in which a terminal may take the
/// cursor for the next line's.
const CLEAR_LINE: &str = "\x1b[K";
/// Clears what is left of the line, and all lines below.
const CLEAR_REST: &str = "\x1b[J";

/// How large a terminal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

/// What stands at the bottom of a terminal. The cursor is at the start of its last line.
#[derive(Debug)]
pub(super) struct Block {
    /// How wide each of its lines is.
    lines: Vec<usize>,
    /// Whether this terminal cuts lines when it gets narrower, instead of breaking them.
    cuts: bool,
}

impl Block {
    /// Nothing yet, on a terminal that cuts or breaks its lines when it gets narrower.
    pub(super) fn new(cuts: bool) -> Self {
        Self { lines: Vec::new(), cuts }
    }

    /// Returns what is written to print lines above, and these lines in place of the block.
    pub(super) fn draw(
        &mut self,
        above: &[Line],
        lines: &[Line],
        size: Size,
        colours: bool,
    ) -> String {
        let mut text = self.to_top(size.columns);
        for line in above {
            let _ = write!(text, "{}{CLEAR_LINE}\r\n", line.painted(colours));
        }
        let all: Vec<String> = lines.iter().map(|line| line.painted(colours)).collect();
        let _ = write!(text, "{}{CLEAR_REST}\r", all.join(&format!("{CLEAR_LINE}\r\n")));
        self.lines = lines.iter().map(Line::width).collect();
        text
    }

    /// To the start of the first line. A line that is wider than the terminal has become takes several
    /// rows by now.
    fn to_top(&self, columns: usize) -> String {
        let rows = |width: &usize| {
            if self.cuts { 1 } else { width.div_ceil(columns.max(1)).max(1) }
        };
        // The cursor is in the first row of the last line.
        let above_last = self.lines.split_last().map(|(_, above)| above).unwrap_or_default();
        match above_last.iter().map(rows).sum::<usize>() {
            0 => "\r".to_owned(),
            up => format!("\r\x1b[{up}A"),
        }
    }
}

#[cfg(test)]
mod tests {
    use anstyle::Style;

    use super::*;

    fn lines(texts: &[&str]) -> Vec<Line> {
        texts.iter().map(|text| Line::default().with(Style::new(), *text)).collect()
    }

    const WIDE: Size = Size { columns: 80, rows: 24 };

    #[test]
    fn it_is_drawn_over_itself() {
        let mut block = Block::new(false);
        assert_eq!(
            block.draw(&[], &lines(&["one", "two"]), WIDE, false),
            "\rone\x1b[K\r\ntwo\x1b[J\r"
        );
        assert_eq!(
            block.draw(&lines(&["done"]), &lines(&["three"]), WIDE, false),
            "\r\x1b[1Adone\x1b[K\r\nthree\x1b[J\r"
        );
        assert_eq!(block.draw(&[], &[], WIDE, false), "\r\x1b[J\r");
    }

    #[test]
    fn a_terminal_that_got_narrower_has_broken_its_lines() {
        let mut block = Block::new(false);
        let long = "a".repeat(70);
        let narrow = Size { columns: 30, rows: 24 };
        block.draw(&[], &lines(&[&long, &long, "end"]), WIDE, false);
        assert!(block.draw(&[], &lines(&["end"]), narrow, false).starts_with("\r\x1b[6Aend"));
        let mut block = Block::new(true);
        block.draw(&[], &lines(&[&long, &long, "end"]), WIDE, false);
        assert!(block.draw(&[], &[], narrow, false).starts_with("\r\x1b[2A\x1b[J"));
    }
}
