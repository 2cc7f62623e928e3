//! Objects: written, read, copied, listed, deleted.

use super::*;

#[tokio::test]
async fn an_object_comes_back_as_it_was_put() {
    let cloud = Cloud::with_site().await;
    let mut put = call(Method::PUT, "/site/docs/a%20b.txt", "hello");
    for (name, value) in [
        ("content-type", "text/plain"),
        ("cache-control", "no-cache"),
        ("content-encoding", "aws-chunked"),
        ("x-amz-meta-who", "me"),
        ("x-amz-checksum-crc32", "NhCmhg=="),
    ] {
        put = with(put, name, value);
    }
    let answer = cloud.send(put).await;
    let etag = "\"5d41402abc4b2a76b9719d911017c592\"";
    assert_eq!(header(&answer, "etag"), Some(etag));
    assert_eq!(header(&answer, "x-amz-checksum-crc32"), Some("NhCmhg=="));

    let get = with(call(Method::GET, "/site/docs/a%20b.txt", ""), "x-amz-checksum-mode", "ENABLED");
    let answer = cloud.send(get).await;
    assert_eq!(text(&answer), "hello");
    for (name, value) in [
        ("content-type", "text/plain"),
        ("cache-control", "no-cache"),
        ("x-amz-meta-who", "me"),
        ("etag", etag),
        ("content-length", "5"),
        ("x-amz-checksum-crc32", "NhCmhg=="),
    ] {
        assert_eq!(header(&answer, name), Some(value), "{name}");
    }
    assert_eq!(header(&answer, "content-encoding"), None);
    assert_eq!(header(&answer, "x-amz-version-id"), None);

    let head = cloud.send(call(Method::HEAD, "/site/docs/a%20b.txt", "")).await;
    assert_eq!((header(&head, "content-length"), head.body().len()), (Some("5"), 0));
}

#[tokio::test]
async fn a_damaged_body_is_not_kept() {
    let cloud = Cloud::with_site().await;
    for (name, value) in
        [("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="), ("x-amz-checksum-sha256", "AAAA")]
    {
        let refused = cloud.send(with(call(Method::PUT, "/site/a", "hello"), name, value)).await;
        assert_eq!(refusal(&refused), (400, "BadDigest".into()));
    }
    assert_eq!((cloud.get("/site/a").await.status().as_u16(), cloud.bodies()), (404, 0));
}

#[tokio::test]
async fn conditions_and_ranges() {
    let cloud = Cloud::with_site().await;
    cloud.put("/site/a", "hello").await;
    let get = |name, value| with(call(Method::GET, "/site/a", ""), name, value);
    let etag = "\"5d41402abc4b2a76b9719d911017c592\"";
    let same = cloud.send(get("if-none-match", etag)).await;
    assert_eq!((same.status().as_u16(), same.body().len()), (304, 0));
    assert_eq!(cloud.send(get("if-match", "\"x\"")).await.status(), 412);
    let part = cloud.send(get("range", "bytes=1-2")).await;
    assert_eq!((part.status().as_u16(), text(&part).as_str()), (206, "el"));
    assert_eq!(header(&part, "content-range"), Some("bytes 1-2/5"));
    let beyond = cloud.send(get("range", "bytes=9-")).await;
    assert_eq!(refusal(&beyond), (416, "InvalidRange".into()));
}

#[tokio::test]
async fn a_put_may_insist_on_what_is_there() {
    let cloud = Cloud::with_site().await;
    let put = |name, value| with(call(Method::PUT, "/site/a", "hello"), name, value);
    assert_eq!(cloud.send(put("if-match", "\"x\"")).await.status(), 404);
    assert_eq!(cloud.send(put("if-none-match", "*")).await.status(), 200);
    assert_eq!(cloud.send(put("if-none-match", "*")).await.status(), 412);
    assert_eq!(cloud.send(put("if-match", "\"x\"")).await.status(), 412);
    assert_eq!(cloud.bodies(), 1);
}

#[tokio::test]
async fn headers_of_the_answer_can_be_asked_for_by_signed_callers() {
    let cloud = Cloud::with_site().await;
    cloud.put("/site/a", "hello").await;
    open_to_everyone(&cloud).await;
    let uri = "/site/a?response-content-type=text/csv";
    assert_eq!(header(&cloud.get(uri).await, "content-type"), Some("text/csv"));
    assert_eq!(cloud.anonymous(Method::GET, uri).await.status(), 400);
}

