//! Answers that do not come, or that do not end.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::helpers::{
    cloud::Cloud,
    command::{command, ended, within_patience},
    held::{Held, hold},
};

/// What the system may keep of an answer that nobody reads any more, in bytes.
const IN_TRANSIT: usize = 16 * 1024 * 1024;

#[test]
fn a_local_cloud_that_has_ended_is_named_with_what_to_do() {
    let mut cloud = Cloud::start();
    let table = Held { service: "dynamodb", operation: "CreateTable", until: "waiting: CREATING" };
    hold(&cloud, std::slice::from_ref(&table));
    let mut deploy = cloud.spawn(&["deploy", "part-2"]);
    let mut said = String::new();
    let stderr = deploy.stderr.as_mut().unwrap();
    while !said.contains(table.until) {
        let mut byte = [0];
        assert_eq!(stderr.read(&mut byte).unwrap(), 1, "{said}");
        said.push(char::from(byte[0]));
    }
    cloud.kill();
    let end = within_patience(deploy).exit(1);
    let error = "error[MYS024]: table: the local cloud has ended meanwhile";
    assert!(end.stderr.contains(error), "{}", end.stderr);
    assert!(end.stderr.contains("start it again with `mysfits local start`"), "{}", end.stderr);
    assert!(!end.stderr.contains("--endpoint-url"), "{}", end.stderr);
}

/// Sends answers without end, and counts their bytes.
fn endless(head: &'static str) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let (port, sent) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&sent);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, count) = (stream.unwrap(), Arc::clone(&count));
            std::thread::spawn(move || {
                assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
                stream.write_all(head.as_bytes()).unwrap();
                while stream.write_all(&[b' '; 4096]).is_ok() {
                    count.fetch_add(4096, Ordering::Relaxed);
                }
            });
        }
    });
    (port, sent)
}

#[test]
fn an_answer_without_end_is_not_read_to_its_end() {
    for head in [
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 1000000000000\r\n\r\n",
        "HTTP/1.1 500 Internal Server Error\r\n\r\n",
    ] {
        let (port, sent) = endless(head);
        let folder = tempfile::tempdir().unwrap();
        let mut status = command(folder.path());
        status
            .args(["status", "--endpoint-url", &format!("http://127.0.0.1:{port}")])
            .env("AWS_ACCESS_KEY_ID", "a")
            .env("AWS_SECRET_ACCESS_KEY", "a");
        let end = ended(&mut status).exit(1);
        assert!(end.stderr.contains("error[MYS016]"), "{}", end.stderr);
        assert!(end.stderr.contains("the answer has more than 16 MB"), "{}", end.stderr);
        // One attempt: the second would be as large.
        let sent = sent.load(Ordering::Relaxed);
        assert!(sent < 16 * 1024 * 1024 + IN_TRANSIT, "{sent} bytes were sent");
    }
}
