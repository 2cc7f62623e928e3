//! What ECS's API answers and refuses.

use std::{sync::mpsc, thread, time::Duration};

use serde_json::{Value, json};

use super::setup::{Opened, service};
use crate::{ecs::Ecs, place::Place};

#[tokio::test]
async fn a_cluster_is_made_once_and_its_second_tags_are_not_looked_at() {
    let opened = Opened::new("cluster");
    let tags = json!({ "clusterName": "lab", "tags": [{ "key": "a", "value": "b" }] });
    assert_eq!(opened.run("CreateCluster", tags)["cluster"]["tags"], json!([]));
    let described = opened.run("DescribeClusters", json!({ "clusters": ["lab", "absent"] }));
    assert_eq!(described["clusters"][0]["status"], "ACTIVE");
    assert_eq!(described["failures"][0]["reason"], "MISSING");
    let absent = json!({ "cluster": "absent", "services": ["x"] });
    assert_eq!(opened.refused("DescribeServices", absent).0, "ClusterNotFoundException");
}

#[tokio::test]
async fn revisions_are_never_used_again() {
    let opened = Opened::new("revisions");
    let first = opened.register(json!({}));
    assert!(first.ends_with(":task-definition/service:1"), "{first}");
    let deregistered = opened.run("DeregisterTaskDefinition", json!({ "taskDefinition": first }));
    assert_eq!(deregistered["taskDefinition"]["status"], "INACTIVE");
    let family = json!({ "taskDefinition": "service" });
    assert_eq!(opened.refused("DescribeTaskDefinition", family.clone()).0, "ClientException");
    let second = opened.register(json!({}));
    assert!(second.ends_with(":2"));
    let latest = opened.run("DescribeTaskDefinition", family);
    assert_eq!(latest["taskDefinition"]["revision"], 2);
    let deleted =
        opened.run("DeleteTaskDefinitions", json!({ "taskDefinitions": [first, second] }));
    assert_eq!(deleted["taskDefinitions"][0]["status"], "DELETE_IN_PROGRESS");
    assert_eq!(deleted["failures"][0]["arn"], second);
    let list = |status: &str| {
        opened.run("ListTaskDefinitions", json!({ "status": status }))["taskDefinitionArns"].clone()
    };
    assert_eq!((list("ACTIVE"), list("INACTIVE")), (json!([second]), json!([])));
    opened.until(|| (list("DELETE_IN_PROGRESS") == json!([])).then_some(())).await;
}

#[tokio::test]
async fn definitions_are_listed_in_pages_by_number() {
    let opened = Opened::new("pages");
    for _ in 0..11 {
        opened.register(json!({}));
    }
    let page = |token: Value, sort: &str| {
        let input = json!({ "maxResults": 6, "nextToken": token, "sort": sort });
        let page = opened.run("ListTaskDefinitions", input);
        let arns = page["taskDefinitionArns"].as_array().unwrap().clone();
        let last = arns.last().unwrap().as_str().unwrap().rsplit(':').next().unwrap().to_owned();
        (arns.len(), last, page["nextToken"].clone())
    };
    let (count, last, token) = page(Value::Null, "ASC");
    assert_eq!((count, &*last), (6, "6"));
    assert_eq!(page(token, "ASC"), (5, "11".to_owned(), Value::Null));
    let (_, last, token) = page(Value::Null, "DESC");
    assert_eq!(last, "6");
    assert_eq!(page(token, "DESC"), (5, "1".to_owned(), Value::Null));
}

