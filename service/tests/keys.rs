//! The keys of the user pool: that they change, and that they cannot be fetched.

use std::time::{Duration, Instant};

use crate::{
    cloud::Cloud,
    pool::{NEW, OLD, Pool, claims, sign},
    service::{DEADLINE, Service},
};

const LIKE: &str = "/mysfits/2b473002-36f8-4b87-954e-9a377e0ccbec/like";

#[tokio::test]
async fn a_pool_may_change_its_keys() {
    let (cloud, pool) = (Cloud::with_mysfits().await, Pool::start().await);
    let service = Service::guarded(&cloud, &pool).await;
    let of_new_key = sign(&NEW, &claims(&pool.issuer, "bob"));
    assert_eq!(service.post_as(LIKE, &pool.token("alice")).await.status, 200);
    pool.publish(&[&OLD, &NEW]);
    assert_eq!(service.post_as(LIKE, &of_new_key).await.status, 200);
    assert_eq!(service.post_as(LIKE, &pool.token("carol")).await.json()["likes"], 3);
    assert_eq!(pool.asked(), 2);
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_are_said_and_logged() {
    let (cloud, pool) = (Cloud::with_mysfits().await, Pool::start().await);
    let mut service = Service::guarded(&cloud, &pool).await;
    pool.answer("500 Internal Server Error", "{}");
    let reply = service.post_as(LIKE, &pool.token("alice")).await;
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("1")));
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert!(reply.message().contains("keys of the user pool"), "{}", reply.body);
    let line = service.line().await.unwrap();
    assert_eq!(line["level"], "error");
    assert!(line["reason"].as_str().unwrap().contains("status 500"), "{line}");
    assert!(line["url"].as_str().unwrap().starts_with(&pool.issuer), "{line}");
    // The rest continues, and so does this when the pool answers again.
    assert_eq!(service.get("/mysfits").await.status, 200);
    pool.publish(&[&OLD]);
    let began = Instant::now();
    while service.post_as(LIKE, &pool.token("alice")).await.status == 503 {
        assert!(began.elapsed() < DEADLINE);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(service.post_as(LIKE, &pool.token("bob")).await.json()["likes"], 2);
}

#[tokio::test]
async fn a_pool_that_hangs_is_not_waited_for() {
    let (cloud, pool) = (Cloud::with_mysfits().await, Pool::start().await);
    let service = Service::guarded(&cloud, &pool).await;
    pool.hang();
    assert_eq!(service.post_as(LIKE, &pool.token("alice")).await.status, 503);
}

#[tokio::test]
async fn known_keys_outlive_a_pool_that_does_not_answer() {
    let (cloud, pool) = (Cloud::with_mysfits().await, Pool::start().await);
    let service = Service::guarded(&cloud, &pool).await;
    assert_eq!(service.post_as(LIKE, &pool.token("alice")).await.status, 200);
    pool.answer("500 Internal Server Error", "{}");
    let of_new_key = sign(&NEW, &claims(&pool.issuer, "mallory"));
    assert_eq!(service.post_as(LIKE, &of_new_key).await.status, 503);
    assert_eq!(service.post_as(LIKE, &pool.token("bob")).await.json()["likes"], 2);
}
