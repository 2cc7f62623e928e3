//! The core stack: the network, the security group and the roles, as one CloudFormation stack.

mod events;

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use aws_sdk_cloudformation::{
    Client,
    types::{Capability, OnFailure, Parameter, Stack, StackStatus, Tag},
};

use crate::{
    aws::{Failure, call},
    engine::{About, Id, Placeholder, Resource, Seen, Step, Values},
    error::{Code, Error, Result},
    lab::{LAB_TAG, Names, files, placeholders as ph, prices},
    resources::ownership,
    settings::Topology,
    target::Target,
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
    lab: String,
    parameters: Vec<(&'static str, String)>,
    adopt: bool,
    /// How often this run has asked for the deletion.
    deletions: AtomicU32,
}

/// What a stack's status means for the lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It is there and can be used, and updated.
    Whole,
    /// It can only be deleted.
    Ruined,
    /// It was deleted.
    Gone,
    /// It is nothing yet: a person is to decide on the change set that would make it.
    InReview,
    /// CloudFormation is at work on it.
    Moving,
}

impl Standing {
    fn of(status: Option<&StackStatus>) -> Self {
        match status {
            Some(
                StackStatus::CreateComplete
                | StackStatus::UpdateComplete
                | StackStatus::UpdateRollbackComplete
                | StackStatus::UpdateFailed
                | StackStatus::ImportComplete
                | StackStatus::ImportRollbackComplete,
            ) => Self::Whole,
            Some(
                StackStatus::RollbackComplete
                | StackStatus::CreateFailed
                | StackStatus::RollbackFailed
                | StackStatus::UpdateRollbackFailed
                | StackStatus::ImportRollbackFailed
                | StackStatus::DeleteFailed,
            ) => Self::Ruined,
            Some(StackStatus::DeleteComplete) => Self::Gone,
            Some(StackStatus::ReviewInProgress) => Self::InReview,
            _ => Self::Moving,
        }
    }
}

