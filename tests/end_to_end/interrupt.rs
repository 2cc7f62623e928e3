//! Ctrl-C: once finishes what is in flight and explains how to continue, twice stops at once.
#![cfg(unix)]

use std::process::{Child, Stdio};

use crate::helpers::{
    cloud::Cloud,
    command::{press_ctrl_c, until, within_patience},
};

/// Starts a deploy that waits for a table which takes 8 seconds times the pace.
fn waiting(cloud: &Cloud) -> Child {
    let mut deploy = cloud.command(&["deploy", "part-2", "--local"]);
    let deploy = deploy.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until("the table to be asked for", || {
        cloud.changes().iter().any(|change| change == "CreateTable").then_some(())
    });
    deploy
}

#[test]
fn once_stops_cleanly_and_says_how_to_go_on() {
    // Slow enough that the table is never ready in this test.
    let cloud = Cloud::with_pace("1000");
    let deploy = waiting(&cloud);
    press_ctrl_c(&deploy);
    let output = deploy.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("error[MYS130]: interrupted"), "{said}");
    // AWS would create the table, and bill it, anyway.
    // The site may be at work as well.
    let interrupted = said.lines().find(|line| line.starts_with("interrupted: "));
    let continues =
        interrupted.is_some_and(|it| it.contains("`table` (AWS continues creating it)"));
    assert!(continues, "{said}");
    assert!(!said.contains("failed"), "{said}");
    assert!(said.contains("would cost up to $0.32 a day"), "{said}");
    for command in ["`mysfits deploy part-2 --local`", "`mysfits cleanup all --local`"] {
        assert_eq!(said.matches(command).count(), 1, "{command} in {said}");
    }
    assert!(output.stdout.is_empty());
}

#[test]
fn twice_stops_although_a_call_is_in_flight() {
    let cloud = Cloud::start();
    cloud.faults(&serde_json::json!([
        {"service": "dynamodb", "operation": "CreateTable", "kind": "hang"}
    ]));
    let mut deploy = waiting(&cloud);
    press_ctrl_c(&deploy);
    // The first one is noticed some time after it is sent; a second one before that would count as
    // the first.
    until("the deploy to end", || {
        let ended = deploy.try_wait().unwrap();
        if ended.is_none() {
            press_ctrl_c(&deploy);
        }
        ended.map(|status| assert_eq!(status.code(), Some(130)))
    });
}

/// There is nothing to finish, so it does not wait.
#[test]
fn a_command_that_only_reads_ends_at_once() {
    let cloud = Cloud::start();
    for (service, operation) in [("sts", "GetCallerIdentity"), ("ecs", "DescribeClusters")] {
        for command in ["status", "plan", "labs", "cleanup"] {
            cloud.faults(&serde_json::json!([
                {"service": service, "operation": operation, "kind": "hang-before"}
            ]));
            cloud.forget_requests();
            let running = cloud.spawn(&[command]);
            until("the call to hang", || {
                cloud.requests().iter().any(|it| it["operation"] == operation).then_some(())
            });
            press_ctrl_c(&running);
            let ended = within_patience(running);
            assert_eq!(ended.code, Some(130), "{command}: {}", ended.stderr);
            assert!(ended.stderr.contains("nothing was changed"), "{}", ended.stderr);
        }
    }
}
