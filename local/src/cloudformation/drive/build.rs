//! Creates and changes resources, each as soon as those before it exist.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Next, World, handler_message};
use crate::{
    cloudformation::{
        plan::Plan,
        stack::{Resource, Stack},
        status::ResourceStatus,
    },
    provision::{Act, Created},
    service::AwsError,
    times::{after, now},
};

/// How a round of building ended.
#[derive(Debug)]
pub(super) enum Built {
    /// There is more to do.
    Waits(Next),
    /// Everything exists.
    Complete,
    /// These resources failed, the others were cancelled.
    Failed(Vec<String>),
    /// The template cannot be followed.
    Impossible(String),
}

/// Runs one round: what is ready becomes complete, and what can begin does.
pub(super) fn round(stack: &mut Stack, plan: &Plan, world: &World<'_>) -> Built {
    let mut moved = finish_ready(stack) | create_noted(stack, world);
    for name in startable(stack, plan) {
        moved = true;
        stack.todo.remove(&name);
        if let Err(error) = begin(stack, plan, world, &name) {
            return Built::Impossible(error.message);
        }
    }
    if stack.resources.values().any(|resource| resource.status.has_failed()) {
        return Built::Failed(cancel(stack));
    }
    if moved {
        return Built::Waits(Next::Now);
    }
    let being_made = stack.resources.values().filter(|resource| resource.status.is_being_made());
    match being_made.map(|resource| resource.until).min() {
        Some(time) => Built::Waits(Next::At(time)),
        None => Built::Complete,
    }
}

fn finish_ready(stack: &mut Stack) -> bool {
    let now = now();
    let is_ready = |resource: &Resource| {
        resource.status.is_being_made() && resource.physical_id.is_some() && resource.until <= now
    };
    let ready = stack.resources.values().filter(|resource| is_ready(resource));
    let ready: Vec<Resource> = ready.cloned().collect();
    for mut resource in ready.iter().cloned() {
        let status = resource.status.completed();
        stack.turn_resource(&mut resource, status, None);
        stack.resources.insert(resource.logical_id.clone(), resource);
    }
    !ready.is_empty()
}

/// Returns the resources that can begin: everything before them exists and has settled.
fn startable(stack: &Stack, plan: &Plan) -> Vec<String> {
    let is_there = |name: &String| {
        !stack.todo.contains(name)
            && stack.resources.get(name).is_some_and(|resource| resource.status.is_complete())
    };
    let free = stack
        .todo
        .iter()
        .filter(|name| plan.before.get(*name).is_none_or(|before| before.iter().all(is_there)));
    free.cloned().collect()
}

/// Creates the resources that the round before has noted: what may exist is in the stack's file
/// before it does, so that a stack that is deleted after a kill finds it.
fn create_noted(stack: &mut Stack, world: &World<'_>) -> bool {
    let is_noted =
        |resource: &Resource| resource.status.is_being_made() && resource.physical_id.is_none();
    let noted = stack.resources.values().filter(|resource| is_noted(resource));
    let noted: Vec<Resource> = noted.cloned().collect();
    for mut resource in noted.iter().cloned() {
        create(stack, world, &mut resource);
        stack.resources.insert(resource.logical_id.clone(), resource);
    }
    !noted.is_empty()
}

/// Begins to create a resource, or to change it if it exists and differs.
fn begin(stack: &mut Stack, plan: &Plan, world: &World<'_>, name: &str) -> Result<(), AwsError> {
    let Some(definition) = plan.resources.get(name) else { return Ok(()) };
    let mut resource = Resource {
        logical_id: name.to_owned(),
        kind: definition.kind.clone(),
        physical_id: None,
        status: ResourceStatus::CreateInProgress,
        reason: None,
        changed: now(),
        until: 0,
        attributes: BTreeMap::new(),
        properties: properties(stack, plan, world, &definition.properties)?,
        before: plan.before.get(name).cloned().unwrap_or_default(),
        retain: definition.retain,
        created_in: stack.operation,
    };
    match stack.resources.remove(name) {
        None => note(stack, &mut resource, None),
        Some(old) => change(stack, world, &mut resource, old),
    }
    stack.resources.insert(name.to_owned(), resource);
    Ok(())
}

