//! The target group: the tasks to which the load balancer may route.

mod by_hand;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::{
    Client,
    types::{ProtocolEnum, Tag, TargetGroup as Description, TargetGroupAttribute, TargetTypeEnum},
};

use super::{
    load_balancer::owner_of,
    reference::reference,
    words::{found, replaced, unless_any},
};
use crate::{
    aws::{call, operations::elb as op},
    destination::{Destination, Lazy},
    engine::{
        About, ByHand, Check, HARDENING, Id, LAB, Presence, Purpose, Resource, Seen, Setting, Step,
        Subject,
    },
    error::Result,
    lab::{
        ArnPattern, LAB_TAG, Names, Owner, Values,
        placeholders::{NLB_TARGET_GROUP_ARN, VPC_ID},
    },
};

/// The port on which the backend listens in its task.
const PORT: i32 = 8080;
/// The path of a health check.
const PATH: &str = "/";
/// Seconds between two health checks, and how many must agree.
const INTERVAL: i32 = 10;
const COUNT: i32 = 3;
/// The deregistration delay: how long a deregistered task may finish its connections. The default
/// of 300 seconds is what makes deleting a service slow.
const DELAY: (&str, &str) = ("deregistration_delay.timeout_seconds", "10");

/// AWS's code for a missing target group.
const GONE: &str = "TargetGroupNotFound";

/// What is checked of it.
static CHECKS: [Check; 5] = [
    Check {
        id: "target-group",
        title: "The target group exists.",
        depends_on: &["core-stack"],
        why: "It holds the addresses of the tasks, and knows which of them are healthy.",
        hint: "`mysfits fargate deploy` creates it",
        ..LAB
    },
    Check {
        id: "target-group-health",
        title: "Tasks are asked for / over HTTP.",
        depends_on: &["target-group"],
        on: Subject::Setting(&op::DESCRIBE_TARGET_GROUPS, "HealthCheckProtocol"),
        why: "A TCP health check passes as soon as a port is open; one over HTTP asks whether the backend works.",
        hint: "set the health check to HTTP; `mysfits fargate deploy` does it",
        ..LAB
    },
    Check {
        id: "target-group-interval",
        title: "Tasks are asked every 10 seconds.",
        depends_on: &["target-group"],
        on: Subject::Setting(&op::DESCRIBE_TARGET_GROUPS, "HealthCheckIntervalSeconds"),
        why: "A task is healthy after three answers: with the default of 30 seconds that takes a minute and a half.",
        hint: "set the interval to 10 seconds; `mysfits fargate deploy` does it",
        ..LAB
    },
    Check {
        id: "target-group-healthy",
        title: "A task is healthy after three answers.",
        depends_on: &["target-group"],
        on: Subject::Setting(&op::DESCRIBE_TARGET_GROUPS, "HealthyThresholdCount"),
        why: "One lucky answer should not bring visitors to a task that is still starting.",
        hint: "set the threshold to 3; `mysfits fargate deploy` does it",
        ..LAB
    },
    Check {
        id: "target-group-delay",
        title: "A task that ends is left alone soon.",
        depends_on: &["target-group"],
        on: Subject::Setting(
            &op::DESCRIBE_TARGET_GROUP_ATTRIBUTES,
            "deregistration_delay.timeout_seconds",
        ),
        why: "The default waits five minutes for connections that a small API closes in a second: every update takes that long.",
        hint: "set the deregistration delay; `mysfits fargate deploy` does it",
        ..HARDENING
    },
];

/// The target group.
pub(super) struct TargetGroup {
    about: About,
    elb: Lazy<Client>,
    name: String,
    lab: String,
}

impl TargetGroup {
    /// Creates the target group resource of a lab.
    pub(super) fn new(destination: &Destination, names: &Names) -> Self {
        let arn = ArnPattern::new(
            &names.lab,
            "elasticloadbalancing",
            "targetgroup/{name}/*",
            &names.target_group,
        );
        Self {
            about: About {
                id: Id("target-group"),
                title: format!("target group `{}`", names.target_group),
                why: "The target group knows which tasks are healthy and may get requests.",
                produces: vec![NLB_TARGET_GROUP_ARN],
                needs: vec![VPC_ID],
                arn: Some(arn),
                operations: &[
                    &op::DESCRIBE_TARGET_GROUPS,
                    &op::DESCRIBE_TARGET_GROUP_ATTRIBUTES,
                    &op::DESCRIBE_TAGS,
                    &op::ADD_TAGS,
                    &op::CREATE_TARGET_GROUP,
                    &op::MODIFY_TARGET_GROUP,
                    &op::MODIFY_TARGET_GROUP_ATTRIBUTES,
                    &op::DELETE_TARGET_GROUP,
                ],
                deadline: Duration::from_mins(5),
                checks: &CHECKS,
                ..About::default()
            },
            elb: destination.client(),
            name: names.target_group.clone(),
            lab: names.lab.name.clone(),
        }
    }

