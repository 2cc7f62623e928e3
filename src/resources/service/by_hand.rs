//! The service, by hand.

use super::Service;
use crate::{
    aws::operations::{ecs as op, elb},
    engine::{ByHand, Command, Deed},
    lab::{
        LabFile,
        files::SERVICE_DEFINITION,
        placeholders::{NLB_DNS, NLB_TARGET_GROUP_ARN, SERVICE_URL, TASK_DEFINITION_ARN},
    },
    resources::hand::small_tag,
};

/// The name in the file.
const NAME: &str = "\"serviceName\": \"MythicalMysfits-Service\"";

impl Service {
    /// Returns the commands that make it, and that delete it.
    pub(super) fn commands(&self) -> ByHand {
        let (cluster, service) = (&self.names.cluster, &self.names.service);
        let described =
            |command: Command| command.arg("--cluster", cluster).arg("--services", service);
        let one = |command: Command| command.arg("--cluster", cluster).arg("--service", service);
        let look = || {
            described(Command::of(&op::DESCRIBE_SERVICES))
                .query("services[?status=='ACTIVE'].serviceArn | [0]")
        };
        let create = Command::of(&op::CREATE_SERVICE)
            .file("--cli-input-json", &SERVICE_DEFINITION)
            .arg("--propagate-tags", "SERVICE")
            .arg("--tags", small_tag(&self.names.lab.name));
        let update = one(Command::of(&op::UPDATE_SERVICE))
            .arg("--task-definition", TASK_DEFINITION_ARN.name());
        let healthy = Command::wait(&elb::DESCRIBE_TARGET_HEALTH, "target-in-service")
            .arg("--target-group-arn", NLB_TARGET_GROUP_ARN.name());
        let delete = one(Command::of(&op::DELETE_SERVICE)).word("--force");
        let wait = |until| Deed::Run(described(Command::wait(&op::DESCRIBE_SERVICES, until)));
        ByHand {
            up: vec![
                Deed::Unless(look(), vec![Deed::Run(create)]),
                Deed::Say("A service that was there before gets the newest revision."),
                Deed::Run(update),
                wait("services-stable"),
                Deed::Run(healthy),
                Deed::Set(SERVICE_URL, format!("http://{NLB_DNS}")),
            ],
            down: vec![Deed::If(look(), vec![Deed::Run(delete), wait("services-inactive")])],
            files: vec![LabFile::with(
                &SERVICE_DEFINITION,
                SERVICE_DEFINITION
                    .text
                    .replace(NAME, &format!("\"serviceName\": \"{service}\""))
                    .into(),
            )],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_stands_in_the_file_once() {
        assert_eq!(SERVICE_DEFINITION.text.matches(NAME).count(), 1);
    }
}
