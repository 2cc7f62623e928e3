//! The core stack: the network, the security group and the roles, as one CloudFormation stack. One
//! that students created by hand, from the original lab's template, is kept unchanged.

mod bill;
mod by_hand;
mod change;
mod checks;
mod events;
mod interfaces;
mod outputs;
mod parameters;
mod permissions;
mod presence;
mod roles;
mod standing;
mod template;
mod wishes;

use std::{collections::BTreeSet, time::Duration};

use async_trait::async_trait;
use aws_sdk_cloudformation::{
    Client,
    types::{Stack, StackResource, StackStatus, Tag},
};

use self::{parameters::Parameters, standing::Standing};
use super::{
    Choices,
    words::{protected, replaced, unless_any},
};
use crate::{
    aws::{
        Failure, call,
        operations::{cloudformation as op, ec2, iam},
    },
    destination::{Destination, Lazy},
    engine::{
        About, Billed, ByHand, Id, LeftBehind, Presence, Purpose, Resource, Seen, Setting, Step,
    },
    error::{Code, Error, Evidence, Result},
    lab::{ArnPattern, EXPIRES_TAG, Expiry, LAB_TAG, LabId, Names, Owner, Role, Roles, Values},
};

/// The note for a stack whose template is not the lab's.
const BY_HAND: &str = "network typed by hand, kept";

/// How often one run requests the deletion. What blocked it the first time is often about to go:
/// AWS removes the network interfaces of a load balancer minutes after the load balancer.
const MOST_DELETIONS: u32 = 3;

/// The core stack.
pub(super) struct CoreStack {
    about: About,
    cloudformation: Lazy<Client>,
    iam: Lazy<aws_sdk_iam::Client>,
    ec2: Lazy<ec2::Client>,
    name: String,
    lab: LabId,
    parameters: Parameters,
    choices: Choices,
}

impl CoreStack {
    /// Creates the stack resource with these names, with the network that the user chose.
    pub(super) fn new(destination: &Destination, names: &Names, choices: &Choices) -> Self {
        Self {
            about: About {
                id: Id("core-stack"),
                title: format!("CloudFormation stack `{}`", names.stack),
                why: "One stack makes the network that the backend lives in, and the roles it acts with.",
                today: Some(
                    "one would first ask whether the tasks need the NAT gateways, which are most of the price: VPC endpoints, or public subnets as in `--topology economy`, do without.",
                ),
                produces: outputs::produced(),
                arn: Some(ArnPattern::new(
                    &names.lab,
                    "cloudformation",
                    "stack/{name}/*",
                    &names.stack,
                )),
                parts: vec![ArnPattern::roles(&names.lab, &names.stack, permissions::LONGEST_ROLE)],
                operations: &[
                    &op::DESCRIBE_STACKS,
                    &op::DESCRIBE_STACK_EVENTS,
                    &op::DESCRIBE_STACK_RESOURCES,
                    &op::GET_TEMPLATE,
                    &op::CREATE_STACK,
                    &op::UPDATE_STACK,
                    &op::DELETE_STACK,
                    &iam::GET_ROLE,
                    &ec2::DESCRIBE_NETWORK_INTERFACES,
                ],
                also: permissions::IN_THE_CALLERS_NAME,
                prices: bill::of_topology(choices.topology_when_new()),
                billed_parts: bill::by_arn(&names.lab),
                deadline: Duration::from_mins(45),
                checks: &checks::CHECKS,
                ..About::default()
            },
            cloudformation: destination.client(),
            iam: destination.client(),
            ec2: destination.client(),
            name: names.stack.clone(),
            lab: names.lab.clone(),
            parameters: Parameters::new(names, choices),
            choices: choices.clone(),
        }
    }

