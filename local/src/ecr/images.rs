//! The operations on images.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Ecr, answers, error,
    repositories::{limit, with_token},
    state::Repository,
};
use crate::{
    place::Place,
    protocol::{input::Input, page::page},
    service::AwsError,
};

pub(super) fn describe(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let name = input.needed("repositoryName")?;
    let status = input.part("filter").text("tagStatus").unwrap_or("ANY");
    ecr.repository(place, name, |repository| {
        let mut wanted = BTreeSet::new();
        for id in input.parts("imageIds") {
            let digest = repository.find(id).ok_or_else(|| no_image(place, name, id))?;
            wanted.insert(digest);
        }
        let found = repository
            .images
            .iter()
            .filter(|(digest, _)| wanted.is_empty() || wanted.contains(*digest))
            .filter(|(digest, _)| has_status(!repository.tags_of(digest).is_empty(), status));
        let (found, next) =
            page(found, |(digest, _)| (*digest).clone(), input.text("nextToken"), limit(input));
        let details: Vec<Value> = found
            .into_iter()
            .map(|(digest, image)| answers::image_detail(place, name, repository, digest, image))
            .collect();
        Ok(with_token(json!({ "imageDetails": details }), next))
    })?
}

pub(super) fn list(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let status = input.part("filter").text("tagStatus").unwrap_or("ANY");
    ecr.repository(place, input.needed("repositoryName")?, |repository| {
        let tagged = repository
            .tagged
            .iter()
            .map(|(tag, digest)| (format!("{digest}/{tag}"), id_of(digest, Some(tag)), true));
        let untagged = repository
            .images
            .keys()
            .filter(|digest| repository.tags_of(digest).is_empty())
            .map(|digest| (digest.clone(), id_of(digest, None), false));
        let mut found: Vec<_> =
            tagged.chain(untagged).filter(|(_, _, tagged)| has_status(*tagged, status)).collect();
        found.sort_by(|one, other| one.0.cmp(&other.0));
        let (found, next) =
            page(found, |(key, _, _)| key.clone(), input.text("nextToken"), limit(input));
        let ids: Vec<Value> = found.into_iter().map(|(_, id, _)| id).collect();
        with_token(json!({ "imageIds": ids }), next)
    })
}

pub(super) fn get(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let name = input.needed("repositoryName")?;
    let (mut images, mut failures) = (Vec::new(), Vec::new());
    for id in input.parts("imageIds") {
        let found = ecr.repository(place, name, |repository| {
            let digest = repository.find(id)?;
            let image = repository.images.get(&digest);
            Some((answers::image(place, name, &digest, id.text("imageTag"), image), digest))
        })?;
        match found {
            Some((mut image, digest)) => {
                let manifest = ecr.blobs.read(&digest)?;
                image["imageManifest"] = String::from_utf8_lossy(&manifest).into();
                images.push(image);
            }
            None => failures.push(failure(id, "ImageNotFound", "Requested image not found")),
        }
    }
    Ok(json!({ "images": images, "failures": failures }))
}

pub(super) fn delete(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let name = input.needed("repositoryName")?;
    let (deleted, failures, gone) = ecr.change_repository(place, name, |repository| {
        let (mut deleted, mut failures, mut gone) = (Vec::new(), Vec::new(), BTreeSet::new());
        for id in input.parts("imageIds") {
            match repository.delete_image(id) {
                Ok((ids, blobs)) => {
                    deleted.extend(ids);
                    gone.extend(blobs);
                }
                Err(failure) => failures.push(failure),
            }
        }
        Ok((deleted, failures, gone))
    })?;
    ecr.remove_unused(&gone);
    Ok(json!({ "imageIds": deleted, "failures": failures }))
}

impl Repository {
    /// Returns the digest of the image that an id names, by tag, digest or both.
    fn find(&self, id: Input<'_>) -> Option<String> {
        match (id.text("imageDigest"), id.text("imageTag")) {
            (Some(digest), None) => self.images.contains_key(digest).then(|| digest.to_owned()),
            (None, Some(tag)) => self.tagged.get(tag).cloned(),
            (Some(digest), Some(tag)) => {
                self.tagged.get(tag).filter(|known| *known == digest).cloned()
            }
            (None, None) => None,
        }
    }

    /// Deletes an image by its digest, with all its tags; or a tag, and with its last tag the
    /// image. Returns the ids that were deleted and the blobs that may be.
    fn delete_image(&mut self, id: Input<'_>) -> Result<(Vec<Value>, BTreeSet<String>), Value> {
        let absent = || failure(id, "ImageNotFound", "Requested image not found");
        let digest = self.find(id).ok_or_else(absent)?;
        let tags: Vec<String> = self.tags_of(&digest).into_iter().map(str::to_owned).collect();
        let by_tag = id.text("imageTag").filter(|_| tags.len() > 1);
        if let Some(tag) = by_tag {
            self.tagged.remove(tag);
            return Ok((vec![id_of(&digest, Some(tag))], BTreeSet::new()));
        }
        if self.images.values().any(|image| image.parts.contains(&digest)) {
            let reason = "Requested image referenced by manifest list";
            return Err(failure(id, "ImageReferencedByManifestList", reason));
        }
        let image = self.images.remove(&digest).ok_or_else(absent)?;
        self.tagged.retain(|_, tagged| *tagged != digest);
        let mut gone = self.forget_layers(&image.parts);
        gone.insert(digest.clone());
        let ids = if tags.is_empty() {
            vec![id_of(&digest, None)]
        } else {
            tags.iter().map(|tag| id_of(&digest, Some(tag))).collect()
        };
        Ok((ids, gone))
    }

    /// Forgets those of these layers that no other image has.
    fn forget_layers(&mut self, parts: &BTreeSet<String>) -> BTreeSet<String> {
        let unused: BTreeSet<String> = parts
            .iter()
            .filter(|part| self.layers.contains(*part))
            .filter(|part| !self.images.values().any(|image| image.parts.contains(*part)))
            .cloned()
            .collect();
        self.layers.retain(|layer| !unused.contains(layer));
        unused
    }
}

fn id_of(digest: &str, tag: Option<&str>) -> Value {
    match tag {
        Some(tag) => json!({ "imageDigest": digest, "imageTag": tag }),
        None => json!({ "imageDigest": digest }),
    }
}

fn has_status(tagged: bool, status: &str) -> bool {
    match status {
        "TAGGED" => tagged,
        "UNTAGGED" => !tagged,
        _ => true,
    }
}

fn failure(id: Input<'_>, code: &str, reason: &str) -> Value {
    json!({ "imageId": id.0, "failureCode": code, "failureReason": reason })
}

fn no_image(place: &Place, name: &str, id: Input<'_>) -> AwsError {
    let message = format!(
        "The image with imageId {{imageDigest:'{}', imageTag:'{}'}} does not exist within the \
         repository with name '{name}' in the registry with id '{}'",
        id.text("imageDigest").unwrap_or("null"),
        id.text("imageTag").unwrap_or("null"),
        place.account
    );
    error("ImageNotFoundException", message)
}
