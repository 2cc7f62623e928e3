//! `DeleteStack` and what protects from it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Form;
use super::create::is_resend;
use crate::{
    cloudformation::{
        drive::{self, Shared},
        errors,
        stack::Stack,
        status::{ResourceStatus, StackStatus},
    },
    service::AwsError,
};

pub(super) fn delete(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let name = form.required("StackName")?;
    // What does not exist need not be deleted.
    let Ok(entry) = shared.stacks.find(&form.place, name) else {
        return Ok(Value::Null);
    };
    let blocked = export_in_use(shared, form, &entry.store.read(exported_names));
    let begun = entry.change(|stack| {
        if is_resend(stack, form, "DeleteStack")? || !may_begin(stack)? {
            return Ok(false);
        }
        retain(stack, &form.list("RetainResources"))?;
        let before = stack.status;
        stack.begin("DeleteStack", form);
        stack.turn(StackStatus::DeleteInProgress, Some("User Initiated".to_owned()));
        if let Some(reason) = blocked {
            // The deletion ends at once, and the stack is what it was.
            stack.turn(before, Some(reason));
            return Ok(false);
        }
        Ok(true)
    })?;
    if begun {
        drive::start(shared, &entry);
    }
    Ok(Value::Null)
}

fn may_begin(stack: &Stack) -> Result<bool, AwsError> {
    if matches!(stack.status, StackStatus::DeleteComplete | StackStatus::DeleteInProgress) {
        return Ok(false);
    }
    let (name, status) = (&stack.name, stack.status);
    if stack.settings.termination_protection {
        return Err(errors::validation(format!(
            "Stack [{name}] cannot be deleted while TerminationProtection is enabled"
        )));
    }
    if !status.can_be_deleted() {
        return Err(errors::validation(format!(
            "Stack [{name}] cannot be deleted while in status {status}"
        )));
    }
    Ok(true)
}

/// Prepares another attempt: what could not be deleted is tried again, or left out.
fn retain(stack: &mut Stack, names: &[String]) -> Result<(), AwsError> {
    if !names.is_empty() && stack.status != StackStatus::DeleteFailed {
        return Err(errors::validation(format!(
            "Invalid operation on stack [{}]. Resources can only be retained when the stack is in \
             the DELETE_FAILED state",
            stack.id
        )));
    }
    if let Some(name) = names.iter().find(|name| !stack.resources.contains_key(*name)) {
        return Err(errors::validation(format!(
            "The specified resources to retain must be in a valid state. Resource {name} is not in \
             stack {}",
            stack.name
        )));
    }
    for resource in stack.resources.values_mut() {
        resource.retain |= names.contains(&resource.logical_id);
        if resource.status == ResourceStatus::DeleteFailed {
            resource.status = ResourceStatus::CreateComplete;
        }
    }
    Ok(())
}

fn exported_names(stack: &Stack) -> Vec<String> {
    stack.outputs.values().filter_map(|output| output.export.clone()).collect()
}

/// Returns why exports keep a stack from being deleted.
fn export_in_use(shared: &Shared, form: &Form, names: &[String]) -> Option<String> {
    names.iter().find_map(|name| {
        let users = shared.stacks.importers(&form.place, name);
        let users = (!users.is_empty()).then(|| users.join(" and "))?;
        Some(format!("Export {name} cannot be deleted as it is in use by {users}"))
    })
}

pub(super) fn protect(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let name = form.required("StackName")?;
    let protect = form.required("EnableTerminationProtection")? == "true";
    let entry = shared.stacks.find(&form.place, name)?;
    entry.change(|stack| {
        if !stack.is_live() {
            return Err(errors::no_stack(name));
        }
        stack.settings.termination_protection = protect;
        Ok(json!({ "StackId": entry.id }))
    })
}
