//! CloudFormation: stacks made of templates. What a template means is in `template`, `functions` and `plan`; what a stack is in `stack`; what moves it in `drive`; what is asked of it
//! in `actions`. The resources are made by other services, each a `Provider`.

mod actions;
mod changes;
mod cidr;
mod drive;
mod errors;
mod functions;
mod parameters;
mod plan;
mod providers;
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

use http::StatusCode;
use serde_json::Value;

use crate::{
    clock::Clock,
    open::OpenError,
    place::Place,
    protocol::{form::Form, query, xml},
    provision::Provider,
    service::{Answer, Answering, AwsError, Call, Operation, Service, Tagged},
};
use drive::Shared;
use providers::Providers;
use stack::Stack;
use stacks::Stacks;

const NAMESPACE: &str = "http://cloudformation.amazonaws.com/doc/2010-05-15/";
const VERSION: &str = "2010-05-15";

/// The service.
#[derive(Debug)]
pub(crate) struct CloudFormation {
    shared: Arc<Shared>,
}

impl CloudFormation {
    /// Opens the service on its folder and continues what was under way. Needs to be called
    /// within a Tokio runtime.
    pub(crate) fn open(
        folder: &Path,
        clock: Clock,
        providers: Vec<Arc<dyn Provider>>,
    ) -> Result<Self, OpenError> {
        let shared = Arc::new(Shared {
            stacks: Stacks::open(folder)?,
            providers: Providers::new(providers),
            clock,
            open: RwLock::new(true),
        });
        drive::resume(&shared);
        Ok(Self { shared })
    }
}

impl Drop for CloudFormation {
    /// Waits for the steps under way, and lets no more begin.
    fn drop(&mut self) {
        *self.shared.open.write().unwrap_or_else(PoisonError::into_inner) = false;
    }
}

impl Service for CloudFormation {
    fn name(&self) -> &'static str {
        "cloudformation"
    }

    fn claims(&self, call: &Call) -> bool {
        call.form().text("Version") == Some(VERSION)
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        let (name, mutating, _) = actions::find(call.form().text("Action")?)?;
        Some(Operation { name: name.to_owned(), mutating })
    }

    fn answer(&self, call: Call) -> Answering<'_> {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            // Actions write files, and wait for steps that do.
            let ran =
                tokio::runtime::Handle::current().spawn_blocking(move || run(&shared, &call)).await;
            let ran = ran.unwrap_or_else(|error| Err(errors::internal(&error)));
            ran.unwrap_or_else(|error| self.refuse(&error))
        })
    }

    fn refuse(&self, error: &AwsError) -> Answer {
        query::refuse(NAMESPACE, error)
    }

    fn throttled(&self) -> AwsError {
        AwsError::new(StatusCode::BAD_REQUEST, "Throttling", "Rate exceeded")
    }

    fn tagged(&self, place: &Place) -> Vec<Tagged> {
        let tagged = |stack: &Stack| {
            let is_tagged = stack.is_live() && !stack.spec.tags.is_empty();
            is_tagged.then(|| Tagged { arn: stack.id.clone(), tags: stack.spec.tags.clone() })
        };
        let stacks = self.shared.stacks.all(place);
        stacks.iter().filter_map(|entry| entry.store.read(tagged)).collect()
    }
}

fn run(shared: &Arc<Shared>, call: &Call) -> Result<Answer, AwsError> {
    let name = call.form().text("Action").unwrap_or_default();
    let (action, _, act) = actions::find(name).ok_or_else(|| query::unknown_action(name))?;
    Ok(match act(shared, &Form::of(call)?)? {
        Value::Null => query::done(NAMESPACE, action),
        result => query::result(NAMESPACE, action, &xml::elements(&result)),
    })
}