    /// Returns the ARNs of the existing roles that the tasks are to have.
    fn existing_roles(&self) -> BTreeSet<String> {
        let Choices { roles, when_new, .. } = &self.choices;
        let chosen =
            [&roles.execution, &roles.task].map(|role| role.as_ref().or(when_new.role.as_ref()));
        chosen.into_iter().flatten().filter_map(|role: &Role| role.arn(&self.lab.account)).collect()
    }

    /// Returns CloudFormation's description of the stack with this name or ARN; `None` if there is
    /// none. By its ARN a deleted stack is shown for 90 days.
    async fn describe(&self, stack: &str) -> Result<Option<Stack>> {
        let describe = self.cloudformation.describe_stacks().stack_name(stack);
        let answer = match call(&op::DESCRIBE_STACKS, describe.send()).await {
            Err(failure) if absent(&failure) => return Ok(None),
            other => other?,
        };
        let stack = answer.stacks.and_then(|stacks| stacks.into_iter().next());
        Ok(stack.filter(|stack| Standing::of(stack.stack_status()) != Standing::Gone))
    }

    /// Returns the resources of a stack.
    async fn resources(&self, stack: &Stack) -> Result<Vec<StackResource>> {
        let id = stack.stack_id().unwrap_or(&self.name);
        let list = self.cloudformation.describe_stack_resources().stack_name(id);
        let answer = call(&op::DESCRIBE_STACK_RESOURCES, list.send()).await?;
        Ok(answer.stack_resources.unwrap_or_default())
    }

    /// Returns what was observed of a stack with the lab's template.
    async fn of_the_lab(&self, stack: &Stack, seen: Seen) -> Result<Seen> {
        let mut seen = Seen { values: outputs::values(stack), ..seen };
        seen.settings.extend(self.parameters.compared(stack));
        let standing = parameters::topology(stack);
        let wanted = self.choices.topology.or(standing).unwrap_or_default();
        let resources = self.resources(stack).await?;
        seen.billed = Some(Billed {
            now: bill::of_resources(&resources),
            wanted: bill::of_topology(wanted),
            since: bill::since(stack, &resources),
        });
        if seen.presence == Presence::There {
            let get = self.cloudformation.get_template().stack_name(&self.name);
            let template = match call(&op::GET_TEMPLATE, get.send()).await {
                // Another cleanup has deleted it meanwhile.
                Err(failure) if absent(&failure) => return Ok(Seen::absent()),
                other => other?,
            };
            seen.settings.push(template::compared(template.template_body()));
            // An update adds the outputs of the lab's template; if the template is the lab's but
            // outputs are missing, only a new stack helps.
            if !seen.drifted()
                && let Some(missing) = outputs::missing(&seen.values)
            {
                seen.presence =
                    Presence::Broken { why: format!("the stack has no output `{missing}`") };
            }
        }
        Ok(seen)
    }

    /// Returns what was observed of a stack created by hand: everything but its tag is accepted.
    async fn by_hand(&self, stack: &Stack, seen: Seen) -> Result<Seen> {
        let resources = self.resources(stack).await?;
        let values = outputs::values_by_hand(stack, &resources, &self.lab.account);
        let now = bill::of_resources(&resources);
        let since = bill::since(stack, &resources);
        let mut seen = Seen { billed: Some(Billed { wanted: now.clone(), now, since }), ..seen };
        if seen.presence == Presence::There {
            seen.kept.push(self.kept_by_hand());
            if let Some(missing) = outputs::missing(&values) {
                let why = format!("the stack was typed by hand, and has no output `{missing}`");
                seen.presence = Presence::Broken { why };
            }
        }
        Ok(Seen { values, ..seen })
    }

    /// Returns the note for a stack created by hand, with the flags that change nothing there.
    fn kept_by_hand(&self) -> String {
        let Choices { topology, zones, roles, .. } = &self.choices;
        let topology = topology.map(|topology| format!("`--topology {}`", topology.name()));
        let zones = zones.as_ref().map(|zones| format!("`--zones {},{}`", zones.one, zones.two));
        let roles = (*roles != Roles::default()).then(|| "the flags for roles".to_owned());
        let flags: Vec<String> = topology.into_iter().chain(zones).chain(roles).collect();
        match flags.as_slice() {
            [] => BY_HAND.to_owned(),
            flags => format!("{BY_HAND}: no effect of {}", flags.join(" and ")),
        }
    }

