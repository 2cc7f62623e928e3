//! What a task definition must be.

use serde_json::Value;

use super::errors::client;
use crate::{protocol::input::Input, service::AwsError};

/// Whether an image is one of ECR's.
type IsEcr<'a> = &'a dyn Fn(&str) -> bool;

/// The kinds of machines that run tasks.
const COMPATIBILITIES: [&str; 4] = ["EC2", "EXTERNAL", "FARGATE", "MANAGED_INSTANCES"];

/// The memory that Fargate has for each size of CPU: from, to, in steps of, in MiB.
const SIZES: [(u64, u64, u64, u64); 7] = [
    (256, 1024, 2048, 1024),
    (512, 1024, 4096, 1024),
    (1024, 2048, 8192, 1024),
    (2048, 4096, 16_384, 1024),
    (4096, 8192, 30_720, 1024),
    (8192, 16_384, 61_440, 4096),
    (16_384, 32_768, 122_880, 8192),
];

/// Refuses what AWS refuses. Images that `is_ecr` names are ECR's.
pub(super) fn check(definition: Input<'_>, is_ecr: IsEcr<'_>) -> Result<(), AwsError> {
    check_family(definition.text("family").unwrap_or_default())?;
    check_roles(definition)?;
    if definition.list("containerDefinitions").is_empty() {
        return Err(client("Container list cannot be empty."));
    }
    let mut names = Vec::new();
    for container in definition.parts("containerDefinitions") {
        check_container(container)?;
        check_sizes(definition, container)?;
        names.push(container.text("name"));
    }
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(client("Container names in a task definition must be unique."));
    }
    if definition.parts("containerDefinitions").all(|one| one.value("essential") == false) {
        return Err(client("At least one essential container must be specified."));
    }
    let compatibilities = definition.texts("requiresCompatibilities");
    if let Some(unknown) = compatibilities.iter().find(|name| !COMPATIBILITIES.contains(name)) {
        return Err(client(&format!("Invalid 'requiresCompatibilities' setting: {unknown}.")));
    }
    if compatibilities.contains(&"FARGATE") { check_fargate(definition, is_ecr) } else { Ok(()) }
}

/// Refuses what cannot be a role. Whether it exists is seen when a task starts.
fn check_roles(definition: Input<'_>) -> Result<(), AwsError> {
    let is_role = |arn: &str| {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        matches!(parts[..], ["arn", _, "iam", "", account, role]
            if account.len() == 12 && role.len() > 5 && role.starts_with("role/"))
    };
    let roles = ["executionRoleArn", "taskRoleArn"].map(|name| definition.text(name));
    if roles.into_iter().flatten().all(is_role) { Ok(()) } else { Err(client("Role is not valid")) }
}

/// Refuses a container that is larger than its task.
fn check_sizes(definition: Input<'_>, container: Input<'_>) -> Result<(), AwsError> {
    let name = container.text("name").unwrap_or_default();
    for (field, large) in [("cpu", "vcpu"), ("memory", "gb"), ("memoryReservation", "gb")] {
        let given = container.value(field).as_i64();
        let size = if field == "cpu" { "cpu" } else { "memory" };
        let whole = definition.text(size).and_then(|text| in_units(text, large));
        let most = whole.and_then(|whole| i64::try_from(whole).ok()).unwrap_or(i64::MAX);
        if given.is_some_and(|given| !(0..=most).contains(&given)) {
            return Err(client(&format!("Invalid '{size}' setting for container '{name}'.")));
        }
    }
    Ok(())
}

fn check_family(family: &str) -> Result<(), AwsError> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if family.is_empty() {
        return Err(client("Family should not be null or empty."));
    }
    if family.len() > 255 || !family.chars().all(is_plain) {
        return Err(client("Family contains invalid characters."));
    }
    Ok(())
}

