//! HTTP requests as a browser or `curl` sends them: no SDK.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

/// Sends one HTTP request with a host name of its own, and returns the status and the body.
pub(crate) fn http(port: u16, host: &str, method: &str, path: &str, body: &str) -> (u16, String) {
    status_and_body(&whole(port, host, method, path, "", body))
}

/// Sends one request with a token in `Authorization`, or without, and returns the status and the
/// body.
pub(crate) fn with_token(
    port: u16,
    host: &str,
    method: &str,
    path: &str,
    token: Option<&str>,
) -> (u16, String) {
    let header = token.map(|token| format!("Authorization: {token}\r\n")).unwrap_or_default();
    status_and_body(&whole(port, host, method, path, &header, ""))
}

fn status_and_body(answer: &str) -> (u16, String) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// Sends one request with these headers, and returns the raw answer with its own.
pub(crate) fn whole(
    port: u16,
    host: &str,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n{headers}\
         Connection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
