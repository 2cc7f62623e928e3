//! An earlier version kept the visitors who like a mysfit as a set at the mysfit. A deploy moves
//! them into the table of the likes: each exactly once, whatever happens meanwhile.

use std::{collections::BTreeSet, process::Stdio};

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, Select},
};
use serde_json::json;

use crate::helpers::{
    backend::run_with,
    binaries::backend,
    cloud::Cloud,
    command::until,
    faults::{Moment, hang_at},
    likes::{MYSFITS, TABLE, like_as_before, text},
};

const LIKES: &str = "MysfitsTableLikes";
/// Likes a mysfit as the backend of this version does.
fn like(cloud: &Cloud, mysfit: &str, visitor: &str) {
    cloud.wait_for(async |sdk| {
        let dynamodb = Client::new(sdk);
        let item = dynamodb
            .update_item()
            .table_name(LIKES)
            .key("MysfitId", text(mysfit))
            .key("VisitorId", text(visitor))
            .update_expression("SET LikedAt = :now")
            .expression_attribute_values(":now", AttributeValue::N("1".to_owned()));
        item.send().await.unwrap();
        let count = dynamodb
            .update_item()
            .table_name(TABLE)
            .key("MysfitId", text(mysfit))
            .update_expression("SET Likes = Likes + :one")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
        count.send().await.unwrap();
    });
}

/// Returns how many likes a mysfit has, and whose; nobody is in a set any more.
#[track_caller]
fn likes(cloud: &Cloud, mysfit: &str) -> (usize, BTreeSet<String>) {
    cloud.wait_for(async |sdk| {
        let dynamodb = Client::new(sdk);
        let get = dynamodb.get_item().table_name(TABLE).key("MysfitId", text(mysfit));
        let item = get.send().await.unwrap().item.unwrap();
        assert!(!item.contains_key("LikedBy"), "{item:?}");
        let query = dynamodb
            .query()
            .table_name(LIKES)
            .key_condition_expression("MysfitId = :id")
            .expression_attribute_values(":id", text(mysfit));
        let found: Vec<_> =
            query.into_paginator().items().send().collect::<Result<_, _>>().await.unwrap();
        let visitors = found.iter().map(|item| item["VisitorId"].as_s().unwrap().clone());
        (item["Likes"].as_n().unwrap().parse().unwrap(), visitors.collect())
    })
}

/// Returns this many visitors, whom nobody else has.
fn visitors(round: usize, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("visitor-{round}-{number:04}")).collect()
}

/// Returns a deployed lab in which nobody has liked anything.
fn lab() -> Cloud {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    cloud
}

#[test]
fn sets_are_moved_and_what_was_counted_twice_counts_once() {
    let cloud = lab();
    let before = visitors(0, 300);
    like_as_before(&cloud, MYSFITS[0], &before);
    like(&cloud, MYSFITS[1], "visitor-new");
    like(&cloud, MYSFITS[1], "visitor-twice");
    like_as_before(&cloud, MYSFITS[1], &["visitor-old".to_owned(), "visitor-twice".to_owned()]);

    let plan = cloud.run(&["plan", "part-3"]).exit(0).stdout;
    assert!(plan.contains("LikedBy is 2, expected 0"), "{plan}");
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    assert_eq!(likes(&cloud, MYSFITS[0]), (300, before.into_iter().collect()));
    let all = ["visitor-new", "visitor-old", "visitor-twice"].map(str::to_owned);
    assert_eq!(likes(&cloud, MYSFITS[1]), (3, all.into()));
    run_with(&cloud, backend(), &["plan", "part-3", "--exit-code"]).exit(0);
    let items = cloud.wait_for(async |sdk| {
        let scan = Client::new(sdk).scan().table_name(TABLE).select(Select::Count);
        scan.send().await.unwrap().count()
    });
    assert_eq!(items, 12);
}

#[test]
fn a_move_that_is_killed_anywhere_is_finished_by_the_next_deploy() {
    let cloud = lab();
    let mut all: [BTreeSet<String>; 2] = Default::default();
    // Two looks and a third when all is done; two items and a removal for each mysfit.
    let looks = (0..3).map(|place| ("Scan".to_owned(), place));
    let moments: Vec<Moment> =
        looks.chain((0..6).map(|place| ("UpdateItem".to_owned(), place))).collect();
    for (round, moment) in moments.iter().enumerate() {
        for (mysfit, all) in MYSFITS.iter().zip(&mut all) {
            let new = visitors(round, 2);
            like_as_before(&cloud, mysfit, &new);
            all.extend(new);
        }
        kill_at(&cloud, moment);
        run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
        for (mysfit, all) in MYSFITS.iter().zip(&all) {
            assert_eq!(likes(&cloud, mysfit), (all.len(), all.clone()), "{moment:?}");
        }
    }
}

/// Kills a deploy when this call of it is carried out.
fn kill_at(cloud: &Cloud, moment: &Moment) {
    cloud.faults(&json!([hang_at(moment)]));
    let binary = backend().to_str().unwrap();
    let mut deploy = cloud.command(&["deploy", "part-3", "--local", "--service-binary", binary]);
    let mut deploy = deploy.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until(&format!("{moment:?}"), || {
        let reached = cloud.requests().iter().any(|request| request["fault"] == "hang");
        assert!(reached || deploy.try_wait().unwrap().is_none(), "it ended before {moment:?}");
        reached.then_some(())
    });
    deploy.kill().unwrap();
    deploy.wait().unwrap();
    cloud.no_faults();
    cloud.forget_requests();
}

#[test]
fn two_deploys_at_once_move_each_like_once() {
    let cloud = lab();
    let before = visitors(0, 200);
    like(&cloud, MYSFITS[0], &before[0]);
    like_as_before(&cloud, MYSFITS[0], &before);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0));
        }
    });
    assert_eq!(likes(&cloud, MYSFITS[0]), (200, before.into_iter().collect()));
}
