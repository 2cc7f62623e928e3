//! The points of a class: of each lab in its account, and of addresses from outside.

use serde_json::{Value, json};

use super::{account, lines, roster, write};
use crate::helpers::{cloud::Cloud, command::Ended};

/// Returns the line of a student.
fn of(ended: &Ended, student: &str) -> Value {
    let all = lines(&ended.stdout, "class-check");
    all.into_iter().find(|line| line["student"] == student).unwrap()
}

/// Three students: Anna's lab is whole, Bert's has no site, and nobody may look at Cora's tables.
#[test]
fn each_student_has_points_or_a_reason_for_none() {
    let cloud = Cloud::start();
    roster(&cloud, 3, 1);
    let deploy = ["class", "deploy", "--part", "part-2", "--yes"];
    cloud.run(&[deploy.as_slice(), &["--except", "bert"]].concat()).exit(0);
    let right = cloud.run(&["class", "check", "--part", "part-2", "--only", "anna"]).exit(0);
    assert!(right.stdout.contains("1 pass, 0 fail"), "{}", right.stdout);
    let denied = json!({"kind": "denied", "service": "dynamodb", "operation": "DescribeTable",
                        "account": account(2)});
    cloud.faults(&json!([denied]));
    cloud.forget_requests();
    let args = ["class", "check", "--part", "part-2", "--output", "json"];
    let files = ["grades.csv", "grades.json", "canvas:canvas.csv", "moodle:moodle.csv"]
        .map(|file| ["--report", file])
        .concat();
    let checked = cloud.run(&[args.as_slice(), &files].concat()).exit(1);
    let (anna, bert, cora) = (of(&checked, "anna"), of(&checked, "bert"), of(&checked, "cora"));
    assert_eq!((&anna["verdict"], &anna["score"]), (&json!("pass"), &anna["max_score"]));
    assert!(anna["site"].as_str().unwrap().contains("anna"), "{anna}");
    assert_eq!((&bert["verdict"], &bert["score"]), (&json!("fail"), &json!(0)));
    assert_eq!(bert["first_failed"], "bucket", "{bert}");
    assert_eq!((&cora["verdict"], &cora["score"]), (&json!("unknown"), &json!(null)));
    let writes = cloud.requests().into_iter().filter(|it| {
        let operation = it["operation"].as_str().unwrap_or_default();
        ["Put", "Create", "Delete", "Update"].iter().any(|verb| operation.starts_with(verb))
    });
    assert_eq!(writes.count(), 0);

    let table = std::fs::read_to_string(cloud.home().join("grades.csv")).unwrap();
    let row = |name: &str| table.lines().find(|it| it.starts_with(name)).unwrap();
    assert!(row("cora").contains(",unknown,,"), "{}", row("cora"));
    assert!(row("bert").contains(",fail,0,"), "{}", row("bert"));
    let lines_of_file = std::fs::read_to_string(cloud.home().join("grades.json")).unwrap();
    assert_eq!(lines(&lines_of_file, "class-check").len(), 3);
    // Who has no grade is in no gradebook: an empty cell would take away an older one.
    for (file, rows) in [("canvas.csv", 4), ("moodle.csv", 3)] {
        let text = std::fs::read_to_string(cloud.home().join(file)).unwrap();
        assert_eq!(text.lines().count(), rows, "{text}");
        assert!(text.contains("anna@example.com") && !text.contains("cora"), "{text}");
    }
    let refused = cloud.run(&["class", "status", "--report", "canvas:x.csv"]).exit(2);
    assert!(refused.stderr.contains("class check"), "{}", refused.stderr);
    cloud.no_faults();
    let failing = cloud.run(&["class", "check", "--part", "part-2", "--except", "cora"]).exit(3);
    assert!(failing.stdout.contains("The bucket"), "{}", failing.stdout);
}

/// Anna's site has her nonce. Bert has handed in hers, and Cora's address leads nowhere.
#[test]
fn sites_are_checked_from_outside_and_copies_are_named() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-1", "--nonce", "anna-7"]).exit(0);
    let opened = cloud.run(&["open", "site", "--print", "--output", "json"]).exit(0);
    let site = lines(&opened.stdout, "address")[0]["url"].as_str().unwrap().to_owned();
    let header = "\u{feff}name;site;nonce;id\r\n";
    write(&cloud, "anna.csv", &format!("{header}anna;{site};anna-7;007\r\n"));
    let check = |file: &'static str| ["class", "check", "--sites", file, "--part", "part-1"];
    cloud.run(&check("anna.csv")).exit(0);
    let rows = format!("anna;{site};anna-7;007\r\nbert;{site}/;bert-3;008\r\n");
    write(&cloud, "sites.csv", &format!("{header}{rows}"));
    let document = include_str!("../../../docs/teaching.md");
    assert!(document.contains(&format!("```bash\nmysfits {}\n", check("sites.csv").join(" "))));
    let args = [check("sites.csv").as_slice(), &["--output", "json"]].concat();
    let checked = cloud.run(&args).exit(3);
    let (anna, bert) = (of(&checked, "anna"), of(&checked, "bert"));
    assert_eq!((&anna["verdict"], &anna["id"]), (&json!("pass"), &json!("007")));
    assert_eq!(anna["same"], json!([{"what": "site", "others": ["bert"]}]));
    assert_eq!((&bert["verdict"], &bert["first_failed"]), (&json!("fail"), &json!("site-nonce")));

    write(&cloud, "bad.csv", &format!("{header}anna;no-address;;\r\n"));
    let refused = cloud.run(&check("bad.csv")).exit(2);
    for said in ["MYS081", "class check --help", "`no-address`", "`nonce`"] {
        assert!(refused.stderr.contains(said), "{said}: {}", refused.stderr);
    }
}
