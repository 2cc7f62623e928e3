//! A complete lab of which one resource cannot be read, or fails. However the command then ends,
//! the lab is as it was.

use std::{collections::BTreeSet, thread};

use serde_json::json;

use crate::helpers::{
    binaries::backend,
    command::{Ended, ended, press_ctrl_c, until, within_patience},
    faults::denied,
    figures::lines,
    standing::{Lab, Standing, repaired, says_what_it_keeps},
};

const DEPLOYS: [&[&str]; 3] = [&["deploy", "all"], &["deploy", "part-3"], &["deploy", "part-1"]];

/// Every resource, with a call that describes it and nothing else.
const DESCRIBED_BY: [(&str, &str, &str); 20] = [
    ("bucket", "s3", "HeadBucket"),
    ("site", "s3", "ListObjectsV2"),
    ("table", "dynamodb", "DescribeTable"),
    ("mysfits", "dynamodb", "BatchGetItem"),
    ("core-stack", "cloudformation", "DescribeStacks"),
    ("repository", "ecr", "DescribeRepositories"),
    ("image", "ecr", "DescribeImages"),
    ("log-group", "logs", "DescribeLogGroups"),
    ("service-linked-role", "iam", "GetRole"),
    ("cluster", "ecs", "DescribeClusters"),
    ("task-definition", "ecs", "DescribeTaskDefinition"),
    ("load-balancer", "elasticloadbalancing", "DescribeLoadBalancers"),
    ("target-group", "elasticloadbalancing", "DescribeTargetGroups"),
    ("listener", "elasticloadbalancing", "DescribeListeners"),
    ("service", "ecs", "DescribeServices"),
    ("user-pool", "cognito-idp", "ListUserPools"),
    ("user-pool-client", "cognito-idp", "ListUserPoolClients"),
    ("vpc-link", "apigateway", "GetVpcLinks"),
    ("rest-api", "apigateway", "GetRestApis"),
    ("stage", "apigateway", "GetStage"),
];

/// The resources that share their call with another one, and with whom.
const SHARED: [(&str, &str); 2] = [
    ("likes-table", "the table of the mysfits is described by the same call"),
    ("likes", "the backend scans the table, too"),
];

/// A lab on which commands are tried, one after another.
struct Trial {
    lab: Lab,
    before: Standing,
    /// What was not as it should be, each in a few words.
    problems: Vec<String>,
}

impl Trial {
    fn new() -> Self {
        let (lab, before) = Lab::deployed();
        Self { lab, before, problems: Vec::new() }
    }

    /// Runs a command while a call is denied.
    fn deny(&mut self, args: &[&str], service: &str, operation: &str) -> Ended {
        let what = format!("`{}` with {service} {operation} denied", args.join(" "));
        self.lab.cloud.faults(&json!([denied(service, operation)]));
        self.lab.cloud.forget_requests();
        let ended = if waits(args, service, operation) {
            self.interrupted(args)
        } else {
            self.lab.run(args)
        };
        if !self.has_struck() {
            self.problems.push(format!("{what}: the call was not made"));
        }
        self.lab.cloud.no_faults();
        self.nothing_changed(&what, &ended);
        ended
    }

    /// Runs a command that would wait for minutes, and interrupts it after the first denial.
    fn interrupted(&self, args: &[&str]) -> Ended {
        let binary = ["--service-binary", backend().to_str().unwrap()];
        let running = self.lab.cloud.spawn(&[args, &binary].concat());
        until("the fault to strike", || self.has_struck().then_some(()));
        press_ctrl_c(&running);
        within_patience(running)
    }

    fn has_struck(&self) -> bool {
        self.lab.cloud.requests().iter().any(|request| request["fault"] == "denied")
    }

    /// Compares the lab with what it was, and repairs it for the next command if it differs.
    fn nothing_changed(&mut self, what: &str, ended: &Ended) {
        // 101 is a panic; none means that the command had to be killed.
        if !matches!(ended.code, Some(0 | 1 | 3 | 130)) {
            self.problems.push(format!("{what}: it ended with {:?}: {}", ended.code, ended.stderr));
        }
        let changes = self.before.changes(&self.lab.standing());
        if !changes.is_empty() {
            self.problems.push(format!("{what}: {}", changes.join("; ")));
            repaired(&self.lab);
            self.before = self.lab.standing();
        }
    }

    fn says(&mut self, what: &str, ended: &Ended, words: &str) {
        let named = ended.stderr.lines().any(|it| it.starts_with("error[") && it.contains(words));
        if !named || ended.code != Some(1) {
            let code = ended.code;
            self.problems
                .push(format!("{what}: no error with `{words}` ({code:?}): {}", ended.stderr));
        }
    }
}

