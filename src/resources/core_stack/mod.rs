//! The core stack: the network, the security group and the roles, as one CloudFormation stack.

mod events;
mod standing;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_cloudformation::{
    Client,
    types::{Capability, OnFailure, Parameter, Stack, StackStatus, Tag},
};

use self::standing::Standing;
use super::{
    difference,
    words::{protected, replaced, unless_any},
};
use crate::{
    aws::{Failure, call, operations::cloudformation as op},
    destination::Destination,
    engine::{About, Id, Presence, Purpose, Resource, Seen, Setting, Step},
    error::{Code, Error, Result},
    lab::{
        ArnPattern, LAB_TAG, LabId, Names, Owner, Placeholder, Topology, Values, files,
        placeholders as ph,
        prices::{Item, Price},
    },
};

/// What the stack gives, by the names of its outputs.
const OUTPUTS: [(&str, Placeholder); 11] = [
    ("VPCId", ph::VPC_ID),
    ("PublicSubnetOne", ph::PUBLIC_SUBNET_ONE),
    ("PublicSubnetTwo", ph::PUBLIC_SUBNET_TWO),
    ("PrivateSubnetOne", ph::PRIVATE_SUBNET_ONE),
    ("PrivateSubnetTwo", ph::PRIVATE_SUBNET_TWO),
    ("TaskSubnetOne", ph::TASK_SUBNET_ONE),
    ("TaskSubnetTwo", ph::TASK_SUBNET_TWO),
    ("AssignPublicIp", ph::ASSIGN_PUBLIC_IP),
    ("FargateContainerSecurityGroup", ph::SECURITY_GROUP_ID),
    ("EcsServiceRole", ph::ECS_SERVICE_ROLE_ARN),
    ("ECSTaskRole", ph::ECS_TASK_ROLE_ARN),
];

/// How often one run asks for the deletion. What kept a stack the first time is often on its way
/// out: AWS removes the interfaces of a load balancer minutes after the load balancer.
const MOST_DELETIONS: u32 = 3;

/// The core stack.
pub(super) struct CoreStack {
    about: About,
    cloudformation: Client,
    name: String,
    lab: LabId,
    parameters: Vec<(&'static str, String)>,
}

impl CoreStack {
    /// Returns the stack of these names, with the network built in this way.
    pub(super) fn new(destination: &Destination, names: &Names, topology: Topology) -> Self {
        let parameters = vec![
            ("Topology", topology.name().to_owned()),
            ("TableName", names.table.clone()),
            ("RepositoryName", names.repository.clone()),
            ("LogGroupName", names.log_group.clone()),
        ];
        Self {
            about: About {
                id: Id("core-stack"),
                title: format!("CloudFormation stack `{}` ({})", names.stack, topology.name()),
                why: "One stack makes the network that the backend lives in, and the roles it acts with.",
                produces: OUTPUTS.map(|(_, placeholder)| placeholder).to_vec(),
                arn: Some(ArnPattern::new(
                    &names.lab,
                    "cloudformation",
                    "stack/{name}/*",
                    &names.stack,
                )),
                operations: &[
                    &op::DESCRIBE_STACKS,
                    &op::DESCRIBE_STACK_EVENTS,
                    &op::DESCRIBE_STACK_RESOURCES,
                    &op::GET_TEMPLATE,
                    &op::CREATE_STACK,
                    &op::UPDATE_STACK,
                    &op::DELETE_STACK,
                ],
                prices: network(topology),
                deadline: Duration::from_mins(45),
                ..About::default()
            },
            cloudformation: destination.cloudformation(),
            name: names.stack.clone(),
            lab: names.lab.clone(),
            parameters,
        }
    }

    /// Returns what CloudFormation says of the stack with this name or ARN; `None` when there is
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

