//! The order that AWS demands, read from the request log.

use crate::helpers::{
    backend::run_with,
    binaries::backend,
    calls::{Calls, nothing_was_in_the_way},
    cloud::Cloud,
};

#[test]
fn what_is_needed_comes_first() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    Calls::of(&cloud).are_in_order(&[
        ("CreateBucket", "PutPublicAccessBlock"),
        ("PutPublicAccessBlock", "PutBucketPolicy"),
        ("PutBucketPolicy", "PutBucketWebsite"),
        ("CreateTable", "BatchWriteItem"),
        ("CreateStack", "CreateLoadBalancer"),
        ("CreateRepository", "GetAuthorizationToken"),
        ("CreateServiceLinkedRole", "CreateCluster"),
        // ECS refuses a target group that no listener uses, and tasks do not start without a log
        // group.
        ("CreateListener", "CreateService"),
        ("CreateLogGroup", "CreateService"),
        ("RegisterTaskDefinition", "CreateService"),
    ]);
}

#[test]
fn what_is_in_the_way_goes_first() {
    // Slow enough for everything to take some time to go.
    let cloud = Cloud::with_pace("0.01");
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    cloud.forget_requests();
    let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    assert!(ended.stdout.contains("is left in "), "{}", ended.stdout);
    Calls::of(&cloud).are_in_order(&[
        ("DeleteService", "DeleteCluster"),
        ("DeleteService", "DeregisterTaskDefinition"),
        ("DeregisterTaskDefinition", "DeleteTaskDefinitions"),
        ("DeleteService", "DeleteLogGroup"),
        ("DeleteService", "DeleteListener"),
        ("DeleteListener", "DeleteTargetGroup"),
        ("DeleteListener", "DeleteLoadBalancer"),
        ("DeleteLoadBalancer", "DeleteStack"),
        ("DeleteService", "DeleteStack"),
        ("DeleteBucketPolicy", "DeleteObjects"),
        ("DeleteObjects", "DeleteBucket"),
    ]);
    nothing_was_in_the_way(&cloud);
}
