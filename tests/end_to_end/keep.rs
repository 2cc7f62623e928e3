//! `cleanup --keep`: what stays, what stays with it, and that what stays is whole.

use serde_json::Value;

use crate::helpers::{backend::run_with, binaries::backend, cloud::Cloud};

/// Returns the actions of a cleanup that only shows what it would do, by resource.
fn actions(cloud: &Cloud, keep: &str) -> Vec<(String, String, String)> {
    let args = ["cleanup", "all", "--dry-run", "--output", "json", "--keep", keep];
    let shown = cloud.run(&args).exit(0).stdout;
    let lines = shown.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
    let rows = lines.filter(|line| line["type"] == "remove");
    rows.map(|row| (text(&row, "resource"), text(&row, "action"), text(&row, "why"))).collect()
}

#[test]
fn what_is_kept_stays_whole_and_is_named_with_its_price() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    let ended = cloud.run(&["cleanup", "all", "--keep", "bucket,table", "--yes"]).exit(0);
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (1, 2));
    for said in [
        "nothing else of this part of lab",
        "kept:\n  S3 bucket `",
        "`--keep bucket`",
        "`--keep table`; it costs $0.32 a day on AWS",
        "What was kept costs $0.32 a day on AWS.",
    ] {
        assert!(ended.stdout.contains(said), "{said}: {}", ended.stdout);
    }
    // The site no longer knows the backend, and of the rest nothing is there.
    cloud.run(&["plan", "part-2", "--exit-code"]).exit(0);
    let status = cloud.run(&["status", "all", "--output", "json"]).exit(0).stdout;
    let there = status.lines().filter(|line| line.contains("\"state\":\"ready\"")).count();
    // The two tables, the mysfits, the bucket, the site, and the role of the account.
    assert_eq!(there, 6, "{status}");

    let args = ["cleanup", "all", "--keep", "table", "--output", "json", "--yes"];
    let shown = cloud.run(&args).exit(0).stdout;
    let left: Value = serde_json::from_str(shown.lines().last().unwrap()).unwrap();
    let kept: Vec<_> = left["kept"].as_array().unwrap().iter().map(|it| &it["resource"]).collect();
    assert_eq!(kept, ["table", "likes-table", "mysfits"]);
    assert_eq!(
        (&left["kept_dollars_per_day"], &left["left"]),
        (&0.32.into(), &Value::from([0; 0]))
    );
    cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (0, 0));
}

#[test]
fn what_the_kept_need_is_kept_with_the_reason() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    let of = |actions: &[(String, String, String)], id: &str| {
        let row = actions.iter().find(|(resource, ..)| resource == id);
        row.map(|(_, action, why)| (action.clone(), why.clone())).unwrap()
    };
    let is = |action: &str, why: &str| (action.to_owned(), why.to_owned());
    let actions_of = actions(&cloud, "load-balancer");
    assert_eq!(of(&actions_of, "load-balancer"), is("keep", "`--keep load-balancer`"));
    assert_eq!(of(&actions_of, "core-stack"), is("keep", "`load-balancer` needs it"));
    assert_eq!(of(&actions_of, "listener").0, "remove");
    assert_eq!(of(&actions_of, "table").0, "remove");
    // AWS removes the client with the pool only.
    let actions_of = actions(&cloud, "user-pool");
    assert_eq!(of(&actions_of, "user-pool-client"), is("keep", "it is part of `user-pool`"));
    assert_eq!(of(&actions_of, "rest-api").0, "remove");
    // A section is all that is in it.
    let kept = actions(&cloud, "auth").into_iter().filter(|(_, action, _)| action == "keep");
    let kept: Vec<String> = kept.map(|(resource, ..)| resource).collect();
    for id in ["stage", "vpc-link", "load-balancer", "core-stack"] {
        assert!(kept.iter().any(|it| it == id), "{id}: {kept:?}");
    }
    assert!(!kept.iter().any(|it| it == "site"), "{kept:?}");
}

#[test]
fn a_name_that_nothing_has_is_refused_before_anything_is_removed() {
    let cloud = Cloud::start();
    let ended = cloud.run(&["cleanup", "all", "--keep", "bucket,tabel", "--yes"]).exit(2);
    assert!(ended.stderr.contains("`--keep tabel`"), "{}", ended.stderr);
    for name in ["`bucket`", "`fargate`", "`likes-table`"] {
        assert!(ended.stderr.contains(name), "{name}: {}", ended.stderr);
    }
    assert_eq!(cloud.changes(), Vec::<String>::new());
}
