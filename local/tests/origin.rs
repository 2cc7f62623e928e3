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
async fn a_link_is_refused() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let typed = |path: &str| {
        let request = Request::new("GET", path).header("Sec-Fetch-Site", "none");
        request.header("Sec-Fetch-Mode", "navigate").header("Sec-Fetch-Dest", "document")
    };
    let presigned = |service: &str| {
        let scope = format!("key%2F20260101%2Feu-west-1%2F{service}%2Faws4_request");
        format!("X-Amz-Credential={scope}&X-Amz-Signature=a")
    };
    let stack = format!("/?Action=DeleteStack&StackName=x&Version=2010-05-15&{}", {
        presigned("cloudformation")
    });
    let mail = Request::new("GET", "/_local/mail").header("Referer", "http://evil.example/");
    for request in [typed(&stack), typed("/_local/requests"), mail] {
        assert_eq!(request.send(cloud.port).await.status, 403, "{request:?}");
    }
    assert_eq!(typed("/_local/mail.html").send(cloud.port).await.status, 200);
    let object = typed(&format!("/none/key?{}", presigned("s3"))).send(cloud.port).await;
    assert_eq!(object.status, 400, "S3 has looked at it: {}", object.text());
}

#[tokio::test]
async fn a_query_changes_by_post_only() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let get = async |service: &str, query: &str| {
        let request = Request::new("GET", &format!("/?{query}")).signed(ACCOUNT, service);
        request.send(cloud.port).await
    };
    for (service, query) in [
        ("cloudformation", "Action=DeleteStack&StackName=x&Version=2010-05-15"),
        ("ec2", "Action=CreateVpc&CidrBlock=10.0.0.0/16&Version=2016-11-15"),
        ("iam", "Action=DeleteRole&RoleName=x&Version=2010-05-08"),
        ("elasticloadbalancing", "Action=DeleteLoadBalancer&LoadBalancerArn=x&Version=2015-12-01"),
    ] {
        let reply = get(service, query).await;
        assert_eq!(reply.status, 405, "{service}");
        assert_eq!(reply.element("Code"), "MethodNotAllowed");
    }
    let look = get("ec2", "Action=DescribeVpcs&Version=2016-11-15").await;
    assert_eq!((look.status, look.text().contains("10.0.0.0/16")), (200, false));
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
