//! What means "not yet" is waited out: each retry that an operation declares is triggered for its
//! call, in a run that makes this call. The same message from another call is an error.

use serde_json::json;

use crate::helpers::{
    backend::run_with,
    binaries::backend,
    calls::struck,
    cloud::Cloud,
    likes::{MYSFITS, like_as_before},
    retries::{CLEANUP_4, DEPLOY_4, MEND_4, all_have_struck, rows, strike},
};

// The calls of the table, by the run that makes them.
const DEPLOY_2: &[&str] = &[
    "s3 CreateBucket",
    "s3 PutPublicAccessBlock",
    "s3 PutBucketPolicy",
    "s3 PutBucketWebsite",
    "s3 ListObjectsV2",
    "s3 PutObject",
    "dynamodb CreateTable",
    "dynamodb BatchWriteItem",
];
const MEND_2: &[&str] = &["s3 PutBucketTagging", "dynamodb TagResource", "dynamodb UpdateTable"];
const CLEANUP_2: &[&str] = &["s3 DeleteBucket"];
const DEPLOY_3: &[&str] = &[
    "ecs CreateCluster",
    "ecs RegisterTaskDefinition",
    "ecs CreateService",
    "logs CreateLogGroup",
    "logs PutRetentionPolicy",
];
const ROLL_OUT_3: &[&str] = &["ecs UpdateService"];
const MOVE_LIKES_3: &[&str] = &["dynamodb UpdateItem"];
const CLEANUP_3: &[&str] = &[
    "ecs DeleteService",
    "ecs DeleteCluster",
    "elb DeleteLoadBalancer",
    "elb DeleteTargetGroup",
    "logs DeleteLogGroup",
];

#[test]
fn every_call_of_the_table_is_struck_in_one_of_these_runs() {
    let runs = [
        DEPLOY_2,
        MEND_2,
        CLEANUP_2,
        DEPLOY_3,
        ROLL_OUT_3,
        MOVE_LIKES_3,
        CLEANUP_3,
        DEPLOY_4,
        MEND_4,
        CLEANUP_4,
    ];
    assert!(rows().len() > 40, "only {} rows were read", rows().len());
    for row in rows() {
        let runs = runs.iter().filter(|calls| calls.contains(&row.call.as_str())).count();
        assert_eq!(runs, 1, "{}", row.call);
    }
}

#[test]
fn the_bucket_and_the_table() {
    let cloud = Cloud::start();
    strike(&cloud, DEPLOY_2);
    cloud.run(&["deploy", "part-2"]).exit(0);
    all_have_struck(&cloud, DEPLOY_2);
    cloud.run(&["plan", "part-2", "--exit-code"]).exit(0);

    lose_tags_and_capacity(&cloud);
    strike(&cloud, MEND_2);
    cloud.run(&["deploy", "part-2", "--adopt"]).exit(0);
    all_have_struck(&cloud, MEND_2);
    cloud.run(&["plan", "part-2", "--exit-code"]).exit(0);

    strike(&cloud, CLEANUP_2);
    cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    all_have_struck(&cloud, CLEANUP_2);
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (0, 0));
}

/// What a student may have changed: the tags are gone, and the table has another capacity.
fn lose_tags_and_capacity(cloud: &Cloud) {
    cloud.wait_for(async |sdk| {
        let config = aws_sdk_s3::config::Builder::from(sdk).force_path_style(true).build();
        let s3 = aws_sdk_s3::Client::from_conf(config);
        let bucket = s3.delete_bucket_tagging().bucket("mysfits-000000000000-eu-west-1");
        bucket.send().await.unwrap();
        let dynamodb = aws_sdk_dynamodb::Client::new(sdk);
        let table = dynamodb.describe_table().table_name("MysfitsTable").send().await.unwrap();
        let table = table.table.unwrap();
        let untag = dynamodb.untag_resource().set_resource_arn(table.table_arn);
        untag.tag_keys("mysfits:lab").send().await.unwrap();
        let more = aws_sdk_dynamodb::types::ProvisionedThroughput::builder();
        let more = more.read_capacity_units(7).write_capacity_units(7).build().unwrap();
        let update = dynamodb.update_table().table_name("MysfitsTable");
        update.provisioned_throughput(more).send().await.unwrap();
    });
}

