//! The number of the state folder's format, in the folder's file `format.json`.
//!
//! Raise [`FORMAT`] when a program of the previous number would misread, destroy or reject state
//! that this one writes: a field with another meaning, a value it does not know, a file in another
//! place. A new field with a default (`#[serde(default)]`) needs no new number if older programs
//! may drop it. A change that raises the number also converts folders of the previous one. The
//! fields of `format.json` itself never change their names or meanings, because older programs
//! recognise newer folders by them.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};

use crate::{open::OpenError, store::Store};

/// The format that this program writes and the newest that it reads. Folders without a number were
/// written before there was one and have the same format.
const FORMAT: u32 = 1;

const FILE: &str = "format.json";

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Written {
    format: u32,
    /// The build of the program that last opened the folder.
    written_by: String,
}

/// Refuses a folder that a newer program has written, without changing anything in it.
///
/// # Errors
/// `Newer`; `Damaged` when the file cannot be parsed. A file that cannot be read is no error here:
/// opening the folder reports it better.
pub(crate) fn check(folder: &Path) -> Result<(), OpenError> {
    let path = folder.join(FILE);
    let Ok(bytes) = fs::read(&path) else { return Ok(()) };
    let written: Written = serde_json::from_slice(&bytes)
        .map_err(|source| OpenError::Damaged { path, source: source.into() })?;
    if written.format <= FORMAT {
        return Ok(());
    }
    let Written { format: found, written_by } = written;
    Err(OpenError::Newer { path: folder.to_owned(), written_by, found, supported: FORMAT })
}

/// Writes this program's number into the folder, which must be locked. Must be called before any
/// other state is written, so that no state is newer than its number.
///
/// # Errors
/// As [`check`], and when the file cannot be written.
pub(crate) fn claim(folder: &Path, build: &str) -> Result<(), OpenError> {
    // Before the lock another program could have written the folder.
    check(folder)?;
    let ours = Written { format: FORMAT, written_by: build.to_owned() };
    let store = Store::<Written>::open(folder.join(FILE))?;
    if store.read(|written| *written != ours) {
        store.change(|written| *written = ours)?;
    }
    Ok(())
}