    /// Returns whether the stack can be used, and why not.
    async fn presence(&self, stack: &Stack) -> Result<Presence> {
        let id = stack.stack_id().unwrap_or(&self.name);
        let status = stack.stack_status().map_or("of unknown state", StackStatus::as_str);
        Ok(match Standing::of(stack.stack_status()) {
            Standing::Whole => Presence::There,
            Standing::Gone => Presence::Absent,
            Standing::Ruined => {
                let cause = events::first_failure(&self.cloudformation, id).await?;
                let why = cause.unwrap_or_else(|| "its events say no reason".to_owned());
                Presence::Broken { why: format!("the stack is {status}: {why}") }
            }
            Standing::InReview => Presence::Waiting {
                status: format!("{status}: its change set is to be executed, or deleted"),
            },
            Standing::Moving => {
                let now = events::in_progress(&self.cloudformation, id).await?;
                let now = now.map(|now| format!(", now {now}")).unwrap_or_default();
                Presence::Settling { status: format!("{status}{now}") }
            }
        })
    }

    /// Returns the parameters of a stack, compared.
    fn parameters_compared(&self, stack: &Stack) -> Vec<Setting> {
        let compared = |(name, expected): &(&str, String)| {
            let parameter = stack.parameters().iter().find(|it| it.parameter_key() == Some(name));
            let actual = parameter.and_then(Parameter::parameter_value);
            Setting::maybe(format!("Parameters.{name}"), expected, actual)
        };
        self.parameters.iter().map(compared).collect()
    }

    /// Returns the template of the stack, compared.
    async fn template_compared(&self) -> Result<Setting> {
        let get = self.cloudformation.get_template().stack_name(&self.name);
        let template = call(&op::GET_TEMPLATE, get.send()).await?;
        Ok(template_compared(template.template_body()))
    }

    fn sdk_parameters(&self) -> Vec<Parameter> {
        let build = |(name, value): &(&str, String)| {
            Parameter::builder().parameter_key(*name).parameter_value(value).build()
        };
        self.parameters.iter().map(build).collect()
    }

    fn lab_tag(&self) -> Tag {
        Tag::builder().key(LAB_TAG).value(&self.lab.name).build()
    }

    async fn create(&self, step: &Step<'_>) -> Result<()> {
        step.status("creating the network and the roles");
        let create = self
            .cloudformation
            .create_stack()
            .stack_name(&self.name)
            .template_body(files::CORE_STACK)
            .set_parameters(Some(self.sdk_parameters()))
            // The roles have generated names, so this is all that is needed.
            .capabilities(Capability::CapabilityIam)
            // Rolled back, not deleted: its events say what failed.
            .on_failure(OnFailure::Rollback)
            .timeout_in_minutes(30)
            .tags(self.lab_tag());
        Ok(step.created(call(&op::CREATE_STACK, create.send()).await, &["AlreadyExistsException"])?)
    }

