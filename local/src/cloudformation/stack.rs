//! A stack, as it is kept: in one file, with its resources, events and change sets.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    actions::Form,
    plan::Pseudo,
    status::{ResourceStatus, StackStatus},
};
use crate::{
    authorize::Identity,
    place::Place,
    provision::Scope,
    random,
    times::{Millis, iso, now},
};

/// A stack.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Stack {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) account: String,
    pub(super) region: String,
    pub(super) created: Millis,
    pub(super) updated: Option<Millis>,
    pub(super) deleted: Option<Millis>,
    pub(super) status: StackStatus,
    pub(super) reason: Option<String>,
    /// Its template, parameters and tags; while it is updated, the new ones.
    pub(super) spec: Spec,
    pub(super) settings: Settings,
    pub(super) resources: BTreeMap<String, Resource>,
    pub(super) outputs: BTreeMap<String, OutputValue>,
    /// The exports of other stacks that it uses.
    pub(super) imports: BTreeSet<String>,
    /// Oldest first.
    pub(super) events: Vec<Event>,
    pub(super) change_sets: Vec<ChangeSet>,
    /// The logical ids of the resources that are still to be created or checked.
    pub(super) todo: BTreeSet<String>,
    /// Resources that left the stack in an update and are still to be deleted.
    pub(super) leaving: Vec<Resource>,
    /// What an update goes back to if it fails.
    pub(super) before_update: Option<Before>,
    /// Counts the operations, so that the driver of an older one notices.
    pub(super) operation: u64,
    /// The client request tokens, and the action each was used for.
    pub(super) tokens: BTreeMap<String, String>,
    /// The token of the operation under way.
    pub(super) token: Option<String>,
    /// The principal in whose name it works, if its policies are asked.
    #[serde(default)]
    pub(super) by: Option<Identity>,
}

/// What a stack should become.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Spec {
    pub(super) template: String,
    /// The values of all parameters.
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) capabilities: Vec<String>,
}

/// How a stack is handled.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Settings {
    pub(super) on_failure: OnFailure,
    pub(super) timeout_minutes: Option<u32>,
    pub(super) termination_protection: bool,
    pub(super) role_arn: Option<String>,
}

/// What to do when a stack cannot be created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum OnFailure {
    #[default]
    Rollback,
    Delete,
    DoNothing,
}

/// A resource of a stack.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Resource {
    pub(super) logical_id: String,
    pub(super) kind: String,
    pub(super) physical_id: Option<String>,
    pub(super) status: ResourceStatus,
    pub(super) reason: Option<String>,
    pub(super) changed: Millis,
    /// During creation, when it is ready; during deletion, when retrying it is given up.
    pub(super) until: Millis,
    pub(super) attributes: BTreeMap<String, Value>,
    /// Its properties, functions resolved.
    pub(super) properties: Value,
    /// What must exist before it.
    pub(super) before: BTreeSet<String>,
    /// Whether it stays when it leaves the stack.
    pub(super) retain: bool,
    /// The operation that creates it: a later one creates another.
    #[serde(default)]
    pub(super) created_in: u64,
}

/// An output with its value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct OutputValue {
    pub(super) value: String,
    pub(super) description: Option<String>,
    pub(super) export: Option<String>,
}

/// Something that happened to a stack or resource.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) time: Millis,
    pub(super) logical_id: String,
    pub(super) physical_id: String,
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) reason: Option<String>,
    pub(super) properties: Option<String>,
    pub(super) token: Option<String>,
}

/// What a stack was before an update.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Before {
    pub(super) spec: Spec,
    pub(super) resources: BTreeMap<String, Resource>,
    pub(super) outputs: BTreeMap<String, OutputValue>,
    pub(super) imports: BTreeSet<String>,
}

/// A change set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ChangeSet {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) created: Millis,
    pub(super) spec: Spec,
    pub(super) creates: bool,
    /// Why it cannot be executed.
    pub(super) failed: Option<String>,
    pub(super) executed: bool,
    pub(super) on_failure: OnFailure,
    pub(super) changes: Vec<Change>,
}

