//! What people type: words of other programs, slips, and the hints, which work.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::helpers::{
    binaries::backend,
    by_hand::table,
    cloud::Cloud,
    command::{Ended, command, ended},
    held::{self, Held},
};

#[track_caller]
fn says(ended: &Ended, words: &[&str]) {
    for words in words {
        assert!(ended.stderr.contains(words), "{words} is not in: {}", ended.stderr);
    }
}

/// What deletes asks first, by whatever name it was called.
#[test]
fn down_and_destroy_are_cleanup_with_its_question() {
    let cloud = Cloud::start();
    for word in ["down", "destroy"] {
        for args in [&[word, "part-1"][..], &["bucket", word]] {
            cloud.run(&["bucket", "deploy"]).exit(0);
            says(&cloud.run(args).exit(2), &["error[MYS003]", "2 to remove"]);
            assert_eq!(cloud.buckets().len(), 1);
            let shown = cloud.run(&[args, &["--dry-run"]].concat()).exit(0).stdout;
            assert!(shown.contains("2 to remove"), "{shown}");
            cloud.run(&[args, &["--yes"]].concat()).exit(0);
            assert_eq!(cloud.buckets().len(), 0);
        }
    }
}

#[test]
fn other_words_for_it_lead_to_it() {
    let cloud = Cloud::start();
    cloud.run(&["bucket", "deploy"]).exit(0);
    for word in ["delete", "rm", "remove", "teardown"] {
        for args in [&[word][..], &["bucket", word]] {
            says(&cloud.run(args).exit(2), &["error[MYS006]", "hint: did you mean `cleanup`?"]);
        }
    }
    assert_eq!(cloud.buckets().len(), 1);
    cloud.run(&["bucket", "cleanup", "--yes"]).exit(0);
    assert_eq!(cloud.buckets().len(), 0);
}

#[test]
fn words_that_do_no_harm_are_understood() {
    let cloud = Cloud::start();
    cloud.run(&["up", "1"]).exit(0);
    cloud.run(&["ls", "part2"]).exit(0);
    cloud.run(&["plan", "part1", "--exit-code"]).exit(0);
    cloud.run(&["plan", "2", "--exit-code"]).exit(4);
}

#[test]
fn parts_have_three_spellings() {
    let cloud = Cloud::start();
    let planned = |part: &str| cloud.run(&["plan", part]).exit(0).stdout;
    for number in 1..=4 {
        let [plain, joined, dashed] =
            [format!("{number}"), format!("part{number}"), format!("part-{number}")];
        assert_eq!(planned(&plain), planned(&dashed));
        assert_eq!(planned(&joined), planned(&dashed));
    }
    says(&cloud.run(&["plan", "5"]).exit(2), &["part-1, part-2, part-3, part-4, all"]);
}

#[test]
fn a_slip_is_answered_with_what_is_expected() {
    let cloud = Cloud::start();
    for (args, words) in [
        (&["local", "start", "--pace", "fast"][..], "a pace is a number: 0 is at once"),
        (&["local", "start", "--port", "99999"], "a port is a number from 1 to 65535"),
        (&["plan", "--region", "eu-wst-1"], "hint: did you mean `--region eu-west-1`?"),
        (&["plan", "--lab", "anna-meier-2026"], "it has 15 characters, and 12 is the most"),
    ] {
        says(&cloud.run(args).exit(2), &[words]);
    }
    cloud.run(&["plan", "--region", "eu-west-1"]).exit(0);
}

#[test]
fn a_command_without_its_word_shows_the_help() {
    let folder = tempfile::tempdir().unwrap();
    for args in [&[][..], &["local"], &["bucket"], &["auth"]] {
        let shown = ended(command(folder.path()).args(args)).exit(2);
        let help = shown.stdout + &shown.stderr;
        let usage = format!("Usage: {}", [&["mysfits"], args].concat().join(" "));
        assert!(help.contains(&usage) && !help.contains("error["), "{help}");
    }
}

