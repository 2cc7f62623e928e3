//! What means "not yet" is waited out: each retry that an operation declares is triggered for its
//! call. The same message from another call is an error.

use std::path::PathBuf;

use serde_json::json;

use crate::helpers::{
    backend::run_with,
    binaries::backend,
    by_hand::gateway,
    calls::struck,
    cloud::Cloud,
    likes::{MYSFITS, like_as_before},
    retries::{all_have_struck, strike_rest},
    visitor::set_pool_back,
};

#[test]
fn each_retry_is_waited_out_in_the_life_of_a_lab() {
    let cloud = Cloud::start();
    strike_rest(&cloud, &[]);
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);

    // What only a deployment of a changed lab calls.
    cloud.no_faults();
    change_capacity(&cloud);
    set_pool_back(&cloud);
    lose_stage(&cloud);
    like_as_before(&cloud, MYSFITS[0], &["visitor".to_owned()]);
    let newer = newer_backend(&cloud);
    // Everything is tagged anew, because it seems to have no tags.
    strike_rest(&cloud, &[json!({"kind": "no-tags", "times": 3})]);
    run_with(&cloud, &newer, &["deploy", "all", "--adopt"]).exit(0);
    strike_rest(&cloud, &[]);
    run_with(&cloud, &newer, &["plan", "all", "--exit-code"]).exit(0);

    cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    all_have_struck(&cloud);
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (0, 0));
}

/// Returns the same program, one byte longer: another digest, so the service is updated.
fn newer_backend(cloud: &Cloud) -> PathBuf {
    let newer = cloud.folder.path().join("newer");
    let mut bytes = std::fs::read(backend()).unwrap();
    bytes.push(0);
    std::fs::write(&newer, bytes).unwrap();
    newer
}

/// The API has no stage any more.
fn lose_stage(cloud: &Cloud) {
    gateway(cloud, async |gateway| {
        let apis = gateway.get_rest_apis().send().await.unwrap();
        let delete = gateway.delete_stage().set_rest_api_id(apis.items()[0].id.clone());
        delete.stage_name("prod").send().await.unwrap();
    });
}

/// The table has another capacity.
fn change_capacity(cloud: &Cloud) {
    cloud.wait_for(async |sdk| {
        let dynamodb = aws_sdk_dynamodb::Client::new(sdk);
        let more = aws_sdk_dynamodb::types::ProvisionedThroughput::builder();
        let more = more.read_capacity_units(7).write_capacity_units(7).build().unwrap();
        let update = dynamodb.update_table().table_name("MysfitsTable");
        update.provisioned_throughput(more).send().await.unwrap();
    });
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