#[track_caller]
fn are_none(problems: &[String]) {
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

/// What the backend's task and the API's visitors call: as long as these fail, the stage is waited
/// for.
fn waits(args: &[&str], service: &str, operation: &str) -> bool {
    args == ["deploy", "all"] && (service == "execute-api" || operation == "Scan")
}

/// Returns the calls that each deploy of a complete lab makes.
fn calls(lab: &Lab) -> Vec<(&'static [&'static str], (String, String))> {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let mut all = Vec::new();
    for args in DEPLOYS {
        lab.cloud.forget_requests();
        lab.run(args).exit(0);
        let requests = lab.cloud.requests();
        let distinct: BTreeSet<_> =
            requests.iter().map(|it| (text(&it["service"]), text(&it["operation"]))).collect();
        assert!(distinct.len() > 30, "{args:?} makes only {} different calls", distinct.len());
        all.extend(distinct.into_iter().map(|call| (args, call)));
    }
    all
}

/// All except those of [`DESCRIBED_BY`] for a deploy of everything, which have a test of their own.
#[test]
fn a_look_that_is_denied_changes_nothing() {
    let first = Trial::new();
    let mut runs = calls(&first.lab);
    runs.retain(|(args, (service, operation))| {
        let described =
            DESCRIBED_BY.iter().any(|it| (it.1, it.2) == (service.as_str(), operation.as_str()));
        *args != DEPLOYS[0] || !described
    });
    let problems: Vec<String> = thread::scope(|scope| {
        let runs = &runs;
        let halves = [first, Trial::new()].into_iter().enumerate().map(|(half, mut trial)| {
            scope.spawn(move || {
                for (args, (service, operation)) in runs.iter().skip(half).step_by(2) {
                    trial.deny(args, service, operation);
                }
                trial.problems
            })
        });
        let halves: Vec<_> = halves.collect();
        halves.into_iter().flat_map(|half| half.join().unwrap()).collect()
    });
    are_none(&problems);
}

#[test]
fn a_resource_that_fails_is_named_and_takes_nothing_from_the_others() {
    let mut trial = Trial::new();
    let status = trial.lab.run(&["status", "--output", "json"]).exit(0);
    let all: BTreeSet<_> =
        lines(&status, "status").iter().map(|it| it["resource"].to_string()).collect();
    let described = DESCRIBED_BY.iter().map(|it| it.0).chain(SHARED.iter().map(|it| it.0));
    assert_eq!(described.map(|id| format!("\"{id}\"")).collect::<BTreeSet<_>>(), all);
    for (resource, service, operation) in DESCRIBED_BY {
        let ended = trial.deny(&["deploy", "all"], service, operation);
        // Where the account's own role may not be read, its creation is tried: IAM's answer shows it.
        if resource == "service-linked-role" {
            ended.exit(0);
            continue;
        }
        trial.says(resource, &ended, &format!(": {resource}: "));
    }
    are_none(&trial.problems);
}

#[test]
fn an_image_that_cannot_be_made_takes_nothing_from_a_lab_that_works() {
    let mut trial = Trial::new();
    // On a machine without `cargo`.
    let mut command = trial.lab.cloud.command(&["deploy", "all", "--local"]);
    let failed = ended(command.env("PATH", ""));
    trial.says("without cargo", &failed, "`cargo`, which builds the backend");
    trial.nothing_changed("a deploy without cargo", &failed);
    // With something that is not a backend.
    let script = trial.lab.cloud.folder.path().join("script");
    std::fs::write(&script, "#!/bin/sh\nexit 0\n").unwrap();
    let args = ["deploy", "all", "--local", "--service-binary", script.to_str().unwrap()];
    let failed = ended(&mut trial.lab.cloud.command(&args));
    trial.says("no backend", &failed, "cannot be used as the backend");
    trial.nothing_changed("a deploy of what is no backend", &failed);
    are_none(&trial.problems);
}

/// Not only denied: throttled, or cut off. The SDK tries eight times, for some ten seconds.
#[test]
fn a_pool_that_nobody_answers_for_is_not_absent() {
    thread::scope(|scope| {
        for kind in ["throttle", "lose-answer"] {
            scope.spawn(move || {
                let (lab, before) = Lab::deployed();
                let silent = json!([{"service": "cognito-idp", "operation": "ListUserPools",
                                     "kind": kind}]);
                lab.cloud.faults(&silent);
                let ended = lab.run(&["deploy", "part-3"]);
                lab.cloud.no_faults();
                lab.is_still(&before, kind);
                says_what_it_keeps(&ended);
            });
        }
    });
}
