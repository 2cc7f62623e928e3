//! The files of layers, configs and manifests, named by their digests, and of uploads in progress.
//! All accounts share them; which repository has which is in the state.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::error;
use crate::{random, service::AwsError, store::StoreError};

/// The folders.
#[derive(Debug)]
pub(super) struct Blobs {
    blobs: PathBuf,
    uploads: PathBuf,
}

impl Blobs {
    /// Opens the folders. Uploads do not outlive the local cloud.
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        let (blobs, uploads) = (folder.join("blobs"), folder.join("uploads"));
        let _ = fs::remove_dir_all(&uploads);
        for folder in [&blobs, &uploads] {
            fs::create_dir_all(folder)
                .map_err(|source| StoreError::Io { path: folder.clone(), source })?;
        }
        Ok(Self { blobs, uploads })
    }

    /// Returns the name of a file for incoming data.
    pub(super) fn arriving(&self) -> PathBuf {
        self.uploads.join(random::id())
    }

    /// Returns the file of a blob. `digest` must have been checked.
    pub(super) fn path(&self, digest: &str) -> PathBuf {
        self.blobs.join(digest.trim_start_matches("sha256:"))
    }

    /// Returns how large a blob is; `None` when there is none.
    pub(super) fn size(&self, digest: &str) -> Option<u64> {
        fs::metadata(self.path(digest)).ok().map(|file| file.len())
    }

    /// Reads a blob's bytes.
    pub(super) fn read(&self, digest: &str) -> Result<Vec<u8>, AwsError> {
        let path = self.path(digest);
        fs::read(&path).map_err(|source| unusable(path, source))
    }

    /// Stores these bytes and returns their digest.
    pub(super) fn put(&self, bytes: &[u8]) -> Result<String, AwsError> {
        let file = self.arriving();
        fs::write(&file, bytes).map_err(|source| unusable(file.clone(), source))?;
        let digest = named(&Sha256::digest(bytes));
        self.keep(&file, &digest)?;
        Ok(digest)
    }

    /// Stores a file as the blob of this digest, which must be its own.
    pub(super) fn put_file(&self, file: &Path, digest: &str) -> Result<(), AwsError> {
        let actual = digest_of(file).map_err(|source| unusable(file.to_owned(), source))?;
        if actual != digest {
            return Err(digest_differs(digest, &actual));
        }
        self.keep(file, digest)
    }

    /// Stores a file whose digest is known.
    pub(super) fn keep(&self, file: &Path, digest: &str) -> Result<(), AwsError> {
        let path = self.path(digest);
        fs::rename(file, &path).map_err(|source| unusable(path, source))
    }

    /// Removes the blobs that are no longer used. What cannot be removed stays an orphan.
    pub(super) fn remove(&self, digests: &BTreeSet<String>) {
        for digest in digests {
            let _ = fs::remove_file(self.path(digest));
        }
    }
}

/// Writes bytes into a file of an upload, from this place on.
pub(super) fn write_at(file: &Path, at: u64, bytes: &[u8]) -> Result<(), AwsError> {
    let mut open = File::options()
        .create(true)
        .write(true)
        .truncate(false)
        .open(file)
        .map_err(|source| unusable(file.to_owned(), source))?;
    open.seek(io::SeekFrom::Start(at))
        .and_then(|_| open.write_all(bytes))
        .map_err(|source| unusable(file.to_owned(), source))
}

/// Adds one file to the end of another.
pub(super) fn append(file: &Path, more: &Path) -> Result<(), AwsError> {
    let copied = File::options().create(true).append(true).open(file).and_then(|mut end| {
        io::copy(&mut File::open(more)?, &mut end)?;
        fs::remove_file(more)
    });
    copied.map_err(|source| unusable(file.to_owned(), source))
}

fn digest_of(file: &Path) -> io::Result<String> {
    let mut file = File::open(file)?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(named(&hash.finalize())),
            read => hash.update(&buffer[..read]),
        }
    }
}

/// Returns a digest as it is written.
pub(super) fn named(hash: &[u8]) -> String {
    format!("sha256:{}", hex::encode(hash))
}

/// Returns the error for an upload whose digest differs from the announced one.
pub(super) fn digest_differs(said: &str, actual: &str) -> AwsError {
    let message =
        format!("The provided digest '{said}' does not match the content, which has '{actual}'");
    error("InvalidLayerException", message)
}

pub(super) fn unusable(path: PathBuf, source: io::Error) -> AwsError {
    StoreError::Io { path, source }.into()
}