impl CoreStack {
    pub(super) fn new(target: &Target, names: &Names, topology: Topology, adopt: bool) -> Self {
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
                ours: ownership::by_tag(&names.lab),
                dollars_per_hour: prices::network(topology),
                deadline: Duration::from_mins(45),
                ..About::default()
            },
            cloudformation: target.cloudformation(),
            name: names.stack.clone(),
            lab: names.lab.clone(),
            parameters,
            adopt,
            deletions: AtomicU32::new(0),
        }
    }

    async fn describe(&self) -> Result<Option<Stack>> {
        let describe = self.cloudformation.describe_stacks().stack_name(&self.name);
        match call("cloudformation DescribeStacks", describe.send()).await {
            Ok(answer) => Ok(answer.stacks.and_then(|stacks| stacks.into_iter().next())),
            Err(failure) if absent(&failure) => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    /// What of a standing stack is not as this program would make it.
    async fn differences(&self, stack: &Stack) -> Result<Vec<String>> {
        let mut differences = Vec::new();
        for (name, wanted) in &self.parameters {
            let parameter = stack.parameters().iter().find(|it| it.parameter_key() == Some(name));
            let value = parameter.and_then(Parameter::parameter_value);
            if value != Some(wanted) {
                let value = value.unwrap_or("not set");
                differences.push(format!("its parameter `{name}` is {value}, not {wanted}"));
            }
        }
        let get = self.cloudformation.get_template().stack_name(&self.name);
        let template = call("cloudformation GetTemplate", get.send()).await?;
        if template.template_body().map(str::trim) != Some(files::CORE_STACK.trim()) {
            differences.push("its template is another version".to_owned());
        }
        Ok(differences)
    }

    fn values(stack: &Stack) -> Option<Values> {
        let mut values = Values::default();
        for (name, placeholder) in OUTPUTS {
            let output = stack.outputs().iter().find(|output| output.output_key() == Some(name))?;
            values.extend(&Values::of([(placeholder, output.output_value()?)]));
        }
        Some(values)
    }

    fn sdk_parameters(&self) -> Vec<Parameter> {
        let build = |(name, value): &(&str, String)| {
            Parameter::builder().parameter_key(*name).parameter_value(value).build()
        };
        self.parameters.iter().map(build).collect()
    }

    fn tag(&self) -> Tag {
        Tag::builder().key(LAB_TAG).value(&self.lab).build()
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
            .tags(self.tag());
        match call("cloudformation CreateStack", create.send()).await {
            Err(failure) if failure.is("AlreadyExistsException") => Ok(()),
            other => Ok(other.map(|_| ())?),
        }
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
            .tags(self.tag());
        match call("cloudformation UpdateStack", update.send()).await {
            // Somebody else did it meanwhile.
            Err(failure) if failure.message.contains("No updates are to be performed") => Ok(()),
            other => Ok(other.map(|_| ())?),
        }
    }

    async fn delete(&self) -> Result<()> {
        let delete = self.cloudformation.delete_stack().stack_name(&self.name);
        match call("cloudformation DeleteStack", delete.send()).await {
            Err(failure) if absent(&failure) => Ok(()),
            Err(failure) if failure.message.contains("TerminationProtection") => {
                let message = format!("the stack `{}` is protected against deletion", self.name);
                Err(failure
                    .into_error(Code::Refused, message)
                    .hint("somebody protected it on purpose; turn the protection off in the CloudFormation console first"))
            }
            other => Ok(other.map(|_| ())?),
        }
    }
}

#[async_trait]
impl Resource for CoreStack {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, _known: &Values) -> Result<Seen> {
        let Some(stack) = self.describe().await? else { return Ok(Seen::Absent) };
        let tag = stack.tags().iter().find(|tag| tag.key() == Some(LAB_TAG));
        let mut differences =
            match ownership::differences(tag.and_then(|tag| tag.value()), &self.lab, self.adopt) {
                Ok(differences) => differences,
                Err(foreign) => return Ok(foreign),
            };
        let id = stack.stack_id().unwrap_or(&self.name);
        let status = stack.stack_status().map_or("of unknown state", StackStatus::as_str);
        match Standing::of(stack.stack_status()) {
            Standing::Whole => {}
            Standing::Ruined => {
                let cause = events::first_failure(&self.cloudformation, id).await?;
                let why = cause.unwrap_or_else(|| "its events say no reason".to_owned());
                return Ok(Seen::Broken { why: format!("the stack is {status}: {why}") });
            }
            Standing::Gone => return Ok(Seen::Absent),
            Standing::InReview => {
                let status = format!("{status}: its change set is to be executed, or deleted");
                return Ok(Seen::Waiting { status });
            }
            Standing::Moving => {
                let now = events::in_progress(&self.cloudformation, id).await?;
                let status = match now {
                    Some(now) => format!("{status}, now {now}"),
                    None => status.to_owned(),
                };
                return Ok(Seen::Settling { status });
            }
        }
        differences.extend(self.differences(&stack).await?);
        let values = Self::values(&stack);
        Ok(match (differences.is_empty(), values) {
            (true, Some(values)) => Seen::Ready(values),
            (false, values) => Seen::Drifted { values: values.unwrap_or_default(), differences },
            (true, None) => Seen::Broken { why: "the stack lacks outputs of the lab".to_owned() },
        })
    }

    async fn apply(&self, _known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        match seen {
            Seen::Absent => self.create(step).await,
            Seen::Broken { why } => {
                step.note(format!("{why}; it is deleted and made again"));
                self.delete().await
            }
            _ => self.update(step).await,
        }
    }

    async fn remove(&self, known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the network and the roles");
        if self.deletions.fetch_add(1, Ordering::Relaxed) < MOST_DELETIONS {
            return self.delete().await;
        }
        match self.inspect(known).await? {
            Seen::Broken { why } => Err(Error::new(Code::Failed, why).hint(
                "something that the lab did not make uses its network or its roles: remove that, and run the same command again",
            )),
            _ => self.delete().await,
        }
    }
}

/// A stack that is not there is a `ValidationError` to CloudFormation, in words only.
fn absent(failure: &Failure) -> bool {
    failure.is("ValidationError") && failure.message.contains("does not exist")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_means_one_thing() {
        use StackStatus as S;
        let table = [
            (
                Standing::Whole,
                vec![
                    S::CreateComplete,
                    S::UpdateComplete,
                    S::UpdateRollbackComplete,
                    S::UpdateFailed,
                ],
            ),
            (
                Standing::Ruined,
                vec![S::RollbackComplete, S::CreateFailed, S::RollbackFailed, S::DeleteFailed],
            ),
            (Standing::Gone, vec![S::DeleteComplete]),
            (Standing::InReview, vec![S::ReviewInProgress]),
            (
                Standing::Moving,
                vec![
                    S::CreateInProgress,
                    S::RollbackInProgress,
                    S::UpdateInProgress,
                    S::UpdateCompleteCleanupInProgress,
                    S::UpdateRollbackInProgress,
                    S::UpdateRollbackCompleteCleanupInProgress,
                    S::DeleteInProgress,
                ],
            ),
        ];
        for (standing, statuses) in table {
            for status in statuses {
                assert_eq!(Standing::of(Some(&status)), standing, "{status}");
            }
        }
        assert_eq!(Standing::of(None), Standing::Moving);
    }
}
