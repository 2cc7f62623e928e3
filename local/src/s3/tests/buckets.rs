//! Buckets and their settings.

use super::*;

#[tokio::test]
async fn a_bucket_is_made_found_and_deleted() {
    let cloud = Cloud::with_site().await;
    let head = cloud.send(call(Method::HEAD, "/site", "")).await;
    assert_eq!((head.status().as_u16(), header(&head, "x-amz-bucket-region")), (200, Some(REGION)));
    assert!(text(&cloud.get("/site?location").await).contains(">eu-west-1</LocationConstraint>"));
    assert_eq!(all(&cloud.get("/").await, "Name"), ["site"]);

    let again = "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint>\
                 </CreateBucketConfiguration>";
    let refused = cloud.put("/site", again).await;
    assert_eq!(refusal(&refused), (409, "BucketAlreadyOwnedByYou".into()));
    let stranger = by("222222222222", REGION, call(Method::PUT, "/site", again));
    assert_eq!(refusal(&cloud.send(stranger).await), (409, "BucketAlreadyExists".into()));

    assert_eq!(cloud.delete("/site").await.status(), 204);
    let head = cloud.send(call(Method::HEAD, "/site", "")).await;
    assert_eq!((head.status().as_u16(), head.body().len()), (404, 0));
    assert_eq!(refusal(&cloud.delete("/site").await), (404, "NoSuchBucket".into()));
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let mut cloud = Cloud::with_site().await;
    cloud.put("/site/docs/a.txt", "hello").await;
    open_to_everyone(&cloud).await;
    let before = text(&cloud.get("/site?list-type=2").await);
    cloud.restart();
    assert_eq!(text(&cloud.get("/site?list-type=2").await), before);
    assert_eq!(text(&cloud.get("/site/docs/a.txt").await), "hello");
    assert_eq!(cloud.anonymous(Method::GET, "/site/docs/a.txt").await.status(), 200);
}

#[tokio::test]
async fn a_restart_sweeps_away_what_a_killed_request_left() {
    let mut cloud = Cloud::with_site().await;
    cloud.put("/site/a", "hello").await;
    fs::write(cloud.folder.join("site/bodies/orphan"), "x").unwrap();
    fs::create_dir_all(cloud.folder.join("half-made/bodies")).unwrap();
    cloud.restart();
    assert_eq!(cloud.bodies(), 1);
    assert!(!cloud.folder.join("half-made").exists());
    assert_eq!(text(&cloud.get("/site/a").await), "hello");
}

#[tokio::test]
async fn damaged_state_is_an_error_and_stays() {
    let cloud = Cloud::with_site().await;
    fs::write(cloud.folder.join("site/bucket.json"), "{ no").unwrap();
    let error = S3::open(&cloud.folder, Pace::new(0.0).unwrap()).unwrap_err();
    assert!(error.to_string().contains("bucket.json"));
    assert_eq!(fs::read_to_string(cloud.folder.join("site/bucket.json")).unwrap(), "{ no");
}

#[tokio::test]
async fn tags_come_with_the_bucket_or_later() {
    let cloud = Cloud::start();
    let body = "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint>\
                <Tags><Tag><Key>mysfits:lab</Key><Value>x</Value></Tag></Tags>\
                </CreateBucketConfiguration>";
    cloud.put("/site", body).await;
    assert_eq!(all(&cloud.get("/site?tagging").await, "Key"), ["mysfits:lab"]);
    let place = crate::place::Place::named(OWNER, REGION);
    let tagged = cloud.s3.tagged(&place);
    assert_eq!(tagged[0].arn, "arn:aws:s3:::site");
    let elsewhere = crate::place::Place::named(OWNER, "us-east-1");
    assert!(cloud.s3.tagged(&elsewhere).is_empty());

    assert_eq!(cloud.delete("/site?tagging").await.status(), 204);
    assert_eq!(refusal(&cloud.get("/site?tagging").await), (404, "NoSuchTagSet".into()));
    assert!(cloud.s3.tagged(&place).is_empty());
}

#[tokio::test]
async fn a_new_bucket_has_the_settings_of_today() {
    let cloud = Cloud::with_site().await;
    assert_eq!(text(&cloud.get("/site?publicAccessBlock").await).matches(">true<").count(), 4);
    let ownership = cloud.get("/site?ownershipControls").await;
    assert_eq!(all(&ownership, "ObjectOwnership"), ["BucketOwnerEnforced"]);
    assert_eq!(all(&cloud.get("/site?encryption").await, "SSEAlgorithm"), ["AES256"]);
    for (setting, code) in [
        ("policy", "NoSuchBucketPolicy"),
        ("policyStatus", "NoSuchBucketPolicy"),
        ("website", "NoSuchWebsiteConfiguration"),
        ("tagging", "NoSuchTagSet"),
        ("cors", "NoSuchCORSConfiguration"),
    ] {
        assert_eq!(refusal(&cloud.get(&format!("/site?{setting}")).await), (404, code.into()));
    }
    assert!(all(&cloud.get("/site?versioning").await, "Status").is_empty());
}

#[tokio::test]
async fn what_is_not_here_says_so() {
    let cloud = Cloud::with_site().await;
    assert_eq!(refusal(&cloud.get("/site?analytics").await), (501, "NotImplemented".into()));
    assert_eq!(refusal(&cloud.delete("/site?cors").await), (501, "NotImplemented".into()));
    assert!(cloud.s3.operation(&call(Method::GET, "/site?analytics", "")).is_none());
    let put = cloud.s3.operation(&call(Method::PUT, "/site/a", "")).unwrap();
    assert_eq!((put.name.as_str(), put.mutating), ("PutObject", true));
}

#[tokio::test]
async fn buckets_are_listed_page_by_page() {
    let cloud = Cloud::start();
    for name in ["aaa", "aab", "bbb"] {
        let create = call(Method::PUT, &format!("/{name}"), "");
        cloud.send(by(OWNER, "us-east-1", create)).await;
    }
    let page = cloud.get("/?max-buckets=1&prefix=aa").await;
    assert_eq!(all(&page, "Name"), ["aaa"]);
    let token = all(&page, "ContinuationToken").remove(0);
    let page = cloud.get(&format!("/?max-buckets=1&prefix=aa&continuation-token={token}")).await;
    assert_eq!(all(&page, "Name"), ["aab"]);
    assert!(all(&page, "ContinuationToken").is_empty());
    let of_stranger = by("222222222222", REGION, call(Method::GET, "/", ""));
    assert!(all(&cloud.send(of_stranger).await, "Name").is_empty());
}
