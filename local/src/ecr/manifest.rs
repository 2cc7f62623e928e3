//! The contents of a manifest: its kind, and its blobs or images.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{error, names};
use crate::{protocol::input::Input, service::AwsError};

pub(super) const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";

/// A parsed manifest.
#[derive(Clone, Debug)]
pub(super) struct Manifest {
    pub(super) media_type: String,
    pub(super) artifact_type: Option<String>,
    /// The blobs of an image: its config and its layers.
    pub(super) blobs: BTreeSet<String>,
    /// The images of an index.
    pub(super) images: BTreeSet<String>,
    /// The bytes of the layers.
    pub(super) size: u64,
}

impl Manifest {
    /// Reads a manifest. The kind that it names itself takes precedence over the request's.
    pub(super) fn parse(bytes: &[u8], said: Option<&str>) -> Result<Self, AwsError> {
        let value: Value =
            serde_json::from_slice(bytes).map_err(|why| unfit(&format!("it is no JSON: {why}")))?;
        let manifest = Input(&value);
        let media_type = manifest.text("mediaType").or(said).unwrap_or(OCI_MANIFEST).to_owned();
        if manifest.number("schemaVersion") != Some(2) {
            return Err(unfit("its schemaVersion is not 2"));
        }
        let (mut blobs, mut images) = (BTreeSet::new(), BTreeSet::new());
        let mut size = 0;
        match media_type.as_str() {
            OCI_INDEX | DOCKER_LIST => {
                for image in manifest.parts("manifests") {
                    images.insert(digest(image)?);
                }
            }
            OCI_MANIFEST | DOCKER_MANIFEST => {
                blobs.insert(digest(manifest.part("config"))?);
                for layer in manifest.parts("layers") {
                    blobs.insert(digest(layer)?);
                    size += layer.number("size").unwrap_or(0);
                }
            }
            other => return Err(unfit(&format!("'{other}' is no kind of manifest known here"))),
        }
        let artifact_type = manifest.part("config").text("mediaType").map(str::to_owned);
        Ok(Self { media_type, artifact_type, blobs, images, size })
    }
}

fn digest(part: Input<'_>) -> Result<String, AwsError> {
    match part.text("digest") {
        Some(digest) if names::is_digest(digest) => Ok(digest.to_owned()),
        _ => Err(unfit("a part of it has no sha256 digest")),
    }
}

fn unfit(why: &str) -> AwsError {
    let message =
        format!("Invalid parameter at 'ImageManifest' failed to satisfy constraint: '{why}'");
    error("InvalidParameterException", message)
}
