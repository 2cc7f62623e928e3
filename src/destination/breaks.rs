//! What can be broken in the local cloud on purpose, as lessons: each a few of its fault rules, with
//! what a student sees, what to try, and how AWS looks when it happens there.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde_json::{Value, json};

use super::local_cloud::control;
use crate::error::Result;

/// Something that can be broken.
pub(crate) struct Break {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) does: &'static str,
    /// What a student should see.
    pub(crate) see: &'static str,
    /// What to try.
    pub(crate) attempt: &'static str,
    /// How AWS looks when this happens there.
    pub(crate) on_aws: &'static str,
    /// The kind of its fault rules and what else each has.
    rule: fn() -> Value,
    /// The calls that it is about; without any, the rule is about none.
    operations: &'static [&'static str],
}

/// The calls that the backend sends to DynamoDB. The rules name no others, so that tables can still be
/// looked at.
const ALL_DATA: &[&str] = &["Scan", "Query", "GetItem", "UpdateItem", "TransactWriteItems"];
/// Those of them that change something.
const WRITES: &[&str] = &["UpdateItem", "TransactWriteItems"];

/// All that can be broken.
pub(crate) const BREAKS: &[Break] = &[
    Break {
        name: "throttle",
        does: "DynamoDB throttles every read and write of items.",
        see: "The backend retries, gives up and answers 503; the site says so and offers the bundled mysfits. Its health check does not ask DynamoDB, so the task stays healthy.",
        attempt: "Open \"Under the hood\" on the site, and run `mysfits logs --local --request ID` with the id of a 503.",
        on_aws: "`ProvisionedThroughputExceededException` and the metric `ThrottledRequests`; more capacity units, or billing by request, help.",
        rule: || json!({ "kind": "throttle", "service": "dynamodb" }),
        operations: ALL_DATA,
    },
    Break {
        name: "lose-answers",
        does: "DynamoDB carries out every write, but its answers get lost.",
        see: "A like fails with 502, and counts all the same: reload the page.",
        attempt: "Like the same mysfit three times, then `mysfits local heal` and like it again: it has counted once, because the write is idempotent.",
        on_aws: "Any network can lose an answer; the SDK retries, and a transaction's `ClientRequestToken` keeps the retry from counting twice.",
        rule: || json!({ "kind": "lose-answer", "service": "dynamodb" }),
        operations: WRITES,
    },
    Break {
        name: "slow",
        does: "DynamoDB takes 1.5 s for every read and write of items.",
        see: "The old cards stay, paler, until the new ones come; \"Under the hood\" shows 1500 ms and more.",
        attempt: "Press several chips quickly: the page cancels what it no longer needs.",
        on_aws: "The metric `SuccessfulRequestLatency`; a cache before the API, or in the page, hides it.",
        rule: || json!({ "kind": "delay", "service": "dynamodb", "milliseconds": 1500 }),
        operations: ALL_DATA,
    },
    Break {
        name: "deny",
        does: "The task's role may not read or write the items.",
        see: "The backend answers 502, and `mysfits logs --local` shows `AccessDeniedException`.",
        attempt: "Compare with the policy of the task's role: `aws iam list-role-policies`. Which statement would be missing?",
        on_aws: "`AccessDeniedException`, which names the role, the action and the resource; CloudTrail has the call.",
        rule: || json!({ "kind": "denied", "service": "dynamodb" }),
        operations: ALL_DATA,
    },
    Break {
        name: "api-limit",
        does: "API Gateway throttles every request of the API.",
        see: "The API answers 429; the load balancer behind it still answers, as `curl` shows.",
        attempt: "Request `/mysfits` at the API and at the backend: `mysfits status --local` has both addresses.",
        on_aws: "`Too Many Requests`; the limits of the account, the stage and a usage plan, and the metric `4XXError`.",
        rule: || json!({ "kind": "throttle", "service": "execute-api" }),
        operations: &[],
    },
    Break {
        name: "kill-task",
        does: "The processes of all tasks that run now are killed, once.",
        see: "The site is gone until the service has started another task; that one lives.",
        attempt: "`mysfits logs --local --previous`, then `aws ecs describe-tasks` for the stopped task: exit code 137. With two tasks (`aws ecs update-service --desired-count 2`) nobody notices.",
        on_aws: "`Essential container in task exited`, exit code 137, as when the memory is used up: `OutOfMemoryError`.",
        rule: || json!({ "kind": "kill-tasks", "service": "ecs" }),
        operations: &[],
    },
    Break {
        name: "stop-zone",
        does: "The availability zone of the first running task is down: its tasks are stopped, and none starts there.",
        see: "The service starts a task in the other zone; until it is healthy, the site has no backend.",
        attempt: "`aws ecs update-service --desired-count 4`: all tasks are in one zone. After `mysfits local heal`, force a new deployment: they spread again.",
        on_aws: "The Health Dashboard, targets of one zone unhealthy; cross-zone load balancing sends everybody to the other.",
        rule: || json!({ "kind": "zone-down", "service": "ecs" }),
        operations: &[],
    },
    Break {
        name: "full-capacity",
        does: "Fargate has no capacity for another task, in any zone.",
        see: "Nothing, as long as the task lives. Then stop it (`aws ecs stop-task`): the service cannot replace it.",
        attempt: "`aws ecs describe-services` shows the event `was unable to place a task`. What would more zones, or `FARGATE_SPOT` beside `FARGATE`, have changed?",
        on_aws: "`Capacity is unavailable at this time. Please try again later or in a different availability zone`",
        rule: || json!({ "kind": "no-capacity", "service": "ecs" }),
        operations: &[],
    },
];

