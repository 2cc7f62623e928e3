//! What is checked of the log group.

use crate::{
    aws::operations::logs as op,
    engine::{Check, HARDENING, LAB, Subject},
};

/// In the order in which they are shown.
pub(super) static CHECKS: [Check; 2] = [
    Check {
        id: "log-group",
        title: "The log group of the backend exists.",
        why: "A task whose log group is missing does not start at all, and leaves no line that would say why.",
        hint: "`mysfits fargate deploy` creates it",
        ..LAB
    },
    Check {
        id: "log-retention",
        title: "Logs are deleted after a week.",
        depends_on: &["log-group"],
        on: Subject::Setting(&op::DESCRIBE_LOG_GROUPS, "retentionInDays"),
        why: "By default CloudWatch keeps logs for ever, and bills for them.",
        hint: "set the retention to 7 days; `mysfits fargate deploy` does it",
        ..HARDENING
    },
];
