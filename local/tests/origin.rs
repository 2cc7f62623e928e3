//! A web page in the user's browser cannot drive the local cloud.

use serde_json::json;

use crate::{
    client::Request,
    cloud::{Cloud, Folder},
};

const ACCOUNT: &str = "123456789012";

#[tokio::test]
async fn dns_rebinding_is_refused_everywhere() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    for request in [
        Request::new("GET", "/_local/health"),
        Request::new("POST", "/_local/stop"),
        Request::new("GET", "/_website/bucket/"),
        Request::who_am_i(ACCOUNT),
        Request::new("GET", "/bucket/key"),
    ] {
        let reply = request.clone().header("Host", "evil.example:4566").send(cloud.port).await;
        assert_eq!(reply.status, 403, "{request:?}");
    }
    let absolute = Request::new("GET", "http://evil.example/_local/health");
    assert_eq!(absolute.send(cloud.port).await.status, 403);
    assert!(cloud.requests().await.is_empty());
}

#[tokio::test]
async fn a_page_is_refused_also_by_preflight() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    for (name, value) in
        [("Origin", "http://localhost:3000"), ("Origin", "null"), ("Sec-Fetch-Site", "same-origin")]
    {
        for request in [
            Request::new("POST", "/_local/stop"),
            Request::new("OPTIONS", "/_local/faults"),
            Request::who_am_i(ACCOUNT),
            Request::new("PUT", "/bucket"),
        ] {
            let reply = request.clone().header(name, value).send(cloud.port).await;
            assert_eq!(reply.status, 403, "{name}: {value} with {request:?}");
            assert_eq!(reply.header("access-control-allow-origin"), None);
        }
    }
    assert_eq!(Request::new("GET", "/_local/health").send(cloud.port).await.status, 200);
}

#[tokio::test]
async fn a_refusal_speaks_the_protocol_of_its_service() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let list = Request::json("dynamodb", "DynamoDB_20120810.ListTables", ACCOUNT, &json!({}));
    let reply = list.header("Origin", "null").send(cloud.port).await;
    assert_eq!((reply.status, reply.code().as_str()), (403, "AccessDenied"));
    let reply = Request::who_am_i(ACCOUNT).header("Origin", "null").send(cloud.port).await;
    assert!(reply.text().contains("<Code>AccessDenied</Code>"), "{}", reply.text());
}

#[tokio::test]
async fn every_loopback_name_is_answered() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    for host in ["localhost", "127.0.0.1", "[::1]", "dynamodb.localhost"] {
        let host = format!("{host}:{}", cloud.port);
        let health = Request::new("GET", "/_local/health").header("Host", &host);
        assert_eq!(health.send(cloud.port).await.status, 200, "{host}");
    }
}
