//! Deletes resources, each as soon as nothing that needs it is left.

use std::time::Duration;

use super::{Next, World, handler_message};
use crate::{
    cloudformation::{
        stack::{Resource, Stack},
        status::{ResourceStatus, StackStatus},
    },
    provision::Act,
    service::AwsError,
    times::{Millis, after, now},
};

/// How long a refused deletion is retried: what still uses the resource is often being deleted.
const PATIENCE: Duration = Duration::from_mins(5);
/// The time between retries, in milliseconds.
const AGAIN: Millis = 1000;

/// Runs one step of deleting all resources of a stack.
pub(super) fn all(
    stack: &mut Stack,
    world: &World<'_>,
    complete: StackStatus,
    failed: StackStatus,
) -> Next {
    stack.todo.clear();
    let resources = std::mem::take(&mut stack.resources).into_values();
    let mut pool: Vec<Resource> = resources.chain(std::mem::take(&mut stack.leaving)).collect();
    let next = round(stack, &mut pool, world);
    let undeleted = undeleted(&pool);
    for resource in pool {
        stack.resources.insert(resource.logical_id.clone(), resource);
    }
    if next != Next::Never {
        return next;
    }
    if undeleted.is_empty() {
        stack.outputs.clear();
        stack.imports.clear();
        stack.turn(complete, None);
    } else {
        let names = undeleted.join(", ");
        let reason = format!("The following resource(s) failed to delete: [{names}]. ");
        stack.turn(failed, Some(reason));
    }
    Next::Never
}

/// Runs one step of deleting what left the stack in an update. What cannot be deleted is left
/// behind.
pub(super) fn leaving(stack: &mut Stack, world: &World<'_>, complete: StackStatus) -> Next {
    let mut pool = std::mem::take(&mut stack.leaving);
    let next = round(stack, &mut pool, world);
    if next != Next::Never {
        stack.leaving = pool;
        return next;
    }
    stack.before_update = None;
    stack.turn(complete, None);
    Next::Never
}

fn undeleted(pool: &[Resource]) -> Vec<String> {
    let left = pool.iter().filter(|resource| !resource.status.is_gone());
    left.map(|resource| resource.logical_id.clone()).collect()
}

/// Runs one round. Returns `Never` once everything that can be deleted is.
fn round(stack: &mut Stack, pool: &mut [Resource], world: &World<'_>) -> Next {
    let mut next = Next::Never;
    for index in 0..pool.len() {
        let is_needed = is_needed(pool, index);
        let resource = &mut pool[index];
        let is_done = resource.status.is_gone() || resource.status == ResourceStatus::DeleteFailed;
        if is_done || is_needed {
            continue;
        }
        delete(stack, resource, world);
        next = match (next, resource.status) {
            (Next::Now, _)
            | (_, ResourceStatus::DeleteComplete | ResourceStatus::DeleteSkipped) => Next::Now,
            (next, ResourceStatus::DeleteInProgress) => {
                let again = next_look(resource.until, now());
                Next::At(if let Next::At(time) = next { time.min(again) } else { again })
            }
            (next, _) => next,
        };
    }
    next
}

/// Returns when to check a deletion again: after a pause, but no later than its deadline. After the
/// deadline only an accepted deletion is still waited for, and the pause keeps that from spinning.
fn next_look(until: Millis, now: Millis) -> Millis {
    let again = now + AGAIN;
    if until > now { until.min(again) } else { again }
}

/// Returns whether something is left that must go before a resource.
fn is_needed(pool: &[Resource], index: usize) -> bool {
    let name = &pool[index].logical_id;
    let others = pool.iter().enumerate().filter(|(other, _)| *other != index);
    others.into_iter().any(|(_, other)| {
        !other.status.is_gone() && other.before.contains(name) && other.logical_id != *name
    })
}

fn delete(stack: &mut Stack, resource: &mut Resource, world: &World<'_>) {
    if resource.retain {
        return stack.turn_resource(resource, ResourceStatus::DeleteSkipped, None);
    }
    if resource.status != ResourceStatus::DeleteInProgress {
        resource.until = after(now(), world.pace.scale(PATIENCE));
        stack.turn_resource(resource, ResourceStatus::DeleteInProgress, None);
    }
    if resource.physical_id.is_none() {
        // It may have been created just before a kill, when that was not noted yet.
        let provider = world.providers.of(&resource.kind);
        let scope = stack.scope(resource);
        resource.physical_id =
            provider.and_then(|provider| provider.created_before(&scope, &resource.kind));
    }
    // What was never created has nothing to delete.
    let (deleted, is_gone) = match (&resource.physical_id, world.providers.of(&resource.kind)) {
        (Some(id), Some(provider)) => {
            if let Err(denied) = world.admit(stack, resource, Act::Delete) {
                return fail(stack, resource, &denied);
            }
            let scope = stack.scope(resource);
            let deleted = provider.delete(&scope, &resource.kind, id);
            (deleted, provider.gone(&scope, &resource.kind, id))
        }
        _ => (Ok(()), true),
    };
    match deleted {
        Ok(()) if !is_gone => {}
        Ok(()) => stack.turn_resource(resource, ResourceStatus::DeleteComplete, None),
        Err(error) if resource.until <= now() => fail(stack, resource, &error),
        Err(_) => {}
    }
}

fn fail(stack: &mut Stack, resource: &mut Resource, error: &AwsError) {
    let reason = handler_message(&resource.kind, error);
    stack.turn_resource(resource, ResourceStatus::DeleteFailed, Some(reason));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_gone_is_looked_at_after_a_pause() {
        assert_eq!(next_look(9_000, 1_000), 2_000);
        assert_eq!(next_look(1_500, 1_000), 1_500);
        // At pace 0 the deadline has passed from the start.
        assert_eq!(next_look(1_000, 1_000), 2_000);
    }
}
