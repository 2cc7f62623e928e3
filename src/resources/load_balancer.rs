//! The network load balancer in front of the backend.

mod by_hand;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::{
    Client,
    types::{
        LoadBalancer as Description, LoadBalancerAttribute, LoadBalancerSchemeEnum,
        LoadBalancerStateEnum, LoadBalancerTypeEnum, Tag, TagDescription,
    },
};

use super::{
    endpoint_service,
    reference::reference,
    words::{found, protected, replaced, time, unless_any},
};
use crate::{
    aws::{
        Failure, call,
        operations::{ec2, elb as op},
    },
    destination::{Destination, Lazy},
    engine::{
        About, Billed, ByHand, Check, HARDENING, Id, LAB, LeftBehind, Presence, Purpose, Resource,
        Seen, Setting, Step, Subject,
    },
    error::{Code, Error, Result},
    lab::{
        ArnPattern, LAB_TAG, Names, Owner, Values,
        placeholders::{NLB_ARN, NLB_DNS, PUBLIC_SUBNET_ONE, PUBLIC_SUBNET_TWO, VPC_ID},
        prices::{Item, Price},
    },
};

/// Cross-zone load balancing: whether a zone's address may route to targets in another zone. Off by
/// default for network load balancers: with one task in one zone, every second connection would
/// find no target.
const CROSS_ZONE: (&str, &str) = ("load_balancing.cross_zone.enabled", "true");

/// AWS's code for a missing load balancer.
const GONE: &str = "LoadBalancerNotFound";

/// What is checked of it.
static CHECKS: [Check; 2] = [
    Check {
        id: "load-balancer",
        title: "The load balancer exists.",
        depends_on: &["core-stack"],
        why: "Tasks come and go with new addresses; the load balancer has one name for all of them.",
        hint: "`mysfits fargate deploy` creates it",
        ..LAB
    },
    Check {
        id: "load-balancer-zones",
        title: "Each zone may use the tasks of the other.",
        depends_on: &["load-balancer"],
        on: Subject::Setting(
            &op::DESCRIBE_LOAD_BALANCER_ATTRIBUTES,
            "load_balancing.cross_zone.enabled",
        ),
        why: "With one task in one zone, every second connection would find no target.",
        hint: "turn cross-zone load balancing on; `mysfits fargate deploy` does it",
        ..HARDENING
    },
];

/// The load balancer.
pub(super) struct LoadBalancer {
    about: About,
    elb: Lazy<Client>,
    ec2: Lazy<ec2::Client>,
    name: String,
    lab: String,
}

impl LoadBalancer {
    /// Creates the load balancer resource of a lab.
    pub(super) fn new(destination: &Destination, names: &Names) -> Self {
        let arn = ArnPattern::new(
            &names.lab,
            "elasticloadbalancing",
            "loadbalancer/net/{name}/*",
            &names.load_balancer,
        );
        Self {
            about: About {
                id: Id("load-balancer"),
                title: format!("network load balancer `{}`", names.load_balancer),
                why: "The load balancer is the backend's one public address, whichever task answers.",
                today: Some(
                    "one would give it a name of one's own and a certificate, so that the backend speaks HTTPS; for HTTP alone, an application load balancer.",
                ),
                produces: vec![NLB_ARN, NLB_DNS],
                needs: vec![VPC_ID, PUBLIC_SUBNET_ONE, PUBLIC_SUBNET_TWO],
                arn: Some(arn),
                operations: &[
                    &op::DESCRIBE_LOAD_BALANCERS,
                    &op::DESCRIBE_LOAD_BALANCER_ATTRIBUTES,
                    &op::DESCRIBE_TAGS,
                    &op::ADD_TAGS,
                    &op::CREATE_LOAD_BALANCER,
                    &op::MODIFY_LOAD_BALANCER_ATTRIBUTES,
                    &op::DELETE_LOAD_BALANCER,
                    &ec2::DESCRIBE_VPC_ENDPOINT_SERVICE_CONFIGURATIONS,
                ],
                // One address in each of two zones.
                prices: vec![
                    Price::of(1.0, Item::LoadBalancer),
                    Price::of(2.0, Item::PublicAddress),
                ],
                deadline: Duration::from_mins(20),
                checks: &CHECKS,
                ..About::default()
            },
            elb: destination.client(),
            ec2: destination.client(),
            name: names.load_balancer.clone(),
            lab: names.lab.name.clone(),
        }
    }

    async fn describe(&self) -> Result<Option<Description>> {
        let describe = self.elb.describe_load_balancers().names(&self.name);
        let answer = found(call(&op::DESCRIBE_LOAD_BALANCERS, describe.send()).await, &[GONE])?;
        Ok(answer.and_then(|it| it.load_balancers).and_then(|all| all.into_iter().next()))
    }

