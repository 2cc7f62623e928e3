//! What people and programs read, word for word. `MYSFITS_UPDATE=1` rewrites the files.

use std::{fmt::Write as _, path::Path};

use crate::helpers::{
    cloud::Cloud,
    command::{command, ended},
};

/// Compares a text with the file of this name below the repository.
#[track_caller]
pub(crate) fn is_as_in(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("MYSFITS_UPDATE").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        kept, text,
        "{file} is out of date: run the tests with MYSFITS_UPDATE=1 and look at what changed"
    );
}

/// Replaces what differs from run to run: times and ports.
fn steady(cloud: &Cloud, text: &str) -> String {
    let text = text.replace(&cloud.port.to_string(), "PORT");
    // Where names below `.localhost` resolve, the address has the form with a host name.
    let text = text.replace(
        "http://mysfits-000000000000-eu-west-1.s3-website.localhost:PORT",
        "http://127.0.0.1:PORT/_website/mysfits-000000000000-eu-west-1/",
    );
    let mut steady = String::new();
    for line in text.lines() {
        let line = match line.rsplit_once(" (") {
            Some((front, time)) if time.ends_with(" s)") => format!("{front} (TIME)"),
            _ => line.to_owned(),
        };
        let line = match line.split_once("\"time\":\"") {
            Some((front, rest)) => {
                format!("{front}\"time\":\"TIME{}", &rest[rest.find('"').unwrap()..])
            }
            None => line,
        };
        let line = match line.rsplit_once(" in ") {
            Some((front, rest)) if rest.split_whitespace().any(|it| it == "s" || it == "s.") => {
                let (_, rest) = rest.split_once(" s").unwrap();
                format!("{front} in TIME{rest}")
            }
            _ => line,
        };
        let line = match line.split_once(" so far)") {
            Some((front, rest)) => {
                let front = front.trim_end_matches(|c: char| c.is_ascii_digit());
                format!("{front}COUNT so far){rest}")
            }
            None => line,
        };
        let line = match line.split_once("\"seconds\":") {
            Some((front, rest)) => {
                let end = rest.find([',', '}']).unwrap();
                format!("{front}\"seconds\":TIME{}", &rest[end..])
            }
            None => line,
        };
        steady.push_str(&line);
        steady.push('\n');
    }
    steady
}

/// Resources are processed concurrently, so the order of their lines is not always the same.
fn sorted(text: &str) -> String {
    let mut lines: Vec<_> = text.lines().collect();
    lines.sort_unstable();
    lines.join("\n") + "\n"
}

#[test]
fn the_reference_is_what_help_says() {
    let commands = [
        "",
        "deploy",
        "plan",
        "cleanup",
        "status",
        "bucket",
        "bucket deploy",
        "table",
        "core-stack",
        "fargate",
        "auth",
        "cost",
        "doctor",
        "logs",
        "iam-policy",
        "local",
        "local start",
        "local stop",
        "local status",
        "local reset",
        "local mail",
        "completions",
        "man",
    ];
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from(
        "# Reference\n\nWhat `--help` says, and `-h` of every command. This file is generated from the command \
         line by the tests; do not edit it.\n",
    );
    for name in commands {
        let mut help = command(folder.path());
        // The long form once; the settings are the same everywhere.
        let flag = if name.is_empty() { "--help" } else { "-h" };
        help.args(name.split_whitespace()).arg(flag).env("COLUMNS", "100");
        let help = ended(&mut help).exit(0).stdout;
        let title = format!("mysfits {name}");
        // Clap leaves trailing blanks on empty lines.
        let help: Vec<_> = help.trim_end().lines().map(str::trim_end).collect();
        write!(text, "\n## `{}`\n\n```text\n{}\n```\n", title.trim_end(), help.join("\n")).unwrap();
    }
    is_as_in("docs/reference.md", &text);
}

#[test]
fn plain_output() {
    let cloud = Cloud::start();
    let snapshot = |name: &str, text: &str| {
        is_as_in(&format!("tests/end_to_end/snapshots/{name}.txt"), &steady(&cloud, text));
    };
    snapshot("plan-new", &cloud.run(&["plan", "part-2"]).exit(0).stdout);
    let deploy = cloud.run(&["deploy", "part-2", "--output", "plain"]).exit(0);
    snapshot("deploy-plain", &sorted(&steady(&cloud, &deploy.stderr)));
    snapshot("plan-done", &cloud.run(&["plan", "part-2"]).exit(0).stdout);
    snapshot("status", &cloud.run(&["status"]).exit(0).stdout);
    let cleanup = cloud.run(&["cleanup", "all", "--yes", "--output", "plain"]).exit(0);
    snapshot("cleanup-plain", &sorted(&steady(&cloud, &(cleanup.stderr + &cleanup.stdout))));
}

#[test]
fn json_output() {
    let cloud = Cloud::start();
    for (name, args) in [
        ("plan-json", &["plan", "part-2"][..]),
        ("deploy-json", &["deploy", "part-2"]),
        ("status-json", &["status", "all"]),
        ("cleanup-json", &["cleanup", "all", "--yes"]),
    ] {
        let ended = cloud.run(&[args, &["--output", "json"]].concat()).exit(0);
        assert_eq!(ended.stderr, "");
        let first = ended.stdout.lines().next().unwrap();
        assert!(first.contains("\"type\":\"version\""), "{first}");
        for line in ended.stdout.lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(line["type"].is_string(), "{line}");
        }
        let file = format!("tests/end_to_end/snapshots/{name}.txt");
        is_as_in(&file, &sorted(&steady(&cloud, &ended.stdout)));
    }
}
