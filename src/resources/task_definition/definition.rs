//! The task definition from `templates/task-definition.json`: as a request, and compared with a
//! registered one.

use std::collections::BTreeMap;

use aws_sdk_ecs::{
    operation::register_task_definition::builders::RegisterTaskDefinitionFluentBuilder,
    types::{
        Compatibility, ContainerDefinition, CpuArchitecture, KeyValuePair, LogConfiguration,
        NetworkMode, PortMapping, RuntimePlatform, TaskDefinition,
    },
};
use serde::Deserialize;

use super::container;
use crate::{
    aws::unbuildable,
    engine::Setting,
    error::{Code, Error, Result},
    lab::{Placeholder, Values, files::TASK_DEFINITION},
};

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
pub(super) struct Container {
    pub(super) name: String,
    pub(super) image: String,
    pub(super) essential: bool,
    pub(super) readonly_root_filesystem: bool,
    pub(super) stop_timeout: i32,
    pub(super) port_mappings: Vec<Port>,
    pub(super) environment: Vec<Variable>,
    pub(super) log_configuration: Log,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Port {
    pub(super) container_port: i32,
    protocol: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) value: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Log {
    log_driver: String,
    pub(super) options: BTreeMap<String, String>,
}

impl Definition {
    /// Creates the definition with these values.
    ///
    /// # Errors
    /// When a value is missing, or the file is no task definition: a bug in this program.
    pub(super) fn of(values: &Values) -> Result<Self> {
        let mut definition = Self::read(&TASK_DEFINITION.render(values)?)?;
        definition.forget_empty_variables();
        Ok(definition)
    }

    /// Returns the definition as in the file, with placeholders for values.
    ///
    /// # Errors
    /// When the file is no task definition: a bug in this program.
    pub(super) fn unfilled() -> Result<Self> {
        Self::read(TASK_DEFINITION.text)
    }

    fn read(text: &str) -> Result<Self> {
        let wrong = |error| format!("{}: {error}", TASK_DEFINITION.path);
        serde_json::from_str(text).map_err(|error| Error::new(Code::Lab, wrong(error)))
    }

    /// Returns the variable whose value is this placeholder, in the unfilled definition.
    pub(super) fn variable_of(&self, placeholder: Placeholder) -> Option<&str> {
        let variables = self.container_definitions.iter().flat_map(|it| &it.environment);
        let mut found = variables.filter(|variable| variable.value == placeholder.name());
        found.next().map(|variable| variable.name.as_str())
    }

    /// Removes empty variables: they are as good as none, and ECS might not accept them.
    fn forget_empty_variables(&mut self) {
        for container in &mut self.container_definitions {
            container.environment.retain(|variable| !variable.value.is_empty());
        }
    }

    /// Returns the request that registers it.
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

    /// Compares the settings with those of a registered one.
    pub(super) fn settings(&self, other: &TaskDefinition) -> Vec<Setting> {
        let platform = other.runtime_platform();
        let architecture = platform.and_then(|platform| platform.cpu_architecture());
        let mut settings = vec![
            Setting::maybe("cpu", &self.cpu, other.cpu()),
            Setting::maybe("memory", &self.memory, other.memory()),
            Setting::maybe(
                "executionRoleArn",
                &self.execution_role_arn,
                other.execution_role_arn(),
            ),
            Setting::maybe("taskRoleArn", &self.task_role_arn, other.task_role_arn()),
            Setting::maybe(
                "runtimePlatform.cpuArchitecture",
                &self.runtime_platform.cpu_architecture,
                architecture.map(CpuArchitecture::as_str),
            ),
            Setting::new(
                "number of containerDefinitions",
                self.container_definitions.len(),
                other.container_definitions().len(),
            ),
        ];
        let pairs = self.container_definitions.iter().zip(other.container_definitions());
        settings.extend(pairs.flat_map(|(ours, theirs)| container::settings(ours, theirs)));
        settings
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> Definition {
        Definition::unfilled().unwrap()
    }

    /// Returns ECS's response to a registration.
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

    fn differences(ours: &Definition, other: &Definition) -> Vec<String> {
        let settings = ours.settings(&registered(other));
        settings.iter().filter(|it| it.differs()).map(|it| it.name.clone()).collect()
    }

    #[test]
    fn the_same_registration_does_not_differ() {
        assert_eq!(differences(&wanted(), &wanted()), Vec::<String>::new());
    }

    #[test]
    fn each_difference_is_named() {
        let mut other = wanted();
        other.container_definitions[0].image = "another".to_owned();
        assert_eq!(differences(&wanted(), &other), ["image"]);
        other.container_definitions[0].environment.pop();
        other.memory = "1024".to_owned();
        assert_eq!(
            differences(&wanted(), &other),
            ["memory", "image", "environment USER_POOL_CLIENT_ID"]
        );
    }

    #[test]
    fn the_variable_of_a_placeholder_is_read_from_the_file() {
        let placeholder = crate::lab::placeholders::USER_POOL_ISSUER;
        assert_eq!(wanted().variable_of(placeholder), Some("USER_POOL_ISSUER"));
    }
}
