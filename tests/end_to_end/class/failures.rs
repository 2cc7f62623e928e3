//! What fails in one account stops no other, and is reported as what it is.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{account, lines, nothing_is_left, roster, standing, states, write};
use crate::helpers::cloud::Cloud;

fn rule(kind: &str, operation: &str, number: usize) -> Value {
    let service = if operation.contains("Table") { "dynamodb" } else { "s3" };
    json!({"kind": kind, "service": service, "operation": operation, "account": account(number)})
}

#[test]
fn three_accounts_that_fail_stop_nobody() {
    let cloud = Cloud::start();
    roster(&cloud, 6, 1);
    // One may not create tables; one is throttled for a while, and gets there.
    let mut throttled = rule("throttle", "CreateTable", 1);
    throttled["times"] = 3.into();
    cloud.faults(&json!([rule("denied", "CreateTable", 0), throttled]));
    let args = ["class", "deploy", "--part", "part-2", "--yes", "--output", "json"];
    let deployed = cloud.run(&args).exit(3);
    let ended = states(&deployed);
    assert_eq!(ended["anna-0"]["state"], "failed", "{}", ended["anna-0"]);
    assert_eq!(ended["anna-0"]["errors"][0]["code"], "MYS015");
    assert_eq!(ended["anna-0"]["errors"][0]["aws"]["action"], "dynamodb:CreateTable");
    let words = ended["anna-0"]["words"].as_str().unwrap();
    assert!(words.contains("(AccessDeniedException, `dynamodb CreateTable`)"), "{words}");
    let finished = lines(&deployed.stdout, "finished");
    let parts = finished.iter().map(|line| (line["resource"].as_str().unwrap(), &line["part"]));
    let parts: BTreeMap<_, _> = parts.collect();
    assert_eq!((parts["bucket"], parts["likes-table"]), (&json!(1), &json!(2)), "{parts:?}");
    let others = ended.iter().filter(|(lab, _)| *lab != "anna-0");
    assert!(others.clone().count() == 5 && others.clone().all(|(_, it)| it["state"] == "ready"));
    cloud.no_faults();
    let again = cloud.run(&["class", "deploy", "--part", "part-2", "--yes", "--failed"]).exit(0);
    assert!(again.stdout.contains("1 lab: 1 ready"), "{}", again.stdout);

    // And one has a table that cannot be deleted.
    cloud.faults(&json!([rule("denied", "DeleteTable", 2)]));
    let args = ["class", "cleanup", "--yes", "--output", "json"];
    let cleaned = cloud.run(&args).exit(3);
    let ended = states(&cleaned);
    let cora = &ended["cora-0"];
    assert_eq!(
        (&cora["state"], &cora["dollars_per_hour"]),
        (&json!("quarantined"), &json!(0.0132))
    );
    assert!(cora["words"].as_str().unwrap().contains("table"), "{cora}");
    assert!(ended.iter().all(|(lab, it)| lab == "cora-0" || it["state"] == "clean"), "{ended:#?}");
    let errors = cora["errors"].as_array().unwrap();
    assert_eq!(errors.last().unwrap()["code"], "MYS089", "{cora}");
    assert_eq!(standing(&cloud, &account(2)).len(), 2);
    let still = cloud.run(&["class", "retry", "--only", "quarantined", "--yes"]).exit(3);
    assert!(still.stdout.contains("quarantined cora"), "{}", still.stdout);
    cloud.no_faults();
    let released = cloud.run(&["class", "retry", "--only", "quarantined", "--yes"]).exit(0);
    assert!(released.stdout.contains("1 lab: 1 clean"), "{}", released.stdout);
    nothing_is_left(&cloud, 6);
}

#[test]
fn after_so_many_failures_no_other_lab_is_begun() {
    let cloud = Cloud::start();
    roster(&cloud, 4, 1);
    let denied = json!({"kind": "denied", "service": "s3", "operation": "CreateBucket"});
    cloud.faults(&json!([denied]));
    let args =
        ["class", "deploy", "--part", "part-1", "--yes", "--output", "json", "--at-once", "1"];
    let args = [args.as_slice(), &["--max-failures", "2"]].concat();
    let ended = states(&cloud.run(&args).exit(3));
    let of = |state: &str| ended.values().filter(|it| it["state"] == state).count();
    assert_eq!((of("failed"), of("not-started")), (2, 2), "{ended:#?}");
}

/// AWS's list of tags shows something of the lab at the second look only.
#[test]
fn what_the_second_look_finds_counts() {
    let cloud = Cloud::start();
    write(&cloud, "class.csv", "name,account,lab\nanna,000000000000,a\n");
    let late = json!({"kind": "still-there", "service": "tagging", "operation": "GetResources", "times": 1});
    cloud.faults(&json!([late]));
    let args = ["class", "cleanup", "--yes", "--output", "json"];
    assert_eq!(states(&cloud.run(&args).exit(0))["a"]["state"], "clean");
    cloud.wait_for(async |sdk| {
        let logs = aws_sdk_cloudwatchlogs::Client::new(sdk);
        let group = logs.create_log_group().log_group_name("beside").tags("mysfits:lab", "a");
        group.send().await.unwrap();
    });
    let ended = cloud.run(&args).exit(3);
    assert_eq!(states(&ended)["a"]["state"], "quarantined", "{}", ended.stdout);
    let errors = lines(&ended.stdout, "error");
    assert!(errors.iter().any(|it| it["evidence"].to_string().contains("beside")), "{errors:?}");
}

#[test]
fn one_clean_look_is_not_enough() {
    let cloud = Cloud::start();
    roster(&cloud, 1, 1);
    cloud.run(&["class", "deploy", "--part", "part-2", "--yes"]).exit(0);
    cloud.forget_requests();
    cloud.run(&["class", "cleanup", "--yes"]).exit(0);
    let requests = cloud.requests();
    let is_delete = |it: &Value| it["operation"] == "DeleteTable";
    let last = requests.iter().rposition(is_delete).unwrap();
    for look in ["GetResources", "HeadBucket"] {
        let looks = requests[last..].iter().filter(|it| it["operation"] == look).count();
        assert!(looks >= 2, "only {looks} times {look}");
    }
}

#[test]
fn an_account_that_cannot_be_signed_in_to_is_one_failure() {
    let cloud = Cloud::start();
    roster(&cloud, 3, 1);
    let mut denied = rule("denied", "x", 1);
    denied["service"] = "sts".into();
    denied["operation"] = "GetCallerIdentity".into();
    cloud.faults(&json!([denied]));
    for args in [
        ["class", "deploy", "--part", "part-1", "--yes", "--output", "json"].as_slice(),
        &["class", "status", "--output", "json"],
    ] {
        let ended = cloud.run(args).exit(3);
        let states = states(&ended);
        assert_eq!(states["bert-0"]["state"], "failed", "{}", states["bert-0"]);
        assert_eq!(states.values().filter(|it| it["state"] == "failed").count(), 1);
        assert_eq!(lines(&ended.stdout, "class")[0]["states"]["failed"], 1);
    }
}
