//! Uploads in progress: pieces of a layer arrive in order in one file, which becomes a blob when
//! its digest is right.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use super::{
    Ecr,
    blobs::{self, unusable},
    error,
};
use crate::{place::Place, random, service::AwsError};

/// The uploads by id.
#[derive(Debug, Default)]
pub(super) struct Uploads(Mutex<BTreeMap<String, Upload>>);

#[derive(Clone, Debug)]
struct Upload {
    place: Place,
    repository: String,
    file: PathBuf,
    size: u64,
}

/// A piece of an upload.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    Bytes(&'a [u8]),
    /// A file, which is used up.
    File(&'a Path, u64),
}

impl Ecr {
    /// Begins an upload into a repository.
    pub(super) fn begin_upload(&self, place: &Place, repository: &str) -> Result<String, AwsError> {
        self.repository(place, repository, |_| ())?;
        let id = random::id();
        let upload = Upload {
            place: place.clone(),
            repository: repository.to_owned(),
            file: self.blobs.arriving(),
            size: 0,
        };
        self.lock().insert(id.clone(), upload);
        Ok(id)
    }

    /// Returns how many bytes an upload has.
    pub(super) fn upload_size(
        &self,
        place: &Place,
        repository: &str,
        id: &str,
    ) -> Result<u64, AwsError> {
        self.upload(place, repository, id).map(|upload| upload.size)
    }

    /// Adds a piece and returns the upload's new size. `from` is where the piece begins, if the
    /// caller gives it.
    pub(super) fn add_to_upload(
        &self,
        place: &Place,
        repository: &str,
        id: &str,
        from: Option<u64>,
        piece: &Piece<'_>,
    ) -> Result<u64, AwsError> {
        let upload = self.upload(place, repository, id)?;
        if from.is_some_and(|from| from != upload.size) {
            let message = format!(
                "The layer part is not valid, or the first byte specified is not consecutive to \
                 the last byte of a previous layer part upload, which ends at {}",
                upload.size
            );
            return Err(error("InvalidLayerPartException", message));
        }
        let added = match piece {
            Piece::Bytes(bytes) => {
                blobs::write_at(&upload.file, upload.size, bytes)?;
                u64::try_from(bytes.len()).unwrap_or(u64::MAX)
            }
            // The first piece is usually the only one, and large.
            Piece::File(file, size) if upload.size == 0 => {
                fs::rename(file, &upload.file)
                    .map_err(|source| unusable(upload.file.clone(), source))?;
                *size
            }
            Piece::File(file, size) => {
                blobs::append(&upload.file, file)?;
                *size
            }
        };
        let size = upload.size + added;
        if let Some(upload) = self.lock().get_mut(id) {
            upload.size = size;
        }
        Ok(size)
    }

    /// Ends an upload: its file becomes the blob of this digest. One whose digest is wrong ends
    /// too.
    pub(super) fn finish_upload(
        &self,
        place: &Place,
        repository: &str,
        id: &str,
        digest: &str,
    ) -> Result<(), AwsError> {
        let upload = self.upload(place, repository, id)?;
        self.lock().remove(id);
        if upload.size == 0 {
            blobs::write_at(&upload.file, 0, &[])?;
        }
        let kept = self.blobs.put_file(&upload.file, digest);
        if kept.is_err() {
            let _ = fs::remove_file(&upload.file);
        }
        kept?;
        self.add_layer(place, repository, digest)
    }

    /// Gives an upload up.
    pub(super) fn cancel_upload(
        &self,
        place: &Place,
        repository: &str,
        id: &str,
    ) -> Result<(), AwsError> {
        let upload = self.upload(place, repository, id)?;
        self.lock().remove(id);
        let _ = fs::remove_file(&upload.file);
        Ok(())
    }

    /// Records that a repository has a layer, whose blob exists.
    pub(super) fn add_layer(
        &self,
        place: &Place,
        repository: &str,
        digest: &str,
    ) -> Result<(), AwsError> {
        self.change_repository(place, repository, |repository| {
            repository.layers.insert(digest.to_owned());
            Ok(())
        })
    }

    fn upload(&self, place: &Place, repository: &str, id: &str) -> Result<Upload, AwsError> {
        let found = self.lock().get(id).cloned();
        found.filter(|upload| upload.place == *place && upload.repository == repository).ok_or_else(
            || {
                let message =
                    format!("The upload '{id}' does not exist in the repository '{repository}'");
                error("UploadNotFoundException", message)
            },
        )
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Upload>> {
        self.uploads.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
