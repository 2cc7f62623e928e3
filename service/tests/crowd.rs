//! More connections than there is room for, and heads that are too large.

use std::fs;

use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use crate::{
    cloud::Cloud,
    service::{DEADLINE, Service},
};

/// More than are served at the same time, and than wait for it.
const MANY: usize = 1_100;

/// As many as are served at the same time, and some files of the process besides.
const SERVED: usize = 1_000 + 50;

/// Returns how many files and sockets the process has.
fn open_files(service: &Service) -> usize {
    let id = service.process.id().unwrap();
    fs::read_dir(format!("/proc/{id}/fd")).unwrap().count()
}

/// Connects often, and sends this each time.
async fn crowd(service: &Service, sent: &str) -> Vec<TcpStream> {
    let mut streams = Vec::new();
    for _ in 0..MANY {
        let mut stream = TcpStream::connect(("127.0.0.1", service.port)).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        streams.push(stream);
    }
    streams
}

#[tokio::test]
async fn connections_without_requests_leave_room_for_those_with_one() {
    let cloud = Cloud::with_mysfits().await;
    // A health check is not logged: nobody reads the log here.
    let whole = "GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: ELB-HealthChecker/2.0\r\n\r\n";
    for sent in ["", "GET / HTTP/1.1\r\nHost: ", whole] {
        let service = Service::start(&cloud).await;
        let kept = crowd(&service, sent).await;
        assert!(open_files(&service) <= SERVED, "{}", open_files(&service));
        let asked = tokio::time::timeout(DEADLINE, service.get("/mysfits")).await;
        assert_eq!(asked.expect("it is answered").status, 200);
        assert!(open_files(&service) <= SERVED, "{}", open_files(&service));
        drop(kept);
    }
}

#[tokio::test]
async fn the_head_of_a_request_is_limited() {
    let cloud = Cloud::with_mysfits().await;
    let service = Service::start(&cloud).await;
    let long = |length| [("X-Long", "x".repeat(length))];
    let [(name, value)] = long(100 * 1024);
    assert_eq!(service.send("GET /", &[(name, &value)]).await.status, 431);
    let [(name, value)] = long(16 * 1024);
    assert_eq!(service.send("GET /", &[(name, &value)]).await.status, 200);
}
