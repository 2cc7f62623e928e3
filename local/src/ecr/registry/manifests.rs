//! Manifests and lists of tags over the registry protocol.

use std::fs;

use http::{HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};

use super::{Request, bare, no_method};
use crate::{
    ecr::{Ecr, blobs::digest_differs, error, images, names},
    place::Place,
    protocol::page::page,
    service::{Answer, AwsError},
};

/// Larger than any manifest is.
const LARGEST: u64 = 4 * 1024 * 1024;
const DIGEST: &str = "docker-content-digest";

impl Ecr {
    /// Answers `/v2/NAME/manifests/REFERENCE`.
    pub(super) fn manifest(
        &self,
        place: &Place,
        request: &Request,
        name: &str,
        reference: &str,
    ) -> Result<Answer, AwsError> {
        match request.method {
            Method::GET | Method::HEAD => self.get_manifest(place, request, name, reference),
            Method::PUT => self.receive_manifest(place, request, name, reference),
            Method::DELETE => self.delete_manifest(place, name, reference),
            _ => Err(no_method()),
        }
    }

    fn get_manifest(
        &self,
        place: &Place,
        request: &Request,
        name: &str,
        reference: &str,
    ) -> Result<Answer, AwsError> {
        let found = self.repository(place, name, |known| {
            let digest = known.resolve(reference)?;
            let media_type = known.images.get(&digest)?.media_type.clone();
            Some((digest, media_type))
        })?;
        let (digest, media_type) = found.ok_or_else(|| no_manifest(reference))?;
        let bytes = self.blobs.read(&digest)?;
        let length = bytes.len().to_string();
        let headers =
            [("content-type", &*media_type), (DIGEST, &*digest), ("content-length", &*length)];
        let mut answer = bare(StatusCode::OK, &headers);
        if request.method == Method::GET {
            *answer.body_mut() = bytes.into();
        }
        Ok(answer)
    }

    fn receive_manifest(
        &self,
        place: &Place,
        request: &Request,
        name: &str,
        reference: &str,
    ) -> Result<Answer, AwsError> {
        if request.body.size > LARGEST {
            let message = format!("A manifest has at most {LARGEST} bytes");
            return Err(error("InvalidParameterException", message));
        }
        let bytes = match request.body.file() {
            Some(file) => fs::read(file)
                .map_err(|source| crate::ecr::blobs::unusable(file.to_owned(), source))?,
            None => Vec::new(),
        };
        let by_digest = reference.contains(':');
        if by_digest && reference != request.body.digest {
            return Err(digest_differs(reference, &request.body.digest));
        }
        let tag = (!by_digest).then_some(reference);
        let put = self.put_manifest(place, name, &bytes, request.content_type.as_deref(), tag)?;
        let location = format!("/v2/{name}/manifests/{}", put.digest);
        Ok(bare(StatusCode::CREATED, &[("location", &location), (DIGEST, &put.digest)]))
    }

    fn delete_manifest(
        &self,
        place: &Place,
        name: &str,
        reference: &str,
    ) -> Result<Answer, AwsError> {
        let kind = if names::is_digest(reference) { "imageDigest" } else { "imageTag" };
        let ids = json!({ "repositoryName": name, "imageIds": [{ kind: reference }] });
        let deleted = images::delete(self, place, &ids)?;
        match deleted["failures"].get(0) {
            None => Ok(bare(StatusCode::ACCEPTED, &[])),
            Some(failure) if failure["failureCode"] == "ImageNotFound" => {
                Err(no_manifest(reference))
            }
            Some(failure) => {
                let reason = failure["failureReason"].as_str().unwrap_or_default();
                Err(error("InvalidParameterException", reason.to_owned()))
            }
        }
    }

    /// Answers `/v2/NAME/tags/list`.
    pub(super) fn tag_list(
        &self,
        place: &Place,
        request: &Request,
        name: &str,
    ) -> Result<Answer, AwsError> {
        if request.method != Method::GET {
            return Err(no_method());
        }
        let limit = request.query("n").and_then(|n| n.parse().ok()).unwrap_or(usize::MAX);
        let tags: Vec<String> =
            self.repository(place, name, |known| known.tagged.keys().cloned().collect())?;
        let (tags, next) = page(tags, Clone::clone, request.query("last").as_deref(), limit);
        let body: Value = json!({ "name": name, "tags": tags });
        let mut answer = super::json(StatusCode::OK, body.to_string());
        if let Some(next) = next {
            let link = format!("</v2/{name}/tags/list?n={limit}&last={next}>; rel=\"next\"");
            let link = HeaderValue::from_str(&link).ok();
            answer.headers_mut().extend(link.map(|link| (header::LINK, link)));
        }
        Ok(answer)
    }
}

fn no_manifest(reference: &str) -> AwsError {
    error("ImageNotFoundException", format!("Requested image '{reference}' not found"))
}
