//! What the backend answers when DynamoDB does not do its part.

use serde_json::json;
use tokio::net::TcpListener;

use crate::{
    cloud::Cloud,
    service::{Service, command},
};

const LIKE: &str = "/mysfits/2b473002-36f8-4b87-954e-9a377e0ccbec/like";

#[tokio::test]
async fn nothing_answers_at_the_endpoint() {
    let unused = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap();
    let service = Service::run(&mut command(&format!("http://{unused}"))).await;
    let reply = service.get("/mysfits").await;
    assert_eq!(reply.status, 502);
    assert!(reply.message().contains("cannot be reached"));
    assert_eq!(service.get("/").await.status, 200);
}

#[tokio::test]
async fn an_endpoint_that_hangs_is_not_waited_for() {
    let cloud = Cloud::with_mysfits().await;
    cloud.fault(json!({ "service": "dynamodb", "kind": "hang" })).await;
    let service = Service::start(&cloud).await;
    assert_eq!(service.get("/mysfits").await.status, 502);
}

#[tokio::test]
async fn a_short_shortage_is_waited_out() {
    let cloud = Cloud::with_mysfits().await;
    cloud.fault(json!({ "operation": "Scan", "kind": "throttle", "times": 2 })).await;
    let service = Service::start(&cloud).await;
    assert_eq!(service.get("/mysfits").await.status, 200);
}

#[tokio::test]
async fn a_lasting_shortage_is_said() {
    let cloud = Cloud::with_mysfits().await;
    for code in ["ThrottlingException", "ProvisionedThroughputExceededException"] {
        cloud.fault(json!({ "service": "dynamodb", "kind": "error", "code": code })).await;
        let service = Service::start(&cloud).await;
        for reply in [service.get("/mysfits").await, service.post(LIKE).await] {
            assert_eq!((reply.status, reply.header("retry-after")), (503, Some("1")));
            assert!(reply.message().contains("try again"));
        }
    }
}

/// A like whose answer was lost may have been counted; it is not sent again.
#[tokio::test]
async fn a_change_is_asked_for_once() {
    let cloud = Cloud::with_mysfits().await;
    cloud.fault(json!({ "operation": "UpdateItem", "kind": "lose-answer", "times": 1 })).await;
    let service = Service::start(&cloud).await;
    assert_eq!(service.post(LIKE).await.status, 502);
    assert_eq!(service.post(LIKE).await.json()["likes"], 2);
}

#[tokio::test]
async fn the_reason_is_in_the_log_and_not_in_the_answer() {
    let cloud = Cloud::with_mysfits().await;
    let rule = json!({ "service": "dynamodb", "kind": "error", "code": "AccessDeniedException",
        "message": "arn:aws:sts::123456789012:assumed-role/Task is not authorized" });
    cloud.fault(rule).await;
    let mut service = Service::start(&cloud).await;
    let reply = service.get("/mysfits").await;
    assert_eq!(reply.status, 502);
    assert!(!reply.body.contains("arn:"), "{}", reply.body);
    let line = service.line().await.unwrap();
    let reason = line["reason"].as_str().unwrap();
    assert!(reason.contains("AccessDeniedException") && reason.contains("arn:"), "{reason}");
}

/// `mysfits logs --request ID` finds all of them.
#[tokio::test]
async fn every_line_about_a_request_has_its_id() {
    let cloud = Cloud::with_mysfits().await;
    cloud.fault(json!({ "service": "dynamodb", "kind": "denied" })).await;
    let mut service = Service::start(&cloud).await;
    let reply = service.send("GET /mysfits", &[("X-Request-Id", "abc-1")]).await;
    assert_eq!((reply.status, reply.header("x-request-id")), (502, Some("abc-1")));
    for message in ["DynamoDB", "request"] {
        let line = service.line().await.unwrap();
        assert_eq!((&line["message"], &line["request_id"]), (&json!(message), &json!("abc-1")));
    }
}
