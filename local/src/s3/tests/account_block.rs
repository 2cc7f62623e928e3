//! Block Public Access of an account, above that of its buckets.

use super::*;

const PATH: &str = "/v20180820/configuration/publicAccessBlock";
const OPEN: &str = "<PublicAccessBlockConfiguration/>";
fn all_on() -> String {
    let names =
        ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
    let switches = names.map(|name| format!("<{name}>true</{name}>")).concat();
    format!("<PublicAccessBlockConfiguration>{switches}</PublicAccessBlockConfiguration>")
}

/// A request about an account, as S3 Control's clients send it.
fn about(account: &str, method: Method, path: &str, body: &str) -> Call {
    with(call(method, path, body), "x-amz-account-id", account)
}

async fn with_public_site() -> Cloud {
    let cloud = Cloud::with_site().await;
    assert_eq!(cloud.put("/site?publicAccessBlock", OPEN).await.status(), 200);
    assert_eq!(cloud.put("/site?policy", PUBLIC).await.status(), 204);
    assert_eq!(cloud.put("/site/page", "hello").await.status(), 200);
    assert_eq!(cloud.anonymous(Method::GET, "/site/page").await.status(), 200);
    cloud
}

#[tokio::test]
async fn the_account_has_none_until_it_is_set() {
    let cloud = Cloud::start();
    let get = || about(OWNER, Method::GET, PATH, "");
    let absent = cloud.send(get()).await;
    assert_eq!(absent.status(), 404);
    assert!(text(&absent).contains("NoSuchPublicAccessBlockConfiguration"));
    assert_eq!(cloud.send(about(OWNER, Method::PUT, PATH, &all_on())).await.status(), 200);
    let there = cloud.send(get()).await;
    assert!(text(&there).contains("<BlockPublicPolicy>true</BlockPublicPolicy>"));
    // Some clients put the account before the path, from the name of the host.
    let before = format!("/{OWNER}{PATH}");
    assert_eq!(cloud.send(about(OWNER, Method::GET, &before, "")).await.status(), 200);
    assert_eq!(cloud.send(about(OWNER, Method::DELETE, PATH, "")).await.status(), 204);
    assert_eq!(cloud.send(get()).await.status(), 404);
}

#[tokio::test]
async fn it_is_nobody_elses() {
    let cloud = Cloud::start();
    let other = about("222222222222", Method::PUT, PATH, &all_on());
    assert_eq!(cloud.send(other).await.status(), 403);
    // Without the header it is an object of a bucket.
    assert_eq!(cloud.get(PATH).await.status(), 404);
}

#[tokio::test]
async fn it_blocks_policies_and_visitors_of_every_bucket() {
    let mut cloud = with_public_site().await;
    assert_eq!(cloud.send(about(OWNER, Method::PUT, PATH, &all_on())).await.status(), 200);
    for _ in 0..2 {
        assert_eq!(cloud.anonymous(Method::GET, "/site/page").await.status(), 403);
        let refused = cloud.put("/site?policy", PUBLIC).await;
        assert_eq!(refused.status(), 403);
        assert!(text(&refused).contains("BlockPublicPolicy"));
        assert_eq!(cloud.get("/site/page").await.status(), 200);
        // It is kept.
        cloud.restart();
    }
    assert_eq!(cloud.send(about(OWNER, Method::DELETE, PATH, "")).await.status(), 204);
    assert_eq!(cloud.anonymous(Method::GET, "/site/page").await.status(), 200);
    assert_eq!(cloud.put("/site?policy", PUBLIC).await.status(), 204);
}

#[tokio::test]
async fn a_new_bucket_has_it_too() {
    let cloud = Cloud::start();
    assert_eq!(cloud.send(about(OWNER, Method::PUT, PATH, &all_on())).await.status(), 200);
    let location = "<CreateBucketConfiguration><LocationConstraint>eu-west-1\
                    </LocationConstraint></CreateBucketConfiguration>";
    assert_eq!(cloud.put("/site", location).await.status(), 200);
    assert_eq!(cloud.put("/site?publicAccessBlock", OPEN).await.status(), 200);
    assert_eq!(cloud.put("/site?policy", PUBLIC).await.status(), 403);
}
