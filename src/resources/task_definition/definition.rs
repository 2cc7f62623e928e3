//! The task definition as `templates/task-definition.json` describes it, as a request, and compared
//! with one that is registered.

use std::collections::BTreeMap;

use aws_sdk_ecs::{
    operation::register_task_definition::builders::RegisterTaskDefinitionFluentBuilder,
    types::{
        Compatibility, ContainerDefinition, CpuArchitecture, KeyValuePair, LogConfiguration,
        NetworkMode, PortMapping, RuntimePlatform, TaskDefinition,
    },
};
use serde::Deserialize;

use crate::{aws::unbuildable, error::Result};

/// A task definition.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Definition {
    pub(super) family: String,
    cpu: String,
    memory: String,
    network_mode: String,
    requires_compatibilities: Vec<String>,
    runtime_platform: Platform,
    execution_role_arn: String,
    task_role_arn: String,
    container_definitions: Vec<Container>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Platform {
    cpu_architecture: String,
    operating_system_family: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Container {
    name: String,
    image: String,
    essential: bool,
    readonly_root_filesystem: bool,
    stop_timeout: i32,
    port_mappings: Vec<Port>,
    environment: Vec<Variable>,
    log_configuration: Log,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Port {
    container_port: i32,
    protocol: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
struct Variable {
    name: String,
    value: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Log {
    log_driver: String,
    options: BTreeMap<String, String>,
}

impl Definition {
    /// A variable without a value is as good as none, and ECS need not be asked whether it takes it.
    pub(super) fn forget_empty_variables(&mut self) {
        for container in &mut self.container_definitions {
            container.environment.retain(|variable| !variable.value.is_empty());
        }
    }

    /// The request that registers it.
    pub(super) fn register(
        &self,
        request: RegisterTaskDefinitionFluentBuilder,
    ) -> Result<RegisterTaskDefinitionFluentBuilder> {
        let platform = RuntimePlatform::builder()
            .cpu_architecture(self.runtime_platform.cpu_architecture.as_str().into())
            .operating_system_family(self.runtime_platform.operating_system_family.as_str().into())
            .build();
        let compatibilities = self.requires_compatibilities.iter();
        let compatibilities = compatibilities.map(|name| Compatibility::from(name.as_str()));
        let containers = self.container_definitions.iter().map(Container::build);
        Ok(request
            .family(&self.family)
            .cpu(&self.cpu)
            .memory(&self.memory)
            .network_mode(NetworkMode::from(self.network_mode.as_str()))
            .set_requires_compatibilities(Some(compatibilities.collect()))
            .runtime_platform(platform)
            .execution_role_arn(&self.execution_role_arn)
            .task_role_arn(&self.task_role_arn)
            .set_container_definitions(Some(containers.collect::<Result<_>>()?)))
    }

    /// What of a registered one differs, each in a few words.
    pub(super) fn differs_from(&self, other: &TaskDefinition) -> Vec<String> {
        let platform = other.runtime_platform();
        let architecture = platform.and_then(|platform| platform.cpu_architecture());
        let containers = other.container_definitions();
        let same_containers = self.container_definitions.len() == containers.len();
        let pairs = self.container_definitions.iter().zip(containers);
        let image = pairs.clone().all(|(ours, theirs)| theirs.image() == Some(&ours.image));
        let rest = pairs.clone().all(|(ours, theirs)| ours.is_but_for_its_image(theirs));
        [
            ("its image is another one", image),
            ("its containers are not the lab's", same_containers && rest),
            (
                "its size is not the lab's",
                other.cpu() == Some(&self.cpu) && other.memory() == Some(&self.memory),
            ),
            (
                "its roles are not the lab's",
                other.execution_role_arn() == Some(&self.execution_role_arn)
                    && other.task_role_arn() == Some(&self.task_role_arn),
            ),
            (
                "it is for another kind of processor",
                architecture.map(CpuArchitecture::as_str)
                    == Some(&self.runtime_platform.cpu_architecture),
            ),
        ]
        .into_iter()
        .filter(|(_, same)| !same)
        .map(|(words, _)| words.to_owned())
        .collect()
    }
}

impl Container {
    fn build(&self) -> Result<ContainerDefinition> {
        let ports = self.port_mappings.iter().map(|port| {
            PortMapping::builder()
                .container_port(port.container_port)
                .protocol(port.protocol.as_str().into())
                .build()
        });
        let environment = self.environment.iter().map(|variable| {
            KeyValuePair::builder().name(&variable.name).value(&variable.value).build()
        });
        let options = self.log_configuration.options.clone().into_iter().collect();
        let log = LogConfiguration::builder()
            .log_driver(self.log_configuration.log_driver.as_str().into())
            .set_options(Some(options))
            .build()
            .map_err(unbuildable)?;
        Ok(ContainerDefinition::builder()
            .name(&self.name)
            .image(&self.image)
            .essential(self.essential)
            .readonly_root_filesystem(self.readonly_root_filesystem)
            .stop_timeout(self.stop_timeout)
            .set_port_mappings(Some(ports.collect()))
            .set_environment(Some(environment.collect()))
            .log_configuration(log)
            .build())
    }

    fn is_but_for_its_image(&self, other: &ContainerDefinition) -> bool {
        let ports = other.port_mappings().iter().filter_map(PortMapping::container_port);
        let variable = |pair: &KeyValuePair| Variable {
            name: pair.name().unwrap_or_default().to_owned(),
            value: pair.value().unwrap_or_default().to_owned(),
        };
        // ECS gives the environment back in an order of its own.
        let mut theirs: Vec<_> = other.environment().iter().map(variable).collect();
        let mut ours = self.environment.clone();
        theirs.sort_unstable();
        ours.sort_unstable();
        let log = other.log_configuration();
        let options = log.and_then(|log| log.options());
        other.name() == Some(&self.name)
            && other.essential() == Some(self.essential)
            && other.readonly_root_filesystem() == Some(self.readonly_root_filesystem)
            && other.stop_timeout() == Some(self.stop_timeout)
            && ports.eq(self.port_mappings.iter().map(|port| port.container_port))
            && ours == theirs
            && options.is_some_and(|options| {
                options.len() == self.log_configuration.options.len()
                    && self
                        .log_configuration
                        .options
                        .iter()
                        .all(|(name, value)| options.get(name) == Some(value))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> Definition {
        let text = crate::lab::files::TASK_DEFINITION.text;
        serde_json::from_str(text).unwrap()
    }

    /// What ECS gives back for a registration.
    fn registered(definition: &Definition) -> TaskDefinition {
        let containers = definition.container_definitions.iter().map(|it| it.build().unwrap());
        TaskDefinition::builder()
            .cpu(&definition.cpu)
            .memory(&definition.memory)
            .execution_role_arn(&definition.execution_role_arn)
            .task_role_arn(&definition.task_role_arn)
            .runtime_platform(
                RuntimePlatform::builder()
                    .cpu_architecture(definition.runtime_platform.cpu_architecture.as_str().into())
                    .build(),
            )
            .set_container_definitions(Some(containers.collect()))
            .build()
    }

    #[test]
    fn the_same_registration_does_not_differ() {
        assert_eq!(wanted().differs_from(&registered(&wanted())), Vec::<String>::new());
    }

    #[test]
    fn each_difference_is_named() {
        let mut other = wanted();
        other.container_definitions[0].image = "another".to_owned();
        assert_eq!(wanted().differs_from(&registered(&other)), ["its image is another one"]);
        other.container_definitions[0].environment.pop();
        other.memory = "1024".to_owned();
        assert_eq!(
            wanted().differs_from(&registered(&other)),
            [
                "its image is another one",
                "its containers are not the lab's",
                "its size is not the lab's"
            ]
        );
    }
}
