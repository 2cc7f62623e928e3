//! The role that ECS uses in the account. It belongs to the account, not to the lab: it is created
//! if it is missing, and never deleted.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_iam::Client;

use super::words::{found, unless_any};
use crate::{
    aws::{call, operations::iam as op},
    destination::Destination,
    engine::{About, Id, Purpose, Resource, Seen, Step},
    error::Result,
    lab::{Owner, Values},
};

/// Its name, chosen by AWS.
const NAME: &str = "AWSServiceRoleForECS";

/// The service-linked role of ECS.
pub(super) struct ServiceLinkedRole {
    about: About,
    iam: Client,
}

impl ServiceLinkedRole {
    /// Creates the resource for the account's role.
    pub(super) fn new(destination: &Destination) -> Self {
        Self {
            about: About {
                id: Id("service-linked-role"),
                title: format!("IAM role `{NAME}` of the account"),
                why: "With this role ECS attaches tasks to the network and to the load balancer.",
                shared: true,
                operations: &[&op::GET_ROLE, &op::CREATE_SERVICE_LINKED_ROLE],
                deadline: Duration::from_mins(2),
                ..About::default()
            },
            iam: destination.client(),
        }
    }
}

#[async_trait]
impl Resource for ServiceLinkedRole {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, _known: &Values, _purpose: Purpose) -> Result<Seen> {
        let get = self.iam.get_role().role_name(NAME);
        let role = found(call(&op::GET_ROLE, get.send()).await, &["NoSuchEntity"])?;
        Ok(match role {
            Some(_) => Seen::there(Owner::Ours, Values::default(), Vec::new()),
            None => Seen::absent(),
        })
    }

    /// It does not carry the lab's tag, so nothing lists it as the lab's.
    async fn exists(&self, _arn: &str) -> Result<bool> {
        Ok(false)
    }

    async fn apply(&self, _known: &Values, _seen: &Seen, step: &Step) -> Result<()> {
        step.status("creating the role");
        let create = self.iam.create_service_linked_role().aws_service_name("ecs.amazonaws.com");
        match call(&op::CREATE_SERVICE_LINKED_ROLE, create.send()).await {
            // It exists: AWS returns `InvalidInput`, other endpoints `EntityAlreadyExists`.
            Err(failure)
                if failure.is("InvalidInput") && failure.message.contains("has been taken") =>
            {
                Ok(())
            }
            other => unless_any(other, &["EntityAlreadyExists"]),
        }
    }

    /// Others in the account need it too.
    async fn remove(&self, _known: &Values, _step: &Step) -> Result<()> {
        Ok(())
    }
}
