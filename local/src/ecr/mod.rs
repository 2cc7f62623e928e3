//! ECR: repositories, images and their layers, by ECR's own API and by the registry protocol that
//! `docker`, `skopeo` and `crane` speak. Both lead to the same operations: those in `push`,
//! `uploads` and `images`.

mod absent;
mod access;
mod answers;
mod blobs;
mod images;
mod layers;
mod manifest;
mod names;
mod pull;
mod push;
pub(crate) mod registry;
mod repositories;
mod settings;
mod state;
mod tags;
mod token;
mod uploads;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc};

use http::StatusCode;

use crate::{
    absent::Absent,
    authorize::Access,
    open::OpenError,
    place::Place,
    protocol::{
        Protocol,
        json::Dialect,
        operations::{OnJson, Operation, Tabled, change, look},
    },
    regional::Regional,
    service::{AwsError, Summary, Tagged},
};
use blobs::Blobs;
pub(crate) use pull::Pulled;
use state::{Repositories, Repository};
use token::Key;
use uploads::Uploads;

const PROTOCOL: Protocol = Protocol::AwsJson(Dialect {
    target: "AmazonEC2ContainerRegistry_V20150921",
    content_type: "application/x-amz-json-1.1",
    error_prefix: "",
});

const OPERATIONS: &[Operation<OnJson<Ecr>>] = &[
    change("CreateRepository", repositories::create),
    look("DescribeRepositories", repositories::describe),
    change("DeleteRepository", repositories::delete),
    look("GetAuthorizationToken", token::get),
    look("DescribeImages", images::describe),
    look("ListImages", images::list),
    look("BatchGetImage", images::get),
    change("BatchDeleteImage", images::delete),
    change("PutImage", push::put_image),
    look("BatchCheckLayerAvailability", layers::check),
    change("InitiateLayerUpload", layers::initiate),
    change("UploadLayerPart", layers::upload_part),
    change("CompleteLayerUpload", layers::complete),
    look("GetDownloadUrlForLayer", layers::download_url),
    change("TagResource", tags::tag),
    change("UntagResource", tags::untag),
    look("ListTagsForResource", tags::list),
    change("PutLifecyclePolicy", settings::put_lifecycle),
    look("GetLifecyclePolicy", settings::get_lifecycle),
    change("DeleteLifecyclePolicy", settings::delete_lifecycle),
    change("PutImageScanningConfiguration", settings::put_scanning),
    change("PutImageTagMutability", settings::put_mutability),
];

/// The service. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Ecr {
    repositories: Arc<Regional<Repositories>>,
    blobs: Arc<Blobs>,
    uploads: Arc<Uploads>,
    key: Arc<Key>,
    /// The local cloud's port, which is the registry's.
    port: u16,
}

impl Ecr {
    /// Opens the service on its folder.
    pub(crate) fn open(folder: &Path, port: u16) -> Result<Self, OpenError> {
        let repositories = Arc::new(Regional::open(folder.join("repositories"))?);
        let blobs = Arc::new(Blobs::open(folder)?);
        let key = Arc::new(Key::open(folder.join("key"))?);
        Ok(Self { repositories, blobs, uploads: Arc::default(), key, port })
    }

    /// Looks at a repository.
    fn repository<R>(
        &self,
        place: &Place,
        name: &str,
        look: impl FnOnce(&Repository) -> R,
    ) -> Result<R, AwsError> {
        self.repositories.look_at(place, name, || no_repository(place, name), look)
    }

    /// Changes a repository.
    fn change_repository<R>(
        &self,
        place: &Place,
        name: &str,
        change: impl FnOnce(&mut Repository) -> Result<R, AwsError>,
    ) -> Result<R, AwsError> {
        self.repositories.change_one(place, name, || no_repository(place, name), change)
    }
}

impl Tabled for Ecr {
    const NAME: &'static str = "ecr";
    const PROTOCOL: Protocol = PROTOCOL;
    const OPERATIONS: &'static [Operation<Self::Handler>] = OPERATIONS;
    const ABSENT: &'static [Absent] = absent::ABSENT;
    const ACCESS: &'static [Access] = access::ACCESS;
    const SUMMARY: Summary = Summary {
        title: "ECR",
        real: "Repositories, images and layers, both by ECR's operations and by the registry protocol \
               of `docker`, `skopeo` and `crane`, with checked digests, authorization tokens and \
               immutable tags. Kept only: lifecycle policies, scanning and encryption.",
        refused: "Manifests of schema 1, exceptions from the mutability of tags, repository policies, \
                  replication, pull-through caches, and the findings of scans.",
    };

    type Handler = OnJson<Self>;

    fn tagged_in(&self, place: &Place) -> Vec<Tagged> {
        self.repositories.tagged(place, |name, repository| Tagged {
            arn: names::arn(place, name),
            tags: repository.tags.clone(),
        })
    }
}

fn error(code: &str, message: String) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, code, message)
}

fn no_repository(place: &Place, name: &str) -> AwsError {
    let message = format!(
        "The repository with name '{name}' does not exist in the registry with id '{}'",
        place.account
    );
    error("RepositoryNotFoundException", message)
}
