//! Likes as items of their own: what they cost, however many there are, and beside the sets of
//! visitors that an earlier version kept at the mysfits.

use serde_json::{Value, json};

use crate::{
    cloud::{Cloud, LIKES},
    meter::Meter,
    pool::{CLIENT, Pool},
    service::{Service, command},
};

const PAULY: &str = "2b473002-36f8-4b87-954e-9a377e0ccbec";
const LIKE: &str = "/mysfits/2b473002-36f8-4b87-954e-9a377e0ccbec/like";

/// Gives a mysfit this many likes, with their items.
async fn liked(cloud: &Cloud, count: usize) {
    let puts: Vec<Value> = (0..count)
        .map(|number| {
            let visitor = format!("00000000-0000-4000-8000-{number:012}");
            json!({ "PutRequest": { "Item": {
                "MysfitId": { "S": PAULY }, "VisitorId": { "S": visitor }, "LikedAt": { "N": "1" }
            } } })
        })
        .collect();
    for batch in puts.chunks(25) {
        cloud.dynamodb("BatchWriteItem", &json!({ "RequestItems": { LIKES: batch } })).await;
    }
    let update = json!({ "TableName": "MysfitsTable", "Key": { "MysfitId": { "S": PAULY } },
        "UpdateExpression": "SET Likes = :n",
        "ExpressionAttributeValues": { ":n": { "N": count.to_string() } } });
    cloud.dynamodb("UpdateItem", &update).await;
}

/// Puts these visitors into the set at the mysfit, as an earlier version counted their likes.
async fn liked_before(cloud: &Cloud, visitors: &[&str]) {
    let update = json!({ "TableName": "MysfitsTable", "Key": { "MysfitId": { "S": PAULY } },
        "UpdateExpression": "SET Likes = Likes + :n ADD LikedBy :visitors",
        "ExpressionAttributeValues": {
            ":n": { "N": visitors.len().to_string() }, ":visitors": { "SS": visitors } } });
    cloud.dynamodb("UpdateItem", &update).await;
}

/// Returns what the list, a profile, and a first and a second like of a visitor consume.
async fn consumed(meter: &Meter, service: &Service, token: &str) -> Vec<f64> {
    let mut all = Vec::new();
    for (method, path) in [
        ("GET", "/mysfits".to_owned()),
        ("GET", format!("/mysfits/{PAULY}")),
        ("POST", LIKE.to_owned()),
        ("POST", LIKE.to_owned()),
    ] {
        let request = format!("{method} {path}");
        let reply = service.send(&request, &[("Authorization", token)]).await;
        assert_eq!(reply.status, 200, "{request}: {}", reply.body);
        all.push(meter.take());
    }
    all
}

#[tokio::test]
async fn what_is_consumed_does_not_grow_with_the_likes() {
    const MANY: usize = 20_000;
    let (cloud, pool) = (Cloud::with_mysfits().await, Pool::start().await);
    let meter = Meter::start(cloud.port).await;
    let mut command = command(&meter.endpoint);
    command.env("USER_POOL_ISSUER", &pool.issuer).env("USER_POOL_CLIENT_ID", CLIENT);
    let service = Service::run(&mut command).await;
    let before = consumed(&meter, &service, &pool.token("alice")).await;
    assert!(before.iter().all(|units| (0.5..10.0).contains(units)), "{before:?}");
    liked(&cloud, MANY).await;
    assert_eq!(consumed(&meter, &service, &pool.token("bob")).await, before);
    let reply = service.get(&format!("/mysfits/{PAULY}")).await;
    assert_eq!(reply.json()["likes"], MANY + 1);
}

