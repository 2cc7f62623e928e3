//! The revisions of the task definition: each registration creates another one.

use aws_sdk_ecs::types::{
    Tag, TaskDefinition as Description, TaskDefinitionField, TaskDefinitionStatus,
};

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::TaskDefinition;
use crate::{
    aws::{call, operations::ecs as op},
    engine::{Purpose, Step},
    error::{Error, Result},
    lab::{LAB_TAG, Owner},
};

/// How many revisions are looked at concurrently.
const LOOKS_AT_ONCE: usize = 4;

/// A revision.
pub(super) struct Revision {
    /// The registered definition.
    pub(super) definition: Description,
    /// The value of its lab tag.
    pub(super) tag: Option<String>,
}

impl Revision {
    /// Returns whether new tasks can be started from it: it is not deregistered.
    pub(super) fn can_be_run(&self) -> bool {
        self.definition.status() == Some(&TaskDefinitionStatus::Active)
    }

    /// Returns its ARN.
    pub(super) fn arn(&self) -> &str {
        self.definition.task_definition_arn().unwrap_or_default()
    }
}

impl TaskDefinition {
    /// Returns the newest revision that can be run.
    pub(super) async fn newest(&self) -> Result<Option<Revision>> {
        let newest = self.describe(&self.names.task_family).await?;
        Ok(newest.filter(Revision::can_be_run))
    }

    /// Returns the revision with this ARN, or the newest of this family.
    pub(super) async fn describe(&self, which: &str) -> Result<Option<Revision>> {
        let describe = self
            .ecs
            .describe_task_definition()
            .task_definition(which)
            .include(TaskDefinitionField::Tags);
        let answer = match call(&op::DESCRIBE_TASK_DEFINITION, describe.send()).await {
            // ECS has no specific code for a family without an active revision.
            Err(failure) if failure.is("ClientException") => return Ok(None),
            other => other?,
        };
        let tag = answer.tags().iter().find(|tag| tag.key() == Some(LAB_TAG));
        let tag = tag.and_then(Tag::value).map(str::to_owned);
        Ok(answer.task_definition.map(|definition| Revision { definition, tag }))
    }

    /// Returns the revision that the service runs; `None` if there is no service.
    pub(super) async fn running(&self) -> Result<Option<Revision>> {
        let describe =
            self.ecs.describe_services().cluster(&self.names.cluster).services(&self.names.service);
        let answer = match call(&op::DESCRIBE_SERVICES, describe.send()).await {
            Err(failure) if failure.is("ClusterNotFoundException") => return Ok(None),
            other => other?,
        };
        let mut services = answer.services().iter().filter(|it| it.status() == Some("ACTIVE"));
        match services.next().and_then(|service| service.task_definition()) {
            Some(arn) => self.describe(arn).await,
            None => Ok(None),
        }
    }

    /// Returns the revisions of the family in one state.
    pub(super) async fn revisions(&self, status: TaskDefinitionStatus) -> Result<Vec<String>> {
        let mut revisions = Vec::new();
        let family = &self.names.task_family;
        let mut list = self.ecs.list_task_definitions().family_prefix(family).status(status);
        loop {
            let page = call(&op::LIST_TASK_DEFINITIONS, list.clone().send()).await?;
            revisions.extend(page.task_definition_arns.unwrap_or_default());
            let Some(next) = page.next_token else { return Ok(revisions) };
            list = list.next_token(next);
        }
    }

    /// Returns whether the newest of the deregistered revisions is this lab's.
    pub(super) async fn is_deregistered(&self, lab: &str) -> Result<bool> {
        let revisions = self.revisions(TaskDefinitionStatus::Inactive).await?;
        let Some(newest) = revisions.iter().max_by_key(|arn| number(arn)) else { return Ok(false) };
        Ok(self.describe(newest).await?.is_some_and(|it| it.tag.as_deref() == Some(lab)))
    }

    /// Returns the owner of the family, judging by its newest revision. A cleanup looks further down:
    /// others can register revisions in the lab's family, and those do not make the lab's theirs.
    pub(super) async fn owner(&self, newest: &Revision, purpose: Purpose) -> Result<Owner> {
        let lab = &self.names.lab.name;
        let owner = Owner::of(newest.tag.as_deref(), lab);
        if purpose != Purpose::Cleanup || owner == Owner::Ours {
            return Ok(owner);
        }
        let active = self.revisions(TaskDefinitionStatus::Active).await?;
        let own = self.of(active, |owner| *owner == Owner::Ours).await?;
        Ok(if own.is_empty() { owner } else { Owner::Ours })
    }

    /// Tags the revisions that the lab takes over, so that a cleanup knows them as its own.
    pub(super) async fn adopt(&self) -> Result<()> {
        let active = self.revisions(TaskDefinitionStatus::Active).await?;
        for revision in self.of(active, |owner| *owner == Owner::NotTagged).await? {
            let tag = self.ecs.tag_resource().resource_arn(revision).tags(self.tag());
            call(&op::TAG_RESOURCE, tag.send()).await?;
        }
        Ok(())
    }

    /// Returns the revisions of the family in one state that may be removed.
    pub(super) async fn changeable(
        &self,
        status: TaskDefinitionStatus,
        step: &Step<'_>,
    ) -> Result<Vec<String>> {
        self.of(self.revisions(status).await?, |owner| step.may_change(owner)).await
    }

    /// Returns those of these revisions whose owner is such a one. What is gone meanwhile has none.
    async fn of(
        &self,
        revisions: Vec<String>,
        is_wanted: impl Fn(&Owner) -> bool,
    ) -> Result<Vec<String>> {
        let looks = stream::iter(revisions).map(|revision| async move {
            let seen = self.describe(&revision).await?;
            let owner = seen.map(|it| Owner::of(it.tag.as_deref(), &self.names.lab.name));
            Ok::<_, Error>(owner.map(|owner| (revision, owner)))
        });
        let seen: Vec<Option<_>> = looks.buffered(LOOKS_AT_ONCE).try_collect().await?;
        let wanted = seen.into_iter().flatten().filter(|(_, owner)| is_wanted(owner));
        Ok(wanted.map(|(revision, _)| revision).collect())
    }

    /// Deregisters duplicates: when a response is lost, the SDK registers again, which creates
    /// another revision. They are between the previous newest one and the one in the response.
    pub(super) async fn deregister_between(
        &self,
        before: Option<u64>,
        registered: Option<u64>,
    ) -> Result<()> {
        let mut between = self.revisions(TaskDefinitionStatus::Active).await?;
        between.retain(|revision| {
            number(revision).is_some_and(|number| {
                Some(number) > before && registered.is_some_and(|registered| number < registered)
            })
        });
        for duplicate in self.of(between, |owner| *owner == Owner::Ours).await? {
            self.deregister(duplicate).await?;
        }
        Ok(())
    }

    /// Deregisters a revision. One that another run has deleted meanwhile is gone as well: ECS has no
    /// code of its own for that.
    pub(super) async fn deregister(&self, revision: String) -> Result<()> {
        let deregister = self.ecs.deregister_task_definition().task_definition(revision);
        match call(&op::DEREGISTER_TASK_DEFINITION, deregister.send()).await {
            Err(failure)
                if failure.is("ClientException") && failure.message.contains("does not exist") =>
            {
                Ok(())
            }
            other => Ok(other.map(|_| ())?),
        }
    }
}

/// Returns the number of a revision: the last part of its ARN.
pub(super) fn number(arn: &str) -> Option<u64> {
    arn.rsplit(':').next()?.parse().ok()
}
