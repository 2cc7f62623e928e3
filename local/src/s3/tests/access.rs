//! Who is let in.

use super::*;

#[tokio::test]
async fn the_public_needs_both_the_switch_and_the_policy() {
    let cloud = Cloud::with_site().await;
    cloud.put("/site/a", "hello").await;
    assert_eq!(cloud.anonymous(Method::GET, "/site/a").await.status(), 403);

    let blocked = cloud.put("/site?policy", PUBLIC).await;
    assert_eq!(refusal(&blocked), (403, "AccessDenied".into()));
    assert!(all(&blocked, "Message")[0].contains("BlockPublicPolicy"));

    open_to_everyone(&cloud).await;
    assert_eq!(text(&cloud.anonymous(Method::GET, "/site/a").await), "hello");
    assert_eq!(all(&cloud.get("/site?policyStatus").await, "IsPublic"), ["true"]);
    assert_eq!(text(&cloud.get("/site?policy").await), PUBLIC);

    assert_eq!(cloud.delete("/site?policy").await.status(), 204);
    assert_eq!(cloud.anonymous(Method::GET, "/site/a").await.status(), 403);
}

#[tokio::test]
async fn the_public_may_only_what_the_policy_says() {
    let cloud = Cloud::with_site().await;
    open_to_everyone(&cloud).await;
    for (method, uri) in [
        (Method::PUT, "/site/a"),
        (Method::DELETE, "/site/a"),
        (Method::GET, "/site?list-type=2"),
        (Method::GET, "/site?policy"),
        (Method::PUT, "/other"),
        (Method::GET, "/"),
    ] {
        let refused = cloud.anonymous(method, uri).await;
        assert_eq!(refusal(&refused), (403, "AccessDenied".into()), "{uri}");
    }
}

#[tokio::test]
async fn that_a_key_is_absent_is_told_to_those_who_may_list() {
    let cloud = Cloud::with_site().await;
    open_to_everyone(&cloud).await;
    assert_eq!(refusal(&cloud.get("/site/a").await), (404, "NoSuchKey".into()));
    let stranger = cloud.anonymous(Method::GET, "/site/a").await;
    assert_eq!(refusal(&stranger), (403, "AccessDenied".into()));
}

#[tokio::test]
async fn turning_restriction_on_shuts_a_public_bucket() {
    let cloud = Cloud::with_site().await;
    cloud.put("/site/a", "hello").await;
    open_to_everyone(&cloud).await;
    let restrict = "<PublicAccessBlockConfiguration><RestrictPublicBuckets>true\
                    </RestrictPublicBuckets></PublicAccessBlockConfiguration>";
    cloud.put("/site?publicAccessBlock", restrict).await;
    assert_eq!(cloud.anonymous(Method::GET, "/site/a").await.status(), 403);
    assert_eq!(cloud.delete("/site?publicAccessBlock").await.status(), 204);
    assert_eq!(cloud.anonymous(Method::GET, "/site/a").await.status(), 200);
    let gone = cloud.get("/site?publicAccessBlock").await;
    assert_eq!(refusal(&gone), (404, "NoSuchPublicAccessBlockConfiguration".into()));
}

#[tokio::test]
async fn the_wrong_region_is_told_the_right_one() {
    let cloud = Cloud::with_site().await;
    let from = |method, uri| by(OWNER, "us-east-1", call(method, uri, ""));
    let refused = cloud.send(from(Method::GET, "/site?list-type=2")).await;
    assert_eq!(refusal(&refused), (400, "AuthorizationHeaderMalformed".into()));
    assert_eq!(all(&refused, "Region"), [REGION]);
    let head = cloud.send(from(Method::HEAD, "/site")).await;
    assert_eq!((head.status().as_u16(), header(&head, "x-amz-bucket-region")), (301, Some(REGION)));
    assert_eq!(cloud.send(from(Method::GET, "/site?location")).await.status(), 200);
}

#[tokio::test]
async fn a_stranger_is_refused() {
    let cloud = Cloud::with_site().await;
    let head = by("222222222222", REGION, call(Method::HEAD, "/site", ""));
    assert_eq!(cloud.send(head).await.status(), 403);
    let delete = by("222222222222", REGION, call(Method::DELETE, "/site", ""));
    assert_eq!(refusal(&cloud.send(delete).await), (403, "AccessDenied".into()));

    cloud.put("/site/a", "hello").await;
    let body = "<Delete><Object><Key>a</Key></Object></Delete>";
    let many = cloud.send(by("222222222222", REGION, delete_objects(body))).await;
    assert_eq!(refusal(&many), (200, "AccessDenied".into()));
    assert_eq!(cloud.get("/site/a").await.status(), 200);
}

#[tokio::test]
async fn the_expected_owner_must_be_the_owner() {
    let cloud = Cloud::with_site().await;
    let expecting =
        |owner| with(call(Method::HEAD, "/site", ""), "x-amz-expected-bucket-owner", owner);
    assert_eq!(cloud.send(expecting(OWNER)).await.status(), 200);
    assert_eq!(cloud.send(expecting("222222222222")).await.status(), 403);
}
