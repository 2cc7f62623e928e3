//! A request's body, received into a file and hashed on the way: layers may be too large to keep in
//! memory.

use std::path::{Path, PathBuf};

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use sha2::{Digest as _, Sha256};
use tokio::{fs::File, io::AsyncWriteExt as _};

use super::path::Target;
use crate::ecr::blobs::named;

/// The client went away, or its body could not be kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientGone;

/// The largest manifest, and the largest layer: AWS's.
const LARGEST_MANIFEST: u64 = 4 * 1024 * 1024;
const LARGEST_LAYER: u64 = 52_000 * 1024 * 1024;

/// A body. Its file goes with it, unless it was used up.
#[derive(Debug)]
pub(super) struct Received {
    file: Option<PathBuf>,
    pub(super) size: u64,
    pub(super) digest: String,
    /// Whether there was more, which was not received.
    pub(super) is_too_large: bool,
}

impl Received {
    /// Returns the body of a request that has none.
    pub(super) fn nothing() -> Self {
        Self { file: None, size: 0, digest: named(&Sha256::digest([])), is_too_large: false }
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
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| ClientGone)?.into_data() else { continue };
            received.size += u64::try_from(data.len()).unwrap_or(u64::MAX);
            if received.size > largest {
                received.is_too_large = true;
                break;
            }
            if file.is_none() {
                received.file = Some(path.clone());
                file = Some(File::create(&path).await.map_err(|_| ClientGone)?);
            }
            if let Some(file) = &mut file {
                file.write_all(&data).await.map_err(|_| ClientGone)?;
            }
            hash.update(&data);
        }
        if let Some(mut file) = file {
            file.flush().await.map_err(|_| ClientGone)?;
        }
        received.digest = named(&hash.finalize());
        Ok(received)
    }

    /// Returns the file, if there was anything to receive.
    pub(super) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        // A file that was used up has another name now.
        if let Some(file) = &self.file {
            let _ = std::fs::remove_file(file);
        }
    }
}