    /// Returns the setting of cross-zone load balancing; not set if the load balancer was deleted
    /// meanwhile.
    async fn cross_zone(&self, arn: &str) -> Result<Setting> {
        let describe = self.elb.describe_load_balancer_attributes().load_balancer_arn(arn);
        let answer = call(&op::DESCRIBE_LOAD_BALANCER_ATTRIBUTES, describe.send()).await;
        let answer = found(answer, &[GONE])?;
        let (key, expected) = CROSS_ZONE;
        let attributes = answer.and_then(|it| it.attributes).unwrap_or_default();
        let actual = attributes.iter().find(|it| it.key() == Some(key));
        Ok(Setting::maybe(key, expected, actual.and_then(LoadBalancerAttribute::value)))
    }

    fn lab_tag(&self) -> Tag {
        Tag::builder().key(LAB_TAG).value(&self.lab).build()
    }

    async fn create(&self, known: &Values, step: &Step<'_>) -> Result<()> {
        step.status("creating the load balancer");
        let create = self
            .elb
            .create_load_balancer()
            .name(&self.name)
            // The default is an application load balancer.
            .r#type(LoadBalancerTypeEnum::Network)
            .scheme(LoadBalancerSchemeEnum::InternetFacing)
            .subnets(known.need(PUBLIC_SUBNET_ONE)?)
            .subnets(known.need(PUBLIC_SUBNET_TWO)?)
            .tags(self.lab_tag());
        let created = call(&op::CREATE_LOAD_BALANCER, create.send()).await;
        created.map(|_| ()).map_err(not_created)
    }

    async fn update(&self, arn: &str, owner: &Owner, step: &Step<'_>) -> Result<()> {
        step.status("turning cross-zone load balancing on");
        let (key, value) = CROSS_ZONE;
        let on = LoadBalancerAttribute::builder().key(key).value(value).build();
        let modify =
            self.elb.modify_load_balancer_attributes().load_balancer_arn(arn).attributes(on);
        call(&op::MODIFY_LOAD_BALANCER_ATTRIBUTES, modify.send()).await?;
        if *owner != Owner::Ours {
            let tag = self.elb.add_tags().resource_arns(arn).tags(self.lab_tag());
            call(&op::ADD_TAGS, tag.send()).await?;
        }
        Ok(())
    }

    /// Deletes it with its listeners.
    async fn delete(&self, arn: &str, step: &Step<'_>) -> Result<()> {
        let deleted = step
            .settled(&op::DELETE_LOAD_BALANCER, || {
                self.elb.delete_load_balancer().load_balancer_arn(arn).send()
            })
            .await;
        match deleted {
            Err(failure) if failure.is("OperationNotPermitted") => {
                Err(protected(failure, &self.about.title, "EC2"))
            }
            Err(failure) if failure.is("ResourceInUse") => {
                Err(held(failure, &self.about.title, arn))
            }
            other => unless_any(other, &[GONE]),
        }
    }
}

