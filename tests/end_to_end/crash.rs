//! Killed after any single request of a first deploy, the next deploy ends in the same state.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::helpers::{
    cloud::Cloud,
    command::until,
    faults::{Moment, hang_at, moments},
};

/// Deploys, is killed at a given moment, and deploys again.
fn killed_after(cloud: &Cloud, moment: &Moment) {
    cloud.reset();
    cloud.faults(&json!([hang_at(moment)]));
    let mut deploy = cloud.command(&["deploy", "part-2", "--local"]);
    let mut deploy = deploy.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until(&format!("{moment:?}"), || {
        let reached = cloud.requests().iter().any(|request| request["fault"] == "hang");
        let over = deploy.try_wait().unwrap().is_some();
        assert!(!over || reached, "the deploy ended before {moment:?}");
        reached.then_some(())
    });
    deploy.kill().unwrap();
    deploy.wait().unwrap();
    cloud.no_faults();

    cloud.run(&["deploy", "part-2"]).exit(0);
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (1, 2), "{moment:?}");
    cloud.run(&["plan", "part-2", "--exit-code"]).exit(0);
}

#[test]
fn killed_after_any_request() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-2"]).exit(0);
    let requests = cloud.requests();
    let operation = |request: &Value| request["operation"].as_str().unwrap().to_owned();
    let moments = &moments(requests.iter().map(operation));
    assert!(moments.len() > 30, "only {moments:?}");
    // Two at a time: the machines that run this have at least two cores.
    std::thread::scope(|scope| {
        for half in 0..2 {
            scope.spawn(move || {
                let cloud = Cloud::start();
                for moment in moments.iter().skip(half).step_by(2) {
                    killed_after(&cloud, moment);
                }
            });
        }
    });
}

#[test]
fn a_cleanup_that_was_killed_is_finished_by_the_next() {
    let cloud = Cloud::start();
    for operation in ["DeleteBucketPolicy", "DeleteObjects", "DeleteBucket", "DeleteTable"] {
        cloud.reset();
        cloud.run(&["deploy", "part-2"]).exit(0);
        cloud
            .faults(&json!([{"service": "*", "operation": operation, "kind": "hang", "times": 1}]));
        let mut cleanup = cloud.command(&["cleanup", "all", "--local", "--yes"]);
        let mut cleanup = cleanup.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        until(operation, || {
            cloud.requests().iter().any(|request| request["fault"] == "hang").then_some(())
        });
        cleanup.kill().unwrap();
        cleanup.wait().unwrap();
        cloud.no_faults();
        cloud.run(&["cleanup", "all", "--yes"]).exit(0);
        assert_eq!((cloud.buckets().len(), cloud.tables().len()), (0, 0), "{operation}");
    }
}
