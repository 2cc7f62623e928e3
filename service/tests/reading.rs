//! What the page reads.

use serde_json::{Value, json};

use crate::{client::Reply, cloud::Cloud, service::Service};

const EVANGELINE: &str = "4e53920c-505a-4a90-a694-b9300791f0ae";

fn names(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.status, 200, "{}", reply.body);
    let list = reply.json();
    let mysfits = list["mysfits"].as_array().expect("a list").clone();
    mysfits.iter().map(|mysfit| mysfit["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn all_twelve_with_all_eleven_fields_in_the_order_of_their_names() {
    let cloud = Cloud::with_mysfits().await;
    let service = Service::start(&cloud).await;
    let reply = service.get("/mysfits").await;
    let names = names(&reply);
    assert_eq!(names.len(), 12);
    assert!(names.is_sorted(), "{names:?}");
    let list = reply.json();
    for mysfit in list["mysfits"].as_array().unwrap() {
        assert_eq!(mysfit.as_object().unwrap().len(), 11);
        assert!(mysfit["age"].is_i64() && mysfit["likes"].is_i64(), "{mysfit}");
        assert!(!mysfit["thumbImageUri"].as_str().unwrap().contains("://"));
    }
    // The field of an empty filter counts as none, as in the lab's own backend.
    assert_eq!(names, self::names(&service.get("/mysfits?filter=").await));
}

#[tokio::test]
async fn one_profile() {
    let cloud = Cloud::with_mysfits().await;
    let service = Service::start(&cloud).await;
    let mysfit = service.get(&format!("/mysfits/{EVANGELINE}")).await.json();
    assert_eq!(mysfit["mysfitId"], EVANGELINE);
    assert_eq!((&mysfit["name"], &mysfit["age"]), (&json!("Evangeline"), &json!(43)));
    assert_eq!((&mysfit["goodevil"], &mysfit["lawchaos"]), (&json!("Evil"), &json!("Lawful")));
    assert_eq!((&mysfit["likes"], &mysfit["adopted"]), (&json!(0), &json!(false)));
    assert_eq!(service.get("/mysfits/nobody").await.status, 404);
}

#[tokio::test]
async fn both_filters() {
    let cloud = Cloud::with_mysfits().await;
    let service = Service::start(&cloud).await;
    for (query, expected) in [
        ("filter=GoodEvil&value=Good", vec!["CoCo", "Cole", "Hasla", "Twilight Glitter"]),
        ("filter=LawChaos&value=Lawful", vec!["Evangeline", "Pauly", "Twilight Glitter"]),
        // Nothing matches: an empty list, not a missing one.
        ("filter=GoodEvil&value=Hungry", vec![]),
    ] {
        assert_eq!(names(&service.get(&format!("/mysfits?{query}")).await), expected, "{query}");
    }
}

#[tokio::test]
async fn filters_that_make_no_sense_are_refused() {
    let cloud = Cloud::with_mysfits().await;
    let service = Service::start(&cloud).await;
    let long = format!("filter=GoodEvil&value={}", "x".repeat(2049));
    for query in [
        "filter=Species&value=Yeti",
        "filter=GoodEvil",
        "filter=GoodEvil&value=",
        "filter=GoodEvil&filter=LawChaos&value=Good",
        &long,
    ] {
        let reply = service.get(&format!("/mysfits?{query}")).await;
        assert_eq!(reply.status, 400, "{query}");
        assert!(!reply.message().is_empty());
    }
}

#[tokio::test]
async fn an_item_that_is_no_mysfit_does_not_spoil_the_list() {
    let cloud = Cloud::with_mysfits().await;
    cloud.put(&json!({ "MysfitId": { "S": "half" }, "Adopted": { "BOOL": true } })).await;
    let mut service = Service::start(&cloud).await;
    assert_eq!(names(&service.get("/mysfits").await).len(), 12);
    let line = service.line().await.unwrap();
    assert_eq!((&line["level"], &line["mysfit"]), (&json!("error"), &json!("half")));
    assert_eq!(line["attribute"], "Name");
    assert_eq!(service.get("/mysfits/half").await.status, 404);
}

/// A page of DynamoDB's answer ends after 1 MB.
#[tokio::test]
async fn every_page_is_read() {
    let cloud = Cloud::with_table().await;
    for number in 0..8 {
        cloud.put(&large_mysfit(number)).await;
    }
    let service = Service::start(&cloud).await;
    assert_eq!(names(&service.get("/mysfits").await).len(), 8);
    assert_eq!(names(&service.get("/mysfits?filter=LawChaos&value=Lawful").await).len(), 8);
}

fn large_mysfit(number: u32) -> Value {
    let text = |value: &str| json!({ "S": value });
    json!({
        "MysfitId": text(&number.to_string()), "Name": text(&format!("Number {number}")),
        "Species": text("Whale"), "Description": text(&"x".repeat(300_000)),
        "Age": { "N": "1" }, "GoodEvil": text("Good"), "LawChaos": text("Lawful"),
        "ThumbImageUri": text("images/a.svg"), "ProfileImageUri": text("images/a.svg"),
        "Likes": { "N": "0" }, "Adopted": { "BOOL": false },
    })
}
