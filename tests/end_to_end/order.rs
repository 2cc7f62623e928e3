//! The order that AWS demands, read from the log of calls.

use serde_json::Value;

use crate::{binaries::backend, cloud::Cloud, part_3::run_with};

/// The calls that were made, in their order.
pub(crate) struct Calls(Vec<String>);

impl Calls {
    /// Those of a cloud since its log was cleared.
    pub(crate) fn of(cloud: &Cloud) -> Self {
        let name = |request: &Value| request["operation"].as_str().unwrap().to_owned();
        Self(cloud.requests().iter().map(name).collect())
    }

    /// The last call of `first` comes before the first call of `then`.
    #[track_caller]
    pub(crate) fn are_in_order(&self, pairs: &[(&str, &str)]) {
        for (first, then) in pairs {
            let last = self.0.iter().rposition(|call| call == first);
            let next = self.0.iter().position(|call| call == then);
            assert!(last.is_some() && next.is_some(), "{first} or {then} was not called");
            assert!(last < next, "{then} before {first}");
        }
    }
}

/// No call was refused because something else still stood in its way.
#[track_caller]
pub(crate) fn nothing_was_in_the_way(cloud: &Cloud) {
    const IN_THE_WAY: [&str; 7] = [
        "ResourceInUse",
        "DependencyViolation",
        "ClusterContainsServicesException",
        "ClusterContainsTasksException",
        "RepositoryNotEmptyException",
        "BucketNotEmpty",
        "BadRequestException",
    ];
    for request in cloud.requests() {
        let code = request["code"].as_str().unwrap_or_default();
        assert!(!IN_THE_WAY.contains(&code), "{request}");
    }
}

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
        // ECS refuses a target group that no listener uses, and tasks do not start without a log group.
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
