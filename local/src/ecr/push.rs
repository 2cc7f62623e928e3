//! How an image comes into a repository: its manifest, when all its parts are there.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Ecr, answers, blobs, error,
    manifest::Manifest,
    names,
    state::{Image, Repository},
};
use crate::{
    place::Place,
    protocol::input::{Input, invalid},
    service::AwsError,
    times,
};

/// An image that was put, and whether it had been there already, under the same tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Put {
    pub(super) digest: String,
    pub(super) was_there: bool,
}

impl Ecr {
    /// Puts a manifest into a repository, under a tag if one is given.
    pub(super) fn put_manifest(
        &self,
        place: &Place,
        repository: &str,
        bytes: &[u8],
        media_type: Option<&str>,
        tag: Option<&str>,
    ) -> Result<Put, AwsError> {
        if let Some(tag) = tag.filter(|tag| !names::is_tag(tag)) {
            return Err(invalid(&format!("Invalid parameter at 'imageTag': '{tag}' is no tag")));
        }
        let manifest = Manifest::parse(bytes, media_type)?;
        self.repository(place, repository, |known| all_there(known, &manifest))??;
        let digest = self.blobs.put(bytes)?;
        let put = self.change_repository(place, repository, |known| {
            // Checked again: parts may have been deleted meanwhile.
            all_there(known, &manifest)?;
            let was_there = known.images.contains_key(&digest)
                && tag.is_none_or(|tag| known.tagged.get(tag) == Some(&digest));
            if let Some(tag) = tag {
                check_tag(known, repository, tag, &digest)?;
                known.tagged.insert(tag.to_owned(), digest.clone());
            }
            known.images.entry(digest.clone()).or_insert_with(|| image(manifest));
            Ok(Put { digest: digest.clone(), was_there })
        });
        if put.is_err() {
            self.remove_unused(&BTreeSet::from([digest]));
        }
        put
    }
}

fn image(manifest: Manifest) -> Image {
    let Manifest { media_type, artifact_type, mut blobs, mut images, size } = manifest;
    blobs.append(&mut images);
    Image { media_type, artifact_type, pushed: times::now(), size, parts: blobs }
}

fn all_there(repository: &Repository, manifest: &Manifest) -> Result<(), AwsError> {
    let absent: Vec<&str> = manifest
        .blobs
        .iter()
        .filter(|digest| !repository.layers.contains(*digest))
        .map(String::as_str)
        .collect();
    if !absent.is_empty() {
        let message = format!(
            "Layers with digests '{}' required for pushing image into \
                               repository do not exist",
            absent.join(", ")
        );
        return Err(error("LayersNotFoundException", message));
    }
    let images: BTreeSet<&String> = repository.images.keys().collect();
    if let Some(absent) = manifest.images.iter().find(|digest| !images.contains(digest)) {
        let message = format!(
            "Images with digests '{absent}' required for pushing image into \
                               repository do not exist"
        );
        return Err(error("ReferencedImagesNotFoundException", message));
    }
    Ok(())
}

fn check_tag(repository: &Repository, name: &str, tag: &str, digest: &str) -> Result<(), AwsError> {
    let taken = repository.tagged.get(tag).is_some_and(|known| known != digest);
    if repository.immutable && taken {
        let message = format!(
            "The image tag '{tag}' already exists in the '{name}' repository and cannot be \
             overwritten because the repository is immutable."
        );
        return Err(error("ImageTagAlreadyExistsException", message));
    }
    Ok(())
}

pub(super) fn put_image(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let (name, tag) = (input.needed("repositoryName")?, input.text("imageTag"));
    let manifest = input.needed("imageManifest")?.as_bytes();
    let actual = blobs::named(&<sha2::Sha256 as sha2::Digest>::digest(manifest));
    if input.text("imageDigest").is_some_and(|said| said != actual) {
        let message = format!("The digest of the manifest is '{actual}'");
        return Err(error("ImageDigestDoesNotMatchException", message));
    }
    let media_type = input.text("imageManifestMediaType");
    let put = ecr.put_manifest(place, name, manifest, media_type, tag)?;
    if put.was_there {
        let message = format!(
            "Image with digest '{}' and tag '{}' already exists in the repository with name \
             '{name}' in registry with id '{}'",
            put.digest,
            tag.unwrap_or("null"),
            place.account
        );
        return Err(error("ImageAlreadyExistsException", message));
    }
    let image = ecr.repository(place, name, |known| {
        answers::image(place, name, &put.digest, tag, known.images.get(&put.digest))
    })?;
    let mut image = image;
    image["imageManifest"] = input.value("imageManifest").clone();
    Ok(json!({ "image": image }))
}
