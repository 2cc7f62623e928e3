//! The block at the bottom of a terminal that is redrawn repeatedly, and lines that are printed
//! above it for good. Builds the output for both from the size of the terminal.

use std::{collections::VecDeque, fmt::Write as _};

use super::{line::Line, signs::Signs};

/// Moves the cursor to the first line of the screen.
const HOME: &str = "\x1b[H";
/// Clears the rest of the line. Lines never reach the last column, where a terminal may already
/// have moved the cursor to the next line.
const CLEAR_LINE: &str = "\x1b[K";
/// Clears the rest of the line, and all lines below.
const CLEAR_REST: &str = "\x1b[J";
/// The lines that are kept: more than a screen has.
const KEPT: usize = 200;

/// The size of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

/// The block at the bottom of a terminal. The cursor is at the start of its last line.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The number of its lines.
    height: usize,
    /// The width of the terminal for which it was drawn.
    columns: usize,
    /// The last lines that were printed above it.
    above: VecDeque<Line>,
}

impl Block {
    /// Returns the output that prints lines above the block and replaces its lines. Without any
    /// lines, the block ends.
    pub(super) fn draw(
        &mut self,
        above: &[Line],
        lines: &[Line],
        size: Size,
        signs: &Signs,
        colours: bool,
    ) -> String {
        if self.height == 0 && above.is_empty() && lines.is_empty() {
            return String::new();
        }
        let is_torn = self.height > 0 && (self.columns != size.columns || self.height > size.rows);
        self.above.extend(above.iter().cloned());
        self.above.drain(..self.above.len().saturating_sub(KEPT));
        let (mut text, printed) = if is_torn {
            // When narrowed, some terminals wrap long lines, some cut them, and some report it a
            // frame late. So the whole screen is redrawn, from the lines that are known to belong
            // there.
            let shown = size.rows.saturating_sub(lines.len().max(1)).min(self.above.len());
            (HOME.to_owned(), self.above.range(self.above.len() - shown..).cloned().collect())
        } else {
            (self.to_top(), above.to_vec())
        };
        for line in printed {
            let line = line.cut(size.columns.saturating_sub(1), signs);
            let _ = write!(text, "{}{CLEAR_LINE}\r\n", line.painted(colours));
        }
        let all: Vec<String> = lines.iter().map(|line| line.painted(colours)).collect();
        let _ = write!(text, "{}{CLEAR_REST}\r", all.join(&format!("{CLEAR_LINE}\r\n")));
        (self.height, self.columns) = (lines.len(), size.columns);
        if lines.is_empty() {
            // From here on others may write.
            self.above.clear();
        }
        text
    }

    /// Moves the cursor to the start of the first line.
    fn to_top(&self) -> String {
        match self.height.saturating_sub(1) {
            0 => "\r".to_owned(),
            up => format!("\r\x1b[{up}A"),
        }
    }
}

#[cfg(test)]
mod tests {
    use anstyle::Style;

    use super::*;
    use crate::report::signs::tests::BOTH;

    fn lines(texts: &[&str]) -> Vec<Line> {
        texts.iter().map(|text| Line::default().with(Style::new(), *text)).collect()
    }

    fn draw(block: &mut Block, above: &[&str], below: &[&str], columns: usize) -> String {
        let size = Size { columns, rows: 5 };
        block.draw(&lines(above), &lines(below), size, &BOTH[0], false)
    }

    #[test]
    fn it_is_drawn_over_itself() {
        let mut block = Block::default();
        assert_eq!(draw(&mut block, &[], &["one", "two"], 80), "\rone\x1b[K\r\ntwo\x1b[J\r");
        assert_eq!(
            draw(&mut block, &["done"], &["three"], 80),
            "\r\x1b[1Adone\x1b[K\r\nthree\x1b[J\r"
        );
        assert_eq!(draw(&mut block, &[], &[], 80), "\r\x1b[J\r");
    }

    #[test]
    fn another_width_draws_the_whole_screen_anew() {
        let mut block = Block::default();
        draw(&mut block, &["1 done", "2 done", "3 done", "4 done"], &["one", "two"], 80);
        assert_eq!(
            draw(&mut block, &[], &["one", "two"], 6),
            "\x1b[H2 do…\x1b[K\r\n3 do…\x1b[K\r\n4 do…\x1b[K\r\none\x1b[K\r\ntwo\x1b[J\r"
        );
        // But not what others wrote after the end.
        draw(&mut block, &[], &[], 6);
        assert_eq!(draw(&mut block, &[], &["one"], 40), "\rone\x1b[J\r");
    }
}
