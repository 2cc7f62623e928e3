//! An AWS Academy Learner Lab, known by its identity alone: the whole lab stands there without a
//! flag, and what the account denies has errors of its own.

use serde_json::Value;

use crate::helpers::{
    backend::{backend_address, count, run_with},
    binaries::backend,
    cloud::Cloud,
    command::Ended,
};

const AS: [&str; 2] = ["--as", "learner-lab"];

fn learner_lab() -> Cloud {
    Cloud::with(&[&AS[..], &["--pace", "0"]].concat())
}

fn deploy(cloud: &Cloud, flags: &[&str]) -> Ended {
    run_with(cloud, backend(), &[&["deploy", "all"], flags].concat())
}

/// Returns how often a text has these words.
fn times(text: &str, words: &str) -> usize {
    text.matches(words).count()
}

#[test]
fn the_whole_lab_stands_without_a_flag_and_without_a_role_being_made() {
    let cloud = learner_lab();
    let plan = run_with(&cloud, backend(), &["plan", "all"]).exit(0);
    assert!(plan.stdout.contains("In a Learner Lab that is 33 days of $50."), "{}", plan.stdout);
    let deployed = deploy(&cloud, &[]).exit(0);
    let told = "AWS Academy Learner Lab: us-east-1; a new lab there gets `--roles \
                existing:LabRole` and `--topology economy`, $1.48 a day: 33 days of $50";
    assert_eq!(times(&deployed.stderr, told), 1, "{}", deployed.stderr);
    assert!(deployed.stderr.contains("then press End Lab"), "{}", deployed.stderr);
    assert_eq!(count(&backend_address(&deployed), "/mysfits"), 12);
    for request in cloud.requests() {
        assert_ne!(request["operation"], "CreateRole", "{request}");
        let is_denied = request["code"].as_str().is_some_and(|code| code.contains("AccessDenied"));
        assert!(!is_denied, "{request}");
    }
    run_with(&cloud, backend(), &["plan", "all", "--exit-code"]).exit(0);
    cloud.run(&["cleanup", "all", "--yes"]).exit(0);
}

#[test]
fn the_end_of_the_session_is_told_and_the_next_session_finishes_the_lab() {
    let mut cloud = Cloud::with(&[&AS[..], &["--pace", "0", "--session-calls", "90"]].concat());
    let ended = deploy(&cloud, &[]).exit(1);
    let (_, end) = ended.stderr.split_once("to continue: ").unwrap();
    assert_eq!(times(end, "error[MYS064]"), 1, "{}", ended.stderr);
    for words in ["press Start Lab", "nothing is lost"] {
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
    }
    // GetCallerIdentity still answers; the first other call shows it.
    for command in [["status", "all"], ["plan", "all"]] {
        let refused = cloud.run(&command).exit(1);
        assert!(refused.stderr.contains("MYS064"), "{}", refused.stderr);
        assert_eq!(refused.stdout, "");
    }
    cloud.restart(&[&AS[..], &["--pace", "0"]].concat());
    let deployed = deploy(&cloud, &[]).exit(0);
    assert_eq!(count(&backend_address(&deployed), "/mysfits"), 12);
}

#[test]
fn two_regions_are_permitted_and_others_refused_with_the_reason() {
    let cloud = learner_lab();
    let refused = cloud.run(&["deploy", "part-1", "--region", "eu-west-1"]).exit(2);
    let told =
        "MYS066]: an AWS Academy Learner Lab permits us-east-1 and us-west-2 only, not eu-west-1";
    assert!(refused.stderr.contains(told), "{}", refused.stderr);
    assert_eq!(cloud.changes(), Vec::<String>::new());
    let other = cloud.run(&["deploy", "part-1", "--region", "us-west-2"]).exit(0);
    assert!(other.stderr.contains("AWS Academy Learner Lab: us-west-2;"), "{}", other.stderr);
}

#[test]
fn flags_win_and_the_classic_topology_names_its_price() {
    let cloud = learner_lab();
    let classic = ["core-stack", "deploy", "--topology", "classic"];
    let deployed = cloud.run(&classic).exit(0);
    let told = "`--topology classic`, $3.76 a day: 13 days of $50";
    assert!(deployed.stderr.contains(told), "{}", deployed.stderr);
    let plan = run_with(&cloud, backend(), &["plan", "all", "--output", "json"]).exit(0).stdout;
    let rows = plan.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let stack = rows.into_iter().find(|row| row["resource"] == "core-stack").unwrap();
    // What stands counts before what a new lab would get.
    assert_eq!(stack["action"], "unchanged");
    assert!(stack["dollars_per_day"].as_f64().unwrap() > 2.0, "{stack}");
}

#[test]
fn roles_that_the_stack_makes_are_denied_with_what_to_do_instead() {
    let cloud = learner_lab();
    let denied = cloud.run(&["core-stack", "deploy", "--roles", "create"]).exit(1);
    for words in ["MYS065", "Pvoclabs2", "add `--roles existing`"] {
        assert!(denied.stderr.contains(words), "{}", denied.stderr);
    }
    cloud.run(&["core-stack", "deploy"]).exit(0);
}

#[test]
fn without_vpc_links_the_internet_is_offered_and_the_lab_stands_with_it() {
    let cloud = Cloud::with(&["--as", "learner-lab:no-vpc-link", "--pace", "0"]);
    let refused = deploy(&cloud, &[]).exit(1);
    for words in ["MYS067", "`--integration internet`"] {
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
    }
    deploy(&cloud, &["--integration", "internet"]).exit(0);
    run_with(&cloud, backend(), &["plan", "all", "--exit-code"]).exit(0);
}
