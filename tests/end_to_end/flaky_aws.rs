//! Bad weather: throttled calls, lost answers, AWS being slow to show its own changes.

use serde_json::json;

use crate::helpers::{
    cloud::Cloud,
    held::{self, Held},
};

#[test]
fn throttling_and_lost_answers_change_nothing() {
    let cloud = Cloud::start();
    for seed in 1..=3 {
        let weather = json!({"seed": seed, "rules": [
            {"service": "*", "operation": "*", "kind": "throttle", "probability": 0.10},
            {"service": "*", "operation": "*", "kind": "lose-answer", "probability": 0.05},
        ]});
        assert_eq!(cloud.http("PUT", "/_local/faults", &weather.to_string()).0, 200);
        cloud.run(&["deploy", "part-2"]).exit(0);
        cloud.run(&["plan", "part-2", "--exit-code"]).exit(0);
        let faults = cloud.requests().iter().filter(|request| !request["fault"].is_null()).count();
        assert!(faults > 0, "no fault with seed {seed}");
        let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(0);
        assert!(ended.stdout.contains("is left in "), "{}", ended.stdout);
        cloud.no_faults();
        assert_eq!((cloud.buckets().len(), cloud.tables().len()), (0, 0), "seed {seed}");
        cloud.forget_requests();
    }
}

#[test]
fn a_lost_answer_to_any_mutating_call_is_no_second_resource() {
    let cloud = Cloud::start();
    for operation in
        ["CreateBucket", "PutBucketPolicy", "PutObject", "CreateTable", "BatchWriteItem"]
    {
        cloud.reset();
        let lose =
            json!([{"service": "*", "operation": operation, "kind": "lose-answer", "times": 1}]);
        cloud.faults(&lose);
        cloud.run(&["deploy", "part-2"]).exit(0);
        assert_eq!((cloud.buckets().len(), cloud.tables().len()), (1, 2), "{operation}");
        cloud.run(&["plan", "part-2", "--exit-code"]).exit(0);
    }
}

#[test]
fn what_passes_by_itself_is_waited_out() {
    let cloud = Cloud::start();
    cloud.faults(&json!([
        // The relaxed Block Public Access has not reached the policy check.
        {"service": "s3", "operation": "PutBucketPolicy", "kind": "error", "times": 2,
         "status": 403, "code": "AccessDenied",
         "message": "public policies are prevented by the BlockPublicPolicy setting"},
        // A bucket of this name was deleted a moment ago.
        {"service": "s3", "operation": "CreateBucket", "kind": "error", "times": 2,
         "status": 409, "code": "OperationAborted",
         "message": "A conflicting conditional operation is currently in progress"},
        {"service": "dynamodb", "operation": "CreateTable", "kind": "error", "times": 2,
         "status": 400, "code": "LimitExceededException",
         "message": "Only 1 table with secondary indexes can be created at a time"},
    ]));
    cloud.run(&["deploy", "part-2"]).exit(0);
    cloud.run(&["plan", "part-2", "--exit-code"]).exit(0);
}

#[test]
fn states_that_take_time_are_waited_for() {
    let cloud = Cloud::start();
    let held = |operation, until| [Held { service: "dynamodb", operation, until }];
    let creating = held("CreateTable", "table: waiting: CREATING");
    held::run(&cloud, &creating, &["deploy", "part-2"]).exit(0);
    let deleting = held("DeleteTable", "table: waiting: DELETING");
    held::run(&cloud, &deleting, &["cleanup", "part-2", "--yes"]).exit(0);
    // Right after a cleanup, without any manual waiting.
    cloud.run(&["deploy", "part-2"]).exit(0);
}
