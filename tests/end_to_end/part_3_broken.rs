//! Part 3 when something is broken: what is reported, how it ends, and that the next deploy
//! recovers.

use serde_json::{Value, json};

use crate::helpers::{
    backend::{ask, backend_address, run_with},
    binaries::{backend, for_another_processor, small},
    by_hand::by_query,
    cloud::Cloud,
};

/// A bad backend is diagnosed, and a good one recovers.
#[track_caller]
fn is_diagnosed_and_recovers(binary: &std::path::Path, says: &[&str]) {
    let cloud = Cloud::start();
    let failed = run_with(&cloud, binary, &["deploy", "part-3"]).exit(1);
    assert!(failed.stderr.contains("error[MYS048]: service: "), "{}", failed.stderr);
    for words in says {
        assert!(failed.stderr.contains(words), "{words} is not in: {}", failed.stderr);
    }
    let address = backend_address(&run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0));
    assert_eq!(ask(&address, "GET", "/").0, 200);
}

#[test]
fn a_backend_that_exits_at_once() {
    let binary =
        small("exits", "fn main() { println!(\"I cannot find my hat\"); std::process::exit(3); }");
    let says = [
        "tasks ended with exit code 3\n  log:  I cannot find my hat\n",
        "  hint: `mysfits logs --previous` shows all of it",
    ];
    is_diagnosed_and_recovers(&binary, &says);
}

/// How an earlier deployment ended does not matter, and nor do the tasks of a good one that were
/// stopped because they were replaced.
#[test]
fn only_the_deployment_that_failed_is_diagnosed() {
    let cloud = Cloud::start();
    let code = |words: &str, code: u8| {
        format!("fn main() {{ println!(\"{words}\"); std::process::exit({code}); }}")
    };
    let old = small("old", &code("an old story", 4));
    run_with(&cloud, &old, &["deploy", "part-3"]).exit(1);
    run_with(&cloud, &for_another_processor(), &["deploy", "part-3"]).exit(1);
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    let new = small("new", &code("panic: no hat", 3));
    let failed = run_with(&cloud, &new, &["deploy", "part-3"]).exit(1);
    let told = failed.stderr.split("error[MYS048]: ").nth(1).unwrap();
    let (message, rest) = told.split_once('\n').unwrap();
    assert!(message.starts_with("service: the backend does not stay up: "), "{told}");
    assert!(message.ends_with(" tasks ended with exit code 3"), "{told}");
    let evidence = "  log:  panic: no hat\n  hint: `mysfits logs --previous` shows all of it\n";
    assert!(rest.starts_with(evidence), "{rest}");
    assert!(!failed.stderr.contains("Scaling activity"), "{}", failed.stderr);
    // Following the hint works.
    let shown = cloud.run(&["logs", "--previous"]).exit(0);
    assert!(shown.stdout.contains("panic: no hat"), "{}", shown.stdout);
}

#[test]
fn evidence_is_part_of_the_error_in_json() {
    let cloud = Cloud::start();
    let binary = small("json", "fn main() { println!(\"no hat\"); std::process::exit(3); }");
    let failed = run_with(&cloud, &binary, &["deploy", "part-3", "--output", "json"]).exit(1);
    let lines = failed.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let error = lines.into_iter().find(|line| line["type"] == "error").unwrap();
    assert_eq!(error["evidence"], serde_json::json!([{"source": "log", "text": "no hat"}]));
}

#[test]
fn a_backend_that_does_not_listen() {
    let binary =
        small("silent", "fn main() { println!(\"I sit here\"); loop { std::thread::park(); } }");
    is_diagnosed_and_recovers(
        &binary,
        &["health checks", "  log:  I sit here\n", "hint: the backend runs but does not answer"],
    );
}

#[test]
fn a_backend_for_another_processor() {
    is_diagnosed_and_recovers(
        &for_another_processor(),
        &["exec format error", "another kind of processor"],
    );
}

/// As on a machine that cannot run Linux programs: the image is right, and the backend built for
/// this machine runs in its place.
#[test]
fn an_image_for_another_machine_runs_by_a_stand_in() {
    let program = backend().to_str().unwrap();
    let cloud = Cloud::with(&["--pace", "0", "--stand-in", program]);
    let deployed = run_with(&cloud, &for_another_processor(), &["deploy", "part-3"]).exit(0);
    assert_eq!(ask(&backend_address(&deployed), "GET", "/mysfits").0, 200);
    let logs = cloud.run(&["logs"]).exit(0).stdout;
    assert!(logs.contains("runs in its place"), "{logs}");
}

#[test]
fn what_is_no_backend_is_an_error_before_anything_is_made() {
    let cloud = Cloud::start();
    let no_elf = cloud.folder.path().join("script");
    std::fs::write(&no_elf, "#!/bin/sh\nexit 0\n").unwrap();
    let dynamic = std::path::Path::new("/bin/ls");
    let absent = cloud.folder.path().join("absent");
    for binary in [no_elf.as_path(), dynamic, &absent] {
        let refused = run_with(&cloud, binary, &["deploy", "part-3"]).exit(1);
        assert!(refused.stderr.contains("error[MYS045]: "), "{}", refused.stderr);
        assert_eq!(cloud.changes(), Vec::<String>::new());
    }
}

#[test]
fn a_stack_that_was_rolled_back_is_shown_deleted_and_made_again() {
    let cloud = Cloud::start();
    // All addresses of the account are in use, so that the second NAT gateway gets none.
    let taken: Vec<String> = (0..4)
        .map(|_| {
            let answer = by_query(&cloud, "Action=AllocateAddress&Domain=vpc&Version=2016-11-15");
            let id = answer.split("<allocationId>").nth(1).unwrap().split('<').next().unwrap();
            id.to_owned()
        })
        .collect();
    // Whoever may see that deploys nothing.
    cloud
        .faults(&json!([{ "kind": "denied", "service": "ec2", "operation": "DescribeAddresses" }]));
    let failed = run_with(&cloud, backend(), &["core-stack", "deploy"]).exit(1);
    cloud.no_faults();
    assert!(failed.stderr.contains("ROLLBACK_COMPLETE"), "{}", failed.stderr);
    assert!(failed.stderr.contains("maximum number of addresses"), "{}", failed.stderr);
    assert!(failed.stderr.contains("\"EC2-VPC Elastic IPs\", L-0263D0A3"), "{}", failed.stderr);
    assert!(!failed.stderr.contains("cancelled"), "{}", failed.stderr);
    for id in taken {
        by_query(&cloud, &format!("Action=ReleaseAddress&AllocationId={id}&Version=2016-11-15"));
    }
    let repaired = run_with(&cloud, backend(), &["core-stack", "deploy"]).exit(0);
    assert!(repaired.stderr.contains("deleted and created again"), "{}", repaired.stderr);
}
