//! The task definition: what a task runs, with how much of what, and as whom.

mod definition;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_ecs::{
    Client,
    types::{Tag, TaskDefinition as Description, TaskDefinitionField, TaskDefinitionStatus},
};
use futures::{StreamExt, TryStreamExt, stream};

use self::definition::Definition;
use crate::{
    aws::{call, settled},
    engine::{About, Id, Placeholder, Resource, Seen, Step, Values},
    error::{Code, Error, Result},
    lab::{
        LAB_TAG, Names, files,
        placeholders::{REGION, TASK_DEFINITION_ARN, USER_POOL_CLIENT_ID, USER_POOL_ISSUER},
    },
    resources::ownership,
    target::Target,
};

/// What `DeleteTaskDefinitions` takes at once.
const MOST_AT_ONCE: usize = 10;
/// How many revisions are deregistered at the same time: ECS takes about one a second.
const AT_ONCE: usize = 2;

/// The values that the backend does without until there is a user pool: then anybody may like.
const OPTIONAL: [Placeholder; 2] = [USER_POOL_ISSUER, USER_POOL_CLIENT_ID];

/// The task definition.
pub(super) struct TaskDefinition {
    about: About,
    ecs: Client,
    family: String,
    lab: String,
    adopt: bool,
}

impl TaskDefinition {
    pub(super) fn new(target: &Target, names: &Names, adopt: bool) -> Result<Self> {
        let mut consumes = files::TASK_DEFINITION.placeholders()?;
        consumes.retain(|placeholder| !OPTIONAL.contains(placeholder));
        Ok(Self {
            about: About {
                id: Id("task-definition"),
                title: format!("task definition `{}`", names.task_family),
                why: "The task definition says which image runs, with how much memory, and with which role.",
                produces: vec![TASK_DEFINITION_ARN],
                consumes,
                uses: OPTIONAL.to_vec(),
                ours: ownership::by_tag(&names.lab),
                deadline: Duration::from_mins(5),
                ..About::default()
            },
            ecs: target.ecs(),
            family: names.task_family.clone(),
            lab: names.lab.clone(),
            adopt,
        })
    }

    /// The definition as it should be; `None` when not all of its values are known yet.
    fn wanted(&self, known: &Values) -> Result<Option<Definition>> {
        if self.about.consumes.iter().any(|placeholder| known.get(*placeholder).is_none()) {
            return Ok(None);
        }
        let known = Values::of(OPTIONAL.map(|placeholder| (placeholder, ""))).with(known);
        let text = files::TASK_DEFINITION.render(&known)?;
        let mut definition: Definition = serde_json::from_str(&text).map_err(|error| {
            Error::new(Code::Lab, format!("{}: {error}", files::TASK_DEFINITION.path))
        })?;
        definition.family.clone_from(&self.family);
        definition.forget_empty_variables();
        Ok(Some(definition))
    }

    /// The latest active revision and the value of its lab tag.
    async fn latest(&self) -> Result<Option<(Description, Option<String>)>> {
        let describe = self
            .ecs
            .describe_task_definition()
            .task_definition(&self.family)
            .include(TaskDefinitionField::Tags);
        let answer = match call("ecs DescribeTaskDefinition", describe.send()).await {
            // ECS has no code of its own for a family without an active revision.
            Err(failure) if failure.is("ClientException") => return Ok(None),
            other => other?,
        };
        let tag = answer.tags().iter().find(|tag| tag.key() == Some(LAB_TAG));
        let tag = tag.and_then(Tag::value).map(str::to_owned);
        let active = |it: &Description| it.status() == Some(&TaskDefinitionStatus::Active);
        Ok(answer.task_definition.filter(active).map(|definition| (definition, tag)))
    }

    /// The revisions of the family in one state.
    async fn revisions(&self, status: TaskDefinitionStatus) -> Result<Vec<String>> {
        let mut revisions = Vec::new();
        let mut list = self.ecs.list_task_definitions().family_prefix(&self.family).status(status);
        loop {
            let page = call("ecs ListTaskDefinitions", list.clone().send()).await?;
            revisions.extend(page.task_definition_arns.unwrap_or_default());
            let Some(next) = page.next_token else { return Ok(revisions) };
            list = list.next_token(next);
        }
    }

    /// When the answer to a registration is lost, the SDK registers again: every call makes a new
    /// revision. Those between the latest one before and the one that was answered are such twins.
    async fn deregister_between(&self, before: Option<u64>, registered: Option<u64>) -> Result<()> {
        for revision in self.revisions(TaskDefinitionStatus::Active).await? {
            let is_twin = number(&revision).is_some_and(|number| {
                Some(number) > before && registered.is_some_and(|registered| number < registered)
            });
            if is_twin {
                self.deregister(revision).await?;
            }
        }
        Ok(())
    }

    async fn deregister(&self, revision: String) -> Result<()> {
        let deregister = self.ecs.deregister_task_definition().task_definition(revision);
        call("ecs DeregisterTaskDefinition", deregister.send()).await?;
        Ok(())
    }
}

#[async_trait]
impl Resource for TaskDefinition {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, known: &Values) -> Result<Seen> {
        let Some((standing, tag)) = self.latest().await? else { return Ok(Seen::Absent) };
        let mut differences = match ownership::differences(tag.as_deref(), &self.lab, self.adopt) {
            Ok(differences) => differences,
            Err(foreign) => return Ok(foreign),
        };
        let arn = standing.task_definition_arn().unwrap_or_default();
        let values = Values::of([(TASK_DEFINITION_ARN, arn)]);
        match self.wanted(known)? {
            Some(wanted) => differences.extend(wanted.differs_from(&standing)),
            None => differences.push("what it is made of is not all there".to_owned()),
        }
        Ok(if differences.is_empty() {
            Seen::Ready(values)
        } else {
            // No values: whoever needs the revision needs the one that is to be registered.
            Seen::Drifted { values: Values::default(), differences }
        })
    }

    async fn apply(&self, known: &Values, _seen: &Seen, step: &Step) -> Result<()> {
        let Some(wanted) = self.wanted(known)? else {
            let message = format!("not all values of {} are known", files::TASK_DEFINITION.path);
            return Err(Error::new(Code::Lab, message));
        };
        step.status(format!("registering it in {}", known.get(REGION).unwrap_or_default()));
        let tag = Tag::builder().key(LAB_TAG).value(&self.lab).build();
        let request = wanted.register(self.ecs.register_task_definition())?.tags(tag);
        let before =
            self.latest().await?.and_then(|(latest, _)| number(latest.task_definition_arn()?));
        let registered =
            settled(step, "ecs RegisterTaskDefinition", || request.clone().send()).await?;
        let registered =
            registered.task_definition().and_then(|it| number(it.task_definition_arn()?));
        self.deregister_between(before, registered).await
    }

    /// Deregistered revisions stay visible as `INACTIVE` until they are deleted too.
    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deregistering its revisions");
        stream::iter(self.revisions(TaskDefinitionStatus::Active).await?)
            .map(|revision| self.deregister(revision))
            .buffer_unordered(AT_ONCE)
            .try_collect::<Vec<()>>()
            .await?;
        for some in self.revisions(TaskDefinitionStatus::Inactive).await?.chunks(MOST_AT_ONCE) {
            let delete =
                self.ecs.delete_task_definitions().set_task_definitions(Some(some.to_vec()));
            call("ecs DeleteTaskDefinitions", delete.send()).await?;
        }
        Ok(())
    }
}

/// The number of a revision: the last part of its ARN.
fn number(arn: &str) -> Option<u64> {
    arn.rsplit(':').next()?.parse().ok()
}
