//! The listener: port 80 of the load balancer forwards to the target group.

mod by_hand;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::{
    Client,
    types::{Action, ActionTypeEnum, Listener as Description, ProtocolEnum, Tag},
};

use super::{
    reference::reference,
    words::{found, unless_any},
};
use crate::{
    aws::{call, operations::elb as op},
    destination::{Destination, Lazy},
    engine::{About, ByHand, Check, Id, LAB, Purpose, Resource, Seen, Setting, Step, Subject},
    error::Result,
    lab::{
        ArnPattern, LAB_TAG, Names, Values,
        placeholders::{NLB_ARN, NLB_TARGET_GROUP_ARN},
    },
};

/// The port of the load balancer.
const PORT: i32 = 80;
/// AWS's code for a missing listener.
const GONE: &str = "ListenerNotFound";

/// What is checked of it.
static CHECKS: [Check; 2] = [
    Check {
        id: "listener",
        title: "The load balancer listens on port 80.",
        depends_on: &["load-balancer"],
        why: "Without a listener a load balancer takes no connection.",
        hint: "`mysfits fargate deploy` creates it",
        ..LAB
    },
    Check {
        id: "listener-forwards",
        title: "It hands connections to the target group.",
        depends_on: &["listener", "target-group"],
        on: Subject::Setting(&op::DESCRIBE_LISTENERS, "DefaultActions.TargetGroupArn"),
        why: "The default action says where connections go.",
        hint: "let the listener forward to the target group; `mysfits fargate deploy` does it",
        ..LAB
    },
];

/// The listener.
pub(super) struct Listener {
    about: About,
    elb: Lazy<Client>,
    lab: String,
}

impl Listener {
    /// Creates the listener resource of a lab's load balancer.
    pub(super) fn new(destination: &Destination, names: &Names) -> Self {
        let arn = ArnPattern::new(
            &names.lab,
            "elasticloadbalancing",
            "listener/net/{name}/*/*",
            &names.load_balancer,
        );
        Self {
            about: About {
                id: Id("listener"),
                title: format!("listener on port {PORT} of the load balancer"),
                why: "The listener takes connections and hands them to a healthy task.",
                needs: vec![NLB_ARN, NLB_TARGET_GROUP_ARN],
                parent: Some(Id("load-balancer")),
                // It would be deleted with its load balancer, but until then it blocks the target
                // group, and a VPC link may block the load balancer for minutes.
                goes_with_parent: false,
                arn: Some(arn),
                operations: &[
                    &op::DESCRIBE_LISTENERS,
                    &op::CREATE_LISTENER,
                    &op::MODIFY_LISTENER,
                    &op::DELETE_LISTENER,
                ],
                deadline: Duration::from_mins(2),
                checks: &CHECKS,
                ..About::default()
            },
            elb: destination.client(),
            lab: names.lab.name.clone(),
        }
    }

    async fn describe(&self, balancer: &str) -> Result<Option<Description>> {
        let describe = self.elb.describe_listeners().load_balancer_arn(balancer);
        let answer = call(&op::DESCRIBE_LISTENERS, describe.send()).await;
        let answer = found(answer, &["LoadBalancerNotFound", GONE])?;
        let mut listeners = answer.and_then(|it| it.listeners).into_iter().flatten();
        Ok(listeners.find(|listener| listener.port() == Some(PORT)))
    }
}

#[async_trait]
impl Resource for Listener {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, known: &Values, _purpose: Purpose) -> Result<Seen> {
        let (balancer, owner) = match Seen::through(known, NLB_ARN) {
            Ok(found) => found,
            Err(seen) => return Ok(*seen),
        };
        let Some(listener) = self.describe(balancer).await? else { return Ok(Seen::absent()) };
        Ok(Seen::there(owner, Values::default(), settings(&listener, known)))
    }

    /// Listeners are deleted with their load balancer.
    async fn exists(&self, _arn: &str) -> Result<bool> {
        Ok(false)
    }

    async fn apply(&self, known: &Values, _seen: &Seen, step: &Step) -> Result<()> {
        let balancer = known.need(NLB_ARN)?;
        let forward = Action::builder()
            .r#type(ActionTypeEnum::Forward)
            .target_group_arn(known.need(NLB_TARGET_GROUP_ARN)?)
            .build();
        if let Some(listener) = self.describe(balancer).await? {
            step.status("pointing the listener to the target group");
            let modify = self
                .elb
                .modify_listener()
                .set_listener_arn(listener.listener_arn)
                .protocol(ProtocolEnum::Tcp)
                .default_actions(forward);
            call(&op::MODIFY_LISTENER, modify.send()).await?;
            return Ok(());
        }
        step.status("creating the listener");
        let tag = Tag::builder().key(LAB_TAG).value(&self.lab).build();
        let create = self
            .elb
            .create_listener()
            .load_balancer_arn(balancer)
            .protocol(ProtocolEnum::Tcp)
            .port(PORT)
            .default_actions(forward)
            .tags(tag);
        unless_any(call(&op::CREATE_LISTENER, create.send()).await, &["DuplicateListener"])
    }

    async fn remove(&self, known: &Values, step: &Step) -> Result<()> {
        let Some(listener) = self.describe(known.need(NLB_ARN)?).await? else { return Ok(()) };
        step.status("deleting the listener");
        let delete = self.elb.delete_listener().set_listener_arn(listener.listener_arn);
        unless_any(call(&op::DELETE_LISTENER, delete.send()).await, &[GONE])
    }
}

/// Returns the settings of a listener.
fn settings(listener: &Description, known: &Values) -> Vec<Setting> {
    let protocol = Setting::maybe("Protocol", ProtocolEnum::Tcp, listener.protocol());
    let group = listener.default_actions().iter().find_map(Action::target_group_arn);
    let forwards = reference("DefaultActions.TargetGroupArn", known, NLB_TARGET_GROUP_ARN, group);
    [protocol].into_iter().chain(forwards).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_that_forwards_elsewhere_differs() {
        let forward = Action::builder().r#type(ActionTypeEnum::Forward).target_group_arn("old");
        let listener = Description::builder()
            .protocol(ProtocolEnum::Tcp)
            .default_actions(forward.build())
            .build();
        let differs = |known: &Values| {
            let settings = settings(&listener, known);
            settings.iter().filter(|it| it.differs()).map(Setting::in_words).collect::<Vec<_>>()
        };
        assert_eq!(
            differs(&Values::of([(NLB_TARGET_GROUP_ARN, "new")])),
            ["DefaultActions.TargetGroupArn is old, expected new"]
        );
        assert!(differs(&Values::of([(NLB_TARGET_GROUP_ARN, "old")])).is_empty());
        assert!(differs(&Values::default()).is_empty());
    }
}
