//! Single keys from the terminal. Ctrl-C stays a signal. However the program ends, the terminal is as
//! it was before.

use std::io::{IsTerminal as _, Read as _};

use tokio::sync::mpsc;

use crate::report::Key;

/// The keys that are pressed, for as long as this exists.
pub(super) struct Keyboard {
    keys: mpsc::UnboundedReceiver<Key>,
}

impl Keyboard {
    /// Starts to read keys. `None` if standard input is no terminal, or one that has no single keys.
    pub(super) fn open() -> Option<Self> {
        if !std::io::stdin().is_terminal() || !mode::single_keys() {
            return None;
        }
        let (sender, keys) = mpsc::unbounded_channel();
        // A read from a terminal cannot be cancelled. The thread ends with the process, or with the first
        // key after this is dropped.
        std::thread::spawn(move || {
            let mut reading = Reading::default();
            for byte in std::io::stdin().lock().bytes() {
                let Ok(byte) = byte else { return };
                let Some(key) = reading.key(byte) else { continue };
                if sender.send(key).is_err() {
                    return;
                }
            }
        });
        Some(Self { keys })
    }

    /// Returns the next key. Where there are none any more, it never comes.
    pub(super) async fn next(&mut self) -> Key {
        match self.keys.recv().await {
            Some(key) => key,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        restore();
    }
}

/// Asks for single keys again: a shell that stops and continues the program may have undone it.
pub(super) fn keep() {
    mode::single_keys();
}

/// Makes the terminal as it was before. Also for a process that ends at once.
pub(super) fn restore() {
    mode::restore();
}

/// What has been read of a key that is sent as several bytes: an arrow is an escape, `[` or `O`, and a
/// letter.
#[derive(Debug, Default, PartialEq, Eq)]
enum Reading {
    #[default]
    Nothing,
    Escape,
    Sequence,
}

impl Reading {
    /// Takes the next byte, and returns the key that it completes.
    fn key(&mut self, byte: u8) -> Option<Key> {
        let (next, key) = match (&self, byte) {
            (_, 0x1b) => (Self::Escape, None),
            (Self::Sequence, b'A') => (Self::Nothing, Some(Key::Up)),
            (Self::Sequence, b'B') => (Self::Nothing, Some(Key::Down)),
            // Other keys have numbers in it, up to their last byte.
            (Self::Escape, b'[' | b'O') | (Self::Sequence, b'0'..=b'9' | b';') => {
                (Self::Sequence, None)
            }
            (Self::Sequence, _) => (Self::Nothing, None),
            (_, byte) if byte.is_ascii_graphic() => {
                (Self::Nothing, Some(Key::Letter(char::from(byte.to_ascii_lowercase()))))
            }
            _ => (Self::Nothing, None),
        };
        *self = next;
        key
    }
}

#[cfg(unix)]
mod mode {
    use std::{
        io::stdin,
        sync::{Mutex, Once, PoisonError},
    };

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    /// How the terminal was before.
    static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

    /// Gives each key to the program at once and does not show it. Signals and output stay as they are.
    pub(super) fn single_keys() -> bool {
        let Ok(mut modes) = tcgetattr(stdin()) else { return false };
        let lines = LocalModes::ICANON | LocalModes::ECHO;
        if !modes.local_modes.intersects(lines) {
            return true;
        }
        restore_on_panic();
        *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = Some(modes.clone());
        modes.local_modes -= lines;
        tcsetattr(stdin(), OptionalActions::Now, &modes).is_ok()
    }

    pub(super) fn restore() {
        if let Some(modes) = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // Where it fails, the terminal is gone.
            let _ = tcsetattr(stdin(), OptionalActions::Now, &modes);
        }
    }

    /// In the release package a panic ends the process before anything is dropped.
    fn restore_on_panic() {
        static HOOKED: Once = Once::new();
        HOOKED.call_once(|| {
            let others = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                restore();
                others(panic);
            }));
        });
    }
}

/// Elsewhere a key counts with the Enter after it.
#[cfg(not(unix))]
mod mode {
    pub(super) fn single_keys() -> bool {
        true
    }

    pub(super) fn restore() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_from_what_a_terminal_sends() {
        let keys = |bytes: &[u8]| {
            let mut reading = Reading::default();
            bytes.iter().filter_map(|byte| reading.key(*byte)).collect::<Vec<_>>()
        };
        assert_eq!(keys(b"qN\n "), [Key::Letter('q'), Key::Letter('n')]);
        assert_eq!(keys(b"\x1b[A\x1bOB"), [Key::Up, Key::Down]);
        // Page down, F5, Alt-x, and a lone escape.
        assert_eq!(keys(b"\x1b[6~\x1b[15;2~"), []);
        assert_eq!(keys(b"\x1bx\x1b\x1b[A"), [Key::Letter('x'), Key::Up]);
        assert_eq!(keys("é".as_bytes()), []);
    }
}
