//! `mysfits local break` and `heal`: each break is seen as it says, and is gone when it is healed.

use aws_sdk_ecs::{Client as Ecs, types::DesiredStatus, types::Task};
use serde_json::Value;

use crate::helpers::{
    backend::{api_address, backend_address, count, run_with},
    binaries::backend,
    cloud::Cloud,
    command::until,
    visitor::{call, client, visitor},
};

const YETI: &str = "/mysfits/b41ff031-141e-4a8d-bb56-158a22bea0b3";

/// The names of the lab without a name.
const CLUSTER: &str = "MythicalMysfits-Cluster";
const SERVICE: &str = "MythicalMysfits-Service";

/// Breaks something: it says what, and what to do next, and `local status` says it as well.
fn breaks(cloud: &Cloud, name: &str) {
    let broken = cloud.run(&["local", "break", name]).exit(0).stdout;
    assert!(broken.starts_with(&format!("broken: {name}\n")), "{broken}");
    let words: Vec<_> = broken.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(words, ["broken:", "does", "see", "try", "on", "heal"], "{broken}");
    let status = cloud.run(&["local", "status"]).exit(0).stdout;
    assert!(status.contains(&format!("broken   {name}")), "{status}");
}

fn heals(cloud: &Cloud, name: &str) {
    let healed = cloud.run(&["local", "heal"]).exit(0).stderr;
    assert!(healed.contains(&format!("healed: {name}")), "{healed}");
    let status = cloud.run(&["local", "status"]).exit(0).stdout;
    assert!(!status.contains("broken"), "{status}");
}

/// Whether a call of the backend was struck by this fault.
fn was_struck(cloud: &Cloud, operation: &str, fault: &str) -> bool {
    let requests = cloud.requests();
    requests.iter().any(|it| it["operation"] == operation && it["fault"] == fault)
}

#[test]
fn what_is_broken_at_the_table_and_the_api_is_seen_and_healed() {
    let cloud = Cloud::start();
    let deployed = run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    let (api, balancer) = (api_address(&deployed), backend_address(&deployed));
    let tokens = visitor(&cloud, client(&cloud).client_id().unwrap(), "anna@example.com");
    let id = tokens.id_token();
    let like = format!("{YETI}/like");

    breaks(&cloud, "throttle");
    assert_eq!(call(&api, "GET", "/mysfits", None).0, 503);
    assert_eq!(call(&api, "GET", "/", None).0, 200, "the health check does not ask the table");
    heals(&cloud, "throttle");
    assert_eq!(call(&api, "GET", "/mysfits", None).0, 200);

    breaks(&cloud, "lose-answers");
    assert_eq!(call(&api, "POST", &like, id).0, 502);
    assert_eq!(call(&api, "GET", YETI, None).1["likes"], 1, "it counted all the same");
    heals(&cloud, "lose-answers");
    let (status, said) = call(&api, "POST", &like, id);
    assert_eq!((status, &said["likes"], &said["counted"]), (200, &1.into(), &false.into()));

    breaks(&cloud, "slow");
    cloud.forget_requests();
    assert_eq!(count(&balancer, "/mysfits"), 12);
    assert!(was_struck(&cloud, "Scan", "delay"));
    heals(&cloud, "slow");
    cloud.forget_requests();
    assert_eq!(count(&balancer, "/mysfits"), 12);
    assert!(!was_struck(&cloud, "Scan", "delay"));

    breaks(&cloud, "deny");
    assert_eq!(call(&api, "GET", YETI, None).0, 502);
    until("the reason in the log", || {
        cloud.run(&["logs"]).exit(0).stdout.contains("AccessDeniedException").then_some(())
    });
    heals(&cloud, "deny");
    assert_eq!(call(&api, "GET", YETI, None).0, 200);

    breaks(&cloud, "api-limit");
    assert_eq!(call(&api, "GET", YETI, None).0, 429);
    assert_eq!(call(&balancer, "GET", YETI, None).0, 200);
    heals(&cloud, "api-limit");
    assert_eq!(call(&api, "GET", YETI, None).0, 200);
}

fn tasks(cloud: &Cloud, status: &DesiredStatus) -> Vec<Task> {
    cloud.wait_for(async |sdk| {
        let ecs = Ecs::new(sdk);
        let list = ecs.list_tasks().cluster(CLUSTER).desired_status(status.clone());
        let arns = list.send().await.unwrap().task_arns.unwrap_or_default();
        if arns.is_empty() {
            return Vec::new();
        }
        let tasks = ecs.describe_tasks().cluster(CLUSTER).set_tasks(Some(arns)).send().await;
        tasks.unwrap().tasks.unwrap_or_default()
    })
}

