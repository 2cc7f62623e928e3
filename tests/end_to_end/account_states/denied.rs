//! Credentials that may not read everything.

use serde_json::json;

use crate::helpers::{
    backend::run_with, binaries::backend, cloud::Cloud, faults::denied, figures::lines,
};

#[test]
fn a_look_that_is_denied_is_a_row() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    cloud.faults(&json!([denied("ecs", "DescribeClusters")]));
    let status = cloud.run(&["status"]).exit(3);
    let cluster = status.stdout.split("unknown   cluster").nth(1).unwrap();
    assert!(cluster.lines().nth(1).unwrap().contains("access denied (`ecs:DescribeClusters`)"));
    assert!(status.stdout.contains("ready     bucket"), "{}", status.stdout);
    cloud.run(&["plan", "--exit-code"]).exit(3);
    let dry = cloud.run(&["cleanup", "--dry-run"]).exit(3);
    assert!(dry.stdout.contains("unknown   cluster"), "{}", dry.stdout);

    // Cleanup does the rest, and leaves what the unknown resources may depend on.
    let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(3);
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (0, 0));
    assert!(ended.stdout.contains("could not be looked at:\n  ECS cluster"), "{}", ended.stdout);
    assert!(
        ended.stderr.contains("1 could not be looked at")
            || ended.stderr.contains("1 resource could not be looked at"),
        "{}",
        ended.stderr
    );
    cloud.no_faults();
    cloud.run(&["cleanup", "all", "--yes"]).exit(0);
}

/// The service may still run in the cluster, behind the load balancer and with the stack's roles.
#[test]
fn nothing_goes_that_an_unknown_resource_may_need() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    cloud.faults(&json!([denied("ecs", "DescribeServices")]));
    cloud.forget_requests();
    let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(3);
    for kept in ["repository", "cluster", "load-balancer", "core-stack"] {
        let line = format!("{kept}: not removed: `service` is unknown\n");
        assert!(ended.stderr.contains(&line), "{line}{}", ended.stderr);
    }
    let forbidden = |change: &&String| {
        ["DeleteRepository", "DeleteCluster", "DeleteStack"].contains(&change.as_str())
    };
    assert_eq!(cloud.changes().iter().find(forbidden), None);
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (0, 2));
    cloud.no_faults();
    cloud.run(&["cleanup", "all", "--yes"]).exit(0);
}

/// Every read of `status` on a complete lab, denied alone: one row or more are unknown, and the
/// command never aborts.
#[test]
fn no_look_ends_a_command_that_reads() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    cloud.forget_requests();
    let all = lines(&cloud.run(&["status", "--output", "json"]).exit(0), "status").len();
    let mut looks: Vec<(String, String)> = cloud
        .requests()
        .iter()
        .map(|it| ["service", "operation"].map(|key| it[key].as_str().unwrap().to_owned()))
        .map(|[service, operation]| (service, operation))
        .filter(|(service, _)| service != "sts")
        .collect();
    looks.sort();
    looks.dedup();
    assert!(looks.len() > 20, "{looks:?}");
    for (service, operation) in looks {
        cloud.faults(&json!([denied(&service, &operation)]));
        let status = cloud.run(&["status", "--output", "json"]);
        let rows = lines(&status, "status");
        assert_eq!(rows.len(), all, "{operation}: {}", status.stderr);
        let unknown = rows.iter().filter(|row| row["state"] == "unknown").count();
        // What is unknown because of another row is not a failed read.
        let denied = status.stdout.contains("access denied (`");
        assert_eq!(status.code, Some(if denied { 3 } else { 0 }), "{operation}: {}", status.stdout);
        // S3 answers HEAD without a reason.
        let reasons = ["access denied (`", "these credentials may not see it"];
        let said = reasons.iter().any(|reason| status.stdout.contains(reason));
        assert!(unknown == 0 || said, "{operation}: {}", status.stdout);
    }
}
