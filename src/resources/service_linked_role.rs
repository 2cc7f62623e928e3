//! The role with which ECS acts in the account. It belongs to the account, not to the lab: it is
//! made when it is missing, and never removed.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_iam::Client;

use crate::{
    aws::call,
    engine::{About, Id, Resource, Seen, Step, Values},
    error::Result,
    target::Target,
};

/// Its name, which AWS gives.
const NAME: &str = "AWSServiceRoleForECS";

/// The service-linked role of ECS.
pub(super) struct ServiceLinkedRole {
    about: About,
    iam: Client,
}

impl ServiceLinkedRole {
    pub(super) fn new(target: &Target) -> Self {
        Self {
            about: About {
                id: Id("service-linked-role"),
                title: format!("IAM role `{NAME}` of the account"),
                why: "With this role ECS attaches tasks to the network and to the load balancer.",
                shared: true,
                ours: "it belongs to the account".to_owned(),
                deadline: Duration::from_mins(2),
                ..About::default()
            },
            iam: target.iam(),
        }
    }
}

#[async_trait]
impl Resource for ServiceLinkedRole {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, _known: &Values) -> Result<Seen> {
        match call("iam GetRole", self.iam.get_role().role_name(NAME).send()).await {
            Ok(_) => Ok(Seen::Ready(Values::default())),
            Err(failure) if failure.is("NoSuchEntity") => Ok(Seen::Absent),
            Err(failure) => Err(failure.into()),
        }
    }

    async fn apply(&self, _known: &Values, _seen: &Seen, step: &Step) -> Result<()> {
        step.status("creating the role");
        let create = self.iam.create_service_linked_role().aws_service_name("ecs.amazonaws.com");
        match call("iam CreateServiceLinkedRole", create.send()).await {
            // It exists: AWS says `InvalidInput`, other endpoints `EntityAlreadyExists`.
            Err(failure)
                if failure.is("EntityAlreadyExists")
                    || failure.is("InvalidInput") && failure.message.contains("has been taken") =>
            {
                Ok(())
            }
            other => Ok(other.map(|_| ())?),
        }
    }

    /// Others in the account need it too.
    async fn remove(&self, _known: &Values, _step: &Step) -> Result<()> {
        Ok(())
    }
}