#[test]
fn the_backend() {
    let cloud = Cloud::start();
    strike(&cloud, DEPLOY_3);
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    all_have_struck(&cloud, DEPLOY_3);

    // The same program, one byte longer: another digest, so the service is updated.
    let newer = cloud.folder.path().join("newer");
    let mut bytes = std::fs::read(backend()).unwrap();
    bytes.push(0);
    std::fs::write(&newer, bytes).unwrap();
    strike(&cloud, ROLL_OUT_3);
    run_with(&cloud, &newer, &["deploy", "part-3"]).exit(0);
    all_have_struck(&cloud, ROLL_OUT_3);
    run_with(&cloud, &newer, &["plan", "part-3", "--exit-code"]).exit(0);

    like_as_before(&cloud, MYSFITS[0], &["visitor".to_owned()]);
    strike(&cloud, MOVE_LIKES_3);
    run_with(&cloud, &newer, &["deploy", "part-3"]).exit(0);
    all_have_struck(&cloud, MOVE_LIKES_3);

    strike(&cloud, CLEANUP_3);
    let ended = cloud.run(&["cleanup", "part-3", "--yes"]).exit(0);
    all_have_struck(&cloud, CLEANUP_3);
    assert!(ended.stdout.contains("is left in "), "{}", ended.stdout);
}

#[test]
fn a_table_whose_name_is_still_in_use_is_made_when_it_is_free() {
    let cloud = Cloud::start();
    // The old table is no longer visible, but its name is not free yet.
    cloud.faults(&json!([{"service": "dynamodb", "operation": "CreateTable", "kind": "error",
        "code": "ResourceInUseException", "message": "Table is being deleted", "times": 2}]));
    cloud.run(&["table", "deploy"]).exit(0);
    assert_eq!(struck(&cloud, ("dynamodb", "CreateTable"), "ResourceInUseException"), 2);
    cloud.run(&["plan", "part-2", "--exit-code"]).exit(4);
    assert_eq!(cloud.tables().len(), 2);
}

#[test]
fn the_same_words_from_another_call_are_an_error_at_once() {
    let cloud = Cloud::start();
    let refuse = |args: &[&str], faults: &[(&str, &str, &str, &str)]| {
        let rules = faults.iter().map(|(service, operation, code, message)| {
            json!({"service": service, "operation": operation, "kind": "error", "code": code,
                   "message": message})
        });
        cloud.faults(&rules.collect());
        cloud.forget_requests();
        let ended = run_with(&cloud, backend(), args).exit(1);
        for (service, operation, code, _) in faults {
            let said = format!("{operation}: {code}: ");
            assert!(ended.stderr.contains(&said), "{said} is not in {}", ended.stderr);
            assert_eq!(struck(&cloud, (service, operation), code), 1, "{operation}: {code}");
        }
    };
    // The code of a row on a call that has none.
    refuse(
        &["bucket", "deploy"],
        &[("s3", "PutPublicAccessBlock", "AccessDenied", "BlockPublicPolicy")],
    );
    refuse(
        &["table", "deploy"],
        &[("dynamodb", "BatchWriteItem", "ResourceInUseException", "in use")],
    );
    refuse(
        &["fargate", "deploy"],
        &[
            ("logs", "CreateLogGroup", "ClusterNotFoundException", "no such cluster"),
            ("elasticloadbalancing", "CreateTargetGroup", "ResourceInUse", "in use by a listener"),
        ],
    );
    // And the code of a row with another message.
    let words = "something else is wrong";
    refuse(&["fargate", "deploy"], &[("ecs", "RegisterTaskDefinition", "ClientException", words)]);
    refuse(&["fargate", "deploy"], &[("ecs", "CreateService", "InvalidParameterException", words)]);
}