    async fn describe(&self) -> Result<Option<Description>> {
        let describe = self.elb.describe_target_groups().names(&self.name);
        let answer = found(call(&op::DESCRIBE_TARGET_GROUPS, describe.send()).await, &[GONE])?;
        Ok(answer.and_then(|it| it.target_groups).and_then(|all| all.into_iter().next()))
    }

    /// Returns the setting of the deregistration delay; not set if the group was deleted meanwhile.
    async fn delay(&self, arn: &str) -> Result<Setting> {
        let describe = self.elb.describe_target_group_attributes().target_group_arn(arn);
        let answer = call(&op::DESCRIBE_TARGET_GROUP_ATTRIBUTES, describe.send()).await;
        let answer = found(answer, &[GONE])?;
        let (key, expected) = DELAY;
        let attributes = answer.and_then(|it| it.attributes).unwrap_or_default();
        let actual = attributes.iter().find(|it| it.key() == Some(key));
        Ok(Setting::maybe(key, expected, actual.and_then(TargetGroupAttribute::value)))
    }

    fn lab_tag(&self) -> Tag {
        Tag::builder().key(LAB_TAG).value(&self.lab).build()
    }

    async fn create(&self, known: &Values, step: &Step<'_>) -> Result<()> {
        step.status("creating the target group");
        let create = self
            .elb
            .create_target_group()
            .name(&self.name)
            .protocol(ProtocolEnum::Tcp)
            .port(PORT)
            .vpc_id(known.need(VPC_ID)?)
            // Fargate tasks have addresses of their own, no instances.
            .target_type(TargetTypeEnum::Ip)
            .health_check_protocol(ProtocolEnum::Http)
            .health_check_path(PATH)
            .health_check_interval_seconds(INTERVAL)
            .healthy_threshold_count(COUNT)
            .unhealthy_threshold_count(COUNT)
            .tags(self.lab_tag());
        call(&op::CREATE_TARGET_GROUP, create.send()).await?;
        Ok(())
    }

    async fn update(&self, arn: &str, owner: &Owner, step: &Step<'_>) -> Result<()> {
        step.status("updating the target group");
        let (key, value) = DELAY;
        let delay = TargetGroupAttribute::builder().key(key).value(value).build();
        let modify =
            self.elb.modify_target_group_attributes().target_group_arn(arn).attributes(delay);
        call(&op::MODIFY_TARGET_GROUP_ATTRIBUTES, modify.send()).await?;
        let check = self
            .elb
            .modify_target_group()
            .target_group_arn(arn)
            .health_check_protocol(ProtocolEnum::Http)
            .health_check_path(PATH)
            .health_check_interval_seconds(INTERVAL)
            .healthy_threshold_count(COUNT)
            .unhealthy_threshold_count(COUNT);
        call(&op::MODIFY_TARGET_GROUP, check.send()).await?;
        if *owner != Owner::Ours {
            let tag = self.elb.add_tags().resource_arns(arn).tags(self.lab_tag());
            call(&op::ADD_TAGS, tag.send()).await?;
        }
        Ok(())
    }

    async fn delete(&self, arn: &str, step: &Step<'_>) -> Result<()> {
        let deleted = step
            .settled(&op::DELETE_TARGET_GROUP, || {
                self.elb.delete_target_group().target_group_arn(arn).send()
            })
            .await;
        unless_any(deleted, &[GONE])
    }
}

