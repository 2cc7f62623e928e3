//! The log group of the tasks. Without it, tasks do not start.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_cloudwatchlogs::{Client, types::LogGroup as Description};

use crate::{
    aws::{call, settled},
    engine::{About, Id, Resource, Seen, Step, Values},
    error::Result,
    lab::{LAB_TAG, Names, placeholders::LOG_GROUP_NAME},
    resources::ownership,
    target::Target,
};

/// How long lines are kept, in days. CloudWatch keeps them for ever unless told otherwise.
const DAYS: i32 = 7;

/// The log group.
pub(super) struct LogGroup {
    about: About,
    logs: Client,
    name: String,
    lab: String,
    adopt: bool,
}

impl LogGroup {
    pub(super) fn new(target: &Target, names: &Names, adopt: bool) -> Self {
        Self {
            about: About {
                id: Id("log-group"),
                title: format!("log group `{}`", names.log_group),
                why: "CloudWatch Logs keeps what the backend writes, for seven days.",
                produces: vec![LOG_GROUP_NAME],
                ours: ownership::by_tag(&names.lab),
                deadline: Duration::from_mins(2),
                ..About::default()
            },
            logs: target.logs(),
            name: names.log_group.clone(),
            lab: names.lab.clone(),
            adopt,
        }
    }

    /// Groups are found by prefix only, so others may come with it.
    async fn describe(&self) -> Result<Option<Description>> {
        let mut list = self.logs.describe_log_groups().log_group_name_prefix(&self.name);
        loop {
            let page = call("logs DescribeLogGroups", list.clone().send()).await?;
            let groups = page.log_groups.unwrap_or_default();
            let found = groups.into_iter().find(|group| group.log_group_name() == Some(&self.name));
            match (found, page.next_token) {
                (Some(found), _) => return Ok(Some(found)),
                (None, None) => return Ok(None),
                (None, Some(next)) => list = list.next_token(next),
            }
        }
    }

    async fn tag(&self, arn: &str) -> Result<Option<String>> {
        let list = self.logs.list_tags_for_resource().resource_arn(arn);
        match call("logs ListTagsForResource", list.send()).await {
            Err(failure) if failure.is("ResourceNotFoundException") => Ok(None),
            other => Ok(other?.tags.unwrap_or_default().remove(LAB_TAG)),
        }
    }

    async fn create(&self, step: &Step<'_>) -> Result<()> {
        step.status("creating the log group");
        let created = settled(step, "logs CreateLogGroup", || {
            self.logs.create_log_group().log_group_name(&self.name).tags(LAB_TAG, &self.lab).send()
        })
        .await;
        match created {
            Err(failure) if failure.is("ResourceAlreadyExistsException") => Ok(()),
            other => Ok(other.map(|_| ())?),
        }
    }

    async fn set_retention(&self, step: &Step<'_>) -> Result<()> {
        settled(step, "logs PutRetentionPolicy", || {
            let put = self.logs.put_retention_policy().log_group_name(&self.name);
            put.retention_in_days(DAYS).send()
        })
        .await?;
        Ok(())
    }
}

#[async_trait]
impl Resource for LogGroup {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, _known: &Values) -> Result<Seen> {
        let Some(group) = self.describe().await? else { return Ok(Seen::Absent) };
        let tag = self.tag(&bare_arn(&group)).await?;
        let mut differences = match ownership::differences(tag.as_deref(), &self.lab, self.adopt) {
            Ok(differences) => differences,
            Err(foreign) => return Ok(foreign),
        };
        let values = Values::of([(LOG_GROUP_NAME, &self.name)]);
        if group.retention_in_days() != Some(DAYS) {
            differences.push(format!("it does not keep lines for {DAYS} days"));
        }
        Ok(Seen::with(values, differences))
    }

    async fn apply(&self, _known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        if *seen == Seen::Absent {
            self.create(step).await?;
            return self.set_retention(step).await;
        }
        let Some(group) = self.describe().await? else { return Ok(()) };
        let arn = bare_arn(&group);
        if self.tag(&arn).await?.as_deref() != Some(&self.lab) {
            let tag = self.logs.tag_resource().resource_arn(arn).tags(LAB_TAG, &self.lab);
            call("logs TagResource", tag.send()).await?;
        }
        self.set_retention(step).await
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the log group");
        let deleted = settled(step, "logs DeleteLogGroup", || {
            self.logs.delete_log_group().log_group_name(&self.name).send()
        })
        .await;
        match deleted {
            Err(failure) if failure.is("ResourceNotFoundException") => Ok(()),
            other => Ok(other.map(|_| ())?),
        }
    }
}

/// The ARN as the tagging calls want it: without the `:*` at its end.
fn bare_arn(group: &Description) -> String {
    group.arn().unwrap_or_default().trim_end_matches(":*").to_owned()
}
