//! What holds for every path: methods, CORS, ids, errors.

use crate::{client::send, cloud::Cloud, service::Service};

#[tokio::test]
async fn the_health_check_does_not_ask_the_table() {
    let cloud = Cloud::with_mysfits().await;
    let service = Service::start(&cloud).await;
    cloud.fault(serde_json::json!({ "service": "dynamodb", "kind": "hang" })).await;
    let reply = service.get("/").await;
    assert_eq!(reply.status, 200);
    assert!(reply.message().contains("Try /mysfits instead."));
    let head = service.send("HEAD /", &[]).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[tokio::test]
async fn unknown_paths_and_methods() {
    let cloud = Cloud::with_mysfits().await;
    let service = Service::start(&cloud).await;
    for path in ["/nothing", "/mysfits/", "/mysfits/1/", "/mysfits/1/like/", "/mysfits/1/hug"] {
        let reply = service.get(path).await;
        assert_eq!(reply.status, 404, "{path}");
        assert_eq!(reply.header("content-type"), Some("application/json"));
        assert!(!reply.message().is_empty());
    }
    for (request, allow) in [
        ("POST /mysfits", "GET,HEAD"),
        ("DELETE /mysfits/1", "GET,HEAD"),
        ("GET /mysfits/1/like", "POST"),
        ("PUT /mysfits/1/adopt", "POST"),
    ] {
        let reply = service.send(request, &[]).await;
        assert_eq!((reply.status, reply.header("allow")), (405, Some(allow)), "{request}");
        assert!(!reply.message().is_empty());
    }
    assert_eq!(service.get("/mysfits/%FF").await.status, 400);
}

#[tokio::test]
async fn every_answer_can_be_read_from_another_origin() {
    let cloud = Cloud::with_mysfits().await;
    let service = Service::start(&cloud).await;
    let origin = [("Origin", "http://site.example")];
    for request in ["GET /", "GET /mysfits", "GET /nothing", "PUT /mysfits", "POST /mysfits/1/like"]
    {
        let reply = service.send(request, &origin).await;
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "{request}");
        let exposed = reply.header("access-control-expose-headers").unwrap();
        assert_eq!(exposed, "x-request-id,x-amzn-requestid,x-amz-apigw-id", "{request}");
    }
    let large = [("Content-Length", "1000000"), ("Expect", "100-continue")];
    let refused = service.send("POST /mysfits/1/like", &large).await;
    assert_eq!(refused.status, 413);
    assert_eq!(refused.header("access-control-allow-origin"), Some("*"));
}

#[tokio::test]
async fn a_preflight_is_answered() {
    let cloud = Cloud::with_mysfits().await;
    let service = Service::start(&cloud).await;
    let asked = [
        ("Origin", "http://site.example"),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "authorization,content-type"),
    ];
    let reply = service.send("OPTIONS /mysfits/1/like", &asked).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert!(reply.header("access-control-allow-methods").unwrap().contains("POST"));
    let headers = reply.header("access-control-allow-headers").unwrap();
    assert!(headers.contains("authorization") && headers.contains("content-type"), "{headers}");
}

#[tokio::test]
async fn a_request_has_an_id_and_a_line_in_the_log() {
    let cloud = Cloud::with_mysfits().await;
    let mut service = Service::start(&cloud).await;
    let with_id = [("X-Request-Id", "abc-1"), ("Authorization", "Bearer secret-token")];
    let reply = service.send("GET /mysfits?filter=GoodEvil&value=Good", &with_id).await;
    assert_eq!(reply.header("x-request-id"), Some("abc-1"));
    let line = service.line().await.unwrap();
    assert_eq!(line["request_id"], "abc-1");
    assert_eq!((&line["method"], &line["path"]), (&"GET".into(), &"/mysfits".into()));
    assert_eq!((&line["level"], &line["status"]), (&"info".into(), &200.into()));
    assert!(line["milliseconds"].as_f64().unwrap() > 0.0);
    assert!(!line.to_string().contains("secret-token") && !line.to_string().contains("Good"));

    let made = service.get("/nothing").await;
    let line = service.line().await.unwrap();
    assert_eq!(made.header("x-request-id"), line["request_id"].as_str());
    assert_eq!(line["status"], 404);
}

#[tokio::test]
async fn good_health_checks_do_not_fill_the_log() {
    let cloud = Cloud::with_mysfits().await;
    let mut service = Service::start(&cloud).await;
    service.send("GET /", &[("User-Agent", "ELB-HealthChecker/2.0")]).await;
    service.send("GET /", &[("X-Request-Id", "seen")]).await;
    assert_eq!(service.line().await.unwrap()["request_id"], "seen");
}

#[tokio::test]
async fn a_small_body_is_no_trouble() {
    let cloud = Cloud::with_mysfits().await;
    let service = Service::start(&cloud).await;
    let path = "POST /mysfits/2b473002-36f8-4b87-954e-9a377e0ccbec/like";
    let reply = send(service.port, path, &[("Content-Type", "application/json")], "{}").await;
    assert_eq!(reply.status, 200, "{}", reply.body);
}
