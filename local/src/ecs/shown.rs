//! Services and tasks as ECS's API shows them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    arns,
    state::{Container, Deployment, Phase, Region, Service, Task, Vpc},
};
use crate::{place::Place, protocol::input::Input, times::epoch_seconds};

/// Fields that are kept only to be shown again.
const KEPT: [&str; 6] = [
    "launchType",
    "platformVersion",
    "capacityProviderStrategy",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "availabilityZoneRebalancing",
];

/// Returns what is kept of a call to be shown.
pub(super) fn kept(input: Input<'_>) -> BTreeMap<String, Value> {
    let field = |name: &&str| {
        let value = input.value(name);
        (!value.is_null()).then(|| ((*name).to_owned(), value.clone()))
    };
    KEPT.iter().filter_map(field).collect()
}

/// Describes a service, without its tags.
pub(super) fn service(place: &Place, region: &Region, service: &Service) -> Value {
    let count = |is: &dyn Fn(&Task) -> bool| region.tasks_of(service).filter(|one| is(one)).count();
    let deployments: Vec<Value> = service
        .deployments
        .iter()
        .enumerate()
        .map(|(number, one)| deployment(region, service, one, number == 0))
        .collect();
    let events: Vec<Value> = service
        .events
        .iter()
        .map(|event| {
            json!({ "id": event.id, "createdAt": epoch_seconds(event.at), "message": event.message })
        })
        .collect();
    let mut shown = json!({
        "serviceArn": arns::service(place, &service.cluster, &service.name),
        "serviceName": service.name,
        "clusterArn": arns::cluster(place, &service.cluster),
        "loadBalancers": load_balancers(service),
        "serviceRegistries": [],
        "status": service.status,
        "desiredCount": service.desired,
        "runningCount": count(&is_running),
        "pendingCount": count(&is_pending),
        "launchType": "FARGATE",
        "platformVersion": "LATEST",
        "platformFamily": "Linux",
        "taskDefinition": service.definition,
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": {
                "enable": service.rules.breaker,
                "rollback": service.rules.rollback,
            },
            "maximumPercent": service.rules.max_percent,
            "minimumHealthyPercent": service.rules.min_percent,
            "strategy": "ROLLING",
        },
        "deployments": deployments,
        "roleArn": format!(
            "arn:aws:iam::{}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
            place.account
        ),
        "events": events,
        "createdAt": epoch_seconds(service.created),
        "createdBy": format!("arn:aws:iam::{}:root", place.account),
        "placementConstraints": [],
        "placementStrategy": [],
        "networkConfiguration": network(&service.vpc),
        "schedulingStrategy": "REPLICA",
        "deploymentController": { "type": "ECS" },
        "enableECSManagedTags": false,
        "enableExecuteCommand": false,
        "propagateTags": service.propagate_tags,
        "availabilityZoneRebalancing": "DISABLED",
    });
    if let Some(grace) = service.grace_seconds {
        shown["healthCheckGracePeriodSeconds"] = grace.into();
    }
    lay_over(&mut shown, &service.shown);
    shown
}

fn lay_over(shown: &mut Value, kept: &BTreeMap<String, Value>) {
    for (name, value) in kept {
        shown[name] = value.clone();
    }
    // With a strategy of capacity providers there is no launch type.
    if let (Some(fields), true) =
        (shown.as_object_mut(), kept.contains_key("capacityProviderStrategy"))
    {
        fields.remove("launchType");
    }
}

fn is_running(task: &Task) -> bool {
    task.phase == Phase::Running
}

fn is_pending(task: &Task) -> bool {
    task.phase < Phase::Running && !task.to_stop
}

fn load_balancers(service: &Service) -> Value {
    let balancers = service.load_balancers.iter();
    balancers
        .map(|one| {
            json!({
                "targetGroupArn": one.target_group,
                "containerName": one.container,
                "containerPort": one.port,
            })
        })
        .collect()
}

fn network(vpc: &Vpc) -> Value {
    json!({ "awsvpcConfiguration": {
        "subnets": vpc.subnets,
        "securityGroups": vpc.groups,
        "assignPublicIp": if vpc.public { "ENABLED" } else { "DISABLED" },
    } })
}