fn properties(
    stack: &Stack,
    plan: &Plan,
    world: &World<'_>,
    properties: &Value,
) -> Result<Value, AwsError> {
    let exports = world.exports.iter().map(|(name, export)| (name.clone(), export.value.clone()));
    let properties = plan.lookup(stack.seen(), exports.collect()).resolve(properties)?;
    Ok(properties.unwrap_or_else(|| Value::Object(Map::new())))
}

/// Notes that a physical resource is to be created; `replacing` is the reason, if there was one
/// before.
fn note(stack: &mut Stack, resource: &mut Resource, replacing: Option<&str>) {
    let status = match replacing {
        Some(_) => ResourceStatus::UpdateInProgress,
        None => ResourceStatus::CreateInProgress,
    };
    stack.turn_resource(resource, status, replacing.map(str::to_owned));
}

fn create(stack: &mut Stack, world: &World<'_>, resource: &mut Resource) {
    let (status, scope) = (resource.status, stack.scope(resource));
    let created = match world.providers.of(&resource.kind) {
        Some(provider) => world
            .admit(stack, resource, Act::Create)
            .and_then(|()| provider.create(&scope, &resource.kind, &resource.properties)),
        None => Err(super::super::errors::validation("The local cloud does not have this type.")),
    };
    settle(stack, world, resource, created);
    if resource.status == status {
        stack.turn_resource(resource, status, Some("Resource creation Initiated".to_owned()));
    }
}

/// Changes an existing resource: in place if its service can, else by a new one.
fn change(stack: &mut Stack, world: &World<'_>, resource: &mut Resource, old: Resource) {
    const REPLACED: &str =
        "Requested update requires the creation of a new physical resource; hence creating one.";
    let same_kind = old.kind == resource.kind;
    let same = same_kind && old.properties == resource.properties;
    let old_tags = stack.before_update.as_ref().map(|before| &before.spec.tags);
    let same_tags = old_tags == Some(&stack.spec.tags);
    let keep = |resource: &mut Resource, old: &Resource| {
        resource.physical_id.clone_from(&old.physical_id);
        resource.attributes.clone_from(&old.attributes);
        (resource.status, resource.changed) = (old.status, old.changed);
        resource.created_in = old.created_in;
    };
    keep(resource, &old);
    if same && same_tags {
        return;
    }
    let scope = stack.scope(resource);
    let physical_id = old.physical_id.clone().unwrap_or_default();
    let provider = world.providers.of(&resource.kind).filter(|_| same_kind);
    let updated = provider.and_then(|provider| match world.admit(stack, resource, Act::Update) {
        Ok(()) => provider.update(&scope, &resource.kind, &physical_id, &resource.properties),
        Err(denied) => Some(Err(denied)),
    });
    match updated {
        Some(updated) => {
            stack.turn_resource(resource, ResourceStatus::UpdateInProgress, None);
            settle(stack, world, resource, updated);
        }
        // Tags alone are no reason for a new resource.
        None if same => {}
        None => {
            resource.physical_id = None;
            resource.attributes.clear();
            resource.created_in = stack.operation;
            stack.leaving.push(old);
            note(stack, resource, Some(REPLACED));
        }
    }
}

/// Records a service's answer.
fn settle(
    stack: &mut Stack,
    world: &World<'_>,
    resource: &mut Resource,
    created: Result<Created, AwsError>,
) {
    match created {
        Ok(created) => {
            resource.physical_id = Some(created.physical_id);
            resource.attributes = created.attributes;
            resource.until = after(now(), world.pace.scale(created.typical));
        }
        Err(error) => {
            let reason = handler_message(&resource.kind, &error);
            stack.turn_resource(resource, resource.status.failed(), Some(reason));
        }
    }
}

/// Gives up what is being created. Returns the names of all that failed.
pub(super) fn cancel(stack: &mut Stack) -> Vec<String> {
    stack.todo.clear();
    let being_made = stack.resources.values().filter(|resource| resource.status.is_being_made());
    let being_made: Vec<Resource> = being_made.cloned().collect();
    for mut resource in being_made {
        let what = match resource.status {
            ResourceStatus::UpdateInProgress => "update",
            _ => "creation",
        };
        let status = resource.status.failed();
        stack.turn_resource(&mut resource, status, Some(format!("Resource {what} cancelled")));
        stack.resources.insert(resource.logical_id.clone(), resource);
    }
    let failed = stack.resources.values().filter(|resource| resource.status.has_failed());
    failed.map(|resource| resource.logical_id.clone()).collect()
}