    async fn update(&self, step: &Step<'_>) -> Result<()> {
        step.status("updating the network and the roles");
        let update = self
            .cloudformation
            .update_stack()
            .stack_name(&self.name)
            .template_body(files::CORE_STACK)
            .set_parameters(Some(self.sdk_parameters()))
            .capabilities(Capability::CapabilityIam)
            .tags(self.lab_tag());
        match call(&op::UPDATE_STACK, update.send()).await {
            // Somebody else did it meanwhile.
            Err(failure) if failure.message.contains("No updates are to be performed") => Ok(()),
            other => unless_any(other, &[]),
        }
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

#[async_trait]
impl Resource for CoreStack {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, _known: &Values, _purpose: Purpose) -> Result<Seen> {
        let Some(stack) = self.describe(&self.name).await? else { return Ok(Seen::absent()) };
        let tag = stack.tags().iter().find(|tag| tag.key() == Some(LAB_TAG));
        let owner = Owner::of(tag.and_then(Tag::value), &self.lab.name);
        let mut settings = vec![Setting::tag(&self.lab.name, &owner)];
        settings.extend(self.parameters_compared(&stack));
        let mut presence = self.presence(&stack).await?;
        if presence == Presence::There {
            settings.push(self.template_compared().await?);
            // An update gives the outputs of the lab's template; with that template and without its
            // outputs, nothing but a new stack does.
            if !settings.iter().any(Setting::differs)
                && let Some(missing) = missing_output(&stack)
            {
                presence = Presence::Broken { why: format!("the stack has no output `{missing}`") };
            }
        }
        Ok(Seen { values: values(&stack), settings, ..Seen::new(presence, owner) })
    }

    async fn exists(&self, arn: &str) -> Result<bool> {
        Ok(self.describe(arn).await?.is_some())
    }

    async fn apply(&self, _known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        match &seen.presence {
            Presence::Absent => self.create(step).await,
            Presence::Broken { why } => {
                replaced(step, why);
                self.delete().await
            }
            _ => self.update(step).await,
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
}

/// Whether CloudFormation says that there is no such stack: a `ValidationError`, in words only.
fn absent(failure: &Failure) -> bool {
    failure.is("ValidationError") && failure.message.contains("does not exist")
}

/// Returns an output of the stack, should it have it.
fn output<'s>(stack: &'s Stack, name: &str) -> Option<&'s str> {
    let output = stack.outputs().iter().find(|output| output.output_key() == Some(name))?;
    output.output_value()
}

/// Returns the values of the outputs that the stack has.
fn values(stack: &Stack) -> Values {
    let mut values = Values::default();
    for (name, placeholder) in OUTPUTS {
        if let Some(value) = output(stack, name) {
            values.extend(&Values::of([(placeholder, value)]));
        }
    }
    values
}

/// Returns the name of the first output that the stack lacks.
fn missing_output(stack: &Stack) -> Option<&'static str> {
    OUTPUTS.into_iter().map(|(name, _)| name).find(|name| output(stack, name).is_none())
}

/// Returns a template, compared with the lab's by the first line that differs.
fn template_compared(actual: Option<&str>) -> Setting {
    const NAME: &str = "TemplateBody";
    const AS_IN_FILE: &str = "as in `templates/core.yml`";
    let Some(actual) = actual else { return Setting::maybe(NAME, AS_IN_FILE, None::<&str>) };
    match difference::first_differing_line(files::CORE_STACK, actual) {
        Some((expected, actual)) => Setting::new(NAME, expected, actual),
        None => Setting::new(NAME, AS_IN_FILE, AS_IN_FILE),
    }
}

/// What is billed of the network: in the classic topology two NAT gateways with their addresses.
fn network(topology: Topology) -> Vec<Price> {
    match topology {
        Topology::Classic => {
            vec![Price::of(2.0, Item::NatGateway), Price::of(2.0, Item::PublicAddress)]
        }
        Topology::Economy => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudformation::types::Output;

    use super::*;
    use crate::lab::{AccountId, Region};

    fn core_stack() -> CoreStack {
        let destination = Destination::never_asked("123456789012", "eu-west-1");
        let region = Region::new("eu-west-1").unwrap();
        let names = Names::new(&AccountId::new("123456789012"), &region, None, None);
        CoreStack::new(&destination, &names, Topology::Economy)
    }

    #[test]
    fn parameters_are_compared_by_their_names() {
        let core_stack = core_stack();
        let mut parameters = core_stack.sdk_parameters();
        parameters.pop();
        parameters[0].parameter_value = Some("classic".to_owned());
        let stack = Stack::builder().set_parameters(Some(parameters)).build();
        let mut compared = core_stack.parameters_compared(&stack);
        compared.retain(Setting::differs);
        assert_eq!(
            compared,
            [
                Setting::new("Parameters.Topology", "economy", "classic"),
                Setting::new("Parameters.LogGroupName", "mythicalmysfits-logs", "not set"),
            ]
        );
    }

    #[test]
    fn a_template_differs_in_one_line() {
        assert!(!template_compared(Some(files::CORE_STACK.trim())).differs());
        let (first, _) = files::CORE_STACK.split_once('\n').unwrap();
        let other = files::CORE_STACK.replacen(first, "Other: true", 1);
        let setting = template_compared(Some(&other));
        assert_eq!(
            (setting.name.as_str(), setting.actual.as_str()),
            ("TemplateBody", "line 1: `Other: true`")
        );
        assert!(template_compared(None).differs());
    }

    #[test]
    fn the_outputs_that_are_there_are_given() {
        let vpc = Output::builder().output_key("VPCId").output_value("vpc-1").build();
        let stack = Stack::builder().outputs(vpc).build();
        assert_eq!(values(&stack), Values::of([(ph::VPC_ID, "vpc-1")]));
        assert_eq!(missing_output(&stack), Some("PublicSubnetOne"));
    }
}
