//! A request's body, received into a file and hashed on the way: layers may be too large to keep in
//! memory.

use std::{
    io,
    path::{Path, PathBuf},
};

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use sha2::{Digest as _, Sha256};
use tokio::{fs::File, io::AsyncWriteExt as _};

use super::path::Target;
use crate::ecr::blobs::named;

/// The client went away.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientGone;

/// The largest manifest, and the largest layer: AWS's.
const LARGEST_MANIFEST: u64 = 4 * 1024 * 1024;
const LARGEST_LAYER: u64 = 52_000 * 1024 * 1024;

/// How much more is read of a body that is not kept, so that its client gets to read the answer.
const LARGEST_LEFTOVER: u64 = 64 * 1024 * 1024;

/// A body. Its file goes with it, unless it was used up.
#[derive(Debug)]
pub(super) struct Received {
    file: Option<PathBuf>,
    pub(super) size: u64,
    pub(super) digest: String,
    /// Why it is not all there.
    pub(super) trouble: Option<Trouble>,
}

/// Why a body was not received to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It is larger than a manifest or layer may be.
    TooLarge,
    /// It cannot be kept, for this reason: the disk is full.
    NotKept(String),
}

impl Received {
    /// Returns the body of a request that has none.
    pub(super) fn nothing() -> Self {
        Self { file: None, size: 0, digest: named(&Sha256::digest([])), trouble: None }
    }

    /// Receives the body of a request for this target into this file.
    pub(super) async fn receive(
        path: PathBuf,
        target: &Target,
        mut body: Incoming,
    ) -> Result<Self, ClientGone> {
        let largest = match target {
            Target::Blob { .. } | Target::Uploads { .. } | Target::Upload { .. } => LARGEST_LAYER,
            Target::Base | Target::Manifest { .. } | Target::Tags { .. } => LARGEST_MANIFEST,
        };
        let (mut received, mut hash, mut file) = (Self::nothing(), Sha256::new(), None);
        let mut left_over = 0_u64;
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| ClientGone)?.into_data() else { continue };
            received.size += u64::try_from(data.len()).unwrap_or(u64::MAX);
            if received.size > largest {
                received.trouble = Some(Trouble::TooLarge);
            } else if received.trouble.is_none() {
                received.file = Some(path.clone());
                hash.update(&data);
                received.trouble = keep(&mut file, &path, &data).await.as_ref().err().map(not_kept);
            }
            if received.trouble.is_some() {
                left_over += u64::try_from(data.len()).unwrap_or(u64::MAX);
                if left_over > LARGEST_LEFTOVER {
                    break;
                }
            }
        }
        if let Some(mut file) = file {
            let flushed = file.flush().await.as_ref().err().map(not_kept);
            received.trouble = received.trouble.take().or(flushed);
        }
        received.digest = named(&hash.finalize());
        Ok(received)
    }

    /// Returns the file, if there was anything to receive.
    pub(super) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }
}

/// Adds a piece of a body to its file, which is created for the first one.
async fn keep(file: &mut Option<File>, path: &Path, data: &[u8]) -> io::Result<()> {
    let open = match file {
        Some(open) => open,
        None => file.insert(File::create(path).await?),
    };
    open.write_all(data).await
}

fn not_kept(error: &io::Error) -> Trouble {
    Trouble::NotKept(error.to_string())
}

impl Drop for Received {
    fn drop(&mut self) {
        // A file that was used up has another name now.
        if let Some(file) = &self.file {
            let _ = std::fs::remove_file(file);
        }
    }
}
