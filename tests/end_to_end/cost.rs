//! `mysfits cost`: what stands, since when, and what it would cost otherwise.

use serde_json::Value;

use crate::helpers::{
    backend::run_with, binaries::backend, clock::later, cloud::Cloud, faults::denied,
};

/// Returns the JSON lines of a type.
fn lines(shown: &str, kind: &str) -> Vec<Value> {
    let lines = shown.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["type"] == kind).collect()
}

fn cost(cloud: &Cloud) -> String {
    cloud.run(&["cost", "--output", "json"]).exit(0).stdout
}

/// Fails the test unless a figure is this, to a cent.
#[track_caller]
fn is_about(actual: &Value, expected: f64) {
    assert!((actual.as_f64().unwrap() - expected).abs() < 0.011, "{actual}, not {expected}");
}

#[test]
fn without_a_lab_it_says_what_one_would_cost() {
    let cloud = Cloud::start();
    let text = cloud.run(&["cost"]).exit(0).stdout;
    assert!(text.contains("No lab was found. A whole one would cost\n"), "{text}");
    let costs = &lines(&cost(&cloud), "costs")[0];
    assert_eq!((&costs["count"], &costs["dollars"]["day"]), (&0.into(), &0.0.into()));
    is_about(&costs["whole_lab"]["classic"]["day"], 4.00);
    is_about(&costs["whole_lab"]["economy"]["day"], 1.58);
}

#[test]
fn every_lab_is_there_with_both_topologies_and_what_is_free() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    cloud.run(&["deploy", "part-2", "--lab", "anna", "--region", "us-east-1"]).exit(0);
    let shown = cost(&cloud);
    let labs = lines(&shown, "cost");
    let names: Vec<_> = labs.iter().map(|lab| lab["lab"].as_str().unwrap()).collect();
    assert_eq!(names, ["mythical-mysfits", "anna"]);
    let (own, anna) = (&labs[0], &labs[1]);
    let ids: Vec<_> =
        own["resources"].as_array().unwrap().iter().map(|it| &it["resource"]).collect();
    assert_eq!(ids, ["table", "core-stack", "load-balancer", "service"]);
    is_about(&own["dollars"]["day"], 4.00);
    is_about(&own["topologies"]["classic"]["day"], 4.00);
    is_about(&own["topologies"]["economy"]["day"], 1.58);
    is_about(&own["free"]["day"], 0.32);
    assert_eq!(anna["region"], "us-east-1");
    is_about(&anna["dollars"]["day"], 0.28);
    // Part 2 costs the same in both.
    assert_eq!(anna["topologies"]["classic"], anna["topologies"]["economy"]);
    for item in own["resources"].as_array().unwrap() {
        assert!(item["since"].as_str().is_some_and(|time| time.starts_with("20")), "{item}");
        is_about(&item["dollars_so_far"], 0.0);
    }
    assert_eq!((&own["not_priced"], own["since"].is_string()), (&Value::from([0; 0]), true));
    let all = &lines(&shown, "costs")[0];
    is_about(&all["dollars"]["day"], 4.28);
    is_about(&all["free"]["day"], 0.60);

    let text = cloud.run(&["cost"]).exit(0).stdout;
    for said in ["`anna` in us-east-1\n", "  as economy    0.0658   1.58", "All labs together\n"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let is_table = |line: &&str| line.starts_with("  ") || line.starts_with('`');
    for line in text.lines().filter(is_table) {
        assert!(line.chars().count() <= 40, "{line}");
    }
}

#[test]
fn a_region_without_prices_and_what_cannot_be_looked_at_are_said() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-2", "--region", "ap-south-1"]).exit(0);
    let shown = cloud.run(&["cost", "--output", "json", "--region", "ap-south-1"]).exit(0).stdout;
    let not_priced = lines(&shown, "cost")[0]["not_priced"][0].as_str().unwrap().to_owned();
    assert!(not_priced.ends_with("there are none for ap-south-1"), "{not_priced}");
    cloud.faults(&serde_json::json!([denied("dynamodb", "DescribeTable")]));
    let ended = cloud.run(&["cost", "--region", "ap-south-1"]).exit(3);
    let said = "`table` has no price here, it could not be looked at: access denied";
    assert!(ended.stdout.contains(said), "{}", ended.stdout);
}

/// A machine whose clock is wrong would otherwise show any price.
#[test]
fn so_far_is_by_the_clock_of_aws() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-2"]).exit(0);
    let own = &lines(&cost(&cloud), "cost")[0];
    let ahead = later(&cloud, 240, &["cost", "--output", "json"]).exit(0).stdout;
    let ahead = &lines(&ahead, "cost")[0];
    assert_eq!(ahead["since"], own["since"]);
    is_about(&own["dollars_so_far"], 0.0);
    // 0.01323 dollars an hour.
    is_about(&ahead["dollars_so_far"], 3.18);
}

#[test]
fn a_budget_warns_of_one_lab_and_of_a_class() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-2", "--lab", "a"]).exit(0);
    let roster = "name,account,lab\nanna,000000000000,a\n";
    std::fs::write(cloud.home().join("class.csv"), roster).unwrap();
    for command in [["cost"].as_slice(), &["class", "cost"]] {
        let budget = |dollars| [command, &["--budget", dollars, "--output", "json"]].concat();
        let within = cloud.run(&budget("3")).exit(0).stdout;
        let within = &lines(&within, "budget")[0];
        assert_eq!((&within["is_over"], &within["is_complete"]), (&false.into(), &true.into()));
        // 3 dollars at 0.01323 an hour.
        is_about(&within["hours_left"], 226.0);
        let over = later(&cloud, 240, &budget("3")).exit(3).stdout;
        let over = &lines(&over, "budget")[0];
        assert_eq!((&over["is_over"], &over["hours_left"]), (&true.into(), &Value::Null));
        is_about(&over["dollars_so_far"], 3.18);
    }
    let text = cloud.run(&["cost", "--budget", "3"]).exit(0).stdout;
    assert!(text.contains("within the budget of $3.00: $0.00 so far; at this rate"), "{text}");
    cloud.faults(&serde_json::json!([denied("dynamodb", "DescribeTable")]));
    let text = cloud.run(&["class", "cost", "--budget", "3"]).exit(3).stdout;
    assert!(text.contains("so far at least, as not everything is known"), "{text}");
}

/// Returns the names of all fields, at any depth.
fn fields(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let below = fields.values().flat_map(self::fields);
            fields.keys().cloned().chain(below).collect()
        }
        Value::Array(list) => list.iter().flat_map(fields).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_document_names_every_field() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-2"]).exit(0);
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/json.md");
    let document = std::fs::read_to_string(document).unwrap();
    let rows: String = document.lines().filter(|line| line.starts_with("| `cost")).collect();
    let shown = cost(&cloud);
    let mut lines = [lines(&shown, "cost"), lines(&shown, "costs")].concat();
    assert_eq!(lines.len(), 2);
    // Its fields are reasons.
    assert!(lines[1]["regions_not_looked_at"].take().is_object());
    for field in lines.iter().flat_map(fields).filter(|field| field != "type") {
        assert!(rows.contains(&format!("`{field}`")), "{field} is not in docs/json.md");
    }
}
