//! The operations on repositories.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Ecr, answers, error, names, no_repository, state::Repository, tags};
use crate::{
    place::Place,
    protocol::{input::Input, page::page},
    service::AwsError,
    times,
};

const LARGEST_PAGE: u64 = 1000;
const PAGE: u64 = 100;

pub(super) fn create(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let name = input.needed("repositoryName")?;
    names::check(name)?;
    let repository = Repository {
        created: times::now(),
        immutable: super::settings::is_immutable(input.text("imageTagMutability"))?,
        scan_on_push: input.part("imageScanningConfiguration").flag("scanOnPush"),
        encryption: input
            .part("encryptionConfiguration")
            .text("encryptionType")
            .unwrap_or("AES256")
            .to_owned(),
        lifecycle: None,
        tags: tags::of(input)?,
        layers: BTreeSet::new(),
        images: BTreeMap::new(),
        tagged: BTreeMap::new(),
    };
    let answer = json!({ "repository": answers::repository(place, ecr.port, name, &repository) });
    ecr.repositories.of(place)?.try_change(|repositories| {
        if repositories.contains_key(name) {
            let message = format!(
                "The repository with name '{name}' already exists in the registry with id '{}'",
                place.account
            );
            return Err(error("RepositoryAlreadyExistsException", message));
        }
        repositories.insert(name.to_owned(), repository);
        Ok(answer)
    })?
}

pub(super) fn describe(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let wanted = input.texts("repositoryNames");
    let limit = limit(input);
    ecr.repositories.of(place)?.read(|repositories| {
        if let Some(absent) = wanted.iter().find(|name| !repositories.contains_key(**name)) {
            return Err(no_repository(place, absent));
        }
        let found = repositories
            .iter()
            .filter(|(name, _)| wanted.is_empty() || wanted.contains(&name.as_str()));
        let (found, next) =
            page(found, |(name, _)| (*name).clone(), input.text("nextToken"), limit);
        let described: Vec<Value> = found
            .into_iter()
            .map(|(name, one)| answers::repository(place, ecr.port, name, one))
            .collect();
        Ok(with_token(json!({ "repositories": described }), next))
    })
}

pub(super) fn delete(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let (name, force) = (input.needed("repositoryName")?, input.flag("force"));
    let deleted = ecr.repositories.of(place)?.try_change(|repositories| {
        let known = repositories.get(name).ok_or_else(|| no_repository(place, name))?;
        if !force && !known.images.is_empty() {
            let message = format!(
                "The repository with name '{name}' in registry with id '{}' cannot be deleted \
                 because it still contains images",
                place.account
            );
            return Err(error("RepositoryNotEmptyException", message));
        }
        repositories.remove(name).ok_or_else(|| no_repository(place, name))
    })??;
    ecr.remove_unused(&deleted.blobs());
    Ok(json!({ "repository": answers::repository(place, ecr.port, name, &deleted) }))
}

impl Repository {
    fn blobs(&self) -> BTreeSet<String> {
        self.layers.iter().chain(self.images.keys()).cloned().collect()
    }
}

impl Ecr {
    /// Removes those of these blobs that no repository has any more.
    pub(super) fn remove_unused(&self, blobs: &BTreeSet<String>) {
        let mut unused = blobs.clone();
        for (_, repositories) in self.repositories.all() {
            repositories.read(|repositories| {
                for repository in repositories.values() {
                    unused.retain(|blob| {
                        !repository.layers.contains(blob) && !repository.images.contains_key(blob)
                    });
                }
            });
        }
        self.blobs.remove(&unused);
    }
}

/// Returns the requested page size.
pub(super) fn limit(input: Input<'_>) -> usize {
    let limit = input.number("maxResults").unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// Returns a page with the token of the next one.
pub(super) fn with_token(mut answer: Value, token: Option<String>) -> Value {
    if let Some(token) = token {
        answer["nextToken"] = token.into();
    }
    answer
}
