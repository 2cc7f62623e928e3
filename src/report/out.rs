//! The only file that writes to the two streams. What it writes cannot act on the terminal.

use std::io::{IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};

use super::{block::Size, visible::visible};

/// Writes a result to standard output. A closed pipe (`| head`) is no error.
pub(crate) fn result(text: &str) {
    let mut stream = anstream::stdout().lock();
    let _ = writeln!(stream, "{}", visible(text)).and_then(|()| stream.flush());
}

/// Writes a message to standard error, with colours if the terminal supports them.
pub(super) fn message(text: &str) {
    let mut stream = anstream::stderr().lock();
    let _ = writeln!(stream, "{}", visible(text));
}

/// Writes to the terminal unchanged, with cursor movements; the lines are of characters that can be
/// displayed (`signs`). A closed terminal is no reason to stop
/// working.
pub(super) fn draw(text: &str) {
    let mut stream = std::io::stderr().lock();
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

/// Returns whether the terminal supports colours and they are not disabled.
pub(super) fn has_colours() -> bool {
    AutoStream::choice(&std::io::stderr()) != ColorChoice::Never
}

/// Returns the size of the terminal; `None` if it does not report one.
pub(super) fn size() -> Option<Size> {
    let (columns, rows) = terminal_size::terminal_size_of(std::io::stderr())?;
    let is_known = columns.0 > 0 && rows.0 > 0;
    is_known.then(|| Size { columns: columns.0.into(), rows: rows.0.into() })
}

/// Returns how wide the help may be. As clap does for its own part: the width of the terminal, else
/// `COLUMNS`, and no more than can be read well.
pub(crate) fn help_columns() -> usize {
    const WIDEST: usize = 100;
    let seen = terminal_size::terminal_size().map(|(columns, _)| columns.0.into());
    let named = || std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    seen.or_else(named).unwrap_or(WIDEST).min(WIDEST)
}

/// Returns whether lines may be redrawn: only on an interactive terminal.
pub(super) fn may_move() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    std::io::stderr().is_terminal()
        && !set("CI")
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