#[tokio::test]
async fn a_service_is_refused_for_what_it_lacks() {
    let opened = Opened::new("refused");
    opened.register(json!({}));
    let message = |more: Value| opened.refused("CreateService", service(more)).1;
    let balancer = |group: &str, container: &str, port: u16| {
        json!({ "loadBalancers": [
            { "targetGroupArn": group, "containerName": container, "containerPort": port },
        ] })
    };
    assert!(message(balancer("unused", "app", 8080)).contains("an associated load balancer"));
    assert!(message(balancer("absent", "app", 8080)).contains("find target group"));
    assert!(message(balancer("group", "other", 8080)).contains("does not exist in the task"));
    assert!(message(balancer("group", "app", 80)).contains("did not have a container port 80"));
    assert_eq!(message(json!({ "taskDefinition": "absent" })), "TaskDefinition not found.");
    assert!(message(json!({ "networkConfiguration": null })).contains("must be provided"));
    let subnets = |id: &str| json!({ "awsvpcConfiguration": { "subnets": [id] } });
    assert!(message(json!({ "networkConfiguration": subnets("absent") })).contains("NotFound"));
}

#[tokio::test]
async fn a_service_is_made_once_unless_it_has_a_token() {
    let opened = Opened::new("token");
    opened.register(json!({}));
    let input = json!({ "clientToken": "t", "desiredCount": 0 });
    let arn = opened.create_service(input.clone())["serviceArn"].clone();
    assert_eq!(opened.create_service(input)["serviceArn"], arn);
    let (code, message) = opened.refused("CreateService", service(json!({})));
    assert_eq!(code, "InvalidParameterException");
    assert_eq!(message, "Creation of service was not idempotent.");
    let described = opened.run("DescribeServices", json!({ "services": [arn, "absent"] }));
    assert_eq!(described["failures"][0]["reason"], "MISSING");
    assert_eq!(described["services"][0]["deploymentConfiguration"]["maximumPercent"], 200);
    let (code, _) = opened.refused("UpdateService", json!({ "service": "absent" }));
    assert_eq!(code, "ServiceNotFoundException");
}

#[tokio::test]
async fn tags_go_on_everything() {
    let opened = Opened::new("tags");
    let definition = opened.register(json!({}));
    let tags = json!([{ "key": "lab", "value": "mysfits" }]);
    let service = opened.create_service(json!({ "tags": tags, "desiredCount": 0 }));
    assert_eq!(service["tags"], tags);
    for arn in [&json!(definition), &service["clusterArn"], &service["serviceArn"]] {
        opened.run("TagResource", json!({ "resourceArn": arn, "tags": tags }));
        let listed = opened.run("ListTagsForResource", json!({ "resourceArn": arn }));
        assert_eq!(listed["tags"], tags);
    }
    let place = crate::place::Place::named("111111111111", "eu-west-1");
    assert_eq!(crate::service::Service::tagged(&opened.ecs, &place).len(), 3);
}

/// Begins something while the state is held as by a change that writes its file, on the one worker of
/// a test: the worker must stay free meanwhile.
async fn keeps_no_call_waiting(opened: &Opened, begin: impl FnOnce(&Ecs, &Place)) {
    let place = Place::named("111111111111", "eu-west-1");
    let ((held, is_held), (release, released)) = (mpsc::channel(), mpsc::channel::<()>());
    let (ecs, there) = (opened.ecs.clone(), place.clone());
    let holding = thread::spawn(move || {
        let waited = ecs.change(&there, |_| {
            held.send(()).unwrap();
            Ok(released.recv_timeout(Duration::from_secs(10)).is_ok())
        });
        waited.unwrap()
    });
    is_held.recv().unwrap();
    begin(&opened.ecs, &place);
    // Its turn comes on this worker: timers that were set before this one have fired by then.
    tokio::time::sleep(Duration::from_millis(20)).await;
    // Only if the worker is free before the time is over.
    release.send(()).unwrap();
    assert!(holding.join().unwrap());
}

#[tokio::test]
async fn a_scheduler_that_waits_keeps_no_call_waiting() {
    let opened = Opened::new("waiting");
    keeps_no_call_waiting(&opened, |ecs, _| ecs.wake.notify_one()).await;
}

#[tokio::test]
async fn a_task_that_waits_keeps_no_call_waiting() {
    let opened = Opened::new("waiting-task");
    keeps_no_call_waiting(&opened, |ecs, place| ecs.bring_to_life(place, "none")).await;
}