fn check_container(container: Input<'_>) -> Result<(), AwsError> {
    if container.text("name").unwrap_or_default().is_empty() {
        return Err(client("Container.name should not be null or empty."));
    }
    if container.text("image").unwrap_or_default().is_empty() {
        return Err(client("Container.image should not be null or empty."));
    }
    for mapping in container.parts("portMappings") {
        let port = mapping.number("containerPort").unwrap_or_default();
        if !(1..=65_535).contains(&port) {
            return Err(client("Invalid 'containerPort' setting for container."));
        }
        // The lab has "http", which AWS silently treats as tcp.
        if !matches!(mapping.text("protocol"), None | Some("tcp" | "udp" | "http")) {
            return Err(client("Invalid 'protocol' setting for container: it is tcp or udp."));
        }
    }
    Ok(())
}

fn check_fargate(definition: Input<'_>, is_ecr: IsEcr<'_>) -> Result<(), AwsError> {
    if definition.text("networkMode") != Some("awsvpc") {
        return Err(client("Fargate only supports network mode 'awsvpc'."));
    }
    let (Some(cpu), Some(memory)) = (definition.text("cpu"), definition.text("memory")) else {
        let absent = if definition.text("cpu").is_none() { "cpu" } else { "memory" };
        return Err(client(&format!(
            "Fargate requires that '{absent}' be defined at the task level."
        )));
    };
    if !is_size(cpu, memory) {
        return Err(client(&format!(
            "No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. See \
             the Amazon ECS documentation for the valid values."
        )));
    }
    for container in definition.parts("containerDefinitions") {
        check_fargate_container(definition, container)?;
        let image = container.text("image").unwrap_or_default();
        if definition.text("executionRoleArn").is_none() && is_ecr(image) {
            return Err(client(
                "Fargate requires task definition to have execution role ARN to support ECR \
                 images.",
            ));
        }
    }
    Ok(())
}

fn check_fargate_container(definition: Input<'_>, container: Input<'_>) -> Result<(), AwsError> {
    for mapping in container.parts("portMappings") {
        let host = mapping.number("hostPort").filter(|port| *port != 0);
        if host.is_some() && host != mapping.number("containerPort") {
            return Err(client(
                "When networkMode=awsvpc, the host ports and container ports in port mappings \
                 must match.",
            ));
        }
    }
    let log = container.part("logConfiguration");
    if log.text("logDriver") == Some("awslogs") {
        if definition.text("executionRoleArn").is_none() {
            return Err(client(
                "Fargate requires task definition to have execution role ARN to support log \
                 driver awslogs.",
            ));
        }
        for option in ["awslogs-group", "awslogs-region", "awslogs-stream-prefix"] {
            if log.part("options").text(option).is_none() {
                return Err(client(&format!("Log driver awslogs requires options: {option}")));
            }
        }
    }
    Ok(())
}

fn is_size(cpu: &str, memory: &str) -> bool {
    let (Some(cpu), Some(memory)) = (in_units(cpu, "vcpu"), in_units(memory, "gb")) else {
        return false;
    };
    SIZES.iter().any(|(size, from, to, step)| {
        *size == cpu && (*from..=*to).contains(&memory) && (memory - from) % step == 0
    }) || (cpu, memory) == (256, 512)
}

/// Parses `512`, or `0.5 GB`: 1024 of the small units are one large one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "negative and huge sizes become sizes that Fargate does not have"
)]
fn in_units(text: &str, large: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    match text.strip_suffix(large) {
        Some(number) => Some((number.trim().parse::<f64>().ok()? * 1024.0) as u64),
        None => text.parse().ok(),
    }
}

/// Returns a task definition with AWS's defaults filled in.
pub(super) fn filled_in(definition: &Value) -> Value {
    let mut filled = definition.clone();
    if let Some(fields) = filled.as_object_mut() {
        fields.remove("tags");
        for list in ["volumes", "placementConstraints"] {
            fields.entry(list).or_insert_with(|| Value::Array(Vec::new()));
        }
    }
    for container in filled["containerDefinitions"].as_array_mut().into_iter().flatten() {
        fill_container(container);
    }
    filled
}

