//! The only file that writes to the two streams.

use std::io::{IsTerminal as _, Write as _};

/// Writes a result to standard output. A reader that has gone (`| head`) is no error.
pub(super) fn result(text: &str) {
    let mut stream = anstream::stdout().lock();
    let _ = writeln!(stream, "{text}").and_then(|()| stream.flush());
}

/// Writes a message to standard error, with colours where the terminal shows them.
pub(super) fn message(text: &str) {
    let mut stream = anstream::stderr().lock();
    let _ = writeln!(stream, "{text}");
}

/// Whether lines may be drawn over: a terminal that a person looks at.
pub(super) fn may_move() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    std::io::stderr().is_terminal()
        && !set("CI")
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
