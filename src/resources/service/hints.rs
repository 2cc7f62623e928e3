//! The meaning of ECS's and the backend's messages, and what to do about them.

use crate::{aws::Failure, error::Error};

/// Parts of reasons, and their meaning.
const HINTS: [(&str, &str); 8] = [
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
        "health checks",
        "the backend runs but does not answer `/` on port 8080: its last lines are above",
    ),
];

/// Errors with which ECS rejects a service, by code and part of the message, and what to do.
const REFUSALS: [(&str, &str, &str); 2] = [
    (
        "InvalidParameterException",
        "ARN and resource ID format",
        "the account still has the short ids of 2018, which do not support tags: `aws ecs put-account-setting-default --name serviceLongArnFormat --value enabled` changes it for everybody in it",
    ),
    (
        "PlatformTaskDefinitionIncompatibilityException",
        "",
        "this region's Fargate does not run such tasks, perhaps not those of this kind of processor: build the backend for another one, and name it with `--service-binary PATH`",
    ),
];

/// Returns the error for a rejection, with the matching hint.
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

/// Returns the first hint that matches the text.
pub(super) fn hint(text: &str) -> Option<&'static str> {
    HINTS.iter().find(|(part, _)| text.contains(part)).map(|(_, hint)| *hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_hint_for_each_cause() {
        let says = |text, words| hint(text).is_some_and(|hint| hint.contains(words));
        assert!(says("exec /app: exec format error", "processor"));
        assert!(says("CannotPullContainerError: i/o timeout", "NAT gateway"));
        assert!(says("task failed ELB health checks in (target-group …)", "port 8080"));
        assert!(says("ECS was unable to assume the role 'arn'", "core-stack"));
        assert_eq!(hint("Essential container in task exited"), None);
    }
}
