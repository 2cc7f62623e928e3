//! What signed-in visitors may do: like each mysfit once, and adopt it.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::{task::JoinSet, time::timeout};

use crate::{
    client::Reply,
    cloud::Cloud,
    pool::Pool,
    service::{DEADLINE, Service},
};

const PAULY: &str = "2b473002-36f8-4b87-954e-9a377e0ccbec";

async fn guarded() -> (Cloud, Pool, Service) {
    let (cloud, pool) = (Cloud::with_mysfits().await, Pool::start().await);
    let service = Service::guarded(&cloud, &pool).await;
    (cloud, pool, service)
}

fn path(what: &str) -> String {
    format!("/mysfits/{PAULY}/{what}")
}

fn success(likes: u64, counted: bool) -> Value {
    json!({ "Update": "Success", "likes": likes, "counted": counted })
}

/// All these visitors post at the same time. On a busy machine the table may take longer than the
/// backend waits; then they post again, which does no harm for a known visitor.
async fn all_post(service: Service, path: String, tokens: Vec<String>) -> (Service, Vec<Reply>) {
    let service = Arc::new(service);
    let mut posts = JoinSet::new();
    for token in tokens {
        let (service, path) = (Arc::clone(&service), path.clone());
        posts.spawn(async move {
            loop {
                let reply = service.post_as(&path, &token).await;
                if reply.status < 500 {
                    return reply;
                }
            }
        });
    }
    let replies = timeout(DEADLINE * 4, posts.join_all()).await.expect("in time");
    (Arc::into_inner(service).unwrap(), replies)
}

fn counted(replies: &[Reply]) -> usize {
    replies.iter().filter(|reply| reply.json()["counted"] == true).count()
}

#[tokio::test]
async fn a_visitor_likes_a_mysfit_once() {
    let (_cloud, pool, service) = guarded().await;
    let (alice, bob) = (pool.token("alice"), pool.token("bob"));
    for (token, expected) in [
        (&alice, success(1, true)),
        (&alice, success(1, false)),
        (&bob, success(2, true)),
        (&format!("Bearer {alice}"), success(2, false)),
    ] {
        let reply = service.post_as(&path("like"), token).await;
        assert_eq!((reply.status, reply.json()), (200, expected));
    }
    let other = "/mysfits/4e53920c-505a-4a90-a694-b9300791f0ae/like";
    assert_eq!(service.post_as(other, &alice).await.json(), success(1, true));
    assert_eq!(pool.asked(), 1);
}

#[tokio::test]
async fn ten_likes_of_one_visitor_at_the_same_time_count_once() {
    let (cloud, pool, service) = guarded().await;
    let tokens = vec![pool.token("alice"); 10];
    let (service, replies) = all_post(service, path("like"), tokens).await;
    assert!(replies.iter().all(|reply| reply.json()["likes"] == 1), "{replies:?}");
    assert!(counted(&replies) <= 1, "{replies:?}");
    assert_eq!(cloud.likers(PAULY).await, ["alice"]);
    assert_eq!(service.get(&format!("/mysfits/{PAULY}")).await.json()["likes"], 1);
}

#[tokio::test]
async fn the_likes_of_a_hundred_visitors_at_the_same_time_count_a_hundred() {
    let (cloud, pool, service) = guarded().await;
    let tokens = (0..100).map(|number| pool.token(&format!("visitor-{number}"))).collect();
    let (service, replies) = all_post(service, path("like"), tokens).await;
    assert!(replies.iter().all(|reply| reply.status == 200), "{replies:?}");
    assert_eq!(cloud.likers(PAULY).await.len(), 100);
    assert_eq!(service.get(&format!("/mysfits/{PAULY}")).await.json()["likes"], 100);
}

/// Unlike an anonymous one: it does no harm that this visitor has adopted the mysfit already.
#[tokio::test]
async fn an_adoption_whose_answer_was_lost_is_asked_for_again() {
    let (cloud, pool, service) = guarded().await;
    cloud.fault(json!({ "operation": "UpdateItem", "kind": "lose-answer", "times": 1 })).await;
    let reply = service.post_as(&path("adopt"), &pool.token("alice")).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
}

#[tokio::test]
async fn an_adoption_is_of_whoever_was_first() {
    let (cloud, pool, service) = guarded().await;
    let adopted = json!({ "Update": "Success", "adopted": true });
    for _ in 0..2 {
        let reply = service.post_as(&path("adopt"), &pool.token("alice")).await;
        assert_eq!((reply.status, reply.json()), (200, adopted.clone()));
    }
    let refused = service.post_as(&path("adopt"), &pool.token("bob")).await;
    assert_eq!(refused.status, 409);
    assert!(refused.message().contains("adopted already"));
    assert_eq!(cloud.item(PAULY).await["AdoptedBy"], json!({ "S": "alice" }));
}

#[tokio::test]
async fn only_who_adopted_a_mysfit_gives_it_back() {
    let (cloud, pool, service) = guarded().await;
    let (alice, bob) = (pool.token("alice"), pool.token("bob"));
    let refused = service.post_as(&path("give-back"), &alice).await;
    assert_eq!(refused.status, 409);
    assert!(refused.message().contains("nobody has adopted"), "{}", refused.body);
    service.post_as(&path("adopt"), &alice).await;
    let refused = service.post_as(&path("give-back"), &bob).await;
    assert_eq!(refused.status, 403);
    assert!(refused.message().contains("somebody else"), "{}", refused.body);
    assert!(!tells(&refused), "{}", refused.body);
    assert_eq!(cloud.item(PAULY).await["AdoptedBy"], json!({ "S": "alice" }));

    let free = json!({ "Update": "Success", "adopted": false });
    // The second time, as after a lost answer, nothing is left to do.
    for _ in 0..2 {
        let reply = service.post_as(&path("give-back"), &alice).await;
        assert_eq!((reply.status, reply.json()), (200, free.clone()));
    }
    assert_eq!(service.get(&format!("/mysfits/{PAULY}")).await.json()["adopted"], false);
    assert_eq!(cloud.item(PAULY).await.get("AdoptedBy"), None);

    assert_eq!(service.post_as(&path("adopt"), &bob).await.status, 200);
    assert_eq!(service.post_as(&path("give-back"), &alice).await.status, 403);
    assert_eq!(cloud.item(PAULY).await.get("GivenBackBy"), None);
}

