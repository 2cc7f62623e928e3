//! A stack's resources and events.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Form;
use crate::{
    cloudformation::{
        drive::Shared,
        errors,
        stack::{Event, Resource, Stack},
        stacks::Entry,
    },
    protocol::form::page,
    service::AwsError,
    times::iso,
};

const PAGE: usize = 100;

fn named(shared: &Shared, form: &Form) -> Result<Arc<Entry>, AwsError> {
    shared.stacks.find(&form.place, form.required("StackName")?)
}

pub(super) fn list(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let entry = named(shared, form)?;
    let resources = entry.store.read(|stack| {
        stack
            .resources
            .values()
            .map(|resource| shown(resource, "LastUpdatedTimestamp"))
            .collect::<Vec<_>>()
    });
    let (resources, token) = page(resources, form.text("NextToken"), PAGE)?;
    Ok(json!({ "StackResourceSummaries": resources, "NextToken": token }))
}

pub(super) fn describe(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let entry = match (form.text("StackName"), form.text("PhysicalResourceId")) {
        (None, Some(id)) => {
            let all = shared.stacks.all(&form.place).into_iter();
            let mut holding = all.filter(|entry| entry.store.read(|stack| holds(stack, id)));
            holding
                .next()
                .ok_or_else(|| errors::validation(format!("Stack for {id} does not exist")))?
        }
        _ => named(shared, form)?,
    };
    let logical_id = form.text("LogicalResourceId");
    let resources = entry.store.read(|stack| {
        let wanted = stack
            .resources
            .values()
            .filter(|resource| logical_id.is_none_or(|id| resource.logical_id == id));
        wanted.take(PAGE).map(|resource| in_stack(stack, resource, "Timestamp")).collect::<Vec<_>>()
    });
    Ok(json!({ "StackResources": resources }))
}

pub(super) fn describe_one(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let (entry, logical_id) = (named(shared, form)?, form.required("LogicalResourceId")?);
    entry.store.read(|stack| {
        let resource = stack.resources.get(logical_id).ok_or_else(|| {
            let name = &stack.name;
            errors::validation(format!("Resource {logical_id} does not exist for stack {name}"))
        })?;
        let detail = in_stack(stack, resource, "LastUpdatedTimestamp");
        Ok(json!({ "StackResourceDetail": detail }))
    })
}

fn holds(stack: &Stack, physical_id: &str) -> bool {
    stack.resources.values().any(|resource| {
        resource.physical_id.as_deref() == Some(physical_id) && !resource.status.is_gone()
    })
}

fn shown(resource: &Resource, time: &str) -> Value {
    json!({
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id,
        "ResourceType": resource.kind,
        time: iso(resource.changed),
        "ResourceStatus": resource.status,
        "ResourceStatusReason": resource.reason,
        "DriftInformation": { "StackResourceDriftStatus": "NOT_CHECKED" },
    })
}

fn in_stack(stack: &Stack, resource: &Resource, time: &str) -> Value {
    let mut shown = shown(resource, time);
    shown["StackId"] = json!(stack.id);
    shown["StackName"] = json!(stack.name);
    shown
}

/// Newest first. A token counts the events from the oldest on, so that new ones do not shift pages.
pub(super) fn events(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let left = form.text("NextToken").map(str::parse).transpose();
    let left: Option<usize> = left.map_err(|_| errors::validation("The token is not valid."))?;
    named(shared, form)?.store.read(|stack| {
        let end = left.unwrap_or(stack.events.len()).min(stack.events.len());
        let start = end.saturating_sub(PAGE);
        let page = stack.events.get(start..end).unwrap_or_default();
        let events: Vec<Value> = page.iter().rev().map(|event| event_of(stack, event)).collect();
        let token = (start > 0).then(|| start.to_string());
        Ok(json!({ "StackEvents": events, "NextToken": token }))
    })
}

fn event_of(stack: &Stack, event: &Event) -> Value {
    json!({
        "StackId": stack.id,
        "EventId": event.id,
        "StackName": stack.name,
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.kind,
        "Timestamp": iso(event.time),
        "ResourceStatus": event.status,
        "ResourceStatusReason": event.reason,
        "ResourceProperties": event.properties,
        "ClientRequestToken": event.token,
    })
}
