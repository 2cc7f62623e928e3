//! What is kept of repositories and images. Manifests and layers are blobs, kept in files.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::times::Millis;

/// The repositories of an account in a region, by name.
pub(super) type Repositories = BTreeMap<String, Repository>;

/// A repository.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Repository {
    pub(super) created: Millis,
    pub(super) immutable: bool,
    pub(super) scan_on_push: bool,
    pub(super) encryption: String,
    pub(super) lifecycle: Option<String>,
    pub(super) tags: BTreeMap<String, String>,
    /// The digests of the layers and configs that were pushed here.
    pub(super) layers: BTreeSet<String>,
    /// The images by digest.
    pub(super) images: BTreeMap<String, Image>,
    /// The digests of images by tag.
    pub(super) tagged: BTreeMap<String, String>,
}

/// An image, or an index of images.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Image {
    pub(super) media_type: String,
    /// The media type of its config; an index has none.
    pub(super) artifact_type: Option<String>,
    pub(super) pushed: Millis,
    /// The bytes of its layers, compressed.
    pub(super) size: u64,
    /// The digests of all blobs and images that it is made of.
    pub(super) parts: BTreeSet<String>,
}

impl Repository {
    /// Returns the tags of an image.
    pub(super) fn tags_of(&self, digest: &str) -> Vec<&str> {
        let of_image = self.tagged.iter().filter(|(_, image)| *image == digest);
        of_image.map(|(tag, _)| tag.as_str()).collect()
    }

    /// Returns the digest that a tag or digest names, if there is such an image.
    pub(super) fn resolve(&self, reference: &str) -> Option<String> {
        if self.images.contains_key(reference) {
            return Some(reference.to_owned());
        }
        self.tagged.get(reference).cloned()
    }
}
