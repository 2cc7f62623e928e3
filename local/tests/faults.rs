//! Each kind of fault, as a client meets it.

use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::{
    client::{Request, receive},
    cloud::{Cloud, Folder},
    dynamodb::{create_table, list_tables},
    lab,
};

const ACCOUNT: &str = "123456789012";

async fn cloud_with(folder: &Folder, rule: Value) -> Cloud {
    let cloud = Cloud::start(folder).await;
    cloud.put_faults(json!({ "rules": [rule] })).await;
    cloud
}

async fn tables(cloud: &Cloud) -> Value {
    list_tables().send(cloud.port).await.json()["TableNames"].clone()
}

#[tokio::test]
async fn throttled_calls_are_not_carried_out() {
    let folder = Folder::new();
    let cloud =
        cloud_with(&folder, json!({"mutating": true, "kind": "throttle", "times": 1})).await;
    let reply = create_table("Table").send(cloud.port).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "ThrottlingException"));
    assert_eq!(tables(&cloud).await, json!([]));
    assert_eq!(create_table("Table").send(cloud.port).await.status, 200);
    assert_eq!(tables(&cloud).await, json!(["Table"]));
}

#[tokio::test]
async fn any_error_can_be_ordered() {
    let folder = Folder::new();
    let rule = json!({"service": "sts", "kind": "error", "code": "ExpiredToken", "status": 403,
        "message": "The security token included in the request is expired"});
    let cloud = cloud_with(&folder, rule).await;
    let reply = Request::who_am_i(ACCOUNT).send(cloud.port).await;
    assert_eq!(reply.status, 403);
    assert!(reply.text().contains("<Code>ExpiredToken</Code>"), "{}", reply.text());
    let logged = cloud.requests().await;
    assert_eq!(
        (&logged[0]["code"], &logged[0]["fault"]),
        (&json!("ExpiredToken"), &json!("error"))
    );
}

#[tokio::test]
async fn delayed_calls_are_carried_out() {
    let folder = Folder::new();
    let cloud = cloud_with(&folder, json!({"kind": "delay", "milliseconds": 30})).await;
    let begin = std::time::Instant::now();
    assert_eq!(Request::who_am_i(ACCOUNT).send(cloud.port).await.status, 200);
    assert!(begin.elapsed().as_millis() >= 30);
    assert_eq!(cloud.requests().await[0]["fault"], "delay");
}

#[tokio::test]
async fn a_lost_answer_leaves_the_work_done() {
    let folder = Folder::new();
    let rule = json!({"operation": "CreateTable", "kind": "lose-answer"});
    let cloud = cloud_with(&folder, rule).await;
    assert!(create_table("Table").try_send(cloud.port).await.is_none());
    assert_eq!(tables(&cloud).await, json!(["Table"]));
    let logged = &cloud.requests().await[0];
    assert_eq!((&logged["status"], &logged["fault"]), (&json!(200), &json!("lose-answer")));
}

#[tokio::test]
async fn a_hanging_call_is_carried_out_and_logged() {
    let folder = Folder::new();
    let cloud = cloud_with(&folder, json!({"operation": "CreateTable", "kind": "hang"})).await;
    let port = cloud.port;
    let hanging = tokio::spawn(async move { create_table("Table").try_send(port).await.is_none() });
    let logged = cloud.requests_reach(1).await;
    assert_eq!((&logged[0]["status"], &logged[0]["fault"]), (&json!(200), &json!("hang")));
    assert_eq!(tables(&cloud).await, json!(["Table"]));
    assert!(!hanging.is_finished());
    cloud.stop().await;
    assert!(hanging.await.unwrap(), "the stop ends the connection without an answer");
}

#[tokio::test]
async fn a_call_that_hangs_before_is_not_carried_out() {
    let folder = Folder::new();
    let cloud =
        cloud_with(&folder, json!({"operation": "CreateTable", "kind": "hang-before"})).await;
    let port = cloud.port;
    let hanging = tokio::spawn(async move { create_table("Table").try_send(port).await.is_none() });
    let logged = cloud.requests_reach(1).await;
    assert_eq!((&logged[0]["status"], &logged[0]["fault"]), (&json!(0), &json!("hang-before")));
    hanging.abort();
    assert_eq!(tables(&cloud).await, json!([]));
}