#[tokio::test]
async fn giving_back_whose_answer_was_lost_is_asked_for_again() {
    let (cloud, pool, service) = guarded().await;
    let alice = pool.token("alice");
    service.post_as(&path("adopt"), &alice).await;
    cloud.fault(json!({ "operation": "UpdateItem", "kind": "lose-answer", "times": 1 })).await;
    let reply = service.post_as(&path("give-back"), &alice).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
}

/// Everybody can reach the load balancer, where no authorizer has looked.
#[tokio::test]
async fn who_is_not_signed_in_gives_nothing_back() {
    let (cloud, pool, service) = guarded().await;
    service.post_as(&path("adopt"), &pool.token("alice")).await;
    assert_eq!(service.post(&path("give-back")).await.status, 401);
    assert_eq!(service.post_as(&path("give-back"), "a.b.c").await.status, 401);
    // A backend that knows no user pool, such as that of part 3, does not know who it was.
    let open = Service::start(&cloud).await;
    assert_eq!(open.post(&path("give-back")).await.status, 403);
    assert_eq!(cloud.item(PAULY).await["AdoptedBy"], json!({ "S": "alice" }));
}

#[tokio::test]
async fn one_of_ten_adoptions_at_the_same_time_is_made() {
    let (cloud, pool, service) = guarded().await;
    let tokens = (0..10).map(|number| pool.token(&format!("visitor-{number}"))).collect();
    let (_service, replies) = all_post(service, path("adopt"), tokens).await;
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [&[200][..], &[409; 9]].concat());
    assert!(cloud.item(PAULY).await["AdoptedBy"]["S"].is_string());
}

/// As in part 3, when visitors were not told apart.
#[tokio::test]
async fn what_nobody_known_adopted_stays_adopted() {
    let (cloud, pool, service) = guarded().await;
    let open = Service::start(&cloud).await;
    assert_eq!(open.post(&path("adopt")).await.status, 200);
    assert_eq!(open.post(&path("like")).await.json()["likes"], 1);
    assert_eq!(service.post_as(&path("adopt"), &pool.token("alice")).await.status, 409);
    assert_eq!(service.post_as(&path("like"), &pool.token("alice")).await.json(), success(2, true));
}

#[tokio::test]
async fn who_likes_and_who_adopted_is_nobodys_business() {
    let (cloud, pool, service) = guarded().await;
    for who in ["alice", "bob"] {
        let token = pool.token(who);
        let replies = [
            service.post_as(&path("like"), &token).await,
            service.post_as(&path("adopt"), &token).await,
        ];
        assert!(replies.iter().all(|reply| !tells(reply)), "{replies:?}");
    }
    assert_eq!(cloud.likers(PAULY).await, ["alice", "bob"]);
    assert_eq!(cloud.item(PAULY).await["AdoptedBy"], json!({ "S": "alice" }));
    for read in [
        "/mysfits".to_owned(),
        "/mysfits?filter=GoodEvil&value=Neutral".to_owned(),
        "/mysfits?filter=LawChaos&value=Lawful".to_owned(),
        format!("/mysfits/{PAULY}"),
    ] {
        let reply = service.get(&read).await;
        assert!(reply.body.contains(PAULY), "{read}: {}", reply.body);
        assert!(!tells(&reply), "{read}: {}", reply.body);
    }
    let pauly = service.get(&format!("/mysfits/{PAULY}")).await.json();
    assert_eq!(pauly.as_object().unwrap().len(), 11);
}

fn tells(reply: &Reply) -> bool {
    ["alice", "bob", "LikedBy", "likedBy", "AdoptedBy", "adoptedBy", "GivenBackBy"]
        .iter()
        .any(|secret| reply.body.contains(secret))
}

#[tokio::test]
async fn whoever_is_not_signed_in_can_look() {
    let (_cloud, _pool, service) = guarded().await;
    for path in ["/", "/mysfits", &format!("/mysfits/{PAULY}")] {
        assert_eq!(service.get(path).await.status, 200, "{path}");
    }
    let asked = [
        ("Origin", "http://site.example"),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "authorization"),
    ];
    for what in ["like", "adopt", "give-back"] {
        let reply = service.send(&format!("OPTIONS {}", path(what)), &asked).await;
        assert_eq!(reply.status, 200, "{what}");
        assert!(reply.header("access-control-allow-headers").unwrap().contains("authorization"));
    }
}

#[tokio::test]
async fn an_unknown_id_changes_nothing() {
    let (cloud, pool, service) = guarded().await;
    cloud.put(&json!({ "MysfitId": { "S": "half" } })).await;
    for id in ["nobody", "half", "%20"] {
        for what in ["like", "adopt", "give-back"] {
            let path = format!("/mysfits/{id}/{what}");
            let reply = service.post_as(&path, &pool.token("alice")).await;
            assert_eq!(reply.status, 404, "{id} {what}: {}", reply.body);
        }
    }
    assert_eq!(cloud.count().await, 13);
    assert_eq!(cloud.item("half").await.as_object().unwrap().len(), 1);
}
