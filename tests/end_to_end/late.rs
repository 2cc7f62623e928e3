//! AWS shows late what a run has created or removed: the first looks do not find it, or find it without
//! its tags.

use serde_json::json;

use crate::{
    binaries::backend,
    cloud::Cloud,
    part_3::{ask, backend_address, run_with},
    part_4::part_4_counts,
};

/// The first look is the one before the creation, which truly finds nothing.
#[test]
fn what_was_just_created_is_waited_for_and_created_once() {
    let cloud = Cloud::start();
    cloud.faults(&json!([
        {"service": "s3", "operation": "GetBucketTagging", "kind": "no-tags", "times": 2},
        {"service": "dynamodb", "operation": "ListTagsOfResource", "kind": "no-tags", "times": 2},
        {"service": "logs", "operation": "DescribeLogGroups", "kind": "not-found", "times": 3},
        {"service": "elasticloadbalancing", "operation": "DescribeTags", "kind": "no-tags", "times": 2},
        {"service": "ecr", "operation": "DescribeRepositories", "kind": "not-found", "times": 3},
        {"service": "cognito-idp", "operation": "ListUserPools", "kind": "not-found", "times": 4},
        {"service": "apigateway", "operation": "GetVpcLinks", "kind": "not-found", "times": 3},
        {"service": "apigateway", "operation": "GetRestApis", "kind": "not-found", "times": 3},
    ]));
    let deployed = run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    assert!(
        deployed.stderr.contains("waiting: AWS does not show the change yet"),
        "{}",
        deployed.stderr
    );
    cloud.no_faults();
    assert_eq!(ask(&backend_address(&deployed), "GET", "/mysfits").0, 200);
    for (what, count) in part_4_counts(&cloud) {
        assert_eq!(count, 1, "{what}");
    }
    cloud.run(&["plan", "--exit-code", "--service-binary", backend().to_str().unwrap()]).exit(0);
}

/// Somebody else was first: the creation is answered by "it exists already", and what has no tag then
/// is not ours, at once.
#[test]
fn what_existed_already_is_not_waited_for() {
    let cloud = Cloud::start();
    cloud.wait_for(async |sdk| {
        let create = aws_sdk_ecr::Client::new(sdk).create_repository();
        create.repository_name("mythicalmysfits/service").send().await.unwrap();
    });
    cloud.faults(&json!([
        {"service": "ecr", "operation": "DescribeRepositories", "kind": "not-found", "times": 1},
    ]));
    let ended = run_with(&cloud, backend(), &["deploy", "part-3"]).exit(1);
    assert!(ended.stderr.contains("error[MYS040]: repository: "), "{}", ended.stderr);
    assert!(!ended.stderr.contains("repository: waiting"), "{}", ended.stderr);
}
