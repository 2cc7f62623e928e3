//! The role that ECS uses in the account. It belongs to the account, not to the lab: it is created
//! if it is missing, and never deleted.

mod by_hand;

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use aws_sdk_iam::Client;

use super::words::{found, unless_any};
use crate::{
    aws::{call, operations::iam as op},
    destination::{Destination, Lazy},
    engine::{About, ByHand, Id, Purpose, Resource, Seen, Setting, Step},
    error::{Code, Error, Result},
    lab::{Owner, Values},
};

/// Its name, chosen by AWS.
const NAME: &str = "AWSServiceRoleForECS";

/// Returns whether these credentials may not read it.
fn is_denied(error: &Error) -> bool {
    matches!(error.code, Code::AccessDenied | Code::LearnerLab)
}

/// The service-linked role of ECS.
pub(super) struct ServiceLinkedRole {
    about: About,
    iam: Lazy<Client>,
    /// Whether the answer to its creation has shown that it exists. Where it may not be read, that
    /// answer is the only look there is.
    is_known: AtomicBool,
}

impl ServiceLinkedRole {
    /// Creates the resource for the account's role.
    pub(super) fn new(destination: &Destination) -> Self {
        Self {
            about: About {
                id: Id("service-linked-role"),
                title: format!("IAM role `{NAME}` of the account"),
                why: "With this role ECS attaches tasks to the network and to the load balancer.",
                today: Some(
                    "ECS makes it by itself with the first cluster of an account; the command does no harm.",
                ),
                shared: true,
                operations: &[&op::GET_ROLE, &op::CREATE_SERVICE_LINKED_ROLE],
                deadline: Duration::from_mins(2),
                ..About::default()
            },
            iam: destination.client(),
            is_known: AtomicBool::new(false),
        }
    }
}

#[async_trait]
impl Resource for ServiceLinkedRole {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, _known: &Values, purpose: Purpose) -> Result<Seen> {
        let get = self.iam.get_role().role_name(NAME);
        let role = found(call(&op::GET_ROLE, get.send()).await, &["NoSuchEntity"]);
        let there = |settings| Seen::there(Owner::Ours, Values::default(), settings);
        match role.map_err(Error::from) {
            Ok(Some(_)) => Ok(there(Vec::new())),
            Ok(None) => Ok(Seen::absent()),
            Err(error) if is_denied(&error) && purpose == Purpose::Deploy => {
                let is_known = self.is_known.load(Ordering::Relaxed);
                let unknown = Setting::new("the role", "there", "unknown");
                Ok(there(if is_known { Vec::new() } else { vec![unknown] }))
            }
            Err(error) => Err(error),
        }
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
                if failure.is("InvalidInput") && failure.message.contains("has been taken") => {}
            other => unless_any(other, &["EntityAlreadyExists"])?,
        }
        self.is_known.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Others in the account need it too.
    async fn remove(&self, _known: &Values, _step: &Step) -> Result<()> {
        Ok(())
    }
}
