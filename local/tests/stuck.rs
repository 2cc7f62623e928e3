//! Requests that are never answered, in any number: the rest of the local cloud works, and so do
//! its control calls and its end.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    client::Request,
    cloud::{Cloud, Folder},
    lab::{self, dynamodb, ec2, s3},
};

/// More than any pool of threads has here: Tokio's has 512.
const MANY: usize = 600;

/// The end waits a while for what still runs; much longer is for ever.
const END: Duration = Duration::from_secs(30);

/// Sends a request this often, each on a connection of its own, and waits for no answer.
async fn send_many(cloud: &Cloud, request: &Request) -> Vec<TcpStream> {
    let mut streams = Vec::new();
    for _ in 0..MANY {
        let mut stream = TcpStream::connect(("127.0.0.1", cloud.port)).await.unwrap();
        request.write_to(&mut stream).await;
        streams.push(stream);
    }
    streams
}

fn health() -> Request {
    Request::new("GET", "/_local/health")
}

fn reset() -> Request {
    Request::new("POST", "/_local/reset")
}

/// Returns the file with these contents.
fn file_with(folder: &Path, contents: &[u8]) -> Option<PathBuf> {
    fs::read_dir(folder).unwrap().find_map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return file_with(&path, contents);
        }
        (fs::read(&path).unwrap() == contents).then_some(path)
    })
}

#[tokio::test]
async fn a_service_that_is_stuck_stops_neither_the_others_nor_the_end() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    cloud.good(&lab::bucket("bucket")).await;
    cloud.good(&s3("PUT", "/bucket/key").body("the object")).await;
    // Whoever reads a pipe waits until somebody writes.
    let object = file_with(&folder.path().join("state/s3"), b"the object").unwrap();
    fs::remove_file(&object).unwrap();
    assert!(Command::new("mkfifo").arg(&object).status().unwrap().success());
    let streams = send_many(&cloud, &s3("GET", "/bucket/key")).await;

    cloud.good(&health()).await;
    cloud.good(&dynamodb("ListTables", &json!({}))).await;
    cloud.good(&ec2("Action=DescribeVpcs")).await;
    cloud.good(&Request::new("GET", "/_local/mail")).await;
    cloud.good(&Request::who_am_i(lab::ACCOUNT)).await;
    let refused = reset().send(cloud.port).await;
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert!(refused.text().contains("nothing was reset"), "{}", refused.text());
    cloud.good(&dynamodb("ListTables", &json!({}))).await;

    let ended = tokio::time::timeout(END, cloud.stop()).await;
    // Lets those who wait continue, so that the process of the tests can end.
    drop(fs::File::options().read(true).write(true).open(&object).unwrap());
    ended.expect("it ends");
    drop(streams);
}

#[tokio::test]
async fn requests_that_hang_take_nothing_from_the_others() {
    for kind in ["hang", "hang-before", "delay"] {
        let folder = Folder::new();
        let cloud = Cloud::start(&folder).await;
        let mut rule = json!({ "kind": kind, "service": "dynamodb" });
        if kind == "delay" {
            rule["milliseconds"] = json!(3_600_000);
        }
        cloud.put_faults(json!({ "rules": [rule] })).await;
        let streams = send_many(&cloud, &dynamodb("ListTables", &json!({}))).await;
        cloud.good(&health()).await;
        cloud.good(&ec2("Action=DescribeVpcs")).await;
        cloud.good(&reset()).await;
        cloud.good(&dynamodb("ListTables", &json!({}))).await;
        tokio::time::timeout(END, cloud.stop()).await.expect("it ends");
        drop(streams);
    }
}

#[tokio::test]
async fn connections_that_do_nothing_leave_room_for_control_calls() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let mut idle = Vec::new();
    for _ in 0..900 {
        idle.push(TcpStream::connect(("127.0.0.1", cloud.port)).await.unwrap());
    }
    cloud.good(&health()).await;
    let refused = Request::who_am_i(lab::ACCOUNT).send(cloud.port).await;
    assert_eq!((refused.status, refused.header("connection")), (503, Some("close")));
    assert_eq!(refused.element("Code"), "ServiceUnavailable");
    let object = s3("GET", "/bucket/key").send(cloud.port).await;
    assert_eq!((object.status, object.element("Code").as_str()), (503, "ServiceUnavailable"));
    idle.clear();
    let everyone = Request::who_am_i(lab::ACCOUNT);
    cloud.until_text(&everyone, "GetCallerIdentityResult").await;
    cloud.stop().await;
}

#[tokio::test]
async fn the_head_of_a_request_is_limited() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let request = Request::who_am_i(lab::ACCOUNT).header("x-long", &"x".repeat(200_000));
    assert_eq!(request.send(cloud.port).await.status, 431);
    cloud.good(&Request::who_am_i(lab::ACCOUNT).header("x-long", &"x".repeat(20_000))).await;
    cloud.stop().await;
}

/// The head of a request that puts an object of 100 MB when it is told to continue.
async fn announce(cloud: &Cloud) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", cloud.port)).await.unwrap();
    let head = [
        "PUT /bucket/key HTTP/1.1",
        "Host: localhost",
        "Authorization: AWS4-HMAC-SHA256 Credential=000000000000/20260101/eu-west-1/s3/aws4_request, \
         SignedHeaders=host, Signature=abc",
        "Expect: 100-continue",
        "Content-Length: 104857600",
        "\r\n",
    ];
    stream.write_all(head.join("\r\n").as_bytes()).await.unwrap();
    stream
}

/// Waits until the local cloud begins to read this body.
async fn continues(stream: &mut TcpStream) {
    let mut said = [0; 64];
    let size = tokio::time::timeout(END, stream.read(&mut said)).await.expect("it reads").unwrap();
    let said = String::from_utf8_lossy(&said[..size]).into_owned();
    assert!(said.starts_with("HTTP/1.1 100 "), "{said}");
}

#[tokio::test]
async fn bodies_together_take_a_bounded_room_and_what_finds_none_waits_its_turn() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    cloud.good(&lab::bucket("bucket")).await;
    let mut held = Vec::new();
    for _ in 0..5 {
        let mut stream = announce(&cloud).await;
        continues(&mut stream).await;
        held.push(stream);
    }
    let mut next = announce(&cloud).await;
    for _ in 0..20 {
        for stream in &mut held {
            stream.write_all(b"more").await.unwrap();
        }
        cloud.good(&health()).await;
        cloud.good(&s3("PUT", "/bucket/small").body("small bodies need no room")).await;
    }
    let early = next.try_read(&mut [0; 64]).map_err(|error| error.kind());
    assert_eq!(early, Err(std::io::ErrorKind::WouldBlock), "512 MB hold five of them");
    held.pop();
    continues(&mut next).await;
    drop((held, next));
    cloud.stop().await;
}
