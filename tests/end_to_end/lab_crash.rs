//! The whole lab in bad weather: killed after any change, answers lost, and still one of each.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Stdio,
};

use serde_json::{Value, json};

use crate::helpers::{
    backend::run_with,
    binaries::backend,
    cloud::Cloud,
    command::until,
    faults::{Moment, first_looks, hang_at, moments},
    leftovers::{assert_nothing_of_part_3, assert_nothing_of_part_4, part_4_counts},
};

/// Counts each kind of resource that has an ARN, whoever created it: additions to the lab are
/// counted without further code. Tasks come and go, interfaces with them, and revisions are counted
/// below.
fn inventory(cloud: &Cloud) -> BTreeMap<String, usize> {
    const VARYING: [&str; 3] = ["ecs task", "ecs task-definition", "ec2 network-interface"];
    let arns: Vec<String> = cloud.wait_for(async |sdk| {
        let tagging = aws_sdk_resourcegroupstagging::Client::new(sdk);
        let pages = tagging.get_resources().into_paginator().items().send();
        let found = pages.collect::<Result<Vec<_>, _>>().await.unwrap();
        found.into_iter().filter_map(|it| it.resource_arn).collect()
    });
    let mut inventory = BTreeMap::new();
    for arn in arns {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let words: Vec<&str> = parts[5].split(['/', ':']).filter(|it| !it.is_empty()).collect();
        // A bucket's ARN is its name, and a stage's begins as that of its API.
        let kind = match parts[2] {
            "s3" => "bucket",
            "apigateway" => words.get(2).unwrap_or(&words[0]),
            _ => words[0],
        };
        let kind = format!("{} {kind}", parts[2]);
        if !VARYING.contains(&kind.as_str()) {
            *inventory.entry(kind).or_insert(0) += 1;
        }
    }
    inventory
}

/// There is exactly one of everything, and as many of each kind as after a deploy that went well.
#[track_caller]
fn one_of_each(cloud: &Cloud, well: &BTreeMap<String, usize>, after: &str) {
    assert_eq!(inventory(cloud), *well, "after {after}");
    let counts = cloud.wait_for(async |sdk| {
        let stacks =
            aws_sdk_cloudformation::Client::new(sdk).describe_stacks().send().await.unwrap();
        let ecr = aws_sdk_ecr::Client::new(sdk).describe_repositories().send().await.unwrap();
        let ecs = aws_sdk_ecs::Client::new(sdk);
        let clusters = ecs.list_clusters().send().await.unwrap();
        let services = ecs.list_services().cluster("MythicalMysfits-Cluster").send().await.unwrap();
        let definitions = ecs.list_task_definitions().send().await.unwrap();
        let elb = aws_sdk_elasticloadbalancingv2::Client::new(sdk);
        let balancers = elb.describe_load_balancers().send().await.unwrap();
        let groups = elb.describe_target_groups().send().await.unwrap();
        let logs = aws_sdk_cloudwatchlogs::Client::new(sdk);
        let log_groups = logs.describe_log_groups().send().await.unwrap();
        [
            ("stacks", stacks.stacks().len()),
            ("repositories", ecr.repositories().len()),
            ("clusters", clusters.cluster_arns().len()),
            ("services", services.service_arns().len()),
            ("task definitions", definitions.task_definition_arns().len()),
            ("load balancers", balancers.load_balancers().len()),
            ("target groups", groups.target_groups().len()),
            ("log groups", log_groups.log_groups().len()),
        ]
    });
    for (what, count) in counts.into_iter().chain(part_4_counts(cloud)) {
        assert_eq!(count, 1, "{what} after {after}");
    }
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (1, 2), "after {after}");
}

/// Kills a command at a moment. These faults strike it, too.
fn kill_at(cloud: &Cloud, moment: &Moment, faults: Vec<Value>, args: &[&str]) {
    cloud.faults(&std::iter::once(hang_at(moment)).chain(faults).collect());
    let binary = backend().to_str().unwrap();
    let args = [args, &["--local", "--service-binary", binary]].concat();
    let mut command = cloud.command(&args);
    let mut running = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until(&format!("{moment:?}"), || {
        let reached = cloud.requests().iter().any(|request| request["fault"] == "hang");
        let over = running.try_wait().unwrap().is_some();
        (reached || over).then_some(())
    });
    running.kill().unwrap();
    running.wait().unwrap();
    cloud.no_faults();
}

/// Being killed after a request that only reads leaves the same as being killed after the change
/// before it, so changes are enough.
#[test]
fn killed_after_any_change() {
    killed_after_any_change_with(Vec::new);
}

#[test]
#[ignore = "long: `tests/long/run` runs it"]
fn killed_after_any_change_while_aws_shows_it_late() {
    killed_after_any_change_with(first_looks);
}

fn killed_after_any_change_with(faults: fn() -> Vec<Value>) {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    let moments = &moments(cloud.changes());
    assert!(moments.len() > 30, "only {moments:?}");
    let well = &inventory(&cloud);
    assert!(well.len() > 15, "only {well:?}");
    std::thread::scope(|scope| {
        for half in 0..2 {
            scope.spawn(move || {
                let cloud = Cloud::start();
                for moment in moments.iter().skip(half).step_by(2) {
                    cloud.reset();
                    kill_at(&cloud, moment, faults(), &["deploy", "all"]);
                    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
                    one_of_each(&cloud, well, &format!("{moment:?}"));
                }
            });
        }
    });
}

#[test]
fn a_lost_answer_to_any_create_is_no_second_resource() {
    lost_answer_to_any_create_with(Vec::new);
}

#[test]
fn a_lost_answer_to_a_create_that_is_shown_late_is_no_second_resource() {
    lost_answer_to_any_create_with(first_looks);
}

fn lost_answer_to_any_create_with(faults: fn() -> Vec<Value>) {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    let well = inventory(&cloud);
    let creates = |operation: &String| {
        ["Create", "Register", "PutRestApi"].iter().any(|word| operation.starts_with(word))
    };
    let operations: BTreeSet<String> = cloud.changes().into_iter().filter(creates).collect();
    assert!(operations.len() >= 18, "only {operations:?}");
    for operation in operations {
        cloud.reset();
        let lose =
            json!({"service": "*", "operation": operation, "kind": "lose-answer", "times": 1});
        cloud.faults(&std::iter::once(lose).chain(faults()).collect());
        run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
        cloud.no_faults();
        one_of_each(&cloud, &well, &operation);
    }
}

#[test]
fn a_cleanup_that_was_killed_is_finished_by_the_next() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    cloud.forget_requests();
    cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    let moments = moments(cloud.changes());
    assert!(moments.len() > 15, "only {moments:?}");
    for moment in moments {
        cloud.reset();
        run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
        kill_at(&cloud, &moment, Vec::new(), &["cleanup", "all", "--yes"]);
        cloud.run(&["cleanup", "all", "--yes"]).exit(0);
        assert_eq!((cloud.buckets().len(), cloud.tables().len()), (0, 0), "{moment:?}");
    }
    assert_nothing_of_part_3(&cloud);
    assert_nothing_of_part_4(&cloud);
}
