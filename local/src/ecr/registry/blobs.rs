//! Layers and configs over the registry protocol.

use http::{Method, StatusCode};

use super::{Request, bare, no_method};
use crate::{
    ecr::{Ecr, blobs::digest_differs, error, names, uploads::Piece},
    place::Place,
    service::{Answer, AwsError},
};

const DIGEST: &str = "docker-content-digest";

impl Ecr {
    /// Answers `/v2/NAME/blobs/DIGEST`.
    pub(super) fn blob(
        &self,
        place: &Place,
        request: &Request,
        name: &str,
        digest: &str,
    ) -> Result<Answer, AwsError> {
        let known = self.repository(place, name, |known| known.layers.contains(digest))?;
        let size = self.blobs.size(digest).filter(|_| known).ok_or_else(|| no_blob(digest))?;
        let length = size.to_string();
        let kind = "application/octet-stream";
        let headers = [("content-type", kind), (DIGEST, digest), ("content-length", &length)];
        let mut answer = bare(StatusCode::OK, &headers);
        match request.method {
            Method::HEAD => {}
            Method::GET => *answer.body_mut() = self.blobs.read(digest)?.into(),
            _ => return Err(no_method()),
        }
        Ok(answer)
    }

    /// Answers `POST /v2/NAME/blobs/uploads/`: begins an upload, or takes a layer that came whole
    /// or is in another repository.
    pub(super) fn uploads_of(
        &self,
        place: &Place,
        request: &Request,
        name: &str,
    ) -> Result<Answer, AwsError> {
        if request.method != Method::POST {
            return Err(no_method());
        }
        if let Some(digest) = request.query("mount")
            && let Some(from) = request.query("from")
            && self.mount(place, name, &from, &digest)?
        {
            return Ok(created(name, &digest));
        }
        let id = self.begin_upload(place, name)?;
        if let Some(digest) = request.query("digest") {
            return self.finish(place, request, name, &id, &digest);
        }
        Ok(accepted(StatusCode::ACCEPTED, name, &id, 0))
    }

    /// Answers `/v2/NAME/blobs/uploads/ID`.
    pub(super) fn one_upload(
        &self,
        place: &Place,
        request: &Request,
        name: &str,
        id: &str,
    ) -> Result<Answer, AwsError> {
        match request.method {
            Method::GET => {
                let size = self.upload_size(place, name, id)?;
                Ok(accepted(StatusCode::NO_CONTENT, name, id, size))
            }
            Method::PATCH => {
                let size = self.add(place, request, name, id)?;
                Ok(accepted(StatusCode::ACCEPTED, name, id, size))
            }
            Method::PUT => {
                let digest = request.query("digest").unwrap_or_default();
                self.finish(place, request, name, id, &digest)
            }
            Method::DELETE => {
                self.cancel_upload(place, name, id)?;
                Ok(bare(StatusCode::NO_CONTENT, &[]))
            }
            _ => Err(no_method()),
        }
    }

    /// Takes a layer from another repository of the account; returns whether it exists.
    fn mount(&self, place: &Place, name: &str, from: &str, digest: &str) -> Result<bool, AwsError> {
        // Missing repositories have no layers to take.
        let there = self.repository(place, from, |from| from.layers.contains(digest));
        if !there.unwrap_or(false) {
            return Ok(false);
        }
        self.add_layer(place, name, digest)?;
        Ok(true)
    }

    /// Adds the request's body to an upload.
    fn add(&self, place: &Place, request: &Request, name: &str, id: &str) -> Result<u64, AwsError> {
        let Some(file) = request.body.file() else { return self.upload_size(place, name, id) };
        let from = match &request.content_range {
            Some(range) => Some(range_start(range)?),
            None => None,
        };
        self.add_to_upload(place, name, id, from, &Piece::File(file, request.body.size))
    }

    /// Adds the request's body, if it has one, and makes the upload a blob.
    fn finish(
        &self,
        place: &Place,
        request: &Request,
        name: &str,
        id: &str,
        digest: &str,
    ) -> Result<Answer, AwsError> {
        if !names::is_digest(digest) {
            return Err(digest_differs(digest, &request.body.digest));
        }
        self.add(place, request, name, id)?;
        self.finish_upload(place, name, id, digest)?;
        Ok(created(name, digest))
    }
}

/// Parses `0-99`, or `bytes 0-99/100` as in HTTP.
fn range_start(range: &str) -> Result<u64, AwsError> {
    let start = range.trim_start_matches("bytes ").split('-').next().unwrap_or_default();
    start
        .trim()
        .parse()
        .map_err(|_| error("InvalidLayerPartException", format!("'{range}' is no Content-Range")))
}

fn created(name: &str, digest: &str) -> Answer {
    let location = format!("/v2/{name}/blobs/{digest}");
    bare(StatusCode::CREATED, &[("location", &location), (DIGEST, digest)])
}

fn accepted(status: StatusCode, name: &str, id: &str, size: u64) -> Answer {
    let location = format!("/v2/{name}/blobs/uploads/{id}");
    // The protocol has no word for "nothing yet" but this one.
    let range = format!("0-{}", size.saturating_sub(1));
    bare(status, &[("location", &location), ("range", &range), ("docker-upload-uuid", id)])
}

fn no_blob(digest: &str) -> AwsError {
    error("LayerInaccessibleException", format!("The layer '{digest}' does not exist"))
}