impl Break {
    /// Returns the break of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        BREAKS.iter().find(|it| it.name == name)
    }

    /// Returns its fault rules, which bear its name.
    fn rules(&self) -> Vec<Value> {
        let rule = |operation: Option<&str>| {
            let mut rule = (self.rule)();
            rule["name"] = self.name.into();
            if let Some(operation) = operation {
                rule["operation"] = operation.into();
            }
            rule
        };
        match self.operations {
            [] => vec![rule(None)],
            operations => operations.iter().map(|operation| rule(Some(operation))).collect(),
        }
    }
}

/// What is broken in a local cloud.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Broken {
    /// The names of the breaks in force.
    pub(crate) names: BTreeSet<String>,
    /// How many fault rules of others there are.
    pub(crate) others: usize,
}

impl Broken {
    fn of(plan: &Value) -> Self {
        let mut broken = Self::default();
        for rule in plan["rules"].as_array().into_iter().flatten() {
            match rule["name"].as_str().and_then(Break::named) {
                Some(known) => {
                    broken.names.insert(known.name.to_owned());
                }
                None => broken.others += 1,
            }
        }
        broken
    }
}

const FAULTS: &str = "/_local/faults";

/// Returns what is broken.
///
/// # Errors
/// When no local cloud is running on the port.
pub(crate) async fn broken(port: u16) -> Result<Broken> {
    Ok(Broken::of(&control(port, "GET", FAULTS, Bytes::new()).await?))
}

/// Breaks something; other rules stay. What is broken already is broken again.
///
/// # Errors
/// When no local cloud is running on the port.
pub(crate) async fn break_it(port: u16, wanted: &Break) -> Result<()> {
    let mut plan = control(port, "GET", FAULTS, Bytes::new()).await?;
    let mut rules = plan["rules"].as_array().cloned().unwrap_or_default();
    let before = rules.len();
    rules.retain(|rule| rule["name"].as_str() != Some(wanted.name));
    if rules.len() < before {
        // A rule that is put again stays as it is: first it has to be removed.
        plan["rules"] = rules.clone().into();
        put(port, &plan).await?;
    }
    rules.extend(wanted.rules());
    plan["rules"] = rules.into();
    put(port, &plan).await
}

/// Takes all fault rules back, and returns what was broken.
///
/// # Errors
/// When no local cloud is running on the port.
pub(crate) async fn heal(port: u16) -> Result<Broken> {
    let was = broken(port).await?;
    control(port, "DELETE", FAULTS, Bytes::new()).await?;
    Ok(was)
}

async fn put(port: u16, plan: &Value) -> Result<()> {
    control(port, "PUT", FAULTS, plan.to_string().into()).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_a_lesson_of_its_own() {
        let names: BTreeSet<_> = BREAKS.iter().map(|it| it.name).collect();
        assert_eq!(names.len(), BREAKS.len());
        for it in BREAKS {
            for text in [it.does, it.see, it.attempt, it.on_aws] {
                assert!(text.len() > 20, "{}: {text}", it.name);
            }
            assert!(it.rules().iter().all(|rule| rule["name"] == it.name));
        }
    }

    #[test]
    fn what_is_broken_is_read_from_the_rules() {
        let mut rules = Break::named("slow").unwrap().rules();
        rules.push(json!({ "kind": "hold", "name": "mine" }));
        rules.push(json!({ "kind": "hang" }));
        let broken = Broken::of(&json!({ "seed": 0, "rules": rules }));
        assert_eq!((broken.names, broken.others), (BTreeSet::from(["slow".to_owned()]), 2));
    }
}