fn deployment(region: &Region, service: &Service, one: &Deployment, primary: bool) -> Value {
    let count = |is: &dyn Fn(&Task) -> bool| {
        let tasks = region.tasks_of(service);
        tasks.filter(|task| task.deployment.as_ref() == Some(&one.id) && is(task)).count()
    };
    json!({
        "id": one.id,
        "status": if primary { "PRIMARY" } else { "ACTIVE" },
        "taskDefinition": one.definition,
        "desiredCount": if primary { service.desired } else { 0 },
        "runningCount": count(&is_running),
        "pendingCount": count(&is_pending),
        "failedTasks": one.failed,
        "createdAt": epoch_seconds(one.created),
        "updatedAt": epoch_seconds(one.updated),
        "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "networkConfiguration": network(&one.vpc),
        "rolloutState": one.rollout,
        "rolloutStateReason": one.reason,
    })
}

/// Describes a task, without its tags.
pub(super) fn task(place: &Place, region: &Region, task: &Task) -> Value {
    let definition = region.definition(&task.definition).ok().map(|(_, _, one)| &one.value);
    let of_definition =
        |name| definition.and_then(|value| value.get(name)).cloned().unwrap_or_default();
    let arn = arns::task(place, &task.cluster, &task.id);
    let containers: Vec<Value> =
        task.containers.iter().map(|one| container(place, &arn, task, one)).collect();
    let mut shown = json!({
        "taskArn": arn,
        "clusterArn": arns::cluster(place, &task.cluster),
        "taskDefinitionArn": task.definition,
        "group": task.group,
        "lastStatus": task.phase,
        "desiredStatus": if task.to_stop { "STOPPED" } else { "RUNNING" },
        "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "cpu": of_definition("cpu"),
        "memory": of_definition("memory"),
        "healthStatus": "UNKNOWN",
        "containers": containers,
        "attachments": attachments(task),
        "overrides": if task.overrides.is_null() { json!({}) } else { task.overrides.clone() },
        "attributes": [],
        "inferenceAccelerators": [],
        "version": 1,
        "tags": [],
    });
    if task.interface.is_some() {
        shown["connectivity"] = "CONNECTED".into();
        let zone = task.interface.as_ref().map(|one| &one.zone);
        shown["availabilityZone"] = json!(zone);
    }
    if let Some(by) = &task.started_by {
        shown["startedBy"] = json!(by);
    }
    if let (Some(code), true) = (task.stop_code, task.to_stop) {
        shown["stopCode"] = json!(code);
    }
    if let Some(reason) = &task.reason {
        shown["stoppedReason"] = json!(reason);
    }
    for (name, time) in &task.times {
        shown[name] = json!(epoch_seconds(*time));
    }
    lay_over(&mut shown, &task.shown);
    if shown["platformVersion"] == "LATEST" {
        shown["platformVersion"] = "1.4.0".into();
    }
    shown
}

fn container(place: &Place, task_arn: &str, task: &Task, container: &Container) -> Value {
    let id = format!("{}-{}", task.id, container.name);
    let interfaces: Vec<Value> = task
        .interface
        .iter()
        .map(|one| json!({ "attachmentId": one.attachment, "privateIpv4Address": one.ip }))
        .collect();
    let mut shown = json!({
        "containerArn": arns::arn(place, "container", &format!("{}/{id}", task.cluster)),
        "taskArn": task_arn,
        "name": container.name,
        "image": container.image,
        "runtimeId": id,
        "lastStatus": container_status(container.phase),
        "networkBindings": [],
        "networkInterfaces": interfaces,
        "healthStatus": "UNKNOWN",
        "essential": container.essential,
    });
    if let Some(digest) = &container.digest {
        shown["imageDigest"] = json!(digest);
    }
    if let Some(code) = container.exit_code {
        shown["exitCode"] = json!(code);
    }
    if let Some(reason) = &container.reason {
        shown["reason"] = json!(reason);
    }
    shown
}

fn container_status(phase: Phase) -> &'static str {
    match phase {
        Phase::Stopped => "STOPPED",
        Phase::Running => "RUNNING",
        _ => "PENDING",
    }
}

fn attachments(task: &Task) -> Value {
    let interface = task.interface.iter();
    interface
        .map(|one| {
            let status = match task.phase {
                Phase::Stopped => "DELETED",
                Phase::Deprovisioning => "DETACHING",
                _ => "ATTACHED",
            };
            let details = [
                ("subnetId", &one.subnet),
                ("networkInterfaceId", &one.id),
                ("macAddress", &one.mac),
                ("privateIPv4Address", &one.ip),
            ];
            let details = details.map(|(name, value)| json!({ "name": name, "value": value }));
            json!({
                "id": one.attachment,
                "type": "ElasticNetworkInterface",
                "status": status,
                "details": details,
            })
        })
        .collect()
}
