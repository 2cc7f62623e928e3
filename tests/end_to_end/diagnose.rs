//! `mysfits diagnose` names what is broken, waiting or missing, with its cause, and changes nothing.

use aws_sdk_cloudformation::types::StackStatus;
use serde_json::{Value, json};

use crate::helpers::{
    CLUSTER, SERVICE,
    backend::run_with,
    binaries::{backend, small},
    by_hand::{by_query, gateway, lab_tag, table},
    cloud::Cloud,
    command::Ended,
    held::{self, Held},
    stack::{delete, interfere, status, tagged, typed_by_hand, until_status, withdraw},
};

/// Diagnoses the lab, and checks that nothing was changed.
#[track_caller]
fn diagnose(cloud: &Cloud, args: &[&str], code: i32) -> Ended {
    cloud.forget_requests();
    let ended = cloud.run(&[&["diagnose"], args].concat()).exit(code);
    assert_eq!(cloud.changes(), Vec::<String>::new());
    ended
}

/// Returns the troubles by their resource, from the JSON lines.
fn troubles(ended: &Ended) -> Vec<Value> {
    let lines = ended.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["type"] == "trouble").collect()
}

#[track_caller]
fn says(ended: &Ended, words: &[&str]) {
    for words in words {
        assert!(ended.stdout.contains(words), "{words} is not in: {}", ended.stdout);
    }
}

#[test]
fn a_lab_that_works_and_one_that_is_not_there_have_nothing_wrong() {
    let cloud = Cloud::start();
    says(&diagnose(&cloud, &[], 0), &["nothing of lab `mythical-mysfits` is deployed"]);
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    says(&diagnose(&cloud, &[], 0), &["nothing is wrong: ", "not deployed: `auth`"]);
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    let ended = diagnose(&cloud, &[], 0);
    says(&ended, &["nothing is wrong: "]);
    assert!(!ended.stdout.contains("not deployed"), "{}", ended.stdout);
}

#[test]
fn a_backend_that_crashes_shows_its_last_lines_and_the_hint_works() {
    let cloud = Cloud::start();
    let code = "fn main() { println!(\"I cannot find my hat\"); std::process::exit(3); }";
    run_with(&cloud, &small("hatless", code), &["deploy", "part-3"]).exit(1);
    let ended = diagnose(&cloud, &[], 3);
    says(
        &ended,
        &[
            "broken: service, ECS service `MythicalMysfits-Service`",
            "the backend does not stay up: ",
            "log: I cannot find my hat",
            "hint: `mysfits logs --previous --local` shows all of it",
            "1 broken",
        ],
    );
    let shown = cloud.run(&["logs", "--previous"]).exit(0);
    assert!(shown.stdout.contains("I cannot find my hat"), "{}", shown.stdout);
    // By the name of the section, and as JSON.
    cloud.forget_requests();
    let ended = cloud.run(&["fargate", "diagnose", "--output", "json"]).exit(3);
    let [trouble] = troubles(&ended).try_into().unwrap();
    assert_eq!((&trouble["resource"], &trouble["state"]), (&json!("service"), &json!("broken")));
    let log = json!({"source": "log", "text": "I cannot find my hat"});
    assert!(trouble["evidence"].as_array().unwrap().contains(&log), "{trouble}");
}

#[test]
fn a_stack_that_was_rolled_back_names_the_first_failed_event_and_what_it_holds_up() {
    let cloud = Cloud::start();
    let allocate = "Action=AllocateAddress&Domain=vpc&Version=2016-11-15";
    let taken: Vec<String> =
        (0..4).map(|_| tagged(&by_query(&cloud, allocate), "allocationId")).collect();
    // Whoever may see that deploys nothing.
    cloud.faults(&json!([{"kind": "denied", "service": "ec2", "operation": "DescribeAddresses"}]));
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(1);
    cloud.no_faults();
    let ended = diagnose(&cloud, &["part-3", "--output", "json"], 3);
    let found = troubles(&ended);
    let [stack] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((&stack["resource"], &stack["state"]), (&json!("core-stack"), &json!("broken")));
    let message = stack["message"].as_str().unwrap();
    assert!(
        message.contains("ROLLBACK_COMPLETE") && message.contains("maximum number of addresses")
    );
    let hint = stack["hint"].as_str().unwrap();
    assert!(hint.contains("\"EC2-VPC Elastic IPs\", L-0263D0A3"), "{hint}");
    let held_up = stack["holds_up"].as_array().unwrap();
    assert!(held_up.contains(&json!("load-balancer")) && held_up.contains(&json!("service")));
    for id in taken {
        by_query(&cloud, &format!("Action=ReleaseAddress&AllocationId={id}&Version=2016-11-15"));
    }
}

#[test]
fn a_stack_that_could_not_be_deleted_names_what_keeps_it_and_the_hint_works() {
    let cloud = Cloud::start();
    cloud.run(&["core-stack", "deploy"]).exit(0);
    let interface = interfere(&cloud);
    delete(&cloud);
    until_status(&cloud, &StackStatus::DeleteFailed);
    let command = format!("`aws ec2 delete-network-interface --network-interface-id {interface}`");
    let ended = diagnose(&cloud, &["part-3", "--output", "json"], 3);
    let [stack] = troubles(&ended).try_into().unwrap();
    assert!(stack["message"].as_str().unwrap().contains("DELETE_FAILED"), "{stack}");
    assert!(stack["hint"].as_str().unwrap().contains(&command), "{stack}");
    assert!(stack["evidence"][0]["text"].as_str().unwrap().contains(&interface), "{stack}");
    withdraw(&cloud, &interface);
    let ended = diagnose(&cloud, &["part-3"], 3);
    says(&ended, &["hint: `mysfits core-stack deploy --local` tries again"]);
    cloud.run(&["core-stack", "deploy"]).exit(0);
    assert_eq!(status(&cloud), Some(StackStatus::CreateComplete));
}

