//! The task definition, by hand.

use super::TaskDefinition;
use crate::{
    aws::operations::ecs as op,
    engine::{ByHand, Command, Deed},
    lab::{
        LabFile,
        files::TASK_DEFINITION,
        placeholders::{IMAGE_TAG_USED_IN_ECR_PUSH, TASK_DEFINITION_ARN, USER_POOL_ISSUER},
    },
    resources::hand::small_tag,
};

/// The family in the file.
const FAMILY: &str = "\"family\": \"mythicalmysfitsservice\"";

impl TaskDefinition {
    /// Returns the commands that register it, and that deregister and delete all revisions.
    pub(super) fn commands(&self) -> ByHand {
        let family = &self.names.task_family;
        // Each registration makes another revision: one with this image and this guard is enough.
        let has = |value: &str| format!("contains(to_string(@), '{value}')");
        let (image, issuer) =
            (has(IMAGE_TAG_USED_IN_ECR_PUSH.name()), has(USER_POOL_ISSUER.name()));
        let arn = format!("[taskDefinition][?{image} && {issuer}].taskDefinitionArn | [0]");
        let look = Command::of(&op::DESCRIBE_TASK_DEFINITION).arg("--task-definition", family);
        let register = Command::of(&op::REGISTER_TASK_DEFINITION)
            .file("--cli-input-json", &TASK_DEFINITION)
            .arg("--tags", small_tag(&self.names.lab.name))
            .noting(TASK_DEFINITION_ARN, "taskDefinition.taskDefinitionArn");
        let revisions = |status: &str| {
            Command::of(&op::LIST_TASK_DEFINITIONS)
                .arg("--family-prefix", family)
                .arg("--status", status)
                .noting_as("REVISION", "taskDefinitionArns[]")
        };
        let deregister =
            Command::of(&op::DEREGISTER_TASK_DEFINITION).arg("--task-definition", "$REVISION");
        let delete =
            Command::of(&op::DELETE_TASK_DEFINITIONS).arg("--task-definitions", "$REVISION");
        ByHand {
            up: vec![Deed::Unless(
                look.noting(TASK_DEFINITION_ARN, arn),
                vec![Deed::Run(register)],
            )],
            down: vec![
                Deed::Each(revisions("ACTIVE"), vec![Deed::Run(deregister)]),
                Deed::IfKnown(
                    &op::DELETE_TASK_DEFINITIONS,
                    vec![Deed::Each(revisions("INACTIVE"), vec![Deed::Run(delete)])],
                ),
            ],
            files: vec![LabFile::with(
                &TASK_DEFINITION,
                TASK_DEFINITION.text.replace(FAMILY, &format!("\"family\": \"{family}\"")).into(),
            )],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_family_stands_in_the_file_once() {
        assert_eq!(TASK_DEFINITION.text.matches(FAMILY).count(), 1);
    }
}
