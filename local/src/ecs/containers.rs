//! The containers of a task definition, typed, with what a task overrides.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;

use crate::protocol::input::Input;

/// How long AWS waits between asking a container to end and killing it.
const STOP_TIMEOUT: u64 = 30;
const LONGEST_STOP_TIMEOUT: u64 = 120;

/// A container as it is to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) image: String,
    pub(super) essential: bool,
    pub(super) entry_point: Option<Vec<String>>,
    pub(super) command: Option<Vec<String>>,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) working_directory: Option<String>,
    pub(super) stop_timeout: Duration,
    pub(super) log: Option<AwsLogs>,
}

/// Where a container's output goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AwsLogs {
    pub(super) group: String,
    pub(super) region: String,
    pub(super) prefix: String,
    pub(super) create: bool,
}

/// Returns the containers of a definition.
pub(super) fn of(definition: &Value, overrides: &Value) -> Vec<Wanted> {
    let overridden = |name: &str| {
        Input(overrides).parts("containerOverrides").find(|one| one.text("name") == Some(name))
    };
    Input(definition)
        .parts("containerDefinitions")
        .map(|container| {
            let name = container.text("name").unwrap_or_default();
            let other = overridden(name).unwrap_or(Input(&Value::Null));
            wanted(container, other)
        })
        .collect()
}

fn wanted(container: Input<'_>, other: Input<'_>) -> Wanted {
    let stop_timeout = container.number("stopTimeout").unwrap_or(STOP_TIMEOUT);
    Wanted {
        name: container.text("name").unwrap_or_default().to_owned(),
        image: container.text("image").unwrap_or_default().to_owned(),
        essential: container.value("essential") != false,
        entry_point: list(container, "entryPoint"),
        command: list(other, "command").or_else(|| list(container, "command")),
        environment: variables(container).chain(variables(other)).collect(),
        working_directory: container.text("workingDirectory").map(str::to_owned),
        stop_timeout: Duration::from_secs(stop_timeout.min(LONGEST_STOP_TIMEOUT)),
        log: log(container.part("logConfiguration")),
    }
}

fn variables(container: Input<'_>) -> impl Iterator<Item = (String, String)> {
    container.parts("environment").filter_map(|variable| {
        let value = variable.text("value").unwrap_or_default();
        Some((variable.text("name")?.to_owned(), value.to_owned()))
    })
}

/// Returns a list that is present and not empty.
fn list(container: Input<'_>, name: &str) -> Option<Vec<String>> {
    let list: Vec<String> = container.texts(name).into_iter().map(str::to_owned).collect();
    (!list.is_empty()).then_some(list)
}

fn log(configuration: Input<'_>) -> Option<AwsLogs> {
    if configuration.text("logDriver") != Some("awslogs") {
        return None;
    }
    let options = configuration.part("options");
    Some(AwsLogs {
        group: options.text("awslogs-group")?.to_owned(),
        region: options.text("awslogs-region")?.to_owned(),
        prefix: options.text("awslogs-stream-prefix")?.to_owned(),
        create: options.text("awslogs-create-group") == Some("true"),
    })
}

/// Returns the port mappings of a container in a definition.
pub(super) fn has_port(definition: &Value, container: &str, port: u16) -> Option<bool> {
    let container = Input(definition)
        .parts("containerDefinitions")
        .find(|one| one.text("name") == Some(container))?;
    let mapped = |mapping: Input<'_>| mapping.number("containerPort") == Some(port.into());
    Some(container.parts("portMappings").any(mapped))
}
