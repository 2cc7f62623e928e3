//! What the end of a cleanup reports of leftovers, here and elsewhere.

use serde_json::json;

use crate::helpers::{
    backend::run_with,
    binaries::backend,
    by_hand::make_foreign_bucket,
    cloud::Cloud,
    command::Ended,
    figures::{counted, lines},
};

#[track_caller]
fn says(ended: &Ended, words: &str) {
    assert!(ended.stdout.contains(words), "`{words}` is not in {}", ended.stdout);
}

#[test]
fn labs_next_door_are_named_and_stay() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-2", "--lab", "anna"]).exit(0);
    cloud.run(&["deploy", "part-1"]).exit(0);
    let ended = cloud.run(&["cleanup", "--yes"]).exit(0);
    says(&ended, "nothing of lab `mythical-mysfits` is left in eu-west-1");
    says(&ended, "Other labs in this account:\n  `anna` in eu-west-1");
    says(&ended, "`mysfits cleanup all --local --region eu-west-1 --lab anna` removes it");
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (1, 2));
    // The forgotten flag.
    let ended = cloud.run(&["cleanup", "all", "--yes", "--lab", "anna"]).exit(0);
    says(&ended, "nothing of lab `anna` is left in eu-west-1");
    assert!(!ended.stdout.contains("Other labs"), "{}", ended.stdout);
}

#[test]
fn a_lab_in_another_region_is_named_when_this_one_is_empty() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-2", "--region", "eu-west-2"]).exit(0);
    let ended = cloud.run(&["cleanup"]).exit(0);
    says(&ended, "nothing of lab `mythical-mysfits` is left in eu-west-1");
    says(
        &ended,
        "`mythical-mysfits` in eu-west-2\n    parts 1, 2, 3 resources, about $0.32 a day on AWS",
    );
    says(&ended, "`mysfits cleanup all --local --region eu-west-2` removes it");
    // A cleanup that had something to remove looks no further than its own region.
    cloud.run(&["deploy", "part-1"]).exit(0);
    cloud.forget_requests();
    let ended = cloud.run(&["cleanup", "--yes"]).exit(0);
    assert!(!ended.stdout.contains("eu-west-2"), "{}", ended.stdout);
    let regions = |cloud: &Cloud| {
        let asked = cloud.requests().into_iter().filter(|it| it["operation"] == "GetResources");
        asked.map(|it| it["region"].to_string()).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(regions(&cloud).len(), 1);
    // And the resources of no lab are queried one by one.
    cloud.forget_requests();
    let labs = cloud.run(&["labs", "--output", "json"]).exit(0);
    assert_eq!(lines(&labs, "lab")[0]["region"], "eu-west-2");
    assert_eq!(regions(&cloud).len(), 34);
    let elsewhere = cloud.requests().into_iter().filter(|it| it["region"] == "eu-west-2");
    assert!(elsewhere.into_iter().all(|it| it["operation"] == "GetResources"));
}

/// Where a role may not query other regions, that is one clause and no failure.
#[test]
fn regions_that_cannot_be_looked_at_are_counted() {
    let cloud = Cloud::start();
    // The lab's own region is queried first.
    cloud.faults(&json!([{"service": "tagging", "operation": "GetResources", "kind": "error",
        "code": "AccessDeniedException", "status": 400, "skip": 1}]));
    let ended = cloud.run(&["cleanup"]).exit(0);
    says(&ended, "33 regions could not be looked at: denied");
    cloud.faults(&json!([{"service": "tagging", "operation": "GetResources", "kind": "error",
        "code": "UnrecognizedClientException", "status": 400, "skip": 1}]));
    let ended = cloud.run(&["cleanup"]).exit(0);
    assert!(!ended.stdout.contains("could not be looked at"), "{}", ended.stdout);
    cloud.faults(&json!([{"service": "tagging", "operation": "GetResources", "kind": "error",
        "code": "AccessDeniedException", "status": 400}]));
    let ended = cloud.run(&["cleanup"]).exit(0);
    says(&ended, "its tag could not be looked for: access denied (`tag:GetResources`)");
}

/// On AWS the index of tags lists removed resources for hours.
#[test]
fn an_index_that_is_behind_changes_nothing() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    cloud.faults(&json!([{"kind": "hold", "service": "tagging", "operation": "GetResources"}]));
    let labs = cloud.run(&["labs"]).exit(0);
    says(&labs, "for some hours it may list what is gone");
    let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    says(&ended, "nothing of lab `mythical-mysfits` is left in eu-west-1");
    assert!(counted(&cloud).abs() < 0.001);
    // A failed read of something that the index lists under another name does not abort the
    // command.
    cloud.no_faults();
    cloud.run(&["deploy", "part-1", "--bucket", "mysfits-of-anna"]).exit(0);
    cloud.faults(&json!([{"service": "s3", "operation": "HeadBucket", "kind": "error",
        "code": "AccessDenied", "status": 403, "skip": 2}]));
    let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(3);
    says(
        &ended,
        "arn:aws:s3:::mysfits-of-anna: AWS lists it with the lab's tag; whether it is there is unknown: it belongs to another account, or these credentials may not see it",
    );
}

#[test]
fn foreign_names_and_a_protected_stack_stay_and_are_priced() {
    let cloud = Cloud::start();
    make_foreign_bucket(&cloud);
    cloud.run(&["core-stack", "deploy"]).exit(0);
    cloud.wait_for(async |sdk| {
        let cloudformation = aws_sdk_cloudformation::Client::new(sdk);
        let protect = cloudformation.update_termination_protection();
        let protect = protect.stack_name("MythicalMysfitsCoreStack");
        protect.enable_termination_protection(true).send().await.unwrap();
    });
    cloud.run(&["table", "deploy"]).exit(0);
    let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(3);
    says(
        &ended,
        "S3 bucket `mysfits-000000000000-eu-west-1`: not removed: it does not carry the tag",
    );
    let dollars = format!("${:.2}", counted(&cloud));
    says(
        &ended,
        &format!("`MythicalMysfitsCoreStack`: it is still there; it costs {dollars} a day on AWS"),
    );
    says(&ended, &format!("What is left costs {dollars} a day on AWS."));
    assert!(ended.stderr.contains("error[MYS060]: 3 resources are left"), "{}", ended.stderr);
    assert!(cloud.tables().is_empty());
}