/// Some sections have the name of a resource, and are more than it.
#[test]
fn the_sections_of_a_part_explain_what_the_part_does() {
    let folder = tempfile::tempdir().unwrap();
    let said = |words: &[&str]| {
        let mut explain = command(folder.path());
        ended(explain.args(words).args(["--region", "eu-west-1"])).exit(0).stdout
    };
    let resources = |words: &[&str]| {
        let said = said(&[words, &["--output", "json"]].concat());
        let lines = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let explained = lines.filter(|line| line["type"] == "explain");
        explained.map(|line| line["resource"].to_string()).collect::<Vec<_>>()
    };
    let steps = |words: &[&str]| {
        let script = said(&[words, &["--script"]].concat());
        let steps = script.lines().filter(|line| line.starts_with("step "));
        steps.map(str::to_owned).collect::<Vec<_>>()
    };
    for (section, part) in [("bucket", "part-1"), ("table", "part-2"), ("auth", "part-4")] {
        assert_eq!(resources(&[section, "explain"]), resources(&["explain", part]));
        let (up, of_part) = (steps(&[section, "explain"]), steps(&["explain", part]));
        // A script of the part makes the parts before, too.
        assert!(up.len() > 2 && up.iter().all(|step| of_part.contains(step)), "{up:?}");
        let down = [section, "explain", "cleanup"];
        assert_eq!(resources(&down), resources(&["explain", "cleanup", part]));
        assert_eq!(steps(&down), steps(&["explain", "cleanup", part]));
    }
    let (stack, fargate) =
        (resources(&["core-stack", "explain"]), resources(&["fargate", "explain"]));
    let mut both = [stack, fargate].concat();
    let mut part = resources(&["explain", "part-3"]);
    both.sort();
    part.sort();
    assert!(both.len() > 5 && both == part, "{both:?} {part:?}");
    // The script writes the files that it reads.
    let script = said(&["table", "explain", "--script"]);
    assert!(script.contains("\nmysfits render part-2 --unfilled "), "{script}");
}

/// As with `mysfits --help | head`, which has read enough.
#[test]
fn a_reader_of_the_help_may_leave() {
    let folder = tempfile::tempdir().unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let left = command(folder.path()).arg("--help").stdout(writer).stderr(Stdio::piped()).output();
    let left = left.unwrap();
    assert_eq!(
        (left.status.code(), String::from_utf8(left.stderr).unwrap().as_str()),
        (Some(0), "")
    );
}

#[test]
fn a_table_with_another_key_goes_by_the_command_of_the_hint() {
    let cloud = Cloud::start();
    table(&cloud, "Id");
    let refused = cloud.run(&["table", "deploy"]).exit(1);
    says(&refused, &["hint: `mysfits table cleanup` deletes it with its items; then deploy again"]);
    cloud.run(&["table", "cleanup", "--yes"]).exit(0);
    cloud.run(&["table", "deploy"]).exit(0);
}

#[test]
fn a_bucket_name_that_only_the_account_completes_is_checked_before_anything_is_made() {
    let cloud = Cloud::start();
    let refused = cloud.run(&["deploy", "all", "--lab", "an"]).exit(2);
    says(&refused, &["error[MYS001]", "mysfits-000000000000-eu-west-1-an", "`--bucket NAME`"]);
    cloud.run(&["plan", "part-1", "--lab", "an", "--bucket", "another-name"]).exit(0);
    assert_eq!(cloud.changes(), Vec::<String>::new());
}

#[test]
fn without_cargo_nothing_is_begun() {
    let cloud = Cloud::start();
    let empty = cloud.folder.path().join("empty");
    std::fs::create_dir_all(&empty).unwrap();
    let mut deploy = cloud.command(&["deploy", "all", "--local"]);
    let refused = ended(deploy.env("PATH", &empty)).exit(1);
    says(&refused, &["error[MYS046]", "`cargo`", "`--service-binary PATH`"]);
    assert_eq!(cloud.changes(), Vec::<String>::new());
}

/// The stack is held until the repository has failed, so what needs only the stack was not started.
#[test]
fn the_first_failure_stops_what_was_not_started() {
    let failed =
        Held { service: "cloudformation", operation: "CreateStack", until: "repository: failed" };
    for (flags, made) in [(&["--fail-fast"][..], false), (&[], true)] {
        let cloud = Cloud::start();
        let denied = json!({"service": "ecr", "operation": "CreateRepository", "kind": "error",
                            "code": "InvalidParameterException", "message": "no"});
        let binary = backend().to_str().unwrap();
        let args = [&["deploy", "part-3", "--service-binary", binary][..], flags].concat();
        let ended =
            held::run_with_faults(&cloud, std::slice::from_ref(&failed), &[denied], &args).exit(1);
        let word = "load-balancer: not started: `repository` failed";
        assert_eq!(ended.stderr.contains(word), !made, "{}", ended.stderr);
        assert_eq!(cloud.changes().contains(&"CreateLoadBalancer".to_owned()), made);
    }
}