/// What a change set does to one resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Change {
    /// `Add`, `Modify` or `Remove`.
    pub(super) action: String,
    pub(super) logical_id: String,
    pub(super) physical_id: Option<String>,
    pub(super) kind: String,
}

impl Stack {
    pub(super) fn place(&self) -> Place {
        Place::named(&self.account, self.region.clone())
    }

    pub(super) fn is_live(&self) -> bool {
        self.status != StackStatus::DeleteComplete
    }

    /// Begins an operation: older drivers stop. What it does, it does in the name of its caller, or
    /// of the role that the stack was given.
    pub(super) fn begin(&mut self, action: &str, form: &Form) {
        let token = form.text("ClientRequestToken");
        self.operation += 1;
        self.token = token.map(str::to_owned);
        if let Some(token) = token {
            self.tokens.insert(token.to_owned(), action.to_owned());
        }
        self.by = form.identity.as_deref().cloned();
    }

    /// Brings the stack into a state, with an event.
    pub(super) fn turn(&mut self, status: StackStatus, reason: Option<String>) {
        self.status = status;
        self.reason.clone_from(&reason);
        let now = self.next_time();
        match status {
            StackStatus::DeleteComplete => self.deleted = Some(now),
            StackStatus::UpdateInProgress => self.updated = Some(now),
            _ => {}
        }
        self.events.push(Event {
            id: uuid(),
            time: now,
            logical_id: self.name.clone(),
            physical_id: self.id.clone(),
            kind: "AWS::CloudFormation::Stack".to_owned(),
            status: status.to_string(),
            reason,
            properties: None,
            token: self.token.clone(),
        });
    }

    /// Brings a resource into a state, with an event. It need not be among the stack's.
    pub(super) fn turn_resource(
        &mut self,
        resource: &mut Resource,
        status: ResourceStatus,
        reason: Option<String>,
    ) {
        let now = self.next_time();
        resource.status = status;
        resource.reason.clone_from(&reason);
        resource.changed = now;
        self.events.push(Event {
            id: format!("{}-{status}-{}", resource.logical_id, iso(now)),
            time: now,
            logical_id: resource.logical_id.clone(),
            physical_id: resource.physical_id.clone().unwrap_or_default(),
            kind: resource.kind.clone(),
            status: status.to_string(),
            reason,
            properties: Some(resource.properties.to_string()),
            token: self.token.clone(),
        });
    }

    /// Returns the time of the next event. No two have the same: the ids of events contain it.
    fn next_time(&self) -> Millis {
        self.events.last().map_or(0, |event| event.time + 1).max(now())
    }

    /// Returns where a resource of this stack is created, and with which tags.
    pub(super) fn scope(&self, resource: &Resource) -> Scope {
        let logical_id = &resource.logical_id;
        let mut tags = self.spec.tags.clone();
        let of_cloudformation =
            [("logical-id", logical_id), ("stack-id", &self.id), ("stack-name", &self.name)];
        for (name, value) in of_cloudformation {
            tags.insert(format!("aws:cloudformation:{name}"), value.to_owned());
        }
        Scope {
            place: self.place(),
            stack_name: self.name.clone(),
            logical_id: logical_id.clone(),
            tags,
            token: format!("{}/{logical_id}/{}", self.id, resource.created_in),
        }
    }

    /// Calls with the stack's pseudo parameters.
    pub(super) fn with_pseudo<R>(&self, with: impl FnOnce(&Pseudo<'_>) -> R) -> R {
        with(&Pseudo { place: &self.place(), stack_name: &self.name, stack_id: &self.id })
    }
}

/// Returns a random id in the form of a UUID.
pub(super) fn uuid() -> String {
    let id = random::id();
    let part = |from, to| id.get(from..to).unwrap_or_default();
    let parts = [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)];
    parts.join("-")
}
