//! AWS is late to show what a run has created or removed: the first reads do not find it, or find
//! it without its tags.

use serde_json::json;

use crate::helpers::{
    backend::{ask, backend_address, run_with},
    binaries::backend,
    cloud::Cloud,
    faults::first_looks,
    leftovers::part_4_counts,
};

#[test]
fn what_was_just_created_is_waited_for_and_created_once() {
    let cloud = Cloud::start();
    cloud.faults(&first_looks().into());
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

/// Somebody else was first: the creation gets the answer "it exists already", and what has no tag
/// then is not ours, at once.
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

/// A concurrent cleanup has removed the bucket, or S3 does not show it everywhere yet: either way
/// the command reports AWS's answer while it waits.
#[test]
fn a_bucket_that_has_gone_while_its_files_are_written_is_named() {
    let cloud = Cloud::start();
    cloud.faults(&json!([
        {"service": "s3", "operation": "ListObjectsV2", "kind": "error", "code": "NoSuchBucket",
         "status": 404, "message": "The specified bucket does not exist", "times": 3},
    ]));
    let deployed = cloud.run(&["bucket", "deploy"]).exit(0);
    let words = "waiting: s3 ListObjectsV2: The specified bucket does not exist";
    assert!(deployed.stderr.contains(words), "{}", deployed.stderr);
    cloud.no_faults();
    cloud.run(&["plan", "part-1", "--exit-code"]).exit(0);
}

/// A replica at AWS still shows the table when its removal is complete: the last check repeats the
/// read rather than report a leftover.
#[test]
fn what_was_removed_and_is_shown_once_more_is_looked_at_again() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-2"]).exit(0);
    cloud.faults(&json!([
        {"service": "dynamodb", "operation": "DescribeTable", "kind": "still-there", "skip": 1, "times": 2},
        {"service": "dynamodb", "operation": "ListTagsOfResource", "kind": "still-there"},
    ]));
    let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    let note = "table: note: AWS still shows it after it was removed; looking again";
    assert_eq!(ended.stderr.matches(note).count(), 1, "{}", ended.stderr);
    assert!(ended.stdout.contains("is left in "), "{}", ended.stdout);
    assert!(!ended.stdout.contains("MysfitsTable"), "{}", ended.stdout);
}
