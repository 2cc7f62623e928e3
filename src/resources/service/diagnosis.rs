//! Why a service does not settle: counts, stopped tasks by reason, the last words of the last one,
//! and one hint.

use std::collections::BTreeMap;

use aws_sdk_ecs::{
    primitives::DateTime,
    types::{Service, Task},
};

use super::{stability::primary, tasks::stopped_tasks};
use crate::{
    aws::Failure,
    engine::Step,
    error::Error,
    lab::Names,
    resources::log_group::streams::{Logs, id_of},
};

/// How many log lines of the last stopped task are shown.
const LINES: usize = 20;

/// Parts of reasons, and what they mean.
const HINTS: [(&str, &str); 9] = [
    (
        "exec format error",
        "the image is for another kind of processor than the task: build it for the one in the task definition",
    ),
    (
        "CannotPullContainerError: pull image manifest has been retried",
        "the task cannot reach ECR: its subnet needs a NAT gateway, or the task a public address",
    ),
    (
        "timeout",
        "the task cannot reach ECR: its subnet needs a NAT gateway, or the task a public address",
    ),
    ("not found", "the image is not in the repository: `mysfits fargate deploy` pushes it again"),
    (
        "CannotPullContainer",
        "the image cannot be pulled: check that it is in the repository and that the execution role may read it",
    ),
    (
        "unable to assume the role",
        "a role of the task definition is missing or does not trust `ecs-tasks.amazonaws.com`: `mysfits core-stack deploy` makes them",
    ),
    ("log group does not exist", "the log group is missing: `mysfits fargate deploy` makes it"),
    (
        "limit on the number of vCPUs",
        "the account may not run so many Fargate tasks at once: end others, or ask for a higher quota in the Service Quotas console",
    ),
    (
        "health checks",
        "the backend runs but does not answer `/` on port 8080: its last lines are above",
    ),
];

/// Why ECS takes no service at all, by code and part of the message, and what to do.
const REFUSALS: [(&str, &str, &str); 2] = [
    (
        "InvalidParameterException",
        "ARN and resource ID format",
        "the account still has the short ids of 2018, which take no tags: `aws ecs put-account-setting-default --name serviceLongArnFormat --value enabled` changes it for everybody in it",
    ),
    (
        "PlatformTaskDefinitionIncompatibilityException",
        "",
        "this region's Fargate does not run such tasks, perhaps not those of this kind of processor: build the backend for another one, and name it with `--service-binary PATH`",
    ),
];

/// When nothing else fits.
const ENDS_BY_ITSELF: &str =
    "the backend ends by itself: its last lines are above, and `mysfits logs --previous` shows all";

/// What it takes to find out.
pub(super) struct Diagnosis<'a> {
    pub(super) ecs: &'a aws_sdk_ecs::Client,
    pub(super) logs: &'a aws_sdk_cloudwatchlogs::Client,
    pub(super) names: &'a Names,
}

impl Diagnosis<'_> {
    /// Tells all of it as notes. What cannot be found out is left out: the error that led here is
    /// told in any case.
    pub(super) async fn tell(&self, service: &Service, step: &Step<'_>) {
        if let Some(deployment) = primary(service) {
            step.note(format!(
                "deployment: {} wanted, {} running, {} pending, {} failed",
                deployment.desired_count(),
                deployment.running_count(),
                deployment.pending_count(),
                deployment.failed_tasks(),
            ));
        }
        let tasks = stopped_tasks(self.ecs, self.names).await.unwrap_or_default();
        let reasons = by_reason(&tasks);
        for (reason, count) in &reasons {
            step.note(format!("{count} stopped: {reason}"));
        }
        let last = tasks.iter().max_by_key(|task| task.stopped_at().map(DateTime::secs));
        let mut lines = Vec::new();
        if let Some(id) = last.and_then(Task::task_arn).and_then(id_of) {
            let logs = Logs { client: self.logs, group: &self.names.log_group };
            lines = logs.last(&id, LINES).await.unwrap_or_default();
        }
        for line in &lines {
            step.note(format!("log: {line}"));
        }
        let events = service.events().iter().filter_map(|event| event.message());
        let texts = reasons.keys().map(String::as_str).chain(events).collect::<Vec<_>>();
        // What ECS says counts for more than what the backend says.
        let lines = lines.iter().map(String::as_str).collect::<Vec<_>>();
        let hint = hint(&texts).or_else(|| hint(&lines)).unwrap_or(ENDS_BY_ITSELF);
        step.note(format!("hint: {hint}"));
    }
}

/// Returns the error for a refusal, with the hint that fits it.
pub(super) fn explained(failure: Failure) -> Error {
    let fits =
        |(code, part, _): &&(&str, &str, &str)| failure.is(code) && failure.message.contains(part);
    let hint = REFUSALS.iter().find(fits).map(|(.., hint)| *hint);
    let error = Error::from(failure);
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

/// Returns how many tasks stopped for each reason, with the exit codes of their containers.
fn by_reason(tasks: &[Task]) -> BTreeMap<String, usize> {
    let mut reasons = BTreeMap::new();
    for task in tasks {
        let mut words = vec![task.stopped_reason().unwrap_or("no reason given").to_owned()];
        for container in task.containers() {
            words.extend(container.exit_code().map(|code| format!("exit code {code}")));
            words.extend(container.reason().map(str::to_owned));
        }
        *reasons.entry(words.join(", ")).or_insert(0) += 1;
    }
    reasons
}

/// Returns the first hint that fits any of the texts.
fn hint(texts: &[&str]) -> Option<&'static str> {
    let fits = |part: &str| texts.iter().any(|text| text.contains(part));
    HINTS.iter().find(|(part, _)| fits(part)).map(|(_, hint)| *hint)
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::Container;

    use super::*;

    #[test]
    fn tasks_are_grouped_by_reason() {
        let task = |code| {
            let container = Container::builder().exit_code(code).build();
            Task::builder()
                .stopped_reason("Essential container exited")
                .containers(container)
                .build()
        };
        let reasons = by_reason(&[task(1), task(1), task(137)]);
        assert_eq!(reasons["Essential container exited, exit code 1"], 2);
        assert_eq!(reasons["Essential container exited, exit code 137"], 1);
    }

    #[test]
    fn one_hint_for_each_cause() {
        let says = |text, words| hint(&[text]).is_some_and(|hint| hint.contains(words));
        assert!(says("exec /app: exec format error", "processor"));
        assert!(says("CannotPullContainerError: i/o timeout", "NAT gateway"));
        assert!(says("task failed ELB health checks in (target-group …)", "port 8080"));
        assert!(says("ECS was unable to assume the role 'arn'", "core-stack"));
        let quota = "You've reached the limit on the number of vCPUs you can run concurrently";
        assert!(says(quota, "Service Quotas"));
        assert_eq!(hint(&["Essential container in task exited"]), None);
    }
}
