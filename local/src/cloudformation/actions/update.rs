//! `UpdateStack`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Form;
use super::{
    create::is_resend,
    input::{self, Wanted},
};
use crate::{
    cloudformation::{
        changes,
        drive::{self, Shared},
        errors,
        stack::{Before, Stack},
        status::StackStatus,
    },
    service::AwsError,
};

pub(super) fn update(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let name = form.required("StackName")?;
    let entry = shared.stacks.find(&form.place, name)?;
    let exports = shared.stacks.exports(&form.place);
    let begun = entry.change(|stack| {
        if is_resend(stack, form, "UpdateStack")? {
            return Ok(false);
        }
        check_state(stack)?;
        let wanted =
            stack.with_pseudo(|pseudo| input::wanted(shared, form, pseudo, Some(stack)))?;
        if !changes::any(stack, &wanted.plan, &wanted.spec.tags, &exports) {
            return Err(errors::validation("No updates are to be performed."));
        }
        stack.begin("UpdateStack", form);
        begin(stack, wanted);
        Ok(true)
    })?;
    if begun {
        drive::start(shared, &entry);
    }
    Ok(json!({ "StackId": entry.id }))
}

/// Refuses to update what cannot be updated.
pub(super) fn check_state(stack: &Stack) -> Result<(), AwsError> {
    if stack.status.can_be_updated() {
        return Ok(());
    }
    if !stack.is_live() {
        return Err(errors::no_stack(&stack.name));
    }
    let (id, status) = (&stack.id, stack.status);
    Err(errors::validation(format!("Stack:{id} is in {status} state and can not be updated.")))
}

/// Begins to update a stack.
pub(super) fn begin(stack: &mut Stack, wanted: Wanted) {
    // Resources that an earlier operation deleted do not exist.
    stack.resources.retain(|_, resource| !resource.status.is_gone());
    stack.before_update = Some(Before {
        spec: std::mem::replace(&mut stack.spec, wanted.spec),
        resources: stack.resources.clone(),
        outputs: stack.outputs.clone(),
        imports: std::mem::replace(&mut stack.imports, wanted.plan.imports()),
    });
    stack.todo = wanted.plan.resources.into_keys().collect();
    stack.turn(StackStatus::UpdateInProgress, Some("User Initiated".to_owned()));
}
