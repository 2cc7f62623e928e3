//! Services and their deployments.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::setup::Opened;

const SERVES: &str = "trap 'exit 0' TERM; echo up; while :; do sleep 0.05; done";

fn balanced() -> Value {
    json!({ "loadBalancers": [
        { "targetGroupArn": "group", "containerName": "app", "containerPort": 8080 },
    ] })
}

fn breaker(rollback: bool) -> Value {
    json!({ "deploymentConfiguration": {
        "deploymentCircuitBreaker": { "enable": true, "rollback": rollback },
    } })
}

fn said(service: &Value, what: &str) -> bool {
    let mut events = service["events"].as_array().unwrap().iter();
    events.any(|event| event["message"].as_str().unwrap().contains(what))
}

#[tokio::test]
async fn a_service_keeps_its_tasks() {
    let opened = Opened::new("keep");
    opened.push(&format!("if [ ! -e /tmp/$$ ]; then :; fi; {SERVES}"));
    opened.register(json!({}));
    opened.create_service(json!({ "desiredCount": 2 }));
    let service = opened.stable().await;
    assert!(said(&service, "(service app) has reached a steady state."), "{service}");
    let task = opened.tasks("RUNNING")[0]["taskArn"].as_str().unwrap().to_owned();
    opened.run("StopTask", json!({ "task": task }));
    opened.stopped(&task).await;
    opened.stable().await;
    assert_eq!(opened.tasks("RUNNING").len(), 2);
    opened.run("UpdateService", json!({ "service": "app", "desiredCount": 1 }));
    opened.until(|| (opened.tasks("RUNNING").len() == 1).then_some(())).await;
    assert_eq!(opened.stable().await["deployments"].as_array().unwrap().len(), 1);
    opened.ecs.shut_down().await;
}

#[tokio::test]
async fn a_held_service_neither_rolls_out_nor_ends() {
    let opened = Opened::new("held");
    opened.register(json!({}));
    opened.hold(Some("ecs"));
    opened.create_service(json!({ "desiredCount": 0 }));
    (0..3).for_each(|_| opened.tick());
    assert_eq!(opened.service()["deployments"][0]["rolloutState"], "IN_PROGRESS");
    opened.hold(None);
    opened.tick();
    assert_eq!(opened.service()["deployments"][0]["rolloutState"], "COMPLETED");
    opened.hold(Some("ecs"));
    opened.run("UpdateService", json!({ "service": "app", "forceNewDeployment": true }));
    (0..3).for_each(|_| opened.tick());
    assert_eq!(opened.service()["deployments"][0]["rolloutState"], "IN_PROGRESS");
    opened.run("DeleteService", json!({ "service": "app" }));
    (0..3).for_each(|_| opened.tick());
    assert_eq!(opened.service()["status"], "DRAINING");
    opened.hold(None);
    opened.tick();
    assert_eq!(opened.service()["status"], "INACTIVE");
    opened.ecs.shut_down().await;
}

#[tokio::test]
async fn a_held_task_begins_and_ends_when_it_is_released() {
    let opened = Opened::new("held-task");
    opened.push(SERVES);
    opened.register(json!({}));
    opened.hold(Some("ecs"));
    let task = opened.run_task("service", "private");
    opened.tick();
    assert_eq!(opened.task(&task)["lastStatus"], "PROVISIONING");
    opened.hold(None);
    opened.until(|| (opened.task(&task)["lastStatus"] == "RUNNING").then_some(())).await;
    opened.hold(Some("ecs"));
    opened.run("StopTask", json!({ "task": task }));
    opened.until(|| (opened.task(&task)["lastStatus"] == "DEPROVISIONING").then_some(())).await;
    // A hold does not delay the end of the local cloud.
    opened.ecs.shut_down().await;
    assert_eq!(opened.task(&task)["lastStatus"], "STOPPED");
}

#[tokio::test]
async fn a_rolling_update_always_has_a_target() {
    let opened = Opened::new("rolling");
    opened.push(SERVES);
    let first = opened.register(json!({}));
    opened.create_service(balanced());
    opened.stable().await;
    let old = opened.tasks("RUNNING")[0]["taskArn"].clone();
    opened.push(&format!("echo new; {SERVES}"));
    let second = opened.register(json!({}));
    assert_ne!(first, second);
    opened.run("UpdateService", json!({ "service": "app", "taskDefinition": second }));
    let service = opened
        .until(|| {
            let registered = opened.targets.registered.lock().unwrap().len();
            assert!(registered >= 1, "no target for a while");
            let service = opened.service();
            let one = service["deployments"].as_array().unwrap().len() == 1;
            (one && service["deployments"][0]["rolloutState"] == "COMPLETED").then_some(service)
        })
        .await;
    assert!(said(&service, "has begun draining connections on 1 tasks."), "{service}");
    let new = &opened.tasks("RUNNING")[0];
    assert_eq!(new["taskDefinitionArn"], second);
    assert_eq!(opened.task(old.as_str().unwrap())["lastStatus"], "STOPPED");
    opened.ecs.shut_down().await;
}

