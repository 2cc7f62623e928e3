//! `CreateStack`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Form;
use super::input::{self, Wanted};
use crate::{
    cloudformation::{
        drive::{self, Shared},
        errors,
        plan::Pseudo,
        stack::{Settings, Stack, uuid},
        status::StackStatus,
    },
    place::Place,
    service::AwsError,
    times::now,
};

pub(super) fn create(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let name = input::new_name(form)?;
    if let Ok(existing) = shared.stacks.find(&form.place, name) {
        let again = existing.store.read(|stack| is_resend(stack, form, "CreateStack"));
        if again? {
            return Ok(json!({ "StackId": existing.id }));
        }
        return Err(errors::stack_exists(name));
    }
    let id = new_id(form, name);
    let pseudo = Pseudo { place: &form.place, stack_name: name, stack_id: &id };
    let wanted = input::wanted(shared, form, &pseudo, None)?;
    let mut stack = new(form, name, &id);
    stack.settings = Settings {
        on_failure: input::on_failure(form)?,
        timeout_minutes: form.checked_number("TimeoutInMinutes")?,
        termination_protection: form.flag("EnableTerminationProtection") == Some(true),
        role_arn: form.text("RoleARN").map(str::to_owned),
    };
    stack.begin("CreateStack", form);
    begin(&mut stack, wanted);
    let entry = shared.stacks.add(stack)?;
    drive::start(shared, &entry);
    Ok(json!({ "StackId": id }))
}

/// Returns a stack that is yet to be created.
pub(super) fn new(form: &Form, name: &str, id: &str) -> Stack {
    Stack {
        id: id.to_owned(),
        name: name.to_owned(),
        account: form.place.account.to_string(),
        region: form.place.region.clone(),
        created: now(),
        ..Stack::default()
    }
}

/// Begins to create a stack.
pub(super) fn begin(stack: &mut Stack, wanted: Wanted) {
    stack.imports = wanted.plan.imports();
    stack.todo = wanted.plan.resources.into_keys().collect();
    stack.spec = wanted.spec;
    stack.turn(StackStatus::CreateInProgress, Some("User Initiated".to_owned()));
}

pub(super) fn new_id(form: &Form, name: &str) -> String {
    let Place { account, region } = &form.place;
    format!("arn:aws:cloudformation:{region}:{account}:stack/{name}/{}", uuid())
}

/// Returns whether a call is the same as one before, sent again.
pub(super) fn is_resend(stack: &Stack, form: &Form, action: &str) -> Result<bool, AwsError> {
    let before = form.text("ClientRequestToken").and_then(|token| stack.tokens.get(token));
    match before {
        Some(before) if before == action => Ok(true),
        Some(_) => Err(errors::coded(
            "TokenAlreadyExistsException",
            "The client request token was already used for another operation of this stack.",
        )),
        None => Ok(false),
    }
}
