//! HTTP as such: headers, connections, bodies, routing.

use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    client::{Request, receive},
    cloud::{Cloud, Folder},
};

const ACCOUNT: &str = "123456789012";

#[tokio::test]
async fn every_answer_names_server_date_and_request() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    for request in [Request::who_am_i(ACCOUNT), Request::new("GET", "/_local/health")] {
        let reply = request.send(cloud.port).await;
        assert_eq!(reply.header("server"), Some("mysfits-local"));
        assert!(reply.header("date").is_some());
        assert!(reply.header("x-amzn-requestid").is_some_and(|id| id.len() == 32));
    }
}

#[tokio::test]
async fn a_connection_is_kept() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let mut stream = TcpStream::connect(("127.0.0.1", cloud.port)).await.unwrap();
    for _ in 0..3 {
        assert_eq!(Request::who_am_i(ACCOUNT).send_on(&mut stream).await.status, 200);
    }
}

#[tokio::test]
async fn it_listens_on_both_loopback_addresses() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let Ok(mut stream) = TcpStream::connect(("::1", cloud.port)).await else {
        // A machine without IPv6 has nothing to listen on.
        assert!(tokio::net::TcpListener::bind(("::1", 0)).await.is_err());
        return;
    };
    assert_eq!(Request::who_am_i(ACCOUNT).send_on(&mut stream).await.status, 200);
}

#[tokio::test]
async fn a_client_may_wait_before_it_sends_its_body() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let head = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(("127.0.0.1", cloud.port)).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(receive(&mut stream, false).await.unwrap().status, 100);
    stream.write_all(body.as_bytes()).await.unwrap();
    // Unsigned, so the caller is unknown; what counts is that the body was read.
    assert_eq!(receive(&mut stream, false).await.unwrap().status, 403);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_sent() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\
                X-Amz-Target: DynamoDB_20120810.ListTables\r\nContent-Length: 104857601\r\n\r\n";
    let mut stream = TcpStream::connect(("127.0.0.1", cloud.port)).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let reply = receive(&mut stream, false).await.unwrap();
    assert_eq!((reply.status, reply.code().as_str()), (413, "RequestEntityTooLarge"));
}

#[tokio::test]
async fn a_service_that_is_not_there_is_named() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let reply = Request::new("POST", "/").signed(ACCOUNT, "lambda").send(cloud.port).await;
    assert_eq!((reply.status, reply.code().as_str()), (501, "NotImplemented"));
    assert!(reply.text().contains("lambda"));
}

#[tokio::test]
async fn a_signature_that_cannot_be_read_is_refused() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let list = Request::new("POST", "/").header("X-Amz-Target", "DynamoDB_20120810.ListTables");
    let reply = list.header("Authorization", "AWS4-HMAC-SHA256 nonsense").body("{}");
    let reply = reply.send(cloud.port).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "IncompleteSignature"));
}
