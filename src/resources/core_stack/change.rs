//! Creates and updates the stack.

use aws_sdk_cloudformation::types::{Capability, OnFailure, Stack, Tag};

use super::{CoreStack, is_by_hand, parameters};
use crate::{
    aws::{Failure, call, operations::cloudformation as op},
    engine::Step,
    error::Result,
    lab::{files, own_tags},
    resources::words::unless_any,
};

impl CoreStack {
    /// Returns the tags of a stack plus the lab's: an update replaces them all.
    fn tags_of(&self, stack: &Stack) -> Vec<Tag> {
        let own = self.own_tags();
        let is_own = |key: &str| own.iter().any(|own| own.key() == Some(key));
        let others = stack.tags().iter();
        let others = others
            .filter(|tag| tag.key().is_some_and(|key| !is_own(key) && !key.starts_with("aws:")));
        others.chain(&own).cloned().collect()
    }

    fn own_tags(&self) -> Vec<Tag> {
        let tag = |(key, value)| Tag::builder().key(key).value(value).build();
        own_tags(&self.lab.name, self.choices.expires).map(tag).collect()
    }

    pub(super) async fn create(&self, step: &Step<'_>) -> Result<()> {
        let makes_a_role = self.parameters.makes_a_role(None);
        step.status(format!("creating {}", what(makes_a_role)));
        let create = self
            .cloudformation
            .create_stack()
            .stack_name(&self.name)
            .template_body(files::CORE_STACK)
            .set_parameters(Some(self.parameters.of_new()))
            // Rolled back, not deleted: its events show what failed.
            .on_failure(OnFailure::Rollback)
            .timeout_in_minutes(30)
            .set_tags(Some(self.own_tags()));
        let sent = with_capability(makes_a_role, |capabilities| {
            call(&op::CREATE_STACK, create.clone().set_capabilities(capabilities).send())
        });
        Ok(step.created(sent.await, &["AlreadyExistsException"])?)
    }

    pub(super) async fn update(&self, stack: &Stack, step: &Step<'_>) -> Result<()> {
        let update = self.cloudformation.update_stack().stack_name(&self.name);
        let update = update.set_tags(Some(self.tags_of(stack)));
        let sent = if is_by_hand(stack) {
            step.status("adding the lab's tag to the stack");
            let kept = Some(parameters::kept(stack)).filter(|kept| !kept.is_empty());
            // The original template sets the names of roles.
            let update = update.capabilities(Capability::CapabilityNamedIam);
            let update = update.use_previous_template(true).set_parameters(kept);
            call(&op::UPDATE_STACK, update.send()).await
        } else {
            let makes_a_role = self.parameters.makes_a_role(Some(stack));
            step.status(format!("updating {}", what(makes_a_role)));
            let parameters = self.parameters.of_update(stack);
            let update = update.template_body(files::CORE_STACK).set_parameters(Some(parameters));
            with_capability(makes_a_role, |capabilities| {
                call(&op::UPDATE_STACK, update.clone().set_capabilities(capabilities).send())
            })
            .await
        };
        match sent {
            // Somebody else did it meanwhile, or has begun: the next look shows what becomes of it.
            Err(failure)
                if [
                    "No updates are to be performed",
                    "_IN_PROGRESS state and can not be updated",
                ]
                .iter()
                .any(|words| failure.message.contains(words)) =>
            {
                Ok(())
            }
            other => unless_any(other, &[]),
        }
    }
}

/// Returns what a change of the stack is about.
fn what(makes_a_role: bool) -> &'static str {
    if makes_a_role { "the network and the roles" } else { "the network" }
}

/// Sends a change with the capability that the roles need: they have generated names, so it is not
/// the one for names. Without a role none is given, unless CloudFormation wants it all the same, for
/// the roles that the template could make.
async fn with_capability<T, F>(
    makes_a_role: bool,
    send: impl Fn(Option<Vec<Capability>>) -> F,
) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    let capability = || Some(vec![Capability::CapabilityIam]);
    if makes_a_role {
        return send(capability()).await;
    }
    match send(None).await {
        Err(failure) if failure.is("InsufficientCapabilitiesException") => send(capability()).await,
        other => other,
    }
}