#[async_trait]
impl Resource for LoadBalancer {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, known: &Values, _purpose: Purpose) -> Result<Seen> {
        let Some(balancer) = self.describe().await? else { return Ok(Seen::absent()) };
        let arn = balancer.load_balancer_arn().unwrap_or_default();
        let Some(owner) = owner_of(&self.elb, arn, &self.lab).await? else {
            return Ok(Seen::absent());
        };
        let mut settings = vec![Setting::tag(&self.lab, &owner)];
        // A load balancer cannot be moved to another VPC: one left over from an unfinished cleanup
        // is replaced.
        settings.extend(reference("VpcId", known, VPC_ID, balancer.vpc_id()));
        let presence = presence(&balancer, known);
        if presence == Presence::There {
            settings.push(self.cross_zone(arn).await?);
        }
        let values =
            Values::of([(NLB_ARN, arn), (NLB_DNS, balancer.dns_name().unwrap_or_default())]);
        let billed = Billed {
            now: billed(&balancer),
            wanted: self.about.prices.clone(),
            since: time(balancer.created_time()),
        };
        Ok(Seen { values, settings, billed: Some(billed), ..Seen::new(presence, owner) })
    }

    async fn exists(&self, arn: &str) -> Result<bool> {
        let describe = self.elb.describe_load_balancers().load_balancer_arns(arn);
        let answer = call(&op::DESCRIBE_LOAD_BALANCERS, describe.send()).await;
        Ok(found(answer, &[GONE])?.is_some_and(|it| !it.load_balancers().is_empty()))
    }

    async fn apply(&self, known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        let Some(balancer) = self.describe().await? else { return self.create(known, step).await };
        let arn = balancer.load_balancer_arn().unwrap_or_default();
        match &seen.presence {
            Presence::Broken { why } => {
                replaced(step, why);
                self.delete(arn, step).await
            }
            _ => self.update(arn, &seen.owner, step).await,
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

    /// What keeps the load balancer is there only as long as that is.
    async fn left_behind(&self, _known: &Values) -> Result<Vec<LeftBehind>> {
        let Some(balancer) = self.describe().await? else { return Ok(Vec::new()) };
        let arn = balancer.load_balancer_arn().unwrap_or_default();
        match owner_of(&self.elb, arn, &self.lab).await? {
            Some(Owner::Ours) => endpoint_service::of_balancer(&self.ec2, arn).await,
            _ => Ok(Vec::new()),
        }
    }
}

/// Returns the error for a load balancer that AWS refuses to create.
fn not_created(failure: Failure) -> Error {
    // AWS reviews new accounts manually, and those of some courses.
    let is_new_account = failure.message.contains("does not support creating load balancers");
    let error = Error::from(failure);
    if !is_new_account {
        return error;
    }
    error.hint(
        "AWS enables load balancers for a new account on request (Support Center, \
         \"Account and billing\", free of charge); until then, or in the account of a course, use \
         `--local` or `mysfits deploy part-2`",
    )
}

/// Returns the error for a load balancer that is still in use. A VPC link creates an endpoint
/// service for its load balancer, without a tag. That has been seen to outlive its link, or belongs
/// to a link that somebody created by hand.
fn held(failure: Failure, title: &str, arn: &str) -> Error {
    let message = format!("{title} is still used by a VPC endpoint service");
    failure.into_error(Code::Held, message).hint(format!(
        "`aws ec2 describe-vpc-endpoint-service-configurations` shows the one with {arn}: reject its \
         connections with `aws ec2 reject-vpc-endpoint-connections --service-id ID --vpc-endpoint-ids \
         …`, delete it with `aws ec2 delete-vpc-endpoint-service-configurations --service-ids ID`, and \
         run the same command again; until then the load balancer costs money"
    ))
}

/// Returns the meaning of a load balancer's state.
fn presence(balancer: &Description, known: &Values) -> Presence {
    let state = balancer.state();
    match state.and_then(|state| state.code()) {
        Some(LoadBalancerStateEnum::Active | LoadBalancerStateEnum::ActiveImpaired) => {
            if known.differs(VPC_ID, balancer.vpc_id()) {
                let why = "it is in a VPC other than the lab's".to_owned();
                return Presence::Broken { why };
            }
            Presence::There
        }
        Some(LoadBalancerStateEnum::Failed) => {
            let reason = state.and_then(|state| state.reason()).unwrap_or("no reason given");
            Presence::Broken { why: format!("it failed: {reason}") }
        }
        code => {
            let status = code.map_or("of unknown state", |code| code.as_str());
            Presence::Settling { status: status.to_owned() }
        }
    }
}

/// Returns the owner of a load balancer or target group; `None` if it was deleted meanwhile.
pub(super) async fn owner_of(elb: &Client, arn: &str, lab: &str) -> Result<Option<Owner>> {
    let describe = elb.describe_tags().resource_arns(arn);
    let answer = call(&op::DESCRIBE_TAGS, describe.send()).await;
    let Some(answer) = found(answer, &[GONE, "TargetGroupNotFound"])? else { return Ok(None) };
    let mut tags = answer.tag_descriptions().iter().flat_map(TagDescription::tags);
    let tag = tags.find(|tag| tag.key() == Some(LAB_TAG));
    Ok(Some(Owner::of(tag.and_then(Tag::value), lab)))
}

/// Returns what is billed for a load balancer: itself and, if it is internet-facing, one address in
/// each of its zones.
fn billed(balancer: &Description) -> Vec<Price> {
    let is_public = balancer.scheme() == Some(&LoadBalancerSchemeEnum::InternetFacing);
    let zones = if is_public { balancer.availability_zones().len() } else { 0 };
    let addresses = (0..zones).map(|_| Price::of(1.0, Item::PublicAddress));
    std::iter::once(Price::of(1.0, Item::LoadBalancer)).chain(addresses).collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_elasticloadbalancingv2::types::LoadBalancerState;

    use super::*;

    fn seen(code: LoadBalancerStateEnum, known: &Values) -> Presence {
        let state = LoadBalancerState::builder().code(code).reason("no address").build();
        presence(&Description::builder().vpc_id("vpc-1").state(state).build(), known)
    }

    #[test]
    fn one_in_another_vpc_is_broken_and_one_that_cannot_be_compared_is_not() {
        let of = |vpc| Values::of([(VPC_ID, vpc)]);
        assert_eq!(seen(LoadBalancerStateEnum::Active, &of("vpc-1")), Presence::There);
        let moved = seen(LoadBalancerStateEnum::ActiveImpaired, &of("vpc-2"));
        assert!(matches!(moved, Presence::Broken { why } if why.contains("a VPC other than")));
        assert_eq!(seen(LoadBalancerStateEnum::Active, &Values::default()), Presence::There);
    }

    #[test]
    fn its_state_is_told_in_the_words_of_aws() {
        let none = Values::default();
        let failed = Presence::Broken { why: "it failed: no address".to_owned() };
        assert_eq!(seen(LoadBalancerStateEnum::Failed, &none), failed);
        let settling = Presence::Settling { status: "provisioning".to_owned() };
        assert_eq!(seen(LoadBalancerStateEnum::Provisioning, &none), settling);
    }
}
