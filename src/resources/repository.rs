//! The image repository in ECR.

mod by_hand;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_ecr::{
    Client,
    types::{Repository as Description, Tag},
};

use super::words::{found, name_in, unless_any};
use crate::{
    aws::{Failure, call, operations::ecr as op, unbuildable},
    destination::{Destination, Lazy},
    engine::{About, ByHand, Check, Id, LAB, Presence, Purpose, Resource, Seen, Setting, Step},
    error::Result,
    lab::{ArnPattern, LAB_TAG, LabId, Names, Owner, Values, placeholders::REPOSITORY_URI},
};

/// ECR's code for a missing repository.
const ABSENT: &[&str] = &["RepositoryNotFoundException"];

/// What is checked of it.
static CHECKS: [Check; 1] = [Check {
    id: "repository",
    title: "The repository of the image exists.",
    why: "Fargate pulls images from a registry, and ECR is the one inside AWS.",
    hint: "`mysfits fargate deploy` creates it",
    ..LAB
}];

/// The repository.
pub(super) struct Repository {
    about: About,
    ecr: Lazy<Client>,
    name: String,
    lab: LabId,
}

impl Repository {
    /// Creates the repository resource with these names.
    pub(super) fn new(destination: &Destination, names: &Names) -> Self {
        Self {
            about: About {
                id: Id("repository"),
                title: format!("ECR repository `{}`", names.repository),
                why: "ECR keeps the backend's container image, from where Fargate pulls it.",
                produces: vec![REPOSITORY_URI],
                arn: Some(ArnPattern::new(
                    &names.lab,
                    "ecr",
                    "repository/{name}",
                    &names.repository,
                )),
                operations: &[
                    &op::DESCRIBE_REPOSITORIES,
                    &op::LIST_TAGS,
                    &op::CREATE_REPOSITORY,
                    &op::TAG_RESOURCE,
                    &op::DELETE_REPOSITORY,
                ],
                deadline: Duration::from_mins(2),
                checks: &CHECKS,
                ..About::default()
            },
            ecr: destination.client(),
            name: names.repository.clone(),
            lab: names.lab.clone(),
        }
    }

    /// Returns ECR's description of the repository with this name, if any.
    async fn describe(&self, name: &str) -> Result<Option<Description>> {
        let describe = self.ecr.describe_repositories().repository_names(name);
        let answer = found(call(&op::DESCRIBE_REPOSITORIES, describe.send()).await, ABSENT)?;
        Ok(answer.and_then(|answer| answer.repositories?.into_iter().next()))
    }

    /// Returns the value of the lab's tag, if the repository has one.
    async fn tag(&self, arn: &str) -> Result<Option<String>, Failure> {
        let list = self.ecr.list_tags_for_resource().resource_arn(arn);
        let tags = call(&op::LIST_TAGS, list.send()).await?.tags.unwrap_or_default();
        Ok(tags.into_iter().find(|tag| tag.key() == LAB_TAG).map(|tag| tag.value))
    }

    fn lab_tag(&self) -> Result<Tag> {
        Tag::builder().key(LAB_TAG).value(&self.lab.name).build().map_err(unbuildable)
    }

    async fn create(&self, step: &Step<'_>) -> Result<()> {
        step.status("creating the repository");
        let create = self.ecr.create_repository().repository_name(&self.name).tags(self.lab_tag()?);
        let created = call(&op::CREATE_REPOSITORY, create.send()).await;
        Ok(step.created(created, &["RepositoryAlreadyExistsException"])?)
    }
}

#[async_trait]
impl Resource for Repository {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, _known: &Values, _purpose: Purpose) -> Result<Seen> {
        let Some(repository) = self.describe(&self.name).await? else { return Ok(Seen::absent()) };
        let arn = repository.repository_arn().unwrap_or_default();
        let Some(tag) = found(self.tag(arn).await, ABSENT)? else { return Ok(Seen::absent()) };
        let owner = Owner::of(tag.as_deref(), &self.lab.name);
        let uri = repository.repository_uri();
        let values = uri.map(|uri| Values::of([(REPOSITORY_URI, uri)])).unwrap_or_default();
        let settings = vec![Setting::tag(&self.lab.name, &owner)];
        Ok(Seen::there(owner, values, settings))
    }

    async fn exists(&self, arn: &str) -> Result<bool> {
        let Some(name) = name_in(&self.about, arn) else { return Ok(false) };
        Ok(self.describe(name).await?.is_some())
    }

    async fn apply(&self, _known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        if seen.presence == Presence::Absent {
            return self.create(step).await;
        }
        let Some(repository) = self.describe(&self.name).await? else { return Ok(()) };
        step.status("tagging the repository");
        let arn = repository.repository_arn().unwrap_or_default();
        let tag = self.ecr.tag_resource().resource_arn(arn).tags(self.lab_tag()?);
        call(&op::TAG_RESOURCE, tag.send()).await?;
        Ok(())
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the repository and its images");
        let delete = self.ecr.delete_repository().repository_name(&self.name).force(true);
        unless_any(call(&op::DELETE_REPOSITORY, delete.send()).await, ABSENT)
    }
}
