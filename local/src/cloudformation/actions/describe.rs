//! `DescribeStacks` and `ListStacks`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Form;
use super::input;
use crate::{
    cloudformation::{
        drive::Shared,
        errors,
        stack::{OnFailure, OutputValue, Stack},
        template::Template,
    },
    protocol::form::page,
    service::AwsError,
    times::iso,
};

const PAGE: usize = 100;

pub(super) fn describe(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    if let Some(name) = form.text("StackName") {
        let entry = shared.stacks.find(&form.place, name)?;
        let stack = entry
            .store
            .read(|stack| (stack.is_live() || name == stack.id).then(|| described(stack)));
        // Its deletion may end between the two looks.
        let stack = stack.ok_or_else(|| errors::no_stack(name))?;
        return Ok(json!({ "Stacks": [stack] }));
    }
    let all = shared.stacks.all(&form.place).into_iter().rev();
    let live: Vec<_> = all.filter(|entry| entry.store.read(Stack::is_live)).collect();
    let (stacks, token) = page(live, form.text("NextToken"), PAGE)?;
    let stacks: Vec<Value> = stacks.iter().map(|entry| entry.store.read(described)).collect();
    Ok(json!({ "Stacks": stacks, "NextToken": token }))
}

fn described(stack: &Stack) -> Value {
    let description = Template::parse(&stack.spec.template).ok();
    let outputs: Vec<Value> = stack.outputs.iter().map(output).collect();
    let parameters = input::shown_parameters(&stack.spec);
    // AWS leaves both out where there are none.
    json!({
        "StackId": stack.id,
        "StackName": stack.name,
        "ChangeSetId": stack.change_sets.iter().rfind(|set| set.executed).map(|set| &set.id),
        "Description": description.and_then(|template| template.description),
        "Parameters": (!parameters.is_empty()).then_some(parameters),
        "CreationTime": iso(stack.created),
        "LastUpdatedTime": stack.updated.map(iso),
        "DeletionTime": stack.deleted.map(iso),
        "RollbackConfiguration": {},
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason,
        "DisableRollback": stack.settings.on_failure == OnFailure::DoNothing,
        "NotificationARNs": [],
        "TimeoutInMinutes": stack.settings.timeout_minutes,
        "Capabilities": stack.spec.capabilities,
        "Outputs": (!outputs.is_empty()).then_some(outputs),
        "RoleARN": stack.settings.role_arn,
        "Tags": input::shown_tags(&stack.spec),
        "EnableTerminationProtection": stack.settings.termination_protection,
        "DriftInformation": { "StackDriftStatus": "NOT_CHECKED" },
    })
}

fn output((key, output): (&String, &OutputValue)) -> Value {
    json!({
        "OutputKey": key,
        "OutputValue": output.value,
        "Description": output.description,
        "ExportName": output.export,
    })
}

pub(super) fn list(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let wanted = form.list("StackStatusFilter");
    let all = shared.stacks.all(&form.place).into_iter().rev();
    let wanted = all.filter(|entry| {
        let status = entry.store.read(|stack| stack.status.to_string());
        wanted.is_empty() || wanted.contains(&status)
    });
    let (stacks, token) = page(wanted.collect(), form.text("NextToken"), PAGE)?;
    let stacks: Vec<Value> = stacks.iter().map(|entry| entry.store.read(summary)).collect();
    Ok(json!({ "StackSummaries": stacks, "NextToken": token }))
}

fn summary(stack: &Stack) -> Value {
    let template = Template::parse(&stack.spec.template).ok();
    json!({
        "StackId": stack.id,
        "StackName": stack.name,
        "TemplateDescription": template.and_then(|template| template.description),
        "CreationTime": iso(stack.created),
        "LastUpdatedTime": stack.updated.map(iso),
        "DeletionTime": stack.deleted.map(iso),
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason,
        "DriftInformation": { "StackDriftStatus": "NOT_CHECKED" },
    })
}
