//! The bodies of objects and parts: one file each, named by a random id, never by anything a caller
//! sends. A body is written before the state names it, so a crash leaves orphans and never holes.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use bytes::Bytes;

use super::ids;

/// The folder of a bucket's bodies.
#[derive(Debug)]
pub(super) struct Bodies(PathBuf);

impl Bodies {
    /// Opens the folder, creating it if it is missing.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self(folder.to_owned()))
    }

    /// Writes a new body and returns its id.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<String> {
        let id = ids::body_id();
        fs::write(self.0.join(&id), bytes)?;
        Ok(id)
    }

    /// Opens a body. Once open it can be read even when it is removed meanwhile.
    pub(super) fn open_body(&self, id: &str) -> io::Result<File> {
        File::open(self.0.join(id))
    }

    /// Reads a whole body.
    pub(super) fn read(&self, id: &str) -> io::Result<Bytes> {
        read_all(self.open_body(id)?)
    }

    /// Removes a body that the state no longer names. A file that cannot be removed now goes with
    /// the next [`Bodies::sweep`].
    pub(super) fn remove(&self, id: &str) {
        let _ = fs::remove_file(self.0.join(id));
    }

    /// Removes all bodies but these.
    pub(super) fn sweep(&self, keep: &BTreeSet<String>) -> io::Result<()> {
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            if !entry.file_name().to_str().is_some_and(|id| keep.contains(id)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

/// Reads an open body to its end.
pub(super) fn read_all(mut file: File) -> io::Result<Bytes> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes.into())
}
