//! A stack being created.

use std::collections::BTreeMap;

use super::{
    Next, World,
    build::{self, Built},
};
use crate::{
    cloudformation::{
        plan::Plan,
        stack::{OnFailure, OutputValue, Stack},
        status::StackStatus,
        template::Template,
    },
    service::AwsError,
    times::now,
};

pub(super) fn advance(stack: &mut Stack, world: &World<'_>) -> Next {
    let plan = match plan(stack) {
        Ok(plan) => plan,
        Err(error) => return fail(stack, error.message),
    };
    if deadline(stack).is_some_and(|deadline| deadline <= now()) {
        build::cancel(stack);
        return fail(stack, "Stack creation time exceeded the specified timeout.".to_owned());
    }
    match build::round(stack, &plan, world) {
        Built::Waits(Next::At(time)) => {
            Next::At(deadline(stack).map_or(time, |deadline| deadline.min(time)))
        }
        Built::Waits(next) => next,
        Built::Failed(names) => {
            let names = names.join(", ");
            fail(stack, format!("The following resource(s) failed to create: [{names}]."))
        }
        Built::Impossible(reason) => {
            build::cancel(stack);
            fail(stack, reason)
        }
        Built::Complete => match outputs(stack, &plan, world) {
            Ok(outputs) => {
                stack.outputs = outputs;
                stack.turn(StackStatus::CreateComplete, None);
                Next::Never
            }
            Err(error) => fail(stack, error.message),
        },
    }
}

/// Returns the plan of the stack that is wanted.
pub(super) fn plan(stack: &Stack) -> Result<Plan, AwsError> {
    let template = Template::parse(&stack.spec.template)?;
    stack.with_pseudo(|pseudo| Plan::of(&template, &stack.spec.parameters, pseudo))
}

/// Returns the outputs of a stack whose resources exist.
pub(super) fn outputs(
    stack: &Stack,
    plan: &Plan,
    world: &World<'_>,
) -> Result<BTreeMap<String, OutputValue>, AwsError> {
    let outputs = stack.output_values(plan, &world.exports)?;
    for name in outputs.values().filter_map(|output| output.export.as_ref()) {
        if let Some(export) = world.exports.get(name).filter(|export| export.stack_id != stack.id) {
            let other = &export.stack_name;
            return Err(crate::cloudformation::errors::validation(format!(
                "Export with name {name} is already exported by stack {other}."
            )));
        }
    }
    Ok(outputs)
}

fn deadline(stack: &Stack) -> Option<u64> {
    let minutes = stack.settings.timeout_minutes?;
    Some(stack.created + u64::from(minutes) * 60_000)
}

fn fail(stack: &mut Stack, reason: String) -> Next {
    match stack.settings.on_failure {
        OnFailure::Rollback => {
            let reason = format!("{reason} Rollback requested by user.");
            stack.turn(StackStatus::RollbackInProgress, Some(reason));
            Next::Now
        }
        OnFailure::Delete => {
            let reason = format!("{reason} Delete requested by user.");
            stack.turn(StackStatus::DeleteInProgress, Some(reason));
            Next::Now
        }
        OnFailure::DoNothing => {
            stack.turn(StackStatus::CreateFailed, Some(reason));
            Next::Never
        }
    }
}
