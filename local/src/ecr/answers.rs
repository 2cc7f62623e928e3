//! Repositories and images as ECR's API shows them.

use serde_json::{Value, json};

use super::{
    names,
    state::{Image, Repository},
};
use crate::{place::Place, times::epoch_seconds};

/// Describes a repository.
pub(super) fn repository(place: &Place, port: u16, name: &str, repository: &Repository) -> Value {
    json!({
        "repositoryArn": names::arn(place, name),
        "registryId": place.account,
        "repositoryName": name,
        // The engines that push and pull take a registry at `localhost` without TLS.
        "repositoryUri": format!("localhost:{port}/{name}"),
        "createdAt": epoch_seconds(repository.created),
        "imageTagMutability": if repository.immutable { "IMMUTABLE" } else { "MUTABLE" },
        "imageScanningConfiguration": { "scanOnPush": repository.scan_on_push },
        "encryptionConfiguration": { "encryptionType": repository.encryption },
    })
}

/// Describes an image by one of its tags.
pub(super) fn image(
    place: &Place,
    name: &str,
    digest: &str,
    tag: Option<&str>,
    image: Option<&Image>,
) -> Value {
    let mut id = json!({ "imageDigest": digest });
    if let Some(tag) = tag {
        id["imageTag"] = tag.into();
    }
    json!({
        "registryId": place.account,
        "repositoryName": name,
        "imageId": id,
        "imageManifestMediaType": image.map(|image| &image.media_type),
    })
}

/// Describes an image with everything known about it.
pub(super) fn image_detail(
    place: &Place,
    name: &str,
    repository: &Repository,
    digest: &str,
    image: &Image,
) -> Value {
    let mut detail = json!({
        "registryId": place.account,
        "repositoryName": name,
        "imageDigest": digest,
        "imageSizeInBytes": image.size,
        "imagePushedAt": epoch_seconds(image.pushed),
        "imageManifestMediaType": image.media_type,
    });
    let tags = repository.tags_of(digest);
    if !tags.is_empty() {
        detail["imageTags"] = json!(tags);
    }
    if let Some(kind) = &image.artifact_type {
        detail["artifactMediaType"] = json!(kind);
    }
    detail
}
