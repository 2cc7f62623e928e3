//! Compares a container of the task definition with a registered one.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::types::{ContainerDefinition, KeyValuePair, PortMapping};

use super::definition::Container;
use crate::engine::{NOT_SET, Setting};

/// Compares the settings of a container with those of a registered one.
pub(super) fn settings(ours: &Container, theirs: &ContainerDefinition) -> Vec<Setting> {
    let ports =
        |ports: Vec<i32>| ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let our_ports = ours.port_mappings.iter().map(|port| port.container_port).collect();
    let their_ports = theirs.port_mappings().iter().filter_map(PortMapping::container_port);
    let mut settings = vec![
        Setting::maybe("name", &ours.name, theirs.name()),
        Setting::maybe("image", &ours.image, theirs.image()),
        Setting::maybe("essential", ours.essential, theirs.essential()),
        Setting::maybe(
            "readonlyRootFilesystem",
            ours.readonly_root_filesystem,
            theirs.readonly_root_filesystem(),
        ),
        Setting::maybe("stopTimeout", ours.stop_timeout, theirs.stop_timeout()),
        Setting::new("portMappings", ports(our_ports), ports(their_ports.collect())),
    ];
    // ECS returns the environment in an order of its own.
    let our_variables = ours.environment.iter().map(|it| (it.name.as_str(), it.value.as_str()));
    settings.extend(pairs(
        "environment",
        &our_variables.collect(),
        &theirs.environment().iter().filter_map(variable).collect(),
    ));
    let our_options = ours.log_configuration.options.iter();
    let their_options = theirs.log_configuration().and_then(|log| log.options());
    settings.extend(pairs(
        "logConfiguration.options",
        &our_options.map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        &their_options
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect(),
    ));
    settings
}

fn variable(pair: &KeyValuePair) -> Option<(&str, &str)> {
    Some((pair.name()?, pair.value().unwrap_or_default()))
}

/// Returns a setting for each name that occurs in either of them.
fn pairs(what: &str, ours: &BTreeMap<&str, &str>, theirs: &BTreeMap<&str, &str>) -> Vec<Setting> {
    let names: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
    let value = |of: &BTreeMap<&str, &str>, name: &str| {
        of.get(name).map_or_else(|| NOT_SET.to_owned(), |value| (*value).to_owned())
    };
    names
        .into_iter()
        .map(|name| Setting::new(format!("{what} {name}"), value(ours, name), value(theirs, name)))
        .collect()
}