    fn owner(&self, stack: &Stack) -> Owner {
        Owner::of(value(stack, LAB_TAG), &self.lab.name)
    }

    /// Replaces a stack that no update brings to the desired state. One that was created by hand
    /// and is usable must not be replaced.
    async fn replace(&self, stack: &Stack, why: &str, step: &Step<'_>) -> Result<()> {
        let advice = match Standing::of(stack.stack_status()) {
            _ if !is_by_hand(stack) => None,
            Standing::Whole => Some("add the output to its template, or delete the stack"),
            _ if stack.stack_status() == Some(&StackStatus::UpdateRollbackFailed) => Some(
                "`aws cloudformation continue-update-rollback` brings it back; then run the same command again",
            ),
            _ => None,
        };
        if let Some(advice) = advice {
            return Err(Error::new(Code::Failed, why).hint(advice));
        }
        replaced(step, why);
        self.delete().await
    }

    async fn delete(&self) -> Result<()> {
        let delete = self.cloudformation.delete_stack().stack_name(&self.name);
        match call(&op::DELETE_STACK, delete.send()).await {
            Err(failure) if absent(&failure) => Ok(()),
            Err(failure) if failure.message.contains("TerminationProtection") => {
                Err(protected(failure, &self.about.title, "CloudFormation"))
            }
            other => unless_any(other, &[]),
        }
    }
}

/// Returns the value of a stack's tag.
fn value<'a>(stack: &'a Stack, key: &str) -> Option<&'a str> {
    stack.tags().iter().find(|tag| tag.key() == Some(key)).and_then(Tag::value)
}

