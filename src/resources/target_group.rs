//! The target group: the tasks that the load balancer may send to.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::{
    Client,
    types::{ProtocolEnum, Tag, TargetGroup as Description, TargetGroupAttribute, TargetTypeEnum},
};

use super::load_balancer::tag;
use crate::{
    aws::{call, settled},
    engine::{About, Id, Resource, Seen, Step, Values},
    error::Result,
    lab::{
        LAB_TAG, Names,
        placeholders::{NLB_TARGET_GROUP_ARN, VPC_ID},
    },
    resources::ownership,
    target::Target,
};

/// The port on which the backend listens in its task.
const PORT: i32 = 8080;
/// Seconds between two health checks, and how many must agree.
const INTERVAL: i32 = 10;
const COUNT: i32 = 3;
/// How long a task that is taken out may finish its connections. The default of 300 seconds is what
/// makes deleting a service slow.
const DELAY: (&str, &str) = ("deregistration_delay.timeout_seconds", "10");

/// The target group.
pub(super) struct TargetGroup {
    about: About,
    elb: Client,
    name: String,
    lab: String,
    adopt: bool,
}

impl TargetGroup {
    pub(super) fn new(target: &Target, names: &Names, adopt: bool) -> Self {
        Self {
            about: About {
                id: Id("target-group"),
                title: format!("target group `{}`", names.target_group),
                why: "The target group knows which tasks are healthy and may get requests.",
                produces: vec![NLB_TARGET_GROUP_ARN],
                consumes: vec![VPC_ID],
                ours: ownership::by_tag(&names.lab),
                deadline: Duration::from_mins(5),
                ..About::default()
            },
            elb: target.elb(),
            name: names.target_group.clone(),
            lab: names.lab.clone(),
            adopt,
        }
    }

    async fn describe(&self) -> Result<Option<Description>> {
        let describe = self.elb.describe_target_groups().names(&self.name);
        match call("elb DescribeTargetGroups", describe.send()).await {
            Ok(answer) => Ok(answer.target_groups.and_then(|all| all.into_iter().next())),
            Err(failure) if failure.is("TargetGroupNotFound") => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    async fn delay_is_short(&self, arn: &str) -> Result<bool> {
        let describe = self.elb.describe_target_group_attributes().target_group_arn(arn);
        let answer = call("elb DescribeTargetGroupAttributes", describe.send()).await?;
        let (key, value) = DELAY;
        let is_so = |it: &TargetGroupAttribute| it.key() == Some(key) && it.value() == Some(value);
        Ok(answer.attributes().iter().any(is_so))
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
            .set_vpc_id(known.get(VPC_ID).map(str::to_owned))
            // Fargate tasks have addresses of their own, no instances.
            .target_type(TargetTypeEnum::Ip)
            .health_check_protocol(ProtocolEnum::Http)
            .health_check_path("/")
            .health_check_interval_seconds(INTERVAL)
            .healthy_threshold_count(COUNT)
            .unhealthy_threshold_count(COUNT)
            .tags(self.lab_tag());
        call("elb CreateTargetGroup", create.send()).await?;
        Ok(())
    }

    async fn mend(&self, arn: &str, step: &Step<'_>) -> Result<()> {
        step.status("setting the target group up");
        let (key, value) = DELAY;
        let delay = TargetGroupAttribute::builder().key(key).value(value).build();
        let modify =
            self.elb.modify_target_group_attributes().target_group_arn(arn).attributes(delay);
        call("elb ModifyTargetGroupAttributes", modify.send()).await?;
        let check = self
            .elb
            .modify_target_group()
            .target_group_arn(arn)
            .health_check_protocol(ProtocolEnum::Http)
            .health_check_path("/")
            .health_check_interval_seconds(INTERVAL)
            .healthy_threshold_count(COUNT)
            .unhealthy_threshold_count(COUNT);
        call("elb ModifyTargetGroup", check.send()).await?;
        let tag = self.elb.add_tags().resource_arns(arn).tags(self.lab_tag());
        call("elb AddTags", tag.send()).await?;
        Ok(())
    }

    async fn delete(&self, arn: &str, step: &Step<'_>) -> Result<()> {
        settled(step, "elb DeleteTargetGroup", || {
            self.elb.delete_target_group().target_group_arn(arn).send()
        })
        .await?;
        Ok(())
    }
}

#[async_trait]
impl Resource for TargetGroup {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, known: &Values) -> Result<Seen> {
        let Some(group) = self.describe().await? else { return Ok(Seen::Absent) };
        let arn = group.target_group_arn().unwrap_or_default();
        let tag = tag(&self.elb, arn).await?;
        let mut differences = match ownership::differences(tag.as_deref(), &self.lab, self.adopt) {
            Ok(differences) => differences,
            Err(foreign) => return Ok(foreign),
        };
        // The usual remains of a half-finished cleanup: a group of a network that is gone.
        if group.vpc_id() != known.get(VPC_ID) {
            return Ok(Seen::Broken {
                why: "it belongs to another network than the lab's".to_owned(),
            });
        }
        if group.port() != Some(PORT) || group.target_type() != Some(&TargetTypeEnum::Ip) {
            return Ok(Seen::Broken {
                why: "it is for other targets than the lab's tasks".to_owned(),
            });
        }
        if !checks_as_wanted(&group) {
            differences.push("its health check is not the lab's".to_owned());
        }
        if !self.delay_is_short(arn).await? {
            differences.push("it keeps tasks that are taken out for too long".to_owned());
        }
        let values = Values::of([(NLB_TARGET_GROUP_ARN, arn)]);
        Ok(Seen::with(values, differences))
    }

    async fn apply(&self, known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        let Some(group) = self.describe().await? else { return self.create(known, step).await };
        let arn = group.target_group_arn().unwrap_or_default();
        match seen {
            Seen::Broken { why } => {
                step.note(format!("{why}; it is deleted and made again"));
                self.delete(arn, step).await
            }
            _ => self.mend(arn, step).await,
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

fn checks_as_wanted(group: &Description) -> bool {
    group.health_check_protocol() == Some(&ProtocolEnum::Http)
        && group.health_check_path() == Some("/")
        && group.health_check_interval_seconds() == Some(INTERVAL)
        && group.healthy_threshold_count() == Some(COUNT)
        && group.unhealthy_threshold_count() == Some(COUNT)
}
