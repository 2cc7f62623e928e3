//! A class on several machines: shards, what each leaves, and all of it as one.

use std::process::Stdio;

use serde_json::{Value, json};

use super::{account, lines, nothing_is_left, roster, standing, states};
use crate::helpers::{
    cloud::Cloud,
    command::{Ended, ended, until},
};

/// Of two shards, the first has the accounts of Anna and Cora, the second those of Bert and Dora.
const FIRST: [&str; 2] = ["anna-0", "cora-0"];
const SECOND: [&str; 2] = ["bert-0", "dora-0"];

fn labs(ended: &Ended) -> Vec<String> {
    states(ended).into_keys().collect()
}

#[test]
fn two_machines_do_a_class_and_their_reports_become_one() {
    let cloud = Cloud::start();
    roster(&cloud, 4, 1);
    let deploy = |shard: &str, report: &str| {
        let args = ["class", "deploy", "--part", "part-1", "--yes", "--output", "json"];
        cloud.run(&[&args[..], &["--shard", shard, "--report", report]].concat()).exit(0)
    };
    assert_eq!(labs(&deploy("1/2", "1.json")), FIRST);
    assert_eq!(labs(&deploy("2/2", "2.json")), SECOND);
    let status = cloud.run(&["class", "status", "--shard", "2/2", "--output", "json"]).exit(0);
    assert_eq!(labs(&status), SECOND);

    let journals = ["class.journal.1-of-2.jsonl", "class.journal.2-of-2.jsonl"];
    let merge = ["class", "merge", "1.json", "2.json", "1.json", journals[0], journals[1]];
    let out = ["--out", "all.json", "--out", "all.csv", "--out", "all.jsonl"];
    let merged = ended(&mut cloud.command(&[&merge[..], &out].concat())).exit(0);
    assert!(merged.stdout.starts_with("4 labs: 4 ready\n"), "{}", merged.stdout);
    let read = |name: &str| std::fs::read_to_string(cloud.home().join(name)).unwrap();
    assert_eq!(lines(&read("all.json"), "class-lab").len(), 4);
    assert_eq!(read("all.csv").lines().count(), 5);
    let count = |name: &str| read(name).lines().count();
    assert_eq!(count("all.jsonl"), count(journals[0]) + count(journals[1]));
    #[cfg(unix)]
    for name in ["all.json", "all.csv", "all.jsonl"] {
        use std::os::unix::fs::PermissionsExt as _;
        let about = std::fs::metadata(cloud.home().join(name)).unwrap();
        assert_eq!(about.permissions().mode() & 0o777, 0o600, "{name}");
    }
    // Nothing is overwritten, and what was merged can be merged again.
    let again = ended(&mut cloud.command(&[&merge[..], &out[..2]].concat())).exit(2);
    assert!(again.stderr.contains("error[MYS094]"), "{}", again.stderr);
    let force = [&merge[..], &["all.json", "all.jsonl"], &out, &["--force"]].concat();
    let before = read("all.jsonl");
    ended(&mut cloud.command(&force)).exit(0);
    assert_eq!(read("all.jsonl"), before);

    // A lab in two reports, a torn line and a file that is missing: each is named.
    cloud.run(&["class", "status", "--only", "anna", "--report", "late.json"]).exit(0);
    let torn = read(journals[1]) + "{\"type\":\"la";
    super::write(&cloud, "torn.jsonl", &torn);
    let args = ["class", "merge", "1.json", "late.json", "torn.jsonl", "none.json"];
    let partly = ended(&mut cloud.command(&args)).exit(3);
    for said in [
        "error[MYS098]: 2 places could not be read",
        &format!("`torn.jsonl`, line {}: it is no JSON", torn.lines().count()),
        "`none.json`: ",
        "1 lab in more than one report",
        "`1.json`, `late.json`",
    ] {
        assert!(partly.stderr.contains(said), "{said}: {}", partly.stderr);
    }
}

#[test]
fn a_shard_without_labs_is_done_at_once_and_nonsense_is_refused() {
    let cloud = Cloud::start();
    roster(&cloud, 1, 1);
    cloud.forget_requests();
    let args = ["class", "cleanup", "--shard", "1/16", "--report", "1.json"];
    let ended = cloud.run(&args).exit(0);
    assert_eq!(ended.stdout, "Shard 1/16 has no labs for this.\n");
    assert_eq!(cloud.changes(), Vec::<String>::new());
    let report = std::fs::read_to_string(cloud.home().join("1.json")).unwrap();
    assert_eq!(lines(&report, "class")[0]["labs"], 0);
    assert!(cloud.home().join("class.journal.1-of-16.jsonl").exists());
    for shard in ["0/4", "5/4", "1", "a/b"] {
        let ended = cloud.run(&["class", "status", "--shard", shard]).exit(2);
        assert!(ended.stderr.contains("with K from 1 to N"), "{}", ended.stderr);
    }
    // The number to be typed is that of the shard's labs.
    roster(&cloud, 4, 1);
    let ended = cloud.run(&["class", "cleanup", "--shard", "2/2"]).exit(2);
    assert!(ended.stderr.contains("Remove all of 2 labs"), "{}", ended.stderr);
}

#[test]
fn a_shard_that_was_killed_is_finished_elsewhere_with_the_merged_journals() {
    let cloud = Cloud::start();
    roster(&cloud, 4, 1);
    let deploy = ["class", "deploy", "--part", "part-2", "--yes", "--at-once", "1"];
    cloud.run(&[&deploy[..], &["--shard", "1/2"]].concat()).exit(0);
    // Bert's is done when Dora's is held.
    cloud.faults(&json!([{"service": "dynamodb", "operation": "CreateTable", "kind": "hang",
                          "account": account(3), "times": 1}]));
    let args = [&deploy[..], &["--shard", "2/2", "--local"]].concat();
    let mut killed =
        cloud.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until("the held call", || {
        assert!(killed.try_wait().unwrap().is_none(), "it ended before");
        cloud.requests().iter().any(|request| request["fault"] == "hang").then_some(())
    });
    killed.kill().unwrap();
    killed.wait().unwrap();
    cloud.no_faults();

    let elsewhere = tempfile::tempdir().unwrap();
    for name in ["class.csv", "class.journal.1-of-2.jsonl", "class.journal.2-of-2.jsonl"] {
        std::fs::copy(cloud.home().join(name), elsewhere.path().join(name)).unwrap();
    }
    let run = |args: &[&str]| ended(cloud.command(args).current_dir(elsewhere.path()));
    let journals = ["class.journal.1-of-2.jsonl", "class.journal.2-of-2.jsonl"];
    let merge =
        [&["class", "merge", "--output", "json"], &journals[..], &["--out", "class.journal.jsonl"]];
    let merged = run(&merge.concat()).exit(3);
    let ends: Vec<Value> = states(&merged).into_values().map(|it| it["state"].clone()).collect();
    assert_eq!(ends, ["ready", "ready", "ready", "unknown"]);
    let again = run(&["class", "retry", "--yes", "--output", "json", "--local"]).exit(0);
    assert_eq!(labs(&again), ["dora-0"]);
    for number in 0..4 {
        assert_eq!(standing(&cloud, &account(number)).len(), 3, "{number}");
    }
    run(&["class", "cleanup", "--yes", "--local"]).exit(0);
    nothing_is_left(&cloud, 4);
}
