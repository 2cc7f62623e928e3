//! Websites, by host and by path.

use serde_json::json;

use crate::{
    client::Request,
    cloud::{Cloud, Folder},
    s3::{create_bucket, s3},
};

/// Starts a cloud with a public website in the bucket `my-bucket`.
async fn with_website(folder: &Folder) -> Cloud {
    let cloud = Cloud::start(folder).await;
    create_bucket(&cloud).await;
    let open = "<PublicAccessBlockConfiguration><BlockPublicPolicy>false</BlockPublicPolicy>\
                <RestrictPublicBuckets>false</RestrictPublicBuckets>\
                </PublicAccessBlockConfiguration>";
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::my-bucket/*"}]});
    let website = "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix>\
                   </IndexDocument></WebsiteConfiguration>";
    for (target, body) in [
        ("/my-bucket?publicAccessBlock", open.to_owned()),
        ("/my-bucket?policy", policy.to_string()),
        ("/my-bucket?website", website.to_owned()),
        ("/my-bucket/index.html", "the mysfits".to_owned()),
    ] {
        let reply = s3("PUT", target).body(body).send(cloud.port).await;
        assert!(reply.status < 300, "{target}: {}", reply.text());
    }
    cloud
}

#[tokio::test]
async fn a_browser_reads_it_by_host_and_by_path() {
    let folder = Folder::new();
    let cloud = with_website(&folder).await;
    let by_host = Request::new("GET", "/").header("Host", "my-bucket.s3-website.localhost:4566");
    let by_path = Request::new("GET", "/_website/my-bucket/index.html?x=y");
    for request in [by_host, by_path] {
        let request = request.header("Sec-Fetch-Site", "cross-site").header("Origin", "null");
        let reply = request.send(cloud.port).await;
        assert_eq!((reply.status, reply.text()), (200, "the mysfits"));
    }
}

#[tokio::test]
async fn a_path_without_its_slash_is_sent_on() {
    let folder = Folder::new();
    let cloud = with_website(&folder).await;
    let reply = Request::new("GET", "/_website/my-bucket").send(cloud.port).await;
    assert_eq!((reply.status, reply.header("location")), (302, Some("/_website/my-bucket/")));
}

#[tokio::test]
async fn it_can_only_be_read() {
    let folder = Folder::new();
    let cloud = with_website(&folder).await;
    for method in ["POST", "PUT", "DELETE"] {
        let request = s3(method, "/_website/my-bucket/index.html");
        assert_eq!(request.send(cloud.port).await.status, 405, "{method}");
    }
    let page = Request::new("GET", "/_website/my-bucket/").send(cloud.port).await;
    assert_eq!(page.text(), "the mysfits");
}

#[tokio::test]
async fn control_is_no_page_of_it() {
    let folder = Folder::new();
    let cloud = with_website(&folder).await;
    let stop = Request::new("POST", "/_local/stop");
    let reply = stop.header("Host", "my-bucket.s3-website.localhost").send(cloud.port).await;
    assert_eq!(reply.status, 405);
    assert_eq!(Request::new("GET", "/_local/health").send(cloud.port).await.status, 200);
}
