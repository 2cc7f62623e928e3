//! `--expires` tags labs with a time, and `cleanup --expired` removes those whose time is over, by AWS's
//! clock.

use serde_json::{Value, json};

use crate::helpers::{
    BUCKET, backend::run_with, binaries::backend, by_hand::s3, clock::later, cloud::Cloud,
    command::Ended, faults::denied,
};

/// Returns the JSON lines of a type.
fn lines(ended: &Ended, kind: &str) -> Vec<Value> {
    let lines = ended.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["type"] == kind).collect()
}

/// Returns the names of the labs, and when each may go.
fn labs(cloud: &Cloud) -> Vec<(String, Value)> {
    let ended = cloud.run(&["labs", "--output", "json"]).exit(0);
    let labs = lines(&ended, "lab").into_iter();
    labs.map(|lab| (lab["lab"].as_str().unwrap().to_owned(), lab["expires"].clone())).collect()
}

#[test]
fn what_has_expired_goes_and_the_rest_stays() {
    let cloud = Cloud::start();
    for (lab, expires) in [("a", "1h"), ("b", "20d")] {
        cloud.run(&["deploy", "part-2", "--lab", lab, "--expires", expires]).exit(0);
    }
    cloud.run(&["deploy", "part-1", "--lab", "c"]).exit(0);
    let seen = labs(&cloud);
    assert_eq!(seen.len(), 3, "{seen:?}");
    let is_time =
        |it: &Value| it.as_str().is_some_and(|it| it.starts_with("20") && it.ends_with('Z'));
    assert!(is_time(&seen[0].1) && is_time(&seen[1].1) && seen[2].1.is_null(), "{seen:?}");

    let none = cloud.run(&["cleanup", "--expired", "--yes"]).exit(0);
    assert!(none.stderr.contains("no lab has expired"), "{}", none.stderr);
    assert_eq!(labs(&cloud).len(), 3);
    // Ten days later.
    let dry = later(&cloud, 240, &["cleanup", "--expired", "--dry-run"]).exit(0);
    assert!(dry.stderr.contains("lab `a` in eu-west-1 was needed until"), "{}", dry.stderr);
    assert_eq!(labs(&cloud).len(), 3);
    let gone = later(&cloud, 240, &["cleanup", "--expired", "--yes"]).exit(0);
    assert!(!gone.stderr.contains("`b`"), "{}", gone.stderr);
    let left: Vec<String> = labs(&cloud).into_iter().map(|(lab, _)| lab).collect();
    assert_eq!(left, ["b", "c"]);
}

/// The time is that of the last deployment that named one, on what was there before, too.
#[test]
fn every_section_carries_the_time_and_a_later_deployment_moves_it() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all", "--expires", "1h"]).exit(0);
    let [(_, first)] = labs(&cloud).try_into().unwrap();
    // Without the flag nothing is to be done.
    cloud.forget_requests();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    assert_eq!(cloud.changes(), Vec::<String>::new());
    run_with(&cloud, backend(), &["deploy", "all", "--expires", "2d"]).exit(0);
    let [(_, second)] = labs(&cloud).try_into().unwrap();
    assert!(second.as_str() > first.as_str(), "{first} {second}");
    let tagged = cloud.wait_for(async |sdk| {
        let tagging = aws_sdk_resourcegroupstagging::Client::new(sdk);
        let filter = aws_sdk_resourcegroupstagging::types::TagFilter::builder();
        let filter = filter.key("mysfits:expires").values(second.as_str().unwrap()).build();
        let found = tagging.get_resources().tag_filters(filter).send().await.unwrap();
        let arns = found.resource_tag_mapping_list().iter().filter_map(|it| it.resource_arn());
        arns.map(str::to_owned).collect::<Vec<_>>()
    });
    for kind in [":s3:::mysfits", ":table/Mysfits", ":stack/", ":cluster/", ":userpool/"] {
        assert!(tagged.iter().any(|arn| arn.contains(kind)), "{kind}: {tagged:?}");
    }
}