#[tokio::test]
async fn a_like_is_an_item_and_the_mysfits_table_stays_as_it_is() {
    let (cloud, pool) = (Cloud::with_mysfits().await, Pool::start().await);
    let service = Service::guarded(&cloud, &pool).await;
    let shape = |item: &Value| item.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let before = shape(&cloud.item(PAULY).await);
    for visitor in ["alice", "bob"] {
        assert_eq!(service.post_as(LIKE, &pool.token(visitor)).await.status, 200);
    }
    assert_eq!(shape(&cloud.item(PAULY).await), before);
    assert_eq!(
        (cloud.count().await, cloud.likers(PAULY).await),
        (12, vec!["alice".to_owned(), "bob".to_owned()])
    );
}

/// During a deployment, and until the sets are moved, both are there.
#[tokio::test]
async fn a_like_in_an_earlier_versions_set_counts_already() {
    let (cloud, pool) = (Cloud::with_mysfits().await, Pool::start().await);
    let service = Service::guarded(&cloud, &pool).await;
    liked_before(&cloud, &["alice", "carol"]).await;
    for (visitor, likes, counted) in [("alice", 2, false), ("bob", 3, true), ("bob", 3, false)] {
        let reply = service.post_as(LIKE, &pool.token(visitor)).await;
        let expected = json!({ "Update": "Success", "likes": likes, "counted": counted });
        assert_eq!(reply.json(), expected, "{visitor}");
    }
    assert_eq!(cloud.likers(PAULY).await, ["bob"]);
}

#[tokio::test]
async fn a_like_whose_answer_was_lost_counts_once_and_says_so() {
    let (cloud, pool) = (Cloud::with_mysfits().await, Pool::start().await);
    let service = Service::guarded(&cloud, &pool).await;
    let lost = json!({ "operation": "TransactWriteItems", "kind": "lose-answer", "times": 1 });
    cloud.fault(lost).await;
    let reply = service.post_as(LIKE, &pool.token("alice")).await;
    assert_eq!(reply.json(), json!({ "Update": "Success", "likes": 1, "counted": true }));
}

fn conflict(times: u64) -> Value {
    json!({ "operation": "TransactWriteItems", "kind": "error", "times": times,
        "code": "TransactionCanceledException",
        "message": "Transaction cancelled, please refer cancellation reasons for specific reasons \
            [None, TransactionConflict]" })
}

#[tokio::test]
async fn likes_that_collide_are_sent_again() {
    let (cloud, pool) = (Cloud::with_mysfits().await, Pool::start().await);
    let service = Service::guarded(&cloud, &pool).await;
    cloud.fault(conflict(6)).await;
    let reply = service.post_as(LIKE, &pool.token("alice")).await;
    assert_eq!(reply.json(), json!({ "Update": "Success", "likes": 1, "counted": true }));
    let code = "TransactionConflictException";
    cloud
        .fault(json!({ "operation": "UpdateItem", "kind": "error", "code": code, "times": 3 }))
        .await;
    let adopt = LIKE.replace("like", "adopt");
    assert_eq!(service.post_as(&adopt, &pool.token("alice")).await.status, 200);
    // Nobody can be told apart, and still this like counts once: the conflict changed nothing.
    let open = Service::start(&cloud).await;
    cloud
        .fault(json!({ "operation": "UpdateItem", "kind": "error", "code": code, "times": 3 }))
        .await;
    assert_eq!(open.post(LIKE).await.json()["likes"], 2);
}

#[tokio::test]
async fn what_is_too_much_is_not_called_unreachable() {
    let (cloud, pool) = (Cloud::with_mysfits().await, Pool::start().await);
    let service = Service::guarded(&cloud, &pool).await;
    cloud.fault(conflict(10_000)).await;
    let reply = service.post_as(LIKE, &pool.token("alice")).await;
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("1")), "{}", reply.body);
    let message = "Item size to update has exceeded the maximum allowed size";
    let full = json!({ "operation": "TransactWriteItems", "kind": "error",
        "code": "ValidationException", "message": message });
    cloud.fault(full).await;
    let reply = service.post_as(LIKE, &pool.token("alice")).await;
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("60")), "{}", reply.body);
    assert!(reply.message().contains("no room"), "{}", reply.body);
}
