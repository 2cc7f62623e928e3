//! The block at the bottom of a terminal that is drawn again and again, and lines that are printed above
//! it for good. The only file that knows `indicatif`.

use std::{collections::VecDeque, fmt::Write as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{line::Line, out, signs::Signs};

/// To the first line of the screen.
const HOME: &str = "\x1b[H";
/// Clears what is left of the line.
const CLEAR_LINE: &str = "\x1b[K";
/// Clears what is left of the line, and all lines below.
const CLEAR_REST: &str = "\x1b[J";
/// More lines than a screen has.
const KEPT: usize = 200;

/// How large a terminal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

/// What stands at the bottom of a terminal.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// All lines of the block as one bar; `None` where there is none.
    bar: Option<ProgressBar>,
    /// For how wide a terminal it was drawn.
    columns: usize,
    /// The last lines that were printed above it.
    above: VecDeque<String>,
}

impl Block {
    /// Prints lines above, and these lines in place of the block; without any, the block ends.
    pub(super) fn draw(
        &mut self,
        above: &[Line],
        lines: &[Line],
        size: Size,
        signs: &Signs,
        colours: bool,
    ) {
        let is_torn = self.bar.is_some() && self.columns != size.columns;
        let bar = self.bar.get_or_insert_with(bar);
        let painted =
            |line: &Line| line.clone().cut(size.columns.saturating_sub(1), signs).painted(colours);
        let above: Vec<String> = above.iter().map(painted).collect();
        self.above.extend(above.iter().cloned());
        self.above.drain(..self.above.len().saturating_sub(KEPT));
        if is_torn {
            let shown = size.rows.saturating_sub(lines.len().max(1)).min(self.above.len());
            bar.suspend(|| out::draw(&anew(self.above.range(self.above.len() - shown..))));
        } else {
            for line in &above {
                bar.println(line);
            }
        }
        self.columns = size.columns;
        if lines.is_empty() {
            bar.finish_and_clear();
            // Others write now.
            *self = Self::default();
        } else {
            bar.set_message(lines.iter().map(painted).collect::<Vec<_>>().join("\n"));
        }
    }
}

/// The screen, written anew. Some terminals break long lines when they get narrower, some cut them, and
/// some tell of it a frame late, so it is not known where the old lines stand.
fn anew<'a>(lines: impl Iterator<Item = &'a String>) -> String {
    let mut text = HOME.to_owned();
    for line in lines {
        let _ = write!(text, "{line}{CLEAR_LINE}\r\n");
    }
    text + CLEAR_REST
}

/// A bar that is its message: the lines of the block.
fn bar() -> ProgressBar {
    // As often as it is asked to: the frames are counted elsewhere.
    let target = ProgressDrawTarget::stderr_with_hz(u8::MAX);
    let style = ProgressStyle::with_template("{msg}");
    let bar = ProgressBar::with_draw_target(None, target);
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
}