#[async_trait]
impl Resource for TargetGroup {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, known: &Values, _purpose: Purpose) -> Result<Seen> {
        let Some(group) = self.describe().await? else { return Ok(Seen::absent()) };
        let arn = group.target_group_arn().unwrap_or_default();
        let Some(owner) = owner_of(&self.elb, arn, &self.lab).await? else {
            return Ok(Seen::absent());
        };
        let mut settings = vec![Setting::tag(&self.lab, &owner)];
        settings.extend(reference("VpcId", known, VPC_ID, group.vpc_id()));
        settings.extend(targets(&group));
        settings.extend(health_check(&group));
        let presence = match why_broken(&group, known) {
            Some(why) => Presence::Broken { why: why.to_owned() },
            None => Presence::There,
        };
        if presence == Presence::There {
            settings.push(self.delay(arn).await?);
        }
        let values = Values::of([(NLB_TARGET_GROUP_ARN, arn)]);
        Ok(Seen { values, settings, ..Seen::new(presence, owner) })
    }

    async fn exists(&self, arn: &str) -> Result<bool> {
        let describe = self.elb.describe_target_groups().target_group_arns(arn);
        let answer = call(&op::DESCRIBE_TARGET_GROUPS, describe.send()).await;
        Ok(found(answer, &[GONE])?.is_some_and(|it| !it.target_groups().is_empty()))
    }

    async fn apply(&self, known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        let Some(group) = self.describe().await? else { return self.create(known, step).await };
        let arn = group.target_group_arn().unwrap_or_default();
        match &seen.presence {
            Presence::Broken { why } => {
                replaced(step, why);
                self.delete(arn, step).await
            }
            _ => self.update(arn, &seen.owner, step).await,
        }
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the target group");
        match self.describe().await? {
            Some(group) => self.delete(group.target_group_arn().unwrap_or_default(), step).await,
            None => Ok(()),
        }
    }
}

/// Returns why a group cannot be changed into the lab's; `None` if it can.
fn why_broken(group: &Description, known: &Values) -> Option<&'static str> {
    if known.differs(VPC_ID, group.vpc_id()) {
        // The usual leftover of an unfinished cleanup: a group in a deleted VPC.
        return Some("it belongs to a VPC other than the lab's");
    }
    let wrong_targets = targets(group).iter().any(Setting::differs);
    wrong_targets.then_some("its target type does not fit the lab's tasks")
}

/// Returns the settings of the type of its targets. They cannot be changed.
fn targets(group: &Description) -> [Setting; 2] {
    [
        Setting::maybe("Port", PORT, group.port()),
        Setting::maybe("TargetType", TargetTypeEnum::Ip, group.target_type()),
    ]
}

/// Returns the settings of the health check.
fn health_check(group: &Description) -> [Setting; 5] {
    let count = |name, actual| Setting::maybe(name, COUNT, actual);
    let interval = group.health_check_interval_seconds();
    [
        Setting::maybe("HealthCheckProtocol", ProtocolEnum::Http, group.health_check_protocol()),
        Setting::maybe("HealthCheckPath", PATH, group.health_check_path()),
        Setting::maybe("HealthCheckIntervalSeconds", INTERVAL, interval),
        count("HealthyThresholdCount", group.healthy_threshold_count()),
        count("UnhealthyThresholdCount", group.unhealthy_threshold_count()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group() -> Description {
        Description::builder()
            .vpc_id("vpc-1")
            .port(PORT)
            .target_type(TargetTypeEnum::Ip)
            .health_check_protocol(ProtocolEnum::Http)
            .health_check_path("/")
            .health_check_interval_seconds(INTERVAL)
            .healthy_threshold_count(COUNT)
            .unhealthy_threshold_count(COUNT)
            .build()
    }

    #[test]
    fn a_group_of_another_vpc_or_for_other_targets_is_broken() {
        let known = Values::of([(VPC_ID, "vpc-1")]);
        assert_eq!(why_broken(&group(), &known), None);
        assert_eq!(why_broken(&group(), &Values::default()), None);
        let moved = why_broken(&group(), &Values::of([(VPC_ID, "vpc-2")]));
        assert!(moved.is_some_and(|why| why.contains("a VPC other than")));
        let mut instances = group();
        instances.target_type = Some(TargetTypeEnum::Instance);
        assert!(why_broken(&instances, &known).is_some_and(|why| why.contains("its target type")));
    }

    #[test]
    fn a_health_check_that_differs_is_told_by_its_settings() {
        assert!(!health_check(&group()).iter().any(Setting::differs));
        let mut slow = group();
        slow.health_check_interval_seconds = Some(30);
        slow.health_check_path = None;
        let differs: Vec<_> = health_check(&slow)
            .into_iter()
            .filter(Setting::differs)
            .map(|it| it.in_words())
            .collect();
        assert_eq!(
            differs,
            [
                "HealthCheckPath is not set, expected /",
                "HealthCheckIntervalSeconds is 30, expected 10"
            ]
        );
    }
}
