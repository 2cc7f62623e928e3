//! The number of the state folder's format, in the folder's file `format.json`.
//!
//! Raise [`FORMAT`] when a program that knows only the number before would misread, damage or refuse
//! as damaged what this one writes: a field with another meaning, a value that it does not know, a
//! file elsewhere. A new field with a default (`#[serde(default)]`) needs no new number where an
//! older program may lose it. Whoever raises the number also converts what the older programs left,
//! or refuses it by name. The fields of `format.json` itself keep their names and meanings for ever:
//! by them every older program knows that it must keep away.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};

use crate::{cloud::OpenError, store::Store};

/// The format that this program writes, and the newest that it reads. Folders without a number are
/// of the same form: they were written before there was one.
const FORMAT: u32 = 1;

const FILE: &str = "format.json";

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Written {
    format: u32,
    /// The build of the program that last opened the folder.
    written_by: String,
}

/// Refuses a folder that a newer program has written. Nothing in it is touched.
///
/// # Errors
/// `Newer`; `Damaged` where the file cannot be understood. A file that cannot be read is left to
/// whoever opens the folder, who can say more about it.
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

/// Gives the folder this program's number. It is to be locked, and done before anything else is
/// written, so that no state is newer than its number.
///
/// # Errors
/// As [`check`], and when the file cannot be written.
pub(crate) fn claim(folder: &Path, build: &str) -> Result<(), OpenError> {
    // Another program may have been here since.
    check(folder)?;
    let ours = Written { format: FORMAT, written_by: build.to_owned() };
    let store = Store::<Written>::open(folder.join(FILE))?;
    if store.read(|written| *written != ours) {
        store.change(|written| *written = ours)?;
    }
    Ok(())
}
