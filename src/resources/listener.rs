//! The listener: port 80 of the load balancer leads to the target group.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::{
    Client,
    types::{Action, ActionTypeEnum, Listener as Description, ProtocolEnum, Tag},
};

use crate::{
    aws::call,
    engine::{About, Id, Resource, Seen, Step, Values},
    error::Result,
    lab::{
        LAB_TAG, Names,
        placeholders::{NLB_ARN, NLB_TARGET_GROUP_ARN},
    },
    target::Target,
};

/// The port of the load balancer.
const PORT: i32 = 80;

/// The listener.
pub(super) struct Listener {
    about: About,
    elb: Client,
    lab: String,
}

impl Listener {
    pub(super) fn new(target: &Target, names: &Names) -> Self {
        Self {
            about: About {
                id: Id("listener"),
                title: format!("listener on port {PORT} of the load balancer"),
                why: "The listener takes connections and hands them to a healthy task.",
                consumes: vec![NLB_ARN, NLB_TARGET_GROUP_ARN],
                // It would go with its load balancer, but until then it holds the target group, and a VPC
                // link may hold the load balancer for minutes.
                ours: "it is part of the load balancer".to_owned(),
                deadline: Duration::from_mins(2),
                ..About::default()
            },
            elb: target.elb(),
            lab: names.lab.clone(),
        }
    }

    async fn describe(&self, balancer: &str) -> Result<Option<Description>> {
        let describe = self.elb.describe_listeners().load_balancer_arn(balancer);
        match call("elb DescribeListeners", describe.send()).await {
            Ok(answer) => {
                let mut listeners = answer.listeners.unwrap_or_default().into_iter();
                Ok(listeners.find(|listener| listener.port() == Some(PORT)))
            }
            Err(failure) if failure.is_any(&["LoadBalancerNotFound", "ListenerNotFound"]) => {
                Ok(None)
            }
            Err(failure) => Err(failure.into()),
        }
    }
}

#[async_trait]
impl Resource for Listener {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, known: &Values) -> Result<Seen> {
        let Some(balancer) = known.get(NLB_ARN) else { return Ok(Seen::Absent) };
        let Some(listener) = self.describe(balancer).await? else { return Ok(Seen::Absent) };
        let forwards = listener.default_actions().iter().any(|action| {
            action.target_group_arn().is_some()
                && action.target_group_arn() == known.get(NLB_TARGET_GROUP_ARN)
        });
        let values = Values::default();
        Ok(if forwards && listener.protocol() == Some(&ProtocolEnum::Tcp) {
            Seen::Ready(values)
        } else {
            let differences = vec!["it does not lead to the lab's target group".to_owned()];
            Seen::Drifted { values, differences }
        })
    }

    async fn apply(&self, known: &Values, _seen: &Seen, step: &Step) -> Result<()> {
        let balancer = known.get(NLB_ARN).unwrap_or_default();
        let forward = Action::builder()
            .r#type(ActionTypeEnum::Forward)
            .set_target_group_arn(known.get(NLB_TARGET_GROUP_ARN).map(str::to_owned))
            .build();
        if let Some(listener) = self.describe(balancer).await? {
            step.status("leading the listener to the target group");
            let modify = self
                .elb
                .modify_listener()
                .set_listener_arn(listener.listener_arn)
                .protocol(ProtocolEnum::Tcp)
                .default_actions(forward);
            call("elb ModifyListener", modify.send()).await?;
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
        match call("elb CreateListener", create.send()).await {
            Err(failure) if failure.is("DuplicateListener") => Ok(()),
            other => Ok(other.map(|_| ())?),
        }
    }

    async fn remove(&self, known: &Values, step: &Step) -> Result<()> {
        let Some(balancer) = known.get(NLB_ARN) else { return Ok(()) };
        let Some(listener) = self.describe(balancer).await? else { return Ok(()) };
        step.status("deleting the listener");
        let delete = self.elb.delete_listener().set_listener_arn(listener.listener_arn);
        match call("elb DeleteListener", delete.send()).await {
            Err(failure) if failure.is("ListenerNotFound") => Ok(()),
            other => Ok(other.map(|_| ())?),
        }
    }
}
