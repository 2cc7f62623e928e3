//! A folder for one test, gone when the test is over.

use std::{ops::Deref, path::Path};

use tempfile::TempDir;

/// A folder of its own below the system's folder for temporary files.
#[derive(Debug)]
pub(crate) struct Folder(TempDir);

impl Folder {
    /// Creates one whose name shows whose it was, should it stay: a killed test cannot remove it.
    pub(crate) fn new(name: &str) -> Self {
        Self(TempDir::with_prefix(format!("mysfits-{name}-")).unwrap())
    }
}

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        self.0.path()
    }
}
