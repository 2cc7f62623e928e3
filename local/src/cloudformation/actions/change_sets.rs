//! Change sets: a change that is reviewed before it is made, as `aws cloudformation deploy` does.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Form;
use super::{create, input, update};
use crate::{
    cloudformation::{
        changes,
        drive::{self, Shared},
        errors,
        plan::Plan,
        stack::{ChangeSet, Stack, uuid},
        stacks::Entry,
        status::StackStatus,
        template::Template,
    },
    place::Place,
    protocol::form::page,
    service::AwsError,
    times::{iso, now},
};

const PAGE: usize = 100;
const NO_CHANGES: &str = "The submitted information didn't contain changes. Submit different \
                          information to create a change set.";

pub(super) fn create(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let name = form.required("ChangeSetName")?;
    input::check_name(name, "changeSetName")?;
    let creates = match form.text("ChangeSetType") {
        Some("CREATE") => true,
        Some("UPDATE") | None => false,
        Some(_) => return Err(errors::validation("The local cloud does not import resources.")),
    };
    let entry = if creates { to_review(shared, form)? } else { existing(shared, form)? };
    let exports = shared.stacks.exports(&form.place);
    entry.change(|stack| {
        if creates && stack.status != StackStatus::ReviewInProgress {
            return Err(errors::validation(format!(
                "Stack [{}] already exists and cannot be created again with the changeSet [{name}].",
                stack.name
            )));
        }
        if !creates {
            update::check_state(stack)?;
        }
        if stack.change_sets.iter().any(|set| set.name == name) {
            let message = format!("ChangeSet {name} cannot be created due to a mismatch with existing attribute Template");
            return Err(errors::coded("AlreadyExistsException", message));
        }
        let wanted = stack.with_pseudo(|pseudo| input::wanted(shared, form, pseudo, Some(stack)))?;
        let tags = &wanted.spec.tags;
        let any = creates || changes::any(stack, &wanted.plan, tags, &exports);
        let Place { account, region } = &form.place;
        let set = ChangeSet {
            id: format!("arn:aws:cloudformation:{region}:{account}:changeSet/{name}/{}", uuid()),
            name: name.to_owned(),
            description: form.text("Description").map(str::to_owned),
            created: now(),
            changes: changes::of_resources(stack, &wanted.plan, &exports),
            spec: wanted.spec,
            creates,
            failed: (!any).then(|| NO_CHANGES.to_owned()),
            executed: false,
            on_failure: input::on_failure(form)?,
        };
        let id = set.id.clone();
        stack.change_sets.push(set);
        Ok(json!({ "Id": id, "StackId": stack.id }))
    })
}

/// Adds the empty stack, up for review, that a change set will create.
fn to_review(shared: &Shared, form: &Form) -> Result<Arc<Entry>, AwsError> {
    let name = input::new_name(form)?;
    if let Ok(entry) = shared.stacks.find(&form.place, name) {
        return Ok(entry);
    }
    let id = create::new_id(form, name);
    let mut stack = create::new(form, name, &id);
    // Refused before there is a stack.
    stack.with_pseudo(|pseudo| input::wanted(shared, form, pseudo, None))?;
    stack.turn(StackStatus::ReviewInProgress, Some("User Initiated".to_owned()));
    shared.stacks.add(stack)
}

fn existing(shared: &Shared, form: &Form) -> Result<Arc<Entry>, AwsError> {
    shared.stacks.find(&form.place, form.required("StackName")?)
}

/// Finds the change set that a call names: by its ARN, or by its name and its stack's.
pub(super) fn find(shared: &Shared, form: &Form) -> Result<(Arc<Entry>, ChangeSet), AwsError> {
    let name = form.required("ChangeSetName")?;
    let stacks = match form.text("StackName") {
        Some(_) => vec![existing(shared, form)?],
        None => shared.stacks.all(&form.place),
    };
    let found = stacks.into_iter().find_map(|entry| {
        let is_it = |set: &&ChangeSet| set.id == name || set.name == name;
        let set = entry.store.read(|stack| stack.change_sets.iter().find(is_it).cloned());
        set.map(|set| (entry, set))
    });
    found.ok_or_else(|| errors::no_change_set(name))
}

pub(super) fn describe(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let (entry, set) = find(shared, form)?;
    let (changes, token) = page(set.changes.clone(), form.text("NextToken"), PAGE)?;
    let mut described = summary(&entry, &set);
    described["Parameters"] = json!(input::shown_parameters(&set.spec));
    described["Capabilities"] = json!(set.spec.capabilities);
    described["Tags"] = json!(input::shown_tags(&set.spec));
    described["NotificationARNs"] = json!([]);
    described["Changes"] = changes.iter().map(changes::described).collect();
    described["NextToken"] = json!(token);
    Ok(described)
}

fn summary(entry: &Entry, set: &ChangeSet) -> Value {
    let (status, execution) = match (&set.failed, set.executed) {
        (Some(_), _) => ("FAILED", "UNAVAILABLE"),
        (None, true) => ("CREATE_COMPLETE", "EXECUTE_COMPLETE"),
        (None, false) => ("CREATE_COMPLETE", "AVAILABLE"),
    };
    json!({
        "StackId": entry.id,
        "StackName": entry.name,
        "ChangeSetId": set.id,
        "ChangeSetName": set.name,
        "Description": set.description,
        "CreationTime": iso(set.created),
        "Status": status,
        "StatusReason": set.failed,
        "ExecutionStatus": execution,
    })
}

pub(super) fn list(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let entry = existing(shared, form)?;
    let sets = entry
        .store
        .read(|stack| stack.change_sets.iter().map(|set| summary(&entry, set)).collect::<Vec<_>>());
    let (sets, token) = page(sets, form.text("NextToken"), PAGE)?;
    Ok(json!({ "Summaries": sets, "NextToken": token }))
}

pub(super) fn delete(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    match find(shared, form) {
        Ok((entry, set)) => entry.change(|stack| {
            stack.change_sets.retain(|other| other.id != set.id);
            Ok(json!({}))
        }),
        // What does not exist need not be deleted.
        Err(error) if error.code == "ChangeSetNotFound" => Ok(json!({})),
        Err(error) => Err(error),
    }
}

pub(super) fn execute(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let (entry, set) = find(shared, form)?;
    if set.failed.is_some() || set.executed {
        let status = if set.executed { "EXECUTE_COMPLETE" } else { "FAILED" };
        let message = format!(
            "ChangeSet [{}] cannot be executed in its current status of [{status}]",
            set.id
        );
        return Err(errors::coded("InvalidChangeSetStatus", message));
    }
    entry.change(|stack| {
        let wanted = planned(stack, &set)?;
        // The others were made for what the stack was.
        stack.change_sets.retain(|other| other.id == set.id);
        stack.change_sets.iter_mut().for_each(|set| set.executed = true);
        stack.settings.on_failure = set.on_failure;
        stack.begin("ExecuteChangeSet", form);
        if set.creates {
            create::begin(stack, wanted);
        } else {
            update::check_state(stack)?;
            update::begin(stack, wanted);
        }
        Ok(())
    })?;
    drive::start(shared, &entry);
    Ok(json!({}))
}

fn planned(stack: &Stack, set: &ChangeSet) -> Result<input::Wanted, AwsError> {
    let spec = set.spec.clone();
    let template = Template::parse(&spec.template)?;
    let plan = stack.with_pseudo(|pseudo| Plan::of(&template, &spec.parameters, pseudo))?;
    Ok(input::Wanted { spec, plan })
}
