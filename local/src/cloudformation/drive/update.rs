//! A stack being updated, and rolled back when that fails.

use super::{
    Next, World,
    build::{self, Built},
    create,
};
use crate::cloudformation::{
    plan::Plan,
    stack::{Before, Resource, Stack},
    status::{ResourceStatus, StackStatus},
};

pub(super) fn advance(stack: &mut Stack, world: &World<'_>) -> Next {
    let plan = match create::plan(stack) {
        Ok(plan) => plan,
        Err(error) => return fail(stack, error.message),
    };
    match build::round(stack, &plan, world) {
        Built::Waits(next) => next,
        Built::Failed(names) => {
            let names = names.join(", ");
            fail(stack, format!("The following resource(s) failed to update: [{names}]."))
        }
        Built::Impossible(reason) => {
            build::cancel(stack);
            fail(stack, reason)
        }
        Built::Complete => finish(stack, &plan, world),
    }
}

fn finish(stack: &mut Stack, plan: &Plan, world: &World<'_>) -> Next {
    match create::outputs(stack, plan, world) {
        Ok(outputs) => stack.outputs = outputs,
        Err(error) => return fail(stack, error.message),
    }
    let removed = stack.resources.keys().filter(|name| !plan.resources.contains_key(*name));
    let removed: Vec<String> = removed.cloned().collect();
    let removed = removed.iter().filter_map(|name| stack.resources.remove(name));
    let removed: Vec<Resource> = removed.collect();
    stack.leaving.extend(removed);
    stack.turn(StackStatus::UpdateCompleteCleanupInProgress, None);
    Next::Now
}

fn fail(stack: &mut Stack, reason: String) -> Next {
    stack.turn(StackStatus::UpdateRollbackInProgress, Some(reason));
    Next::Now
}

/// Rolls a stack back: new resources are deleted, old ones return, and what was changed in place is
/// changed back.
pub(super) fn roll_back(stack: &mut Stack, world: &World<'_>) -> Next {
    if let Some(before) = stack.before_update.take() {
        let Before { spec, resources, outputs, imports } = before;
        let tried = std::mem::replace(&mut stack.resources, resources);
        stack.spec = spec;
        stack.outputs = outputs;
        stack.imports = imports;
        stack.leaving.clear();
        for (name, new) in tried {
            match stack.resources.get(&name).cloned() {
                Some(old) if old.physical_id == new.physical_id => {
                    change_back(stack, world, old, &new);
                }
                _ => stack.leaving.push(new),
            }
        }
    }
    stack.turn(StackStatus::UpdateRollbackCompleteCleanupInProgress, None);
    Next::Now
}

fn change_back(stack: &mut Stack, world: &World<'_>, mut old: Resource, new: &Resource) {
    if old.properties == new.properties && old.status == new.status {
        return;
    }
    stack.turn_resource(&mut old, ResourceStatus::UpdateInProgress, None);
    let scope = stack.scope(&old);
    let id = old.physical_id.clone().unwrap_or_default();
    let provider = world.providers.of(&old.kind);
    // The stack is back as far as its services let it.
    let _ = provider.and_then(|provider| provider.update(&scope, &old.kind, &id, &old.properties));
    stack.turn_resource(&mut old, ResourceStatus::UpdateComplete, None);
    stack.resources.insert(old.logical_id.clone(), old);
}
