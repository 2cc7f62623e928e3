//! Forty labs in eight accounts, from nothing to nothing.

use std::process::Stdio;

use serde_json::{Value, json};

use super::{lines, nothing_is_left, roster, run_elsewhere, standing, states};
use crate::helpers::{
    cloud::Cloud,
    command::{ended, until},
};

/// An hour of part 2, from AWS's price pages: two tables.
const AN_HOUR: f64 = 0.01323;

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn journal(cloud: &Cloud) -> Vec<Value> {
    let text = std::fs::read_to_string(cloud.home().join("class.journal.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn forty_labs_in_eight_accounts_come_and_go() {
    let cloud = Cloud::start();
    roster(&cloud, 8, 5);
    let args = ["class", "deploy", "--part", "part-2", "--yes", "--output", "json"];
    let deployed = cloud.run(&args).exit(0);
    let all = states(&deployed);
    assert_eq!(all.len(), 40);
    assert!(all.values().all(|lab| lab["state"] == "ready"), "{all:#?}");
    assert!(all["anna-0"]["addresses"]["site"].as_str().unwrap().starts_with("http://"));
    let plan = lines(&deployed.stdout, "class-plan");
    assert_eq!((plan.len(), &plan[0]["dollars_per_day"]), (40, &json!(0.32)));
    // Each lab's events name student, account and lab.
    let created = lines(&deployed.stdout, "finished");
    let of_gina = created.iter().filter(|it| it["student"] == "gina" && it["resource"] == "table");
    let of_gina: Vec<_> = of_gina.map(|it| (&it["account"], it["lab"].as_str().unwrap())).collect();
    assert_eq!(of_gina.len(), 5, "{of_gina:?}");
    assert!(
        of_gina.iter().all(|(account, lab)| *account == "777777777777" && lab.starts_with("gina-"))
    );
    // Two tables and a bucket each.
    assert_eq!(standing(&cloud, "888888888888").len(), 15);

    cloud.forget_requests();
    let seen = cloud.run(&["class", "status", "--part", "part-2", "--output", "json"]).exit(0);
    assert!(states(&seen).values().all(|lab| lab["state"] == "ready"));
    let args = ["class", "cost", "--output", "json", "--report", "cost.csv", "--only", "anna"];
    let cost = cloud.run(&args).exit(0);
    let costs = &lines(&cost.stdout, "class")[0];
    assert!((costs["dollars_per_hour"].as_f64().unwrap() - 5.0 * AN_HOUR).abs() < 0.001, "{costs}");
    assert_eq!(cloud.changes(), Vec::<String>::new());
    let csv = std::fs::read_to_string(cloud.home().join("cost.csv")).unwrap();
    assert_eq!(csv.lines().count(), 6);
    assert!(csv.contains("anna,anna@example.com,111111111111,eu-west-1,anna-0,"), "{csv}");

    let args = ["class", "cleanup", "--yes", "--output", "json", "--report", "end.json"];
    let cleaned = cloud.run(&args).exit(0);
    assert!(states(&cleaned).values().all(|lab| lab["state"] == "clean"), "{}", cleaned.stdout);
    assert_eq!(lines(&cleaned.stdout, "class")[0]["dollars_per_hour"], 0.0);
    nothing_is_left(&cloud, 8);
    let file = std::fs::read_to_string(cloud.home().join("end.json")).unwrap();
    assert_eq!(lines(&file, "class-lab").len(), 40);

    let journal = journal(&cloud);
    let tables = |it: &&Value| it["operation"] == "dynamodb DeleteTable" && it["outcome"] == "ok";
    let tables: Vec<_> = journal.iter().filter(tables).collect();
    assert_eq!(tables.len(), 80);
    for call in tables {
        assert!(call["request_id"].as_str().is_some_and(|id| id.len() > 8), "{call}");
        let who = call["who"].as_str().unwrap();
        assert!(who.contains(call["account"].as_str().unwrap()) && call["time"].is_string());
    }
    let ends = |state: &str| journal.iter().filter(|it| it["state"] == state).count();
    assert_eq!((ends("planned"), ends("ready"), ends("clean")), (80, 40, 40));
    #[cfg(unix)]
    for file in ["class.journal.jsonl", "end.json", "cost.csv"] {
        assert_eq!(mode(&cloud.home().join(file)), 0o600, "{file}");
    }
}

/// Deploys until this call is held, and is killed.
fn killed_while_it_deploys(cloud: &Cloud) {
    cloud.faults(&json!([{"service": "dynamodb", "operation": "CreateTable", "kind": "hang",
                          "account": "333333333333", "skip": 1, "times": 1}]));
    let args = ["class", "deploy", "--part", "part-2", "--yes", "--at-once", "1", "--local"];
    let mut deploy =
        cloud.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until("the held call", || {
        assert!(deploy.try_wait().unwrap().is_none(), "it ended before");
        cloud.requests().iter().any(|request| request["fault"] == "hang").then_some(())
    });
    deploy.kill().unwrap();
    deploy.wait().unwrap();
    cloud.no_faults();
}

#[test]
fn a_run_that_was_killed_is_finished_by_its_journal() {
    let cloud = Cloud::start();
    roster(&cloud, 5, 2);
    killed_while_it_deploys(&cloud);
    cloud.forget_requests();
    let args = ["class", "retry", "--yes", "--output", "json"];
    let again = cloud.run(&args).exit(0);
    // The first two students were done; nobody looks at them again.
    let states = states(&again);
    assert_eq!(states.len(), 6, "{:?}", states.keys());
    assert!(states.keys().all(|lab| !lab.starts_with("anna") && !lab.starts_with("bert")));
    assert!(cloud.requests().iter().all(|it| it["account"] != "111111111111"
        || it["service"] == "sts"
        || it["service"] == "iam"
        || it["service"] == "organizations"));
    for number in 0..5 {
        assert_eq!(standing(&cloud, &super::account(number)).len(), 6, "{number}");
    }
    let nothing = cloud.run(&args).exit(2);
    assert!(nothing.stdout.contains("the journal has no lab that ended so"), "{}", nothing.stdout);
}

#[test]
fn a_run_that_was_killed_is_finished_from_another_folder_without_the_journal() {
    let cloud = Cloud::start();
    roster(&cloud, 4, 1);
    killed_while_it_deploys(&cloud);
    let elsewhere = tempfile::tempdir().unwrap();
    let args = ["class", "deploy", "--part", "part-2", "--yes", "--output", "json"];
    let again = run_elsewhere(&cloud, elsewhere.path(), &args).exit(0);
    assert!(states(&again).values().all(|lab| lab["state"] == "ready"), "{}", again.stdout);
    run_elsewhere(&cloud, elsewhere.path(), &["class", "cleanup", "--yes"]).exit(0);
    nothing_is_left(&cloud, 4);
}

#[test]
fn plain_lines_name_the_student_and_the_end_is_a_table() {
    let cloud = Cloud::start();
    roster(&cloud, 2, 1);
    let args = ["class", "deploy", "--part", "part-1", "--yes", "--output", "plain"];
    let deployed = cloud.run(&args).exit(0);
    for said in ["Deploy part-1 of 2 labs\n", "anna: bucket: created", "bert: ready, ", "deploying"]
    {
        assert!(deployed.stderr.contains(said), "{said}: {}", deployed.stderr);
    }
    for said in ["2 labs: 2 ready\n", "ready       anna  111111111111  ", "\n    http://"] {
        assert!(deployed.stdout.contains(said), "{said}: {}", deployed.stdout);
    }
    let quiet = cloud.run(&["class", "cleanup", "--yes", "--quiet"]).exit(0);
    assert_eq!(quiet.stderr, "");
    let mut later =
        cloud.command(&["class", "status", "--local", "--only", "anna,BERT@example.com"]);
    let later = ended(&mut later).exit(0);
    assert!(later.stdout.contains("absent      bert"), "{}", later.stdout);
}
