//! The process: its credentials, its end.

use std::time::Duration;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::{
    client::{Reply, send},
    cloud::{ACCOUNT, Cloud},
    service::{DEADLINE, Service, bare_command, command},
};

#[tokio::test]
async fn a_running_request_is_finished_at_the_end() {
    let dynamodb = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let endpoint = format!("http://{}", dynamodb.local_addr().unwrap());
    let mut service = Service::run(&mut command(&endpoint)).await;
    let asking = tokio::spawn(send_get(service.port, "/mysfits"));
    let (asked, _) = dynamodb.accept().await.unwrap();
    service.signal("TERM").await;
    assert_eq!(service.line().await.unwrap()["message"], "stopping");
    tokio::spawn(give_nothing(asked, dynamodb));
    let reply = asking.await.unwrap();
    assert_eq!((reply.status, reply.body.as_str()), (200, r#"{"mysfits":[]}"#));
    assert_eq!(service.line().await.unwrap()["message"], "request");
    assert_eq!(service.line().await.unwrap()["message"], "stopped");
    let ended = timeout(DEADLINE, service.process.wait()).await.expect("in time").unwrap();
    assert_eq!(ended.code(), Some(0));
}

/// Answers with an empty table, even if the backend has timed out and asks once more.
async fn give_nothing(asked: TcpStream, dynamodb: TcpListener) {
    let mut next = asked;
    loop {
        tokio::spawn(async move {
            head_of(&mut next).await;
            let nothing = answer(r#"{"Count":0,"Items":[],"ScannedCount":0}"#);
            let _ = next.write_all(nothing.as_bytes()).await;
            let _ = next.read_to_end(&mut Vec::new()).await;
        });
        next = dynamodb.accept().await.unwrap().0;
    }
}

/// Returns the head of a request. Who answers before there is one is taken for broken by the client.
async fn head_of(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).unwrap()
}

async fn send_get(port: u16, path: &str) -> Reply {
    send(port, &format!("GET {path}"), &[], "").await
}

/// A connection that is kept for later must not delay the end.
#[tokio::test]
async fn an_idle_connection_does_not_delay_the_end() {
    let cloud = Cloud::with_mysfits().await;
    let mut service = Service::start(&cloud).await;
    let mut idle = TcpStream::connect(("127.0.0.1", service.port)).await.unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    assert!(idle.read(&mut [0; 64]).await.unwrap() > 0);
    service.signal("TERM").await;
    let ended = timeout(Duration::from_secs(10), service.process.wait()).await;
    assert_eq!(ended.expect("in time").unwrap().code(), Some(0));
}

#[tokio::test]
async fn a_wrong_setting_is_said() {
    let output = bare_command().env("PORT", "many").output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().contains("PORT: `many`"));
}

/// Half a user pool would leave unguarded what should be guarded.
#[tokio::test]
async fn half_a_user_pool_is_none() {
    for (name, other) in
        [("USER_POOL_ISSUER", "USER_POOL_CLIENT_ID"), ("USER_POOL_CLIENT_ID", "USER_POOL_ISSUER")]
    {
        let mut command = bare_command();
        command.env(name, "https://cognito.example/eu-west-1_AbC").env(other, "");
        let output = command.output().await.unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains(&format!("{name} is set, {other} is not")), "{said}");
    }
}

/// In a task, the keys come from an address that ECS puts into the environment.
#[tokio::test]
async fn the_tasks_role_is_used() {
    let cloud = Cloud::with_mysfits().await;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let keys_url = format!("http://{}/keys", listener.local_addr().unwrap());
    tokio::spawn(give_keys(listener));
    let mut command = bare_command();
    command
        .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", cloud.port))
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", keys_url)
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "of-the-task");
    let service = Service::run(&mut command).await;
    // The table is only in the account that these keys name.
    let reply = service.get("/mysfits").await;
    assert_eq!(reply.status, 200, "{}", reply.body);
}

async fn give_keys(listener: TcpListener) {
    let keys = json!({ "AccessKeyId": ACCOUNT, "SecretAccessKey": "secret", "Token": "token",
        "Expiration": "2099-01-01T00:00:00Z" })
    .to_string();
    while let Ok((mut stream, _)) = listener.accept().await {
        let request = head_of(&mut stream).await.to_lowercase();
        assert!(request.contains("authorization: of-the-task"), "{request}");
        stream.write_all(answer(&keys).as_bytes()).await.unwrap();
    }
}

fn answer(body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}
