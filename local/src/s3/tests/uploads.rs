//! Multipart uploads.

use super::*;

const MEBIBYTE: usize = 1024 * 1024;

async fn begin(cloud: &Cloud) -> String {
    let begun = cloud.send(call(Method::POST, "/site/big?uploads", "")).await;
    all(&begun, "UploadId").remove(0)
}

async fn upload(cloud: &Cloud, id: &str, number: u32, body: &str) -> String {
    let uri = format!("/site/big?uploadId={id}&partNumber={number}");
    let answer = cloud.put(&uri, body).await;
    header(&answer, "etag").unwrap().to_owned()
}

async fn complete(cloud: &Cloud, id: &str, parts: &[(u32, &str)]) -> Answer {
    let part = |(n, etag): &(u32, &str)| {
        format!("<Part><PartNumber>{n}</PartNumber><ETag>{etag}</ETag></Part>")
    };
    let parts = parts.iter().map(part).collect::<Vec<_>>().concat();
    let body = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
    cloud.send(call(Method::POST, &format!("/site/big?uploadId={id}"), &body)).await
}

#[tokio::test]
async fn parts_become_one_object() {
    let mut cloud = Cloud::with_site().await;
    let id = begin(&cloud).await;
    let first = "a".repeat(5 * MEBIBYTE);
    let first_etag = upload(&cloud, &id, 1, &first).await;
    upload(&cloud, &id, 2, "replaced").await;
    let last_etag = upload(&cloud, &id, 2, "end").await;
    cloud.restart();
    let listed = cloud.get(&format!("/site/big?uploadId={id}")).await;
    assert_eq!(all(&listed, "PartNumber"), ["1", "2"]);

    let done = complete(&cloud, &id, &[(1, &first_etag), (2, &last_etag)]).await;
    assert!(all(&done, "ETag")[0].ends_with("-2&quot;"));
    let object = cloud.get("/site/big").await;
    assert_eq!(object.body().len(), first.len() + 3);
    assert!(object.body().ends_with(b"aend"));
    assert_eq!(cloud.bodies(), 1);
    let gone = complete(&cloud, &id, &[(1, &first_etag)]).await;
    assert_eq!(refusal(&gone), (404, "NoSuchUpload".into()));
}

#[tokio::test]
async fn small_parts_and_wrong_parts_are_refused() {
    let cloud = Cloud::with_site().await;
    let id = begin(&cloud).await;
    let (one, two) = (upload(&cloud, &id, 1, "one").await, upload(&cloud, &id, 2, "two").await);
    let small = complete(&cloud, &id, &[(1, &one), (2, &two)]).await;
    assert_eq!(refusal(&small), (400, "EntityTooSmall".into()));
    let wrong = complete(&cloud, &id, &[(1, &two)]).await;
    assert_eq!(refusal(&wrong), (400, "InvalidPart".into()));
    let order = complete(&cloud, &id, &[(2, &two), (1, &one)]).await;
    assert_eq!(refusal(&order), (400, "InvalidPartOrder".into()));
    assert_eq!(cloud.get("/site/big").await.status(), 404);
}

#[tokio::test]
async fn an_aborted_upload_leaves_nothing() {
    let cloud = Cloud::with_site().await;
    let id = begin(&cloud).await;
    upload(&cloud, &id, 1, "one").await;
    assert_eq!(all(&cloud.get("/site?uploads").await, "UploadId"), [id.as_str()]);
    assert_eq!(cloud.delete(&format!("/site/big?uploadId={id}")).await.status(), 204);
    assert!(all(&cloud.get("/site?uploads").await, "UploadId").is_empty());
    assert_eq!(cloud.bodies(), 0);
    let again = cloud.delete(&format!("/site/big?uploadId={id}")).await;
    assert_eq!(refusal(&again), (404, "NoSuchUpload".into()));
}

#[tokio::test]
async fn a_part_can_be_copied_from_an_object() {
    let cloud = Cloud::with_site().await;
    cloud.put("/site/source", "0123456789").await;
    let id = begin(&cloud).await;
    let uri = format!("/site/big?uploadId={id}&partNumber=1");
    let copy = with(call(Method::PUT, &uri, ""), "x-amz-copy-source", "site/source");
    let copied = cloud.send(with(copy, "x-amz-copy-source-range", "bytes=2-4")).await;
    let etag = all(&copied, "ETag").remove(0).replace("&quot;", "\"");
    assert_eq!(complete(&cloud, &id, &[(1, &etag)]).await.status(), 200);
    assert_eq!(text(&cloud.get("/site/big").await), "234");
}

#[tokio::test]
async fn unfinished_uploads_do_not_keep_a_bucket() {
    let cloud = Cloud::with_site().await;
    let id = begin(&cloud).await;
    upload(&cloud, &id, 1, "one").await;
    assert_eq!(cloud.delete("/site").await.status(), 204);
}
