//! The network load balancer in front of the backend.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::{
    Client,
    types::{
        LoadBalancer as Description, LoadBalancerAttribute, LoadBalancerSchemeEnum,
        LoadBalancerStateEnum, LoadBalancerTypeEnum, Tag, TagDescription,
    },
};

use crate::{
    aws::{call, settled},
    engine::{About, Id, Resource, Seen, Step, Values},
    error::{Code, Error, Result},
    lab::{
        LAB_TAG, Names,
        placeholders::{NLB_ARN, NLB_DNS, PUBLIC_SUBNET_ONE, PUBLIC_SUBNET_TWO, VPC_ID},
        prices,
    },
    resources::ownership,
    target::Target,
};

/// Whether a zone's address may send to targets in another zone. Off by default for network load
/// balancers: with one task in one zone, every second connection would find no target.
const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";

/// The load balancer.
pub(super) struct LoadBalancer {
    about: About,
    elb: Client,
    name: String,
    lab: String,
    adopt: bool,
}

impl LoadBalancer {
    pub(super) fn new(target: &Target, names: &Names, adopt: bool) -> Self {
        Self {
            about: About {
                id: Id("load-balancer"),
                title: format!("network load balancer `{}`", names.load_balancer),
                why: "The load balancer is the backend's one public address, whichever task answers.",
                produces: vec![NLB_ARN, NLB_DNS],
                consumes: vec![VPC_ID, PUBLIC_SUBNET_ONE, PUBLIC_SUBNET_TWO],
                ours: ownership::by_tag(&names.lab),
                dollars_per_hour: prices::LOAD_BALANCER,
                deadline: Duration::from_mins(20),
                ..About::default()
            },
            elb: target.elb(),
            name: names.load_balancer.clone(),
            lab: names.lab.clone(),
            adopt,
        }
    }