#[async_trait]
impl Resource for CoreStack {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, _known: &Values, purpose: Purpose) -> Result<Seen> {
        let Some(stack) = self.describe(&self.name).await? else { return Ok(Seen::absent()) };
        if purpose == Purpose::Deploy {
            wishes::check(&self.parameters, &stack)?;
        }
        let owner = self.owner(&stack);
        let mut settings = vec![Setting::tag(&self.lab.name, &owner)];
        let expires = value(&stack, EXPIRES_TAG);
        settings.extend(Setting::expiry(self.choices.expires, expires));
        let expires = expires.and_then(Expiry::of_tag);
        let seen = Seen { settings, expires, ..Seen::new(self.presence(&stack).await?, owner) };
        let mut seen = if is_by_hand(&stack) {
            self.by_hand(&stack, seen).await?
        } else {
            self.of_the_lab(&stack, seen).await?
        };
        // For a look, the stack is usable. Deploy has to distinguish a failed update from one that
        // AWS does not show yet.
        let is_usable = seen.presence == Presence::There;
        if purpose == Purpose::Deploy && is_usable && seen.drifted() && is_rolled_back(&stack) {
            seen.presence = self.rolled_back(&stack).await?;
        }
        Ok(seen)
    }

    async fn exists(&self, arn: &str) -> Result<bool> {
        Ok(self.describe(arn).await?.is_some())
    }

    /// CloudFormation would notice only after it has created half of the network, and ECS only after
    /// all of it.
    async fn check_input(&self) -> Result<Option<String>> {
        let region = self.lab.region.as_str();
        let zones = self.choices.zones.iter().flat_map(|zones| [&zones.one, &zones.two]);
        let mut elsewhere = zones.filter(|zone| !zone.starts_with(region));
        if let Some(zone) = elsewhere.next() {
            let message = format!("`{zone}` is not a zone of {region}");
            return Err(Error::new(Code::Setting, message).hint(format!(
                "zones of a region begin with its name: `--zones {region}a,{region}b`"
            )));
        }
        let mut unknown = None;
        for arn in self.existing_roles() {
            unknown = roles::check(&self.iam, &self.lab, &arn).await?.or(unknown);
        }
        Ok(unknown)
    }

    async fn apply(&self, _known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        if seen.presence == Presence::Absent {
            return self.create(step).await;
        }
        // Deleted meanwhile: the next look will show that.
        let Some(stack) = self.describe(&self.name).await? else { return Ok(()) };
        match &seen.presence {
            // An update rolled back before this run is no reason not to try another one.
            Presence::Broken { why } if !(is_rolled_back(&stack) && seen.drifted()) => {
                self.replace(&stack, why, step).await
            }
            _ => self.update(&stack, step).await,
        }
    }

    async fn remove(&self, known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the network and the roles");
        if step.attempt() < MOST_DELETIONS {
            return self.delete().await;
        }
        match self.inspect(known, Purpose::Cleanup).await?.presence {
            Presence::Broken { why } => Err(Error::new(Code::Failed, why).hint(
                "something that the lab did not make uses its network or its roles: remove that, and run the same command again",
            )),
            _ => self.delete().await,
        }
    }

    /// What could not be deleted is kept by something.
    async fn diagnose(&self, known: &Values, error: Error) -> Error {
        let kept_by = self.left_behind(known).await.unwrap_or_default();
        let Some(first) = kept_by.first() else { return error };
        let hint = first.advice.clone();
        let see =
            |it: &LeftBehind| Evidence { source: "EC2", text: format!("{}: {}", it.what, it.why) };
        error.shown_by(kept_by.iter().map(see).collect()).hint(hint)
    }

    /// A failed update leaves the stack as it was before, and that is how it looks.
    async fn behind(&self, _known: &Values) -> Result<Option<Presence>> {
        match self.describe(&self.name).await? {
            Some(stack) if is_rolled_back(&stack) => self.rolled_back(&stack).await.map(Some),
            _ => Ok(None),
        }
    }

    /// Where the stack could not be deleted, something of others is in its network.
    async fn left_behind(&self, _known: &Values) -> Result<Vec<LeftBehind>> {
        let Some(stack) = self.describe(&self.name).await? else { return Ok(Vec::new()) };
        let is_refused = stack.stack_status() == Some(&StackStatus::DeleteFailed);
        if !is_refused || self.owner(&stack) != Owner::Ours {
            return Ok(Vec::new());
        }
        match outputs::vpc(&self.resources(&stack).await?) {
            Some(vpc) => interfaces::in_the_way(&self.ec2, vpc).await,
            None => Ok(Vec::new()),
        }
    }
}

/// Returns whether the stack is missing, which is a `ValidationError`, recognizable only by text.
fn absent(failure: &Failure) -> bool {
    failure.is("ValidationError") && failure.message.contains("does not exist")
}

/// Returns whether a usable stack was created by hand: the lab's template has a parameter for the
/// topology, the original one has no parameters at all.
fn is_by_hand(stack: &Stack) -> bool {
    parameters::topology(stack).is_none()
}

/// Returns whether the last update of a stack was rolled back.
fn is_rolled_back(stack: &Stack) -> bool {
    stack.stack_status() == Some(&StackStatus::UpdateRollbackComplete)
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudformation::types::Parameter;

    use super::*;

    fn stack(parameter: Option<(&str, &str)>) -> Stack {
        let build = |(key, value): (&str, &str)| {
            Parameter::builder().parameter_key(key).parameter_value(value).build()
        };
        Stack::builder().set_parameters(parameter.map(|it| vec![build(it)])).build()
    }

    #[test]
    fn a_stack_without_the_labs_parameter_was_typed_by_hand() {
        assert!(is_by_hand(&stack(None)));
        assert!(is_by_hand(&stack(Some(("Cidr", "10.0.0.0/16")))));
        assert!(!is_by_hand(&stack(Some(("Topology", "economy")))));
    }
}
