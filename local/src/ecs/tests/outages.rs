//! What the fault rules do to Fargate.

use serde_json::{Value, json};

use super::setup::Opened;
use crate::outages::Outage;

const SERVES: &str = "trap 'exit 0' TERM; echo up; while :; do sleep 0.05; done";

fn said(service: &Value, what: &str) -> bool {
    let mut events = service["events"].as_array().unwrap().iter();
    events.any(|event| event["message"].as_str().unwrap().contains(what))
}

/// Returns an ECS with a stable service of one task in two zones, and that task.
async fn running(name: &str) -> (Opened, Value) {
    let opened = Opened::new(name);
    opened.push(SERVES);
    opened.register(json!({}));
    opened.create_service(json!({
        "networkConfiguration": { "awsvpcConfiguration": { "subnets": ["private", "other"] } },
    }));
    opened.stable().await;
    let task = opened.tasks("RUNNING")[0].clone();
    (opened, task)
}

/// Waits until another task than this one runs, and returns it.
async fn replaced(opened: &Opened, old: &Value) -> Value {
    let is_new =
        |task: &Value| task["taskArn"] != old["taskArn"] && task["lastStatus"] == "RUNNING";
    opened.until(|| opened.tasks("RUNNING").into_iter().find(is_new)).await
}

#[tokio::test]
async fn a_killed_task_is_replaced_once() {
    let (opened, task) = running("killed").await;
    opened.suffer(&[Outage::KillTasks]);
    let stopped = opened.stopped(task["taskArn"].as_str().unwrap()).await;
    assert_eq!(stopped["stopCode"], "EssentialContainerExited");
    assert_eq!(stopped["containers"][0]["exitCode"], 137);
    let new = replaced(&opened, &task).await;
    // The rule still stands, and what has started since lives.
    (0..3).for_each(|_| opened.tick());
    opened.stable().await;
    assert_eq!(opened.task(new["taskArn"].as_str().unwrap())["lastStatus"], "RUNNING");
    assert_eq!(opened.tasks("STOPPED").len(), 1);
    opened.ecs.shut_down().await;
}

#[tokio::test]
async fn a_zone_that_is_down_loses_its_tasks_to_another() {
    let (opened, task) = running("zone-down").await;
    opened.suffer(&[Outage::ZoneDown(None)]);
    let stopped = opened.stopped(task["taskArn"].as_str().unwrap()).await;
    let zone = task["availabilityZone"].as_str().unwrap();
    let reason = stopped["stoppedReason"].as_str().unwrap();
    assert!(reason.contains(&format!("{zone} is down")), "{reason}");
    let new = replaced(&opened, &task).await;
    assert_ne!(new["availabilityZone"], zone);
    // None of many goes there.
    opened.run("UpdateService", json!({ "service": "app", "desiredCount": 4 }));
    opened.stable().await;
    assert!(opened.tasks("RUNNING").iter().all(|one| one["availabilityZone"] != zone));
    // Nothing was wrong with the task.
    assert_eq!(opened.service()["deployments"][0]["failedTasks"], 0);
    opened.ecs.shut_down().await;
}

#[tokio::test]
async fn without_capacity_what_runs_goes_on_and_nothing_starts() {
    let (opened, task) = running("capacity").await;
    let arn = task["taskArn"].as_str().unwrap();
    opened.suffer(&[Outage::NoCapacity(None)]);
    (0..3).for_each(|_| opened.tick());
    assert_eq!(opened.task(arn)["lastStatus"], "RUNNING");
    let vpc = json!({ "awsvpcConfiguration": { "subnets": ["private"] } });
    let run = json!({ "taskDefinition": "service", "networkConfiguration": vpc });
    let (code, message) = opened.refused("RunTask", run);
    assert_eq!(code, "ClientException");
    assert!(message.starts_with("Capacity is unavailable at this time."), "{message}");

    opened.run("StopTask", json!({ "task": arn }));
    opened.stopped(arn).await;
    let no_room = "(service app) was unable to place a task. Reason: Capacity is unavailable";
    opened.until(|| said(&opened.service(), no_room).then_some(())).await;
    (0..3).for_each(|_| opened.tick());
    let events = opened.service()["events"].to_string();
    assert_eq!(events.matches(no_room).count(), 1, "{events}");
    assert!(opened.tasks("RUNNING").is_empty());

    opened.suffer(&[]);
    opened.stable().await;
    assert_eq!(opened.tasks("RUNNING").len(), 1);
    opened.ecs.shut_down().await;
}
