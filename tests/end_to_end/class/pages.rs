//! What shows a class as it is now: the page for a projector, `class status --watch`, the report to read.

use std::{
    fs,
    io::{BufRead as _, BufReader},
};

use serde_json::{Value, json};

use super::{roster, write};
use crate::helpers::{
    cloud::Cloud,
    command::{awaited, press_ctrl_c, until},
};

fn page(cloud: &Cloud, name: &str) -> String {
    fs::read_to_string(cloud.home().join(name)).unwrap_or_default()
}

#[test]
fn the_page_for_a_projector_follows_the_class_and_names_nobody() {
    let cloud = Cloud::start();
    roster(&cloud, 3, 1);
    cloud.faults(&json!([{"kind": "hold", "service": "dynamodb", "operation": "CreateTable"}]));
    let args = ["--yes", "--page", "board.html", "--report", "end.html"];
    let running = cloud.spawn(&[&["class", "deploy", "--part", "part-2"], &args[..]].concat());
    let shown = until("three labs at work on the page", || {
        let page = page(&cloud, "board.html");
        (page.matches("<progress").count() == 3 && page.contains("anna-0</h2><p>deploying"))
            .then_some(page)
    });
    assert!(shown.contains("http-equiv=\"refresh\"") && shown.contains("0 of 3 labs"), "{shown}");
    for secret in [">anna<", "@example.com", "111111111111"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    cloud.no_faults();
    awaited(running).exit(0);
    let last = page(&cloud, "board.html");
    assert!(last.contains("3 of 3 labs") && !last.contains("refresh"), "{last}");
    assert_eq!(last.matches("✓ ready").count(), 3, "{last}");
    let report = page(&cloud, "end.html");
    assert!(report.contains("<th scope=\"row\">anna</th>") && report.contains("3 ready"));
    assert!(report.contains("<a href=\"http://") && report.contains("an hour"), "{report}");
    #[cfg(unix)]
    for name in ["board.html", "end.html"] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(cloud.home().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    // Points can be read, too.
    cloud.run(&["class", "check", "--part", "part-2", "--report", "points.html"]).exit(0);
    let points = page(&cloud, "points.html");
    assert_eq!(points.matches("✓ pass").count(), 3, "{points}");
}

#[test]
fn watching_says_what_has_changed() {
    let cloud = Cloud::start();
    roster(&cloud, 2, 1);
    let args = ["--watch", "--output", "json", "--page", "board.html", "--names"];
    let mut running = cloud.spawn(&[&["class", "status", "--part", "part-1"], &args[..]].concat());
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
    let mut next = |wanted: &dyn Fn(&Value) -> bool| loop {
        let line: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        if wanted(&line) {
            return line;
        }
    };
    assert_eq!(next(&|line| line["type"] == "class")["states"], json!({"absent": 2}));
    cloud.run(&["class", "deploy", "--part", "part-1", "--only", "bert", "--yes"]).exit(0);
    let change = next(&|line| line["state"] == "ready");
    assert_eq!(change["student"], "bert");
    assert!(change["was"] == "absent" || change["was"] == "partly", "{change}");
    until("both labs on the page", || {
        let page = page(&cloud, "board.html");
        (page.contains("bert</h2><p>✓ ready") && page.contains("anna</h2><p>✓ absent"))
            .then_some(())
    });
    press_ctrl_c(&running);
    awaited(running).exit(130);
    assert!(!page(&cloud, "board.html").contains("refresh"));
}

#[test]
fn a_page_has_a_name_of_its_own_kind_and_is_asked_for_before_anything_is_done() {
    let cloud = Cloud::start();
    write(&cloud, "class.csv", "name,account,lab\nanna,111111111111,a\n");
    cloud.forget_requests();
    for args in [["deploy", "--page", "board.csv"], ["status", "--page", "board"]] {
        let ended = cloud.run(&[&["class"], &args[..]].concat()).exit(2);
        assert!(ended.stderr.contains("names no page"), "{}", ended.stderr);
    }
    let ended = cloud.run(&["class", "status", "--names"]).exit(2);
    assert!(ended.stderr.contains("--page"), "{}", ended.stderr);
    assert_eq!(cloud.requests(), Vec::<Value>::new());
}