/// AWS's index of tags follows with a delay; what counts is on the resources.
#[test]
fn a_time_that_was_moved_counts_although_the_index_shows_the_old_one() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-1", "--expires", "1h"]).exit(0);
    let late = json!({"kind": "still-there", "service": "tagging", "operation": "GetResources"});
    cloud.faults(&json!([late]));
    let [(_, old)] = labs(&cloud).try_into().unwrap();
    cloud.run(&["deploy", "part-1", "--expires", "20d"]).exit(0);
    assert_eq!(labs(&cloud)[0].1, old);
    let ended = later(&cloud, 240, &["cleanup", "--expired", "--yes"]).exit(0);
    assert!(ended.stderr.contains("is still needed, as its resources say"), "{}", ended.stderr);
    assert_eq!(cloud.buckets().len(), 1);
}

/// One lab that cannot be looked at is an error, and the other one goes.
#[test]
fn what_fails_for_one_lab_stops_no_other() {
    let cloud = Cloud::start();
    for lab in ["a", "b"] {
        cloud.run(&["deploy", "part-1", "--lab", lab, "--expires", "1h"]).exit(0);
    }
    // The first one that is asked for its tags is that of `a`.
    let mut denied = denied("s3", "GetBucketTagging");
    denied["times"] = 1.into();
    cloud.faults(&json!([denied]));
    let ended = later(&cloud, 240, &["cleanup", "--expired", "--yes"]).exit(3);
    assert!(ended.stderr.contains("may say that the lab is still needed"), "{}", ended.stderr);
    let left: Vec<String> = labs(&cloud).into_iter().map(|(lab, _)| lab).collect();
    assert_eq!(left, ["a"]);
}

#[test]
fn a_class_has_a_time_and_only_what_has_expired_goes() {
    let cloud = Cloud::start();
    let account = "000000000000";
    let roster = format!("name,account,lab\nanna,{account},a\nbert,{account},b\n");
    std::fs::create_dir_all(cloud.home()).unwrap();
    std::fs::write(cloud.home().join("class.csv"), roster).unwrap();
    for (student, expires) in [("anna", "1h"), ("bert", "20d")] {
        let deploy = ["class", "deploy", "--part", "part-1", "--yes", "--only", student];
        cloud.run(&[&deploy[..], &["--expires", expires]].concat()).exit(0);
    }
    let cleanup = ["class", "cleanup", "--expired", "--yes", "--output", "json"];
    // Where nothing is to be done there is no run: `class retry` continues with the one before.
    let journal = || std::fs::read_to_string(cloud.home().join("class.journal.jsonl")).unwrap();
    let before = journal();
    let none = cloud.run(&cleanup).exit(0);
    assert_eq!((lines(&none, "class-lab").len(), journal()), (0, before), "{}", none.stdout);
    // Its time is over.
    cloud.wait_for(async |sdk| {
        use aws_sdk_s3::types::{Tag, Tagging};
        let tag = |key, value| Tag::builder().key(key).value(value).build().unwrap();
        let tags = [tag("mysfits:lab", "a"), tag("mysfits:expires", "2020-01-01T00:00:00Z")];
        let tags = Tagging::builder().set_tag_set(Some(tags.into())).build().unwrap();
        let put = s3(sdk).put_bucket_tagging().bucket(format!("{BUCKET}-a")).tagging(tags);
        put.send().await.unwrap();
    });
    let gone = cloud.run(&cleanup).exit(0);
    let ended = lines(&gone, "class-lab");
    assert_eq!(ended.len(), 1, "{}", gone.stdout);
    assert_eq!((&ended[0]["lab"], &ended[0]["state"]), (&json!("a"), &json!("clean")));
    // Where nobody may look, nobody knows.
    cloud.faults(&json!([denied("s3", "GetBucketTagging")]));
    let unknown = cloud.run(&cleanup).exit(3);
    assert!(lines(&unknown, "class-lab").iter().all(|it| it["state"] == "failed"));
}

#[test]
fn a_lifetime_is_a_time_and_whole_labs_expire() {
    let cloud = Cloud::start();
    let refused = cloud.run(&["deploy", "--expires", "soon"]).exit(2);
    assert!(refused.stderr.contains("such as `8h`"), "{}", refused.stderr);
    let refused = cloud.run(&["cleanup", "part-2", "--expired", "--yes"]).exit(2);
    assert!(refused.stderr.contains("whole labs"), "{}", refused.stderr);
}