#[tokio::test]
async fn the_same_tag_means_the_same_image_for_a_deployment() {
    let opened = Opened::new("pinned");
    opened.push(SERVES);
    opened.register(json!({}));
    opened.create_service(json!({}));
    opened.stable().await;
    let digest = |task: &Value| task["containers"][0]["imageDigest"].clone();
    let before = opened.tasks("RUNNING")[0].clone();
    opened.push(&format!("echo other; {SERVES}"));
    opened.run("StopTask", json!({ "task": before["taskArn"] }));
    opened.stopped(before["taskArn"].as_str().unwrap()).await;
    opened.stable().await;
    assert_eq!(digest(&opened.tasks("RUNNING")[0]), digest(&before));
    opened.run("UpdateService", json!({ "service": "app", "forceNewDeployment": true }));
    opened.stable().await;
    assert_ne!(digest(&opened.tasks("RUNNING")[0]), digest(&before));
    opened.ecs.shut_down().await;
}

#[tokio::test]
async fn the_circuit_breaker_ends_what_never_works() {
    let opened = Opened::new("breaker");
    opened.push("exit 1");
    opened.register(json!({}));
    opened.create_service(breaker(true));
    let failed = opened
        .until(|| {
            let service = opened.service();
            (service["deployments"][0]["rolloutState"] == "FAILED").then_some(service)
        })
        .await;
    assert_eq!(failed["deployments"][0]["failedTasks"], 3);
    assert!(said(&failed, "deployment failed: tasks failed to start."), "{failed}");
    let stopped = opened.tasks("STOPPED").len();
    // A good one recovers the service.
    opened.push(SERVES);
    opened.run("UpdateService", json!({ "service": "app", "forceNewDeployment": true }));
    opened.stable().await;
    assert_eq!(opened.tasks("STOPPED").len(), stopped);
    opened.ecs.shut_down().await;
}

#[tokio::test]
async fn a_failed_deployment_goes_back_to_the_last_good_one() {
    let opened = Opened::new("rollback");
    opened.push(SERVES);
    let good = opened.register(json!({}));
    opened.create_service(breaker(true));
    opened.stable().await;
    let bad = opened.register(json!({ "command": ["x"], "entryPoint": ["absent"] }));
    opened.run("UpdateService", json!({ "service": "app", "taskDefinition": bad }));
    let service = opened
        .until(|| {
            let service = opened.service();
            (service["taskDefinition"] == good && said(&service, "rolling back")).then_some(service)
        })
        .await;
    assert!(said(&service, "failed to launch with"), "{service}");
    opened.stable().await;
    assert_eq!(opened.tasks("RUNNING")[0]["taskDefinitionArn"], good);
    opened.ecs.shut_down().await;
}

#[tokio::test]
async fn unhealthy_tasks_are_replaced() {
    let opened = Opened::new("unhealthy");
    opened.push(SERVES);
    opened.register(json!({}));
    opened.create_service(balanced());
    opened.stable().await;
    let task = opened.tasks("RUNNING")[0]["taskArn"].as_str().unwrap().to_owned();
    opened.targets.sick.store(true, Ordering::Relaxed);
    let task = opened.stopped(&task).await;
    opened.targets.sick.store(false, Ordering::Relaxed);
    let reason = task["stoppedReason"].as_str().unwrap();
    assert_eq!(reason, "Task failed ELB health checks in (target-group group)");
    opened.stable().await;
    opened.ecs.shut_down().await;
}

#[tokio::test]
async fn a_restart_brings_the_tasks_back() {
    let opened = Opened::new("restart");
    opened.push(SERVES);
    opened.register(json!({}));
    opened.create_service(balanced());
    opened.stable().await;
    let old = opened.tasks("RUNNING")[0]["taskArn"].as_str().unwrap().to_owned();
    let opened = opened.restart().await;
    assert_eq!(opened.task(&old)["lastStatus"], "STOPPED");
    opened
        .until(|| {
            let running = opened.tasks("RUNNING");
            running.first().is_some_and(|task| task["lastStatus"] == "RUNNING").then_some(())
        })
        .await;
    assert_eq!(opened.service()["deployments"][0]["failedTasks"], 0);
    opened.ecs.shut_down().await;
}

#[tokio::test]
async fn a_service_is_deleted_with_its_tasks() {
    let opened = Opened::new("delete");
    opened.push(SERVES);
    opened.register(json!({}));
    opened.create_service(json!({}));
    opened.stable().await;
    let (code, message) = opened.refused("DeleteService", json!({ "service": "app" }));
    assert_eq!(code, "InvalidParameterException");
    assert_eq!(message, "The service cannot be stopped while it is scaled above 0.");
    let (code, _) = opened.refused("DeleteCluster", json!({}));
    assert_eq!(code, "ClusterContainsServicesException");
    let deleted = opened.run("DeleteService", json!({ "service": "app", "force": true }));
    assert_eq!(deleted["service"]["status"], "DRAINING");
    opened.until(|| (opened.service()["status"] == "INACTIVE").then_some(())).await;
    assert_eq!(opened.run("ListServices", json!({}))["serviceArns"], json!([]));
    opened.run("DeleteCluster", json!({}));
    let clusters = opened.run("DescribeClusters", json!({ "clusters": ["lab"] }));
    assert_eq!(clusters["clusters"][0]["status"], "INACTIVE");
    assert!(opened.network.attached.lock().unwrap().is_empty());
}
