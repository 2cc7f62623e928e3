//! The image repository in ECR.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_ecr::{
    Client,
    types::{Repository as Description, Tag},
};

use crate::{
    aws::{call, unbuildable},
    engine::{About, Id, Resource, Seen, Step, Values},
    error::Result,
    lab::{LAB_TAG, Names, placeholders::REPOSITORY_URI},
    resources::ownership,
    target::Target,
};

/// The repository.
pub(super) struct Repository {
    about: About,
    ecr: Client,
    name: String,
    lab: String,
    adopt: bool,
}

impl Repository {
    pub(super) fn new(target: &Target, names: &Names, adopt: bool) -> Self {
        Self {
            about: About {
                id: Id("repository"),
                title: format!("ECR repository `{}`", names.repository),
                why: "ECR keeps the backend's container image, from where Fargate pulls it.",
                produces: vec![REPOSITORY_URI],
                ours: ownership::by_tag(&names.lab),
                deadline: Duration::from_mins(2),
                ..About::default()
            },
            ecr: target.ecr(),
            name: names.repository.clone(),
            lab: names.lab.clone(),
            adopt,
        }
    }

    async fn describe(&self) -> Result<Option<Description>> {
        let describe = self.ecr.describe_repositories().repository_names(&self.name);
        match call("ecr DescribeRepositories", describe.send()).await {
            Ok(answer) => Ok(answer.repositories.and_then(|all| all.into_iter().next())),
            Err(failure) if failure.is("RepositoryNotFoundException") => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    fn tag(&self) -> Result<Tag> {
        Tag::builder().key(LAB_TAG).value(&self.lab).build().map_err(unbuildable)
    }
}

#[async_trait]
impl Resource for Repository {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, _known: &Values) -> Result<Seen> {
        let Some(repository) = self.describe().await? else { return Ok(Seen::Absent) };
        let arn = repository.repository_arn().unwrap_or_default();
        let list = self.ecr.list_tags_for_resource().resource_arn(arn);
        let tags = match call("ecr ListTagsForResource", list.send()).await {
            Err(failure) if failure.is("RepositoryNotFoundException") => return Ok(Seen::Absent),
            other => other?,
        };
        let tag = tags.tags().iter().find(|tag| tag.key() == LAB_TAG).map(Tag::value);
        let values =
            Values::of([(REPOSITORY_URI, repository.repository_uri().unwrap_or_default())]);
        Ok(match ownership::differences(tag, &self.lab, self.adopt) {
            Ok(differences) => Seen::with(values, differences),
            Err(foreign) => foreign,
        })
    }

    async fn apply(&self, _known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        if *seen == Seen::Absent {
            step.status("creating the repository");
            let create = self.ecr.create_repository().repository_name(&self.name).tags(self.tag()?);
            return match call("ecr CreateRepository", create.send()).await {
                Err(failure) if failure.is("RepositoryAlreadyExistsException") => Ok(()),
                other => Ok(other.map(|_| ())?),
            };
        }
        let Some(repository) = self.describe().await? else { return Ok(()) };
        step.status("tagging the repository");
        let arn = repository.repository_arn().unwrap_or_default();
        let tag = self.ecr.tag_resource().resource_arn(arn).tags(self.tag()?);
        call("ecr TagResource", tag.send()).await?;
        Ok(())
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the repository and its images");
        let delete = self.ecr.delete_repository().repository_name(&self.name).force(true);
        match call("ecr DeleteRepository", delete.send()).await {
            Err(failure) if failure.is("RepositoryNotFoundException") => Ok(()),
            other => Ok(other.map(|_| ())?),
        }
    }
}
