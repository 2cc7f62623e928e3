//! A request's body, received into a file and hashed on the way: layers may be too large to keep in
//! memory.

use std::path::{Path, PathBuf};

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use sha2::{Digest as _, Sha256};
use tokio::{fs::File, io::AsyncWriteExt as _};

use crate::ecr::blobs::named;

/// The client went away, or its body could not be kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientGone;

/// A body. Its file goes with it, unless it was used up.
#[derive(Debug)]
pub(super) struct Received {
    file: Option<PathBuf>,
    pub(super) size: u64,
    pub(super) digest: String,
}

impl Received {
    /// Returns the body of a request that has none.
    pub(super) fn nothing() -> Self {
        Self { file: None, size: 0, digest: named(&Sha256::digest([])) }
    }

    /// Receives a body into this file.
    pub(super) async fn receive(path: PathBuf, mut body: Incoming) -> Result<Self, ClientGone> {
        let (mut received, mut hash, mut file) = (Self::nothing(), Sha256::new(), None);
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| ClientGone)?.into_data() else { continue };
            if file.is_none() {
                received.file = Some(path.clone());
                file = Some(File::create(&path).await.map_err(|_| ClientGone)?);
            }
            if let Some(file) = &mut file {
                file.write_all(&data).await.map_err(|_| ClientGone)?;
            }
            hash.update(&data);
            received.size += u64::try_from(data.len()).unwrap_or(u64::MAX);
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