#[tokio::test]
async fn a_call_ends_also_when_its_client_goes_away() {
    let folder = Folder::new();
    let rule = json!({"operation": "CreateTable", "kind": "delay", "milliseconds": 20});
    let cloud = cloud_with(&folder, rule).await;
    let mut client = TcpStream::connect(("127.0.0.1", cloud.port)).await.unwrap();
    create_table("Table").write_to(&mut client).await;
    // What is answered now was sent later, so it has arrived.
    Request::who_am_i(ACCOUNT).send(cloud.port).await;
    drop(client);
    cloud.requests_reach(2).await;
    assert_eq!(tables(&cloud).await, json!(["Table"]));
}

#[tokio::test]
async fn a_denial_has_the_code_of_each_protocol() {
    let folder = Folder::new();
    let cloud = cloud_with(&folder, json!({"kind": "denied"})).await;
    for (request, status, code, action) in [
        (lab::ecs("ListClusters", &json!({})), 400, "AccessDeniedException", "ecs:ListClusters"),
        (lab::iam("Action=ListRoles"), 403, "AccessDenied", "iam:ListRoles"),
        (lab::ec2("Action=DescribeVpcs"), 403, "UnauthorizedOperation", "ec2:DescribeVpcs"),
        (lab::s3("GET", "/"), 403, "AccessDenied", "s3:ListBuckets"),
        (
            lab::apigateway("GET", "/restapis", &Value::Null),
            403,
            "AccessDeniedException",
            "apigateway:GetRestApis",
        ),
    ] {
        let reply = request.send(cloud.port).await;
        let text = reply.text();
        assert_eq!(reply.status, status, "{text}");
        let in_header = reply.header("x-amzn-errortype").unwrap_or_default();
        assert!(text.contains(code) || in_header == code, "{code} is not in {text}");
        let said = format!(
            "arn:aws:iam::{}:user/student is not authorized to perform: {action}",
            lab::ACCOUNT
        );
        assert!(text.contains(&said), "{text}");
    }
}

#[tokio::test]
async fn rules_are_got_as_put_and_deleted() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let plan = json!({"seed": 7, "rules": [{"service": "s3", "operation": "*", "kind": "throttle",
        "probability": 0.1, "skip": 2, "times": 3, "mutating": true}]});
    cloud.put_faults(plan.clone()).await;
    let get = Request::new("GET", "/_local/faults");
    assert_eq!(get.send(cloud.port).await.json(), plan);
    Request::new("DELETE", "/_local/faults").send(cloud.port).await;
    assert_eq!(get.send(cloud.port).await.json(), json!({"seed": 0, "rules": []}));
}

#[tokio::test]
async fn bad_rules_are_refused_by_name_and_change_nothing() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    for (body, named) in [
        ("{", "EOF"),
        (r#"{"rules": [{"kind": "explode"}]}"#, "explode"),
        (r#"{"rules": [{"kind": "throttle", "servise": "s3"}]}"#, "servise"),
        (r#"{"rule": []}"#, "rule"),
        (r#"{"rules": [{"kind": "delay"}]}"#, "milliseconds"),
    ] {
        let reply = Request::new("PUT", "/_local/faults").body(body).send(cloud.port).await;
        assert_eq!(reply.status, 400, "{body}");
        assert!(reply.text().contains(named), "{}", reply.text());
    }
    assert_eq!(Request::who_am_i(ACCOUNT).send(cloud.port).await.status, 200);
}

#[tokio::test]
async fn a_struck_connection_does_not_touch_others() {
    let folder = Folder::new();
    let rule = json!({"kind": "lose-answer", "times": 1});
    let cloud = cloud_with(&folder, rule).await;
    let mut other = TcpStream::connect(("127.0.0.1", cloud.port)).await.unwrap();
    assert!(Request::who_am_i(ACCOUNT).try_send(cloud.port).await.is_none());
    assert_eq!(Request::who_am_i(ACCOUNT).send_on(&mut other).await.status, 200);
    cloud.stop().await;
    assert!(receive(&mut other, false).await.is_none());
}