#[test]
fn an_update_that_was_rolled_back_is_not_taken_for_a_stack_that_only_differs() {
    let cloud = Cloud::start();
    cloud.run(&["core-stack", "deploy", "--topology", "economy"]).exit(0);
    let allocate = "Action=AllocateAddress&Domain=vpc&Version=2016-11-15";
    for _ in 0..4 {
        by_query(&cloud, allocate);
    }
    cloud.faults(&json!([{"kind": "denied", "service": "ec2", "operation": "DescribeAddresses"}]));
    cloud.run(&["core-stack", "deploy", "--topology", "classic", "--yes"]).exit(1);
    cloud.no_faults();
    let ended = diagnose(&cloud, &["part-3", "--topology", "classic"], 3);
    says(&ended, &["broken: core-stack, ", " was rolled back: ", "maximum number of addresses"]);
}

#[test]
fn an_image_that_is_gone_is_missing_and_the_hint_brings_it_back() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    cloud.wait_for(async |sdk| {
        let ecr = aws_sdk_ecr::Client::new(sdk);
        let repository = "mythicalmysfits/service";
        let listed = ecr.list_images().repository_name(repository).send().await.unwrap();
        let delete = ecr.batch_delete_image().repository_name(repository);
        delete.set_image_ids(listed.image_ids).send().await.unwrap();
    });
    let ended = diagnose(&cloud, &["part-3"], 3);
    says(
        &ended,
        &["missing: image, ", "hint: `mysfits fargate deploy --local` creates it", "1 missing"],
    );
    run_with(&cloud, backend(), &["fargate", "deploy"]).exit(0);
    diagnose(&cloud, &["part-3"], 0);
}

#[test]
fn a_service_without_tasks_differs_and_the_hint_puts_it_right() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    cloud.wait_for(async |sdk| {
        let update = aws_sdk_ecs::Client::new(sdk).update_service().cluster(CLUSTER);
        update.service(SERVICE).desired_count(0).send().await.unwrap();
    });
    let ended = diagnose(&cloud, &["part-3", "--output", "json"], 3);
    let [service] = troubles(&ended).try_into().unwrap();
    assert_eq!(service["resource"], "service");
    assert_eq!(service["hint"], "`mysfits fargate deploy --local` puts it right");
    assert!(service["message"].as_str().unwrap().contains("desiredCount is 0, expected 1"));
    run_with(&cloud, backend(), &["fargate", "deploy"]).exit(0);
    diagnose(&cloud, &["part-3"], 0);
}

/// Nobody waits for it any more, and AWS is still at work.
#[test]
fn what_aws_is_still_at_work_on_is_settling() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-1"]).exit(0);
    let held = [Held { service: "dynamodb", operation: "CreateTable", until: "waiting: CREATING" }];
    held::hold(&cloud, &held);
    table(&cloud, "MysfitId");
    let ended = diagnose(&cloud, &["part-2"], 3);
    says(&ended, &["settling: table, ", "it is CREATING", "AWS is still at work on it"]);
}

#[test]
fn a_link_that_failed_says_why_in_the_words_of_aws() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    let balancer = cloud.wait_for(async |sdk| {
        let elb = aws_sdk_elasticloadbalancingv2::Client::new(sdk);
        let balancers = elb.describe_load_balancers().send().await.unwrap();
        balancers.load_balancers()[0].load_balancer_arn().unwrap().to_owned()
    });
    // Another link holds the load balancer when the lab's is created.
    let other = gateway(&cloud, async |gateway| {
        let link = |name| gateway.create_vpc_link().name(name).target_arns(&balancer);
        let other = link("by-hand").send().await.unwrap().id.unwrap();
        link("MysfitsApiVpcLink").set_tags(Some(lab_tag())).send().await.unwrap();
        other
    });
    let ended = diagnose(&cloud, &["part-4", "--output", "json"], 3);
    let found = troubles(&ended);
    let link = found.iter().find(|it| it["resource"] == "vpc-link").unwrap();
    assert_eq!(link["state"], "broken", "{link}");
    assert!(link["message"].as_str().unwrap().contains("FAILED: NLB is already"), "{link}");
    gateway(&cloud, async |gateway| {
        gateway.delete_vpc_link().vpc_link_id(other).send().await.unwrap();
    });
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    diagnose(&cloud, &[], 0);
}

#[test]
fn what_cannot_be_looked_at_is_said_and_is_not_taken_for_missing() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    cloud.faults(&json!([{"kind": "denied", "service": "ecs", "operation": "DescribeServices"}]));
    let ended = diagnose(&cloud, &["part-3", "--output", "json"], 3);
    let found = troubles(&ended);
    assert!(found.iter().any(|it| it["resource"] == "service"), "{found:?}");
    for trouble in found {
        assert_eq!(trouble["state"], "unknown", "{trouble}");
        assert_eq!(trouble["message"], "access denied (`ecs:DescribeServices`)");
    }
}

#[test]
fn a_stack_typed_by_hand_is_not_wrong_because_it_has_no_tag() {
    let cloud = Cloud::start();
    typed_by_hand(&cloud);
    says(&diagnose(&cloud, &["part-3"], 0), &["nothing is wrong: "]);
}
