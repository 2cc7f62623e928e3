//! How S3 is reached: the hosts, signatures and body codings of its clients.

use serde_json::json;

use crate::{
    client::Request,
    cloud::{Cloud, Folder},
};

const ACCOUNT: &str = "123456789012";

pub(crate) fn s3(method: &str, target: &str) -> Request {
    Request::new(method, target).signed(ACCOUNT, "s3")
}

/// Creates the bucket `my-bucket`.
pub(crate) async fn create_bucket(cloud: &Cloud) {
    let place = "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint>\
                 </CreateBucketConfiguration>";
    let reply = s3("PUT", "/my-bucket").body(place).send(cloud.port).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

async fn read(cloud: &Cloud, target: &str) -> String {
    s3("GET", target).send(cloud.port).await.text().to_owned()
}

#[tokio::test]
async fn a_chunked_body_is_stored_as_it_was_meant() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    create_bucket(&cloud).await;
    let put = |checksum: &str| {
        let body = format!("7\r\nmysfits\r\n0\r\nx-amz-checksum-crc32:{checksum}\r\n\r\n");
        s3("PUT", "/my-bucket/key")
            .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
            .header("x-amz-decoded-content-length", "7")
            .header("x-amz-trailer", "x-amz-checksum-crc32")
            .header("content-encoding", "aws-chunked")
            .body(body)
    };
    let wrong = put("AAAAAA==").send(cloud.port).await;
    assert_eq!(wrong.status, 400, "{}", wrong.text());
    let right = put("PkbwSQ==").send(cloud.port).await;
    assert_eq!(right.status, 200, "{}", right.text());
    assert_eq!(read(&cloud, "/my-bucket/key").await, "mysfits");
    let broken = put("PkbwSQ==").body("7\r\nmys").send(cloud.port).await;
    assert!(broken.text().contains("<Code>IncompleteBody</Code>"), "{}", broken.text());
}

#[tokio::test]
async fn a_head_has_the_length_and_no_body() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    create_bucket(&cloud).await;
    s3("PUT", "/my-bucket/key").body("mysfits").send(cloud.port).await;
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", cloud.port)).await.unwrap();
    for _ in 0..2 {
        let reply = s3("HEAD", "/my-bucket/key").send_on(&mut stream).await;
        assert_eq!((reply.status, reply.header("content-length")), (200, Some("7")));
        assert!(reply.body.is_empty());
    }
}

#[tokio::test]
async fn a_bucket_may_stand_in_the_host() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    create_bucket(&cloud).await;
    for host in ["my-bucket.localhost", "my-bucket.s3.localhost:4566"] {
        let put = s3("PUT", "/a%20b").body(host);
        let put = put.header("Host", host).signed(ACCOUNT, "s3").send(cloud.port).await;
        assert_eq!(put.status, 200, "{}", put.text());
        assert_eq!(read(&cloud, "/my-bucket/a%20b").await, host);
    }
}

#[tokio::test]
async fn a_presigned_address_is_signed() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    create_bucket(&cloud).await;
    s3("PUT", "/my-bucket/key").body("mysfits").send(cloud.port).await;
    let anonymous = Request::new("GET", "/my-bucket/key").send(cloud.port).await;
    assert_eq!(anonymous.status, 403);
    let scope = format!("{ACCOUNT}%2F20260101%2Feu-west-1%2Fs3%2Faws4_request");
    let presigned = format!("/my-bucket/key?X-Amz-Credential={scope}&X-Amz-Signature=abc");
    let (year, month, day) = time::OffsetDateTime::now_utc().to_calendar_date();
    let today = format!("{year}{:02}{day:02}T000000Z", u8::from(month));
    let of_today = format!("{presigned}&X-Amz-Date={today}&X-Amz-Expires=172800");
    let reply = Request::new("GET", &of_today).send(cloud.port).await;
    assert_eq!((reply.status, reply.text()), (200, "mysfits"));
    for (times, status, words) in [
        ("&X-Amz-Date=20200101T000000Z&X-Amz-Expires=60", 403, "Request has expired"),
        ("", 400, "AuthorizationQueryParametersError"),
    ] {
        let reply = Request::new("GET", &format!("{presigned}{times}")).send(cloud.port).await;
        assert_eq!(reply.status, status);
        assert!(reply.text().contains(words), "{}", reply.text());
    }
}

#[tokio::test]
async fn a_signature_that_cannot_be_read_has_a_code_of_its_own() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let get = Request::new("GET", "/my-bucket").header("Authorization", "AWS4-HMAC-SHA256 x");
    let reply = get.send(cloud.port).await;
    assert_eq!(reply.status, 400);
    assert!(reply.text().contains("<Code>AuthorizationHeaderMalformed</Code>"));
}

#[tokio::test]
async fn faults_strike_s3_in_its_own_words() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    create_bucket(&cloud).await;
    cloud
        .put_faults(json!({"rules": [
            {"service": "s3", "operation": "PutObject", "kind": "throttle", "times": 1},
            {"service": "s3", "operation": "PutObject", "kind": "lose-answer", "times": 1},
        ]}))
        .await;
    let put = s3("PUT", "/my-bucket/key").body("mysfits");
    let throttled = put.send(cloud.port).await;
    assert_eq!(throttled.status, 503);
    assert!(throttled.text().contains("<Code>SlowDown</Code>"));
    assert_eq!(s3("HEAD", "/my-bucket/key").send(cloud.port).await.status, 404);
    assert!(put.try_send(cloud.port).await.is_none());
    assert_eq!(read(&cloud, "/my-bucket/key").await, "mysfits");
}

#[tokio::test]
async fn buckets_survive_a_restart_and_not_a_reset() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    create_bucket(&cloud).await;
    s3("PUT", "/my-bucket/key").body("mysfits").send(cloud.port).await;
    cloud.stop().await;
    let cloud = Cloud::start(&folder).await;
    assert_eq!(read(&cloud, "/my-bucket/key").await, "mysfits");
    assert_eq!(Request::new("POST", "/_local/reset").send(cloud.port).await.status, 200);
    assert_eq!(s3("HEAD", "/my-bucket").send(cloud.port).await.status, 404);
}
