//! Images for tasks: the manifest, the config and the files of the layers, without the detour over
//! the registry protocol.

use std::path::PathBuf;

use serde_json::Value;

use super::{Ecr, error};
use crate::{place::Place, protocol::input::Input, service::AwsError};

/// An image, ready to be unpacked.
#[derive(Clone, Debug)]
pub(crate) struct Pulled {
    /// The digest of what was requested; for an index, the index's.
    pub(crate) digest: String,
    /// The image's config.
    pub(crate) config: Value,
    /// The files of its layers, the lowest first.
    pub(crate) layers: Vec<PathBuf>,
}

impl Ecr {
    /// Returns the digest that a tag or digest means.
    pub(crate) fn digest(
        &self,
        place: &Place,
        repository: &str,
        reference: &str,
    ) -> Result<String, AwsError> {
        let found = self.repository(place, repository, |known| known.resolve(reference))?;
        found.ok_or_else(|| error("ImageNotFoundException", "not found".to_owned()))
    }

    /// Returns an image by tag or digest; from an index, the one for this architecture.
    pub(crate) fn pull(
        &self,
        place: &Place,
        repository: &str,
        reference: &str,
        architecture: &str,
    ) -> Result<Pulled, AwsError> {
        let digest = self.digest(place, repository, reference)?;
        let mut manifest = self.json(&digest)?;
        if manifest["manifests"].is_array() {
            let image = image_for(&manifest, architecture).ok_or_else(|| {
                let message = format!(
                    "image Manifest does not contain descriptor matching platform \
                     'linux/{architecture}'"
                );
                error("ImageNotFoundException", message)
            })?;
            manifest = self.json(&image)?;
        }
        let manifest = Input(&manifest);
        let config = manifest.part("config").text("digest").unwrap_or_default();
        let layers = manifest.parts("layers").filter_map(|layer| layer.text("digest"));
        let layers = layers.map(|layer| self.blobs.path(layer)).collect();
        Ok(Pulled { digest, config: self.json(config)?, layers })
    }

    /// Reads a blob that is JSON. Only digests of pushed manifests come here, and those were
    /// checked.
    fn json(&self, digest: &str) -> Result<Value, AwsError> {
        let bytes = self.blobs.read(digest)?;
        serde_json::from_slice(&bytes)
            .map_err(|why| error("InvalidParameterException", format!("'{digest}': {why}")))
    }
}

fn image_for(index: &Value, architecture: &str) -> Option<String> {
    let image = Input(index).parts("manifests").find(|image| {
        let platform = image.part("platform");
        platform.text("os") == Some("linux") && platform.text("architecture") == Some(architecture)
    })?;
    image.text("digest").map(str::to_owned)
}