fn fill_container(container: &mut Value) {
    let Some(fields) = container.as_object_mut() else { return };
    fields.entry("cpu").or_insert_with(|| 0.into());
    fields.entry("essential").or_insert_with(|| true.into());
    for list in ["portMappings", "environment", "mountPoints", "volumesFrom"] {
        fields.entry(list).or_insert_with(|| Value::Array(Vec::new()));
    }
    for mapping in container["portMappings"].as_array_mut().into_iter().flatten() {
        if mapping["protocol"] != "udp" {
            mapping["protocol"] = "tcp".into();
        }
        mapping["hostPort"] = mapping["containerPort"].clone();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lab() -> Value {
        json!({
            "family": "mythicalmysfitsservice",
            "cpu": "256",
            "memory": "512",
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "executionRoleArn": "arn:aws:iam::111111111111:role/r",
            "containerDefinitions": [{
                "name": "MythicalMysfits-Service",
                "image": "i",
                "portMappings": [{ "containerPort": 8080, "protocol": "http" }],
            }],
        })
    }

    fn refused(name: &str, value: Value) -> bool {
        let mut definition = lab();
        definition[name] = value;
        check(Input(&definition), &|_| false).is_err_and(|error| error.code == "ClientException")
    }

    #[test]
    fn the_labs_own_is_taken_and_its_protocol_is_tcp() {
        assert_eq!(check(Input(&lab()), &|_| true), Ok(()));
        let filled = filled_in(&lab());
        let mapping = &filled["containerDefinitions"][0]["portMappings"][0];
        assert_eq!((&mapping["protocol"], &mapping["hostPort"]), (&json!("tcp"), &json!(8080)));
    }

    #[test]
    fn what_fargate_does_not_have_is_refused() {
        assert!(refused("cpu", Value::Null));
        assert!(refused("memory", Value::Null));
        assert!(refused("memory", json!("4096")));
        assert!(refused("cpu", json!("300")));
        assert!(refused("networkMode", json!("bridge")));
        assert!(refused("family", json!("a b")));
        assert!(refused("containerDefinitions", json!([])));
        assert!(!refused("memory", json!("1 GB")));
        assert!(!refused("cpu", json!(".25 vCPU")));
    }

    #[test]
    fn roles_are_arns_of_roles() {
        for role in ["", "REPLACE_ME_ROLE", "role", "arn:aws:iam::111111111111:user/r"] {
            assert!(refused("taskRoleArn", json!(role)), "{role}");
        }
        assert!(refused("executionRoleArn", json!("arn:aws:iam::1:role/r")));
        assert!(!refused("taskRoleArn", json!("arn:aws:iam::111111111111:role/path/r")));
        assert!(!refused("executionRoleArn", Value::Null));
        let mut without = lab();
        without["executionRoleArn"] = Value::Null;
        let error = check(Input(&without), &|image| image == "i").unwrap_err();
        assert!(error.message.contains("to support ECR images"), "{error}");
    }

    #[test]
    fn containers_fit_into_their_task() {
        let with = |field: &str, value: i64| {
            let mut container = lab()["containerDefinitions"][0].clone();
            container[field] = value.into();
            refused("containerDefinitions", json!([container]))
        };
        for (field, most) in [("cpu", 256), ("memory", 512), ("memoryReservation", 512)] {
            assert!(!with(field, most) && !with(field, 0), "{field}");
            assert!(with(field, most + 1) && with(field, -1), "{field}");
        }
        assert!(refused("requiresCompatibilities", json!(["FARGATE", "FOO"])));
    }

    #[test]
    fn ports_and_logs_are_looked_at() {
        let with = |field: &str, value: Value| {
            let mut container = lab()["containerDefinitions"][0].clone();
            container[field] = value;
            refused("containerDefinitions", json!([container]))
        };
        assert!(with("portMappings", json!([{ "containerPort": 8080, "hostPort": 80 }])));
        assert!(with("portMappings", json!([{ "containerPort": 80, "protocol": "smtp" }])));
        assert!(with("logConfiguration", json!({ "logDriver": "awslogs", "options": {} })));
        assert!(with("essential", json!(false)));
    }
}