/// Waits until this many tasks run, and no more, and returns them.
fn running(cloud: &Cloud, wanted: usize) -> Vec<Task> {
    until("the tasks to run", || {
        let tasks = tasks(cloud, &DesiredStatus::Running);
        let all_run = tasks.iter().all(|task| task.last_status() == Some("RUNNING"));
        (all_run && tasks.len() == wanted).then_some(tasks)
    })
}

/// Waits until this task is stopped and another one runs, and returns both.
fn replaced(cloud: &Cloud, old: &Task) -> (Task, Task) {
    let stopped = until("the task to stop", || {
        let stopped = tasks(cloud, &DesiredStatus::Stopped).into_iter();
        stopped
            .filter(|task| task.last_status() == Some("STOPPED"))
            .find(|task| task.task_arn() == old.task_arn())
    });
    (stopped, running(cloud, 1).remove(0))
}

fn wants(cloud: &Cloud, count: i32) {
    cloud.wait_for(async |sdk| {
        let update = Ecs::new(sdk).update_service().cluster(CLUSTER).service(SERVICE);
        update.desired_count(count).send().await.unwrap();
    });
}

fn events(cloud: &Cloud) -> String {
    cloud.wait_for(async |sdk| {
        let describe = Ecs::new(sdk).describe_services().cluster(CLUSTER).services(SERVICE);
        let mut services = describe.send().await.unwrap().services.unwrap();
        let events = services.remove(0).events.unwrap_or_default();
        events.iter().filter_map(|event| event.message()).collect::<Vec<_>>().join("\n")
    })
}

#[test]
fn what_is_broken_at_the_tasks_is_seen_and_healed() {
    let cloud = Cloud::start();
    let deployed = run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    let address = backend_address(&deployed);
    // Without a healthy task the load balancer resets connections.
    let all_come = || std::panic::catch_unwind(|| count(&address, "/mysfits") == 12);
    let answers = || until("the backend", || all_come().unwrap_or(false).then_some(()));

    let first = running(&cloud, 1).remove(0);
    breaks(&cloud, "kill-task");
    let (stopped, second) = replaced(&cloud, &first);
    assert_eq!(stopped.containers()[0].exit_code(), Some(137));
    answers();
    // A second time is a second kill.
    breaks(&cloud, "kill-task");
    let (stopped, third) = replaced(&cloud, &second);
    assert_eq!(stopped.containers()[0].exit_code(), Some(137));
    answers();
    heals(&cloud, "kill-task");

    let zone = third.availability_zone().unwrap();
    breaks(&cloud, "stop-zone");
    let (_, fourth) = replaced(&cloud, &third);
    assert_ne!(fourth.availability_zone(), Some(zone));
    wants(&cloud, 4);
    assert!(running(&cloud, 4).iter().all(|task| task.availability_zone() != Some(zone)));
    answers();
    heals(&cloud, "stop-zone");

    wants(&cloud, 0);
    running(&cloud, 0);
    breaks(&cloud, "full-capacity");
    wants(&cloud, 1);
    until("the event", || {
        events(&cloud).contains("was unable to place a task. Reason: Capacity is").then_some(())
    });
    running(&cloud, 0);
    heals(&cloud, "full-capacity");
    running(&cloud, 1);
    answers();
}

#[test]
fn all_that_can_be_broken_is_listed_and_other_rules_are_not_lost() {
    let cloud = Cloud::start();
    cloud.faults(&serde_json::json!([{ "kind": "hold", "service": "dynamodb" }]));
    breaks(&cloud, "slow");
    breaks(&cloud, "deny");
    let status = cloud.run(&["local", "status"]).exit(0).stdout;
    assert!(
        status.contains("broken   deny, slow (") && status.contains("1 other rules"),
        "{status}"
    );
    let list = cloud.run(&["local", "break", "--output", "json"]).exit(0).stdout;
    let list: Vec<Value> = list.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let broken = list.iter().filter(|line| line["type"] == "break" && line["broken"] == true);
    assert_eq!(broken.map(|line| &line["name"]).collect::<Vec<_>>(), ["slow", "deny"]);
    assert!(list.iter().filter(|line| line["type"] == "break").count() >= 6, "{list:?}");

    let healed = cloud.run(&["local", "heal"]).exit(0).stderr;
    assert!(healed.contains("healed: deny, slow, and 1 other"), "{healed}");
    assert!(cloud.run(&["local", "heal"]).exit(0).stderr.contains("nothing was broken"));
    cloud.run(&["local", "break", "everything"]).exit(2);

    cloud.run(&["local", "stop"]).exit(0);
    let list = cloud.run(&["local", "break"]).exit(0).stdout;
    assert!(list.contains("stop-zone\n  ") && !list.contains("broken now"), "{list}");
    cloud.run(&["local", "break", "slow"]).exit(1);
}