#[tokio::test]
async fn a_copy_takes_body_headers_and_tags() {
    let cloud = Cloud::with_site().await;
    let put = with(call(Method::PUT, "/site/a%20b", "hello"), "content-type", "text/plain");
    cloud.send(with(put, "x-amz-tagging", "k=v")).await;
    let copy = with(call(Method::PUT, "/site/c", ""), "x-amz-copy-source", "/site/a%20b");
    assert_eq!(all(&cloud.send(copy).await, "ETag").len(), 1);
    let copied = cloud.get("/site/c").await;
    assert_eq!(
        (text(&copied).as_str(), header(&copied, "content-type")),
        ("hello", Some("text/plain"))
    );
    assert_eq!(all(&cloud.get("/site/c?tagging").await, "Value"), ["v"]);
    let copy = with(call(Method::PUT, "/site/d", ""), "x-amz-copy-source", "/site/none");
    assert_eq!(refusal(&cloud.send(copy).await), (404, "NoSuchKey".into()));
}

#[tokio::test]
async fn object_tags_are_put_and_deleted() {
    let cloud = Cloud::with_site().await;
    cloud.put("/site/a", "hello").await;
    let tags = "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>";
    assert_eq!(cloud.put("/site/a?tagging", tags).await.status(), 200);
    assert_eq!(all(&cloud.get("/site/a?tagging").await, "Key"), ["k"]);
    assert_eq!(header(&cloud.get("/site/a").await, "x-amz-tagging-count"), Some("1"));
    assert_eq!(cloud.delete("/site/a?tagging").await.status(), 204);
    assert!(all(&cloud.get("/site/a?tagging").await, "Key").is_empty());
}

#[tokio::test]
async fn listings_page_and_roll_up() {
    let cloud = Cloud::with_site().await;
    for key in ["a", "docs/1", "docs/2", "img/1", "z%26"] {
        cloud.put(&format!("/site/{key}"), "x").await;
    }
    let first = cloud.get("/site?list-type=2&delimiter=/&max-keys=2").await;
    assert_eq!((all(&first, "Key"), all(&first, "KeyCount")), (vec!["a".into()], vec!["2".into()]));
    assert!(text(&first).contains("<CommonPrefixes><Prefix>docs/</Prefix></CommonPrefixes>"));
    let token = all(&first, "NextContinuationToken").remove(0);
    let uri = format!("/site?list-type=2&delimiter=/&max-keys=2&continuation-token={token}");
    let second = cloud.get(&uri).await;
    assert_eq!(all(&second, "Key"), ["z&amp;"]);
    assert_eq!(all(&second, "IsTruncated"), ["false"]);

    let old = cloud.get("/site?marker=docs/1&encoding-type=url").await;
    assert_eq!(all(&old, "Key"), ["docs/2", "img/1", "z%26"]);
    let bad = cloud.get("/site?list-type=2&continuation-token=%00").await;
    assert_eq!(refusal(&bad), (400, "InvalidArgument".into()));
}

#[tokio::test]
async fn deleting_takes_the_bodies_too() {
    let cloud = Cloud::with_site().await;
    for key in ["a", "b", " c&d "] {
        cloud.put(&format!("/site/{}", key.replace(' ', "%20").replace('&', "%26")), "x").await;
    }
    cloud.put("/site/a", "again").await;
    assert_eq!(cloud.bodies(), 3);
    assert_eq!(refusal(&cloud.delete("/site").await), (409, "BucketNotEmpty".into()));
    assert_eq!(cloud.delete("/site/a").await.status(), 204);
    assert_eq!(cloud.delete("/site/a").await.status(), 204);

    let body =
        "<Delete><Object><Key>b</Key></Object><Object><Key> c&amp;d </Key></Object></Delete>";
    let unguarded = cloud.send(call(Method::POST, "/site?delete", body)).await;
    assert_eq!(refusal(&unguarded), (400, "InvalidRequest".into()));
    let many = cloud.send(delete_objects(body)).await;
    assert_eq!(all(&many, "Key"), ["b", " c&amp;d "]);
    assert_eq!(cloud.bodies(), 0);
    assert_eq!(cloud.delete("/site").await.status(), 204);
}

#[tokio::test]
async fn no_key_leaves_the_folder() {
    let cloud = Cloud::with_site().await;
    for key in ["..%2F..%2Fescape", "%2Fetc%2Fx", "a/../../b"] {
        assert_eq!(cloud.put(&format!("/site/{key}"), "x").await.status(), 200);
    }
    assert_eq!(cloud.bodies(), 3);
    assert!(all(&cloud.get("/site?list-type=2").await, "Key").contains(&"../../escape".into()));
    assert_eq!(cloud.put("/..%2Fx", "").await.status(), 400);
}
