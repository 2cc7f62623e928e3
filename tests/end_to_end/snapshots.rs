//! What people and programs read, word for word. `MYSFITS_UPDATE=1` rewrites the files.

use std::{fmt::Write as _, path::Path};

use mysfits::Listed;

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

/// Leaves out the options of all commands, which stand below two headings.
fn without_common(help: &str) -> String {
    let mut own = Vec::new();
    let mut is_common = false;
    for line in help.lines() {
        if line.ends_with(':') && !line.starts_with(' ') {
            is_common = matches!(line, "Target:" | "Output:");
        }
        if !is_common {
            own.push(line);
        }
    }
    own.join("\n").trim_end().to_owned()
}

#[test]
fn the_reference_is_what_help_says() {
    let folder = tempfile::tempdir().unwrap();
    let help = |path: &str| {
        let mut help = command(folder.path());
        help.args(path.split_whitespace()).arg("--help").env("COLUMNS", "100");
        let help = ended(&mut help).exit(0).stdout;
        // Clap leaves trailing blanks on empty lines.
        let lines: Vec<_> = help.trim_end().lines().map(str::trim_end).collect();
        lines.join("\n")
    };
    let mut text = String::from(
        "# Reference\n\nWhat `--help` says of every command. This file is generated from the command line \
         by the tests; do not edit it.\n\nThe options below `Target` and `Output` are those of all commands, and stand here once. \
         `mysfits table deploy` is\n`mysfits deploy` for one section of the lab, without `[PART]`, and \
         so is every verb of a section.\n",
    );
    write!(text, "\n## `mysfits`\n\n```text\n{}\n```\n", help("")).unwrap();
    for Listed { path, .. } in mysfits::commands() {
        let own = without_common(&help(&path));
        write!(text, "\n## `mysfits {path}`\n\n```text\n{own}\n```\n").unwrap();
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