    async fn describe(&self) -> Result<Option<Description>> {
        let describe = self.elb.describe_load_balancers().names(&self.name);
        match call("elb DescribeLoadBalancers", describe.send()).await {
            Ok(answer) => Ok(answer.load_balancers.and_then(|all| all.into_iter().next())),
            Err(failure) if failure.is("LoadBalancerNotFound") => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    async fn cross_zone(&self, arn: &str) -> Result<bool> {
        let describe = self.elb.describe_load_balancer_attributes().load_balancer_arn(arn);
        let answer = call("elb DescribeLoadBalancerAttributes", describe.send()).await?;
        let is_on =
            |it: &LoadBalancerAttribute| it.key() == Some(CROSS_ZONE) && it.value() == Some("true");
        Ok(answer.attributes().iter().any(is_on))
    }

    async fn create(&self, known: &Values, step: &Step<'_>) -> Result<()> {
        step.status("creating the load balancer");
        let tag = Tag::builder().key(LAB_TAG).value(&self.lab).build();
        let create = self
            .elb
            .create_load_balancer()
            .name(&self.name)
            // The default is an application load balancer.
            .r#type(LoadBalancerTypeEnum::Network)
            .scheme(LoadBalancerSchemeEnum::InternetFacing)
            .set_subnets(Some(subnets(known)))
            .tags(tag);
        call("elb CreateLoadBalancer", create.send()).await?;
        Ok(())
    }

    async fn mend(&self, arn: &str, step: &Step<'_>) -> Result<()> {
        step.status("letting every zone reach every task");
        let on = LoadBalancerAttribute::builder().key(CROSS_ZONE).value("true").build();
        let modify =
            self.elb.modify_load_balancer_attributes().load_balancer_arn(arn).attributes(on);
        call("elb ModifyLoadBalancerAttributes", modify.send()).await?;
        let tag = Tag::builder().key(LAB_TAG).value(&self.lab).build();
        let tag = self.elb.add_tags().resource_arns(arn).tags(tag);
        call("elb AddTags", tag.send()).await?;
        Ok(())
    }
}

#[async_trait]
impl Resource for LoadBalancer {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, known: &Values) -> Result<Seen> {
        let Some(balancer) = self.describe().await? else { return Ok(Seen::Absent) };
        let arn = balancer.load_balancer_arn().unwrap_or_default();
        let tag = tag(&self.elb, arn).await?;
        let mut differences = match ownership::differences(tag.as_deref(), &self.lab, self.adopt) {
            Ok(differences) => differences,
            Err(foreign) => return Ok(foreign),
        };
        match balancer.state().and_then(|state| state.code()) {
            Some(LoadBalancerStateEnum::Active | LoadBalancerStateEnum::ActiveImpaired) => {}
            Some(LoadBalancerStateEnum::Failed) => {
                let why =
                    balancer.state().and_then(|state| state.reason()).unwrap_or("no reason given");
                return Ok(Seen::Broken { why: format!("it is failed: {why}") });
            }
            state => {
                let status = state.map_or("of unknown state", |state| state.as_str());
                return Ok(Seen::Settling { status: status.to_owned() });
            }
        }
        // A load balancer cannot move to another network: one that a half-finished cleanup left is
        // made anew.
        if balancer.vpc_id() != known.get(VPC_ID) {
            return Ok(Seen::Broken { why: "it is in another network than the lab's".to_owned() });
        }
        let values =
            Values::of([(NLB_ARN, arn), (NLB_DNS, balancer.dns_name().unwrap_or_default())]);
        if !self.cross_zone(arn).await? {
            differences.push("its zones do not reach each other's tasks".to_owned());
        }
        Ok(Seen::with(values, differences))
    }

    async fn apply(&self, known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        let Some(balancer) = self.describe().await? else { return self.create(known, step).await };
        let arn = balancer.load_balancer_arn().unwrap_or_default();
        match seen {
            Seen::Broken { why } => {
                step.note(format!("{why}; it is deleted and made again"));
                self.delete(arn, step).await
            }
            _ => self.mend(arn, step).await,
        }
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the load balancer");
        match self.describe().await? {
            Some(balancer) => {
                self.delete(balancer.load_balancer_arn().unwrap_or_default(), step).await
            }
            None => Ok(()),
        }
    }
}

impl LoadBalancer {
    /// Its listeners go with it.
    async fn delete(&self, arn: &str, step: &Step<'_>) -> Result<()> {
        let deleted = settled(step, "elb DeleteLoadBalancer", || {
            self.elb.delete_load_balancer().load_balancer_arn(arn).send()
        })
        .await;
        match deleted {
            Err(failure) if failure.is("OperationNotPermitted") => {
                let message =
                    format!("the load balancer `{}` is protected against deletion", self.name);
                Err(failure.into_error(Code::Refused, message).hint(
                    "somebody protected it on purpose; turn the protection off in the EC2 console first",
                ))
            }
            Err(failure) if failure.is("LoadBalancerNotFound") => Ok(()),
            other => Ok(other.map(|_| ())?),
        }
    }
}

fn subnets(known: &Values) -> Vec<String> {
    let names = [PUBLIC_SUBNET_ONE, PUBLIC_SUBNET_TWO];
    names.into_iter().filter_map(|name| known.get(name)).map(str::to_owned).collect()
}

/// The value of the lab's tag on a load balancer, target group or listener.
pub(super) async fn tag(elb: &Client, arn: &str) -> Result<Option<String>, Error> {
    let describe = elb.describe_tags().resource_arns(arn);
    let answer = match call("elb DescribeTags", describe.send()).await {
        Err(failure) if failure.is_any(&["LoadBalancerNotFound", "TargetGroupNotFound"]) => {
            return Ok(None);
        }
        other => other?,
    };
    let mut tags = answer.tag_descriptions().iter().flat_map(TagDescription::tags);
    let tag = tags.find(|tag| tag.key() == Some(LAB_TAG));
    Ok(tag.and_then(Tag::value).map(str::to_owned))
}
