//! CloudFormation: stacks created from templates. Templates are in `template`, `functions` and
//! `plan`, stacks in `stack`, the drivers that move them in `drive`, and the API in `actions`. The
//! resources are created by other services, each a `Provider`.

mod absent;
mod access;
mod actions;
mod changes;
mod cidr;
mod conditions;
mod drive;
mod errors;
mod functions;
mod parameters;
mod plan;
mod providers;
mod recover;
mod references;
mod stack;
mod stacks;
mod status;
mod sub;
mod template;
#[cfg(test)]
mod tests;
mod values;

use std::{
    path::Path,
    sync::{Arc, PoisonError, RwLock},
};

use crate::{
    absent::Absent,
    authorize::Access,
    clock::Clock,
    open::{OpenError, Recover as _},
    place::Place,
    ports::Authority,
    protocol::{
        Protocol,
        operations::{Operation, Tabled},
        query::Dialect,
    },
    provision::Provider,
    service::{Summary, Tagged},
};
use actions::Action;
use drive::Shared;
use providers::Providers;
use stack::Stack;
use stacks::Stacks;

/// The service. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct CloudFormation {
    shared: Arc<Shared>,
    /// Held by the clones alone.
    _open: Arc<Open>,
}

/// Ends the steps when the last clone is dropped.
#[derive(Debug)]
struct Open(Arc<Shared>);

impl CloudFormation {
    /// Opens the service on its folder and continues what was under way. Must be called within a
    /// Tokio runtime.
    pub(crate) fn open(
        folder: &Path,
        clock: Clock,
        providers: Vec<Arc<dyn Provider>>,
        authority: Arc<dyn Authority>,
    ) -> Result<Self, OpenError> {
        let shared = Arc::new(Shared {
            stacks: Stacks::open(folder)?,
            providers: Providers::new(providers),
            authority,
            clock,
            open: RwLock::new(true),
        });
        let service = Self { _open: Arc::new(Open(Arc::clone(&shared))), shared };
        service.recover()?;
        Ok(service)
    }
}

impl Drop for Open {
    /// Waits for the steps under way, and lets no more begin.
    fn drop(&mut self) {
        *self.0.open.write().unwrap_or_else(PoisonError::into_inner) = false;
    }
}

impl Tabled for CloudFormation {
    const NAME: &'static str = "cloudformation";
    const PROTOCOL: Protocol = Protocol::AwsQuery(Dialect {
        namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
        version: "2010-05-15",
    });
    const OPERATIONS: &'static [Operation<Action>] = actions::OPERATIONS;
    const ABSENT: &'static [Absent] = absent::ABSENT;
    const ACCESS: &'static [Access] = access::ACCESS;
    const SUMMARY: Summary = Summary {
        title: "CloudFormation",
        real: "Stacks and change sets that create, update, replace and delete resources in the order \
               of their dependencies and roll back; parameters, mappings, conditions, exports and \
               most functions. The resource types are those of networks in EC2, roles and policies \
               in IAM, log groups, and wait condition handles. Ignored: `Rules` and `Hooks`.",
        refused: "Other resource types, transforms and macros, `TemplateURL`, parameters from SSM, \
                  `Fn::Transform`, `Fn::ToJsonString`, `Fn::Length` and `Fn::ForEach`, importing \
                  resources, stack sets, and drift detection.",
    };

    type Handler = Action;

    fn tagged_in(&self, place: &Place) -> Vec<Tagged> {
        let tagged = |stack: &Stack| {
            let is_tagged = stack.is_live() && !stack.spec.tags.is_empty();
            is_tagged.then(|| Tagged { arn: stack.id.clone(), tags: stack.spec.tags.clone() })
        };
        let stacks = self.shared.stacks.all(place);
        stacks.iter().filter_map(|entry| entry.store.read(tagged)).collect()
    }
}
