//! Likes and adoptions.

use serde_json::json;

use crate::{cloud::Cloud, service::Service};

const PAULY: &str = "2b473002-36f8-4b87-954e-9a377e0ccbec";

#[tokio::test]
async fn each_like_counts() {
    let cloud = Cloud::with_mysfits().await;
    let service = Service::start(&cloud).await;
    let path = format!("/mysfits/{PAULY}/like");
    for likes in 1..=2 {
        let reply = service.post(&path).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_eq!(reply.json(), json!({ "Update": "Success", "likes": likes }));
    }
    // At the same time, too: DynamoDB adds, not we.
    let (a, b, c) = tokio::join!(service.post(&path), service.post(&path), service.post(&path));
    assert_eq!([a.status, b.status, c.status], [200; 3]);
    assert_eq!(service.get(&format!("/mysfits/{PAULY}")).await.json()["likes"], 5);
}

#[tokio::test]
async fn a_mysfit_is_adopted_once() {
    let cloud = Cloud::with_mysfits().await;
    let service = Service::start(&cloud).await;
    let path = format!("/mysfits/{PAULY}/adopt");
    let reply = service.post(&path).await;
    assert_eq!(reply.json(), json!({ "Update": "Success", "adopted": true }));
    assert_eq!(service.get(&format!("/mysfits/{PAULY}")).await.json()["adopted"], true);
    let again = service.post(&path).await;
    assert_eq!(again.status, 409);
    assert!(again.message().contains("adopted already"));
}

#[tokio::test]
async fn without_a_user_pool_anybody_gives_back_what_nobody_known_adopted() {
    let cloud = Cloud::with_mysfits().await;
    let service = Service::start(&cloud).await;
    let path = |what: &str| format!("/mysfits/{PAULY}/{what}");
    assert_eq!(service.post(&path("give-back")).await.status, 409);
    service.post(&path("adopt")).await;
    let reply = service.post(&path("give-back")).await;
    assert_eq!(reply.json(), json!({ "Update": "Success", "adopted": false }));
    assert_eq!(service.post(&path("adopt")).await.status, 200);
}

/// In the lab's own backend, adopting an unknown id created an item that broke the list for
/// everyone.
#[tokio::test]
async fn an_unknown_id_changes_nothing() {
    let cloud = Cloud::with_mysfits().await;
    cloud.put(&json!({ "MysfitId": { "S": "half" } })).await;
    let service = Service::start(&cloud).await;
    for id in ["nobody", "half", "%20", "a%2Fb", ""] {
        for what in ["like", "adopt", "give-back"] {
            let reply = service.post(&format!("/mysfits/{id}/{what}")).await;
            assert_eq!(reply.status, 404, "{id} {what}: {}", reply.body);
        }
    }
    assert_eq!(cloud.count().await, 13);
}
