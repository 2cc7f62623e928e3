//! The task definition: the image that a task runs, its size, and its roles.

mod by_hand;
mod checks;
mod container;
mod definition;
mod guard;
mod revisions;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_ecs::{
    Client,
    types::{Tag, TaskDefinitionStatus},
};
use futures::{StreamExt, TryStreamExt, stream};

use self::{definition::Definition, guard::Guard, revisions::Revision};
use crate::{
    aws::{
        call,
        operations::{cognito::DESCRIBE_USER_POOL, ecs as op},
    },
    destination::{Destination, Lazy},
    engine::{About, ByHand, Id, Purpose, Resource, Seen, Setting, Step},
    error::Result,
    lab::{
        ArnPattern, LAB_TAG, Names, Owner, Values, files,
        placeholders::{REGION, TASK_DEFINITION_ARN},
    },
};
/// The limit of one `DeleteTaskDefinitions`.
const MOST_AT_ONCE: usize = 10;
/// How many revisions are deregistered concurrently: ECS accepts about one a second.
const AT_ONCE: usize = 2;

/// The task definition.
pub(super) struct TaskDefinition {
    about: About,
    ecs: Lazy<Client>,
    cognito: Lazy<aws_sdk_cognitoidentityprovider::Client>,
    names: Names,
}

impl TaskDefinition {
    pub(super) fn new(destination: &Destination, names: &Names) -> Self {
        Self {
            about: About {
                id: Id("task-definition"),
                title: format!("task definition `{}`", names.task_family),
                why: "The task definition says which image runs, with how much memory, and with which role.",
                today: Some(
                    "one would often run it on Graviton (`ARM64`), which costs a fifth less for the same work.",
                ),
                produces: vec![TASK_DEFINITION_ARN],
                templates: &[&files::TASK_DEFINITION],
                owner_is_certain: true,
                arn: Some(ArnPattern::new(
                    &names.lab,
                    "ecs",
                    "task-definition/{name}:*",
                    &names.task_family,
                )),
                operations: &[
                    &op::DESCRIBE_TASK_DEFINITION,
                    &op::LIST_TASK_DEFINITIONS,
                    &op::DESCRIBE_SERVICES,
                    &DESCRIBE_USER_POOL,
                    &op::TAG_RESOURCE,
                    &op::REGISTER_TASK_DEFINITION,
                    &op::DEREGISTER_TASK_DEFINITION,
                    &op::DELETE_TASK_DEFINITIONS,
                ],
                deadline: Duration::from_mins(5),
                checks: &checks::CHECKS,
                ..About::default()
            },
            ecs: destination.client(),
            cognito: destination.client(),
            names: names.clone(),
        }
    }

    /// Returns the desired definition, and what is kept of the guard because it is unknown.
    /// `newest` is the newest revision.
    async fn wanted(
        &self,
        known: &Values,
        newest: Option<&Revision>,
    ) -> Result<(Definition, Vec<String>)> {
        // Nothing is kept of a guard that is known.
        let running = if guard::is_known(known) { None } else { self.running().await? };
        let standing = running.as_ref().or(newest).map(|revision| &revision.definition);
        let guard = Guard::of(known, standing, &self.cognito).await?;
        let mut definition = Definition::of(&known.with(&guard.values))?;
        definition.family.clone_from(&self.names.task_family);
        Ok((definition, guard.kept))
    }

    /// Compares what does not need a missing value: of a lab typed by hand, which has no table for
    /// likes, all the rest. A guard that is unknown is left out, too.
    fn compared_partly(known: &Values, newest: &Revision) -> Result<Vec<Setting>> {
        let names = files::TASK_DEFINITION.placeholders()?;
        let missing: Vec<_> = names.into_iter().filter(|it| known.get(*it).is_none()).collect();
        let mut filled = known.clone();
        for placeholder in &missing {
            filled.extend(&Values::of([(*placeholder, placeholder.name())]));
        }
        let mut settings = Definition::of(&filled)?.settings(&newest.definition);
        settings.retain(|it| !missing.iter().any(|name| it.expected.contains(name.name())));
        Ok(settings)
    }

    fn tag(&self) -> Tag {
        Tag::builder().key(LAB_TAG).value(&self.names.lab.name).build()
    }
}

#[async_trait]
impl Resource for TaskDefinition {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, known: &Values, purpose: Purpose) -> Result<Seen> {
        let lab = &self.names.lab.name;
        let Some(newest) = self.newest().await? else {
            // A cleanup that was cut off has deregistered revisions and not deleted them.
            let is_left = purpose == Purpose::Cleanup && self.is_deregistered(lab).await?;
            let left = Seen::there(Owner::Ours, Values::default(), Vec::new());
            return Ok(if is_left { left } else { Seen::absent() });
        };
        let owner = self.owner(&newest, purpose).await?;
        let mut settings = vec![Setting::tag(lab, &owner)];
        let mut kept = Vec::new();
        if let Some(missing) = files::TASK_DEFINITION.missing(known)? {
            settings.push(Setting::uncompared(files::TASK_DEFINITION.path, missing));
            settings.extend(Self::compared_partly(known, &newest)?);
        } else if purpose != Purpose::Cleanup {
            let (wanted, keeps) = self.wanted(known, Some(&newest)).await?;
            settings.extend(wanted.settings(&newest.definition));
            kept = keeps;
        }
        // If it differs it has no value: the service needs the revision that is yet to be
        // registered.
        let values = if settings.iter().any(Setting::differs) {
            Values::default()
        } else {
            Values::of([(TASK_DEFINITION_ARN, newest.arn())])
        };
        Ok(Seen { kept, ..Seen::there(owner, values, settings) })
    }

    async fn exists(&self, arn: &str) -> Result<bool> {
        Ok(self.describe(arn).await?.is_some_and(|revision| revision.can_be_run()))
    }

    async fn apply(&self, known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        if let Some(missing) = files::TASK_DEFINITION.missing(known)? {
            known.need(missing)?;
        }
        if seen.is_there() && seen.owner != Owner::Ours {
            self.adopt().await?;
        }
        let newest = self.newest().await?;
        let (wanted, _) = self.wanted(known, newest.as_ref()).await?;
        step.status(format!("registering it in {}", known.need(REGION)?));
        let request = wanted.register(self.ecs.register_task_definition())?.tags(self.tag());
        let before = newest.as_ref().and_then(|newest| revisions::number(newest.arn()));
        let registered =
            step.settled(&op::REGISTER_TASK_DEFINITION, || request.clone().send()).await?;
        let registered = registered.task_definition().and_then(|it| it.task_definition_arn());
        self.deregister_between(before, registered.and_then(revisions::number)).await
    }

    /// Deregistered revisions stay visible as `INACTIVE` until they are deleted too.
    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deregistering its revisions");
        stream::iter(self.changeable(TaskDefinitionStatus::Active, step).await?)
            .map(|revision| self.deregister(revision))
            .buffer_unordered(AT_ONCE)
            .try_collect::<Vec<()>>()
            .await?;
        let deregistered = self.changeable(TaskDefinitionStatus::Inactive, step).await?;
        for some in deregistered.chunks(MOST_AT_ONCE) {
            let delete =
                self.ecs.delete_task_definitions().set_task_definitions(Some(some.to_vec()));
            call(&op::DELETE_TASK_DEFINITIONS, delete.send()).await?;
        }
        Ok(())
    }
}
