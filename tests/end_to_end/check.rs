//! `mysfits check`: where it has seen what it says.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::helpers::{backend::run_with, binaries::backend, cloud::Cloud};

/// Returns the checks of a lab as JSON lines.
fn checks(cloud: &Cloud, code: i32) -> Vec<Value> {
    let said = cloud.run(&["check", "all", "--output", "json"]).exit(code).stdout;
    let lines = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["type"] == "check").collect()
}

/// Returns the operations that the checks name, such as `DescribeTable`.
fn named(checks: &[Value]) -> BTreeSet<String> {
    let seen_in = checks.iter().filter_map(|check| check["seen_in"].as_str());
    let of_aws = seen_in.filter_map(|seen| seen.split_once(" of "));
    of_aws.filter_map(|(operation, _)| Some(operation.split_once(' ')?.1.to_owned())).collect()
}

/// Returns the operations that were called since the log was cleared.
fn called(cloud: &Cloud) -> BTreeSet<String> {
    let requests = cloud.requests();
    requests.iter().map(|it| it["operation"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_check_names_the_call_or_the_address_in_which_it_has_seen_it() {
    let cloud = Cloud::start();
    cloud.forget_requests();
    let absent = checks(&cloud, 3);
    assert_eq!(named(&absent).difference(&called(&cloud)).collect::<Vec<_>>(), [""; 0]);
    let table = absent.iter().find(|check| check["check"] == "table").unwrap();
    assert_eq!(table["seen_in"], "dynamodb DescribeTable of DynamoDB table `MysfitsTable`");

    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    cloud.forget_requests();
    let standing = checks(&cloud, 0);
    let named = named(&standing);
    assert!(named.len() >= 15, "{named:?}");
    assert_eq!(named.difference(&called(&cloud)).collect::<Vec<_>>(), [""; 0]);
    let seen_in = |id: &str| {
        let check = standing.iter().find(|check| check["check"] == id).unwrap();
        check["seen_in"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        seen_in("bucket-index"),
        "s3 GetBucketWebsite of S3 bucket `mysfits-000000000000-eu-west-1`: \
         WebsiteConfiguration.IndexDocument"
    );
    assert!(seen_in("site-page").starts_with("GET http://"), "{}", seen_in("site-page"));
    assert!(standing.iter().all(|check| check["seen_in"].is_string()), "{standing:?}");
}
