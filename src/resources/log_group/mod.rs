//! The log group of the tasks. Without it, tasks do not start.

mod by_hand;
mod checks;
pub(crate) mod streams;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_cloudwatchlogs::{Client, types::LogGroup as Description};

use super::words::{found, name_in, unless_any};
use crate::{
    aws::{Failure, call, operations::logs as op},
    destination::{Destination, Lazy},
    engine::{About, ByHand, Id, LeftBehind, Presence, Purpose, Resource, Seen, Setting, Step},
    error::Result,
    lab::{ArnPattern, LAB_TAG, LabId, Names, Owner, Values, placeholders::LOG_GROUP_NAME},
};

/// The retention of log lines, in days. By default CloudWatch keeps them forever.
const DAYS: i32 = 7;

/// CloudWatch's code for a missing log group.
const ABSENT: &[&str] = &["ResourceNotFoundException"];

/// The log group.
pub(super) struct LogGroup {
    about: About,
    logs: Lazy<Client>,
    name: String,
    lab: LabId,
}

impl LogGroup {
    /// Creates the log group resource with these names.
    pub(super) fn new(destination: &Destination, names: &Names) -> Self {
        Self {
            about: About {
                id: Id("log-group"),
                title: format!("log group `{}`", names.log_group),
                why: "CloudWatch Logs keeps what the backend writes, for seven days.",
                produces: vec![LOG_GROUP_NAME],
                arn: Some(ArnPattern::new(
                    &names.lab,
                    "logs",
                    "log-group:{name}",
                    &names.log_group,
                )),
                parts: vec![ArnPattern::new(
                    &names.lab,
                    "logs",
                    "log-group:{name}:*",
                    &names.log_group,
                )],
                operations: &[
                    &op::DESCRIBE_LOG_GROUPS,
                    &op::LIST_TAGS,
                    &op::DESCRIBE_LOG_STREAMS,
                    &op::GET_LOG_EVENTS,
                    &op::FILTER_LOG_EVENTS,
                    &op::CREATE_LOG_GROUP,
                    &op::PUT_RETENTION_POLICY,
                    &op::TAG_RESOURCE,
                    &op::DELETE_LOG_GROUP,
                ],
                deadline: Duration::from_mins(2),
                checks: &checks::CHECKS,
                ..About::default()
            },
            logs: destination.client(),
            name: names.log_group.clone(),
            lab: names.lab.clone(),
        }
    }

    async fn describe(&self, name: &str) -> Result<Option<Description>> {
        describe(&self.logs, name).await
    }

    /// Returns the value of the lab's tag, if the group has one.
    async fn tag(&self, arn: &str) -> Result<Option<String>, Failure> {
        let list = self.logs.list_tags_for_resource().resource_arn(arn);
        let tags = call(&op::LIST_TAGS, list.send()).await?.tags;
        Ok(tags.unwrap_or_default().remove(LAB_TAG))
    }

    async fn create(&self, step: &Step<'_>) -> Result<()> {
        step.status("creating the log group");
        let send = || {
            let create = self.logs.create_log_group().log_group_name(&self.name);
            create.tags(LAB_TAG, &self.lab.name).send()
        };
        let created = step.settled(&op::CREATE_LOG_GROUP, send).await;
        Ok(step.created(created, &["ResourceAlreadyExistsException"])?)
    }

    async fn set_retention(&self, step: &Step<'_>) -> Result<()> {
        step.settled(&op::PUT_RETENTION_POLICY, || {
            let put = self.logs.put_retention_policy().log_group_name(&self.name);
            put.retention_in_days(DAYS).send()
        })
        .await?;
        Ok(())
    }

    /// Writes the tag if it is missing, and the retention.
    async fn repair(&self, step: &Step<'_>) -> Result<()> {
        let Some(group) = self.describe(&self.name).await? else { return Ok(()) };
        let arn = bare_arn(&group);
        let Some(tag) = found(self.tag(&arn).await, ABSENT)? else { return Ok(()) };
        if tag.as_deref() != Some(&self.lab.name) {
            let tag = self.logs.tag_resource().resource_arn(arn).tags(LAB_TAG, &self.lab.name);
            call(&op::TAG_RESOURCE, tag.send()).await?;
        }
        self.set_retention(step).await
    }
}

#[async_trait]
impl Resource for LogGroup {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, _known: &Values, _purpose: Purpose) -> Result<Seen> {
        let Some(group) = self.describe(&self.name).await? else { return Ok(Seen::absent()) };
        let tag = found(self.tag(&bare_arn(&group)).await, ABSENT)?;
        let Some(tag) = tag else { return Ok(Seen::absent()) };
        let owner = Owner::of(tag.as_deref(), &self.lab.name);
        let settings = vec![
            Setting::tag(&self.lab.name, &owner),
            Setting::maybe("retentionInDays", DAYS, group.retention_in_days()),
        ];
        Ok(Seen::there(owner, Values::of([(LOG_GROUP_NAME, &self.name)]), settings))
    }

    async fn exists(&self, arn: &str) -> Result<bool> {
        let Some(name) = name_in(&self.about, bare(arn)) else { return Ok(false) };
        Ok(self.describe(name).await?.is_some())
    }

    async fn apply(&self, _known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        if seen.presence == Presence::Absent {
            self.create(step).await?;
            return self.set_retention(step).await;
        }
        self.repair(step).await
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the log group");
        let send = || self.logs.delete_log_group().log_group_name(&self.name).send();
        unless_any(step.settled(&op::DELETE_LOG_GROUP, send).await, ABSENT)
    }
}

/// Returns CloudWatch's description of the log group with this name, if any. Groups are listed only
/// by prefix, so the response may contain others.
async fn describe(logs: &Client, name: &str) -> Result<Option<Description>> {
    let mut list = logs.describe_log_groups().log_group_name_prefix(name);
    loop {
        let page = call(&op::DESCRIBE_LOG_GROUPS, list.clone().send()).await?;
        let groups = page.log_groups.unwrap_or_default();
        let found = groups.into_iter().find(|group| group.log_group_name() == Some(name));
        match (found, page.next_token) {
            (Some(found), _) => return Ok(Some(found)),
            (None, None) => return Ok(None),
            (None, Some(next)) => list = list.next_token(next),
        }
    }
}

/// Returns the log group with this name as left behind, if it exists: a service of AWS has created it,
/// for this reason and without the lab's tag. So it is not the lab's to delete.
pub(super) async fn by_a_service(
    logs: &Client,
    name: &str,
    why: &str,
) -> Result<Option<LeftBehind>> {
    Ok(describe(logs, name).await?.map(|_| LeftBehind {
        what: format!("log group `{name}`"),
        why: format!("{why}, and its lines cost money"),
        advice: format!("`aws logs delete-log-group --log-group-name {name}` deletes it"),
    }))
}

/// Returns the ARN of a group in the form that the tagging calls require.
fn bare_arn(group: &Description) -> String {
    bare(group.arn().unwrap_or_default()).to_owned()
}

/// Removes the trailing `:*` from an ARN, which represents the group's streams.
fn bare(arn: &str) -> &str {
    arn.trim_end_matches(":*")
}
