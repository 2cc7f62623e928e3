//! The control calls.

use serde_json::json;

use crate::{
    client::Request,
    cloud::{Cloud, Folder},
    dynamodb::{create_table, list_tables},
};

const ACCOUNT: &str = "123456789012";

#[tokio::test]
async fn the_services_are_described() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let described = Request::new("GET", "/_local/services").send(cloud.port).await.json();
    let services = described["services"].as_array().unwrap();
    let ecs = services.iter().find(|service| service["service"] == "ecs").unwrap();
    assert_eq!(ecs["title"], "ECS on Fargate");
    assert!(ecs["operations"].as_array().unwrap().contains(&json!("RunTask")));
    for service in services {
        for text in ["real", "refused"] {
            assert!(service[text].as_str().is_some_and(|text| text.ends_with('.')), "{service}");
        }
    }
}

#[tokio::test]
async fn health_tells_who_serves() {
    let folder = Folder::new();
    let cloud = Cloud::start_at_pace(&folder, 0.5).await;
    let health = Request::new("GET", "/_local/health").send(cloud.port).await.json();
    assert_eq!(health["service"], "mysfits-local");
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(health["build"], "test");
    assert_eq!(health["pid"], std::process::id());
    assert_eq!(health["port"], cloud.port);
    assert_eq!(health["pace"], 0.5);
    assert_eq!(health["folder"], folder.path().to_str().unwrap());
}

#[tokio::test]
async fn stop_answers_and_ends() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let reply = Request::new("POST", "/_local/stop").send(cloud.port).await;
    assert_eq!(reply.status, 200);
    cloud.ended().await;
}

#[tokio::test]
async fn an_unknown_call_is_named() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let reply = Request::new("GET", "/_local/nothing").send(cloud.port).await;
    assert_eq!(reply.status, 404);
    assert!(reply.text().contains("GET /_local/nothing"));
}

#[tokio::test]
async fn the_request_log_tells_who_asked_for_what() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    Request::who_am_i(ACCOUNT).send(cloud.port).await;
    create_table("Table").send(cloud.port).await;
    create_table("Table").send(cloud.port).await;
    let requests = cloud.requests().await;
    assert_eq!(
        requests,
        [
            json!({"id": 1, "account": ACCOUNT, "region": "eu-west-1", "service": "sts",
                "operation": "GetCallerIdentity", "mutating": false, "status": 200,
                "code": null, "fault": null}),
            json!({"id": 2, "account": ACCOUNT, "region": "eu-west-1", "service": "dynamodb",
                "operation": "CreateTable", "mutating": true, "status": 200,
                "code": null, "fault": null}),
            json!({"id": 3, "account": ACCOUNT, "region": "eu-west-1", "service": "dynamodb",
                "operation": "CreateTable", "mutating": true, "status": 400,
                "code": "ResourceInUseException", "fault": null}),
        ]
    );
    let since = Request::new("GET", "/_local/requests?since=2").send(cloud.port).await.json();
    assert_eq!(since["requests"], json!([requests[2]]));
    let bad = Request::new("GET", "/_local/requests?since=x").send(cloud.port).await;
    assert_eq!(bad.status, 400);
    Request::new("DELETE", "/_local/requests").send(cloud.port).await;
    assert!(cloud.requests().await.is_empty());
}

#[tokio::test]
async fn reset_forgets_everything() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    create_table("Table").send(cloud.port).await;
    cloud.put_faults(json!({"rules": [{"operation": "ListTables", "kind": "throttle"}]})).await;
    let reply = Request::new("POST", "/_local/reset").send(cloud.port).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert!(cloud.requests().await.is_empty());
    let tables = list_tables().send(cloud.port).await.json();
    assert_eq!(tables, json!({"TableNames": []}));
}

#[tokio::test]
async fn a_reset_waits_for_running_calls() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let port = cloud.port;
    let calls: Vec<_> = (0..20)
        .map(|number| {
            tokio::spawn(
                async move { create_table(&format!("Table{number}")).send(port).await.status },
            )
        })
        .collect();
    for _ in 0..5 {
        let reply = Request::new("POST", "/_local/reset").send(port).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
    for call in calls {
        assert_eq!(call.await.unwrap(), 200);
    }
}
