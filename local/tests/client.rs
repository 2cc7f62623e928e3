//! A small HTTP/1.1 client: what the tests send is what they write, header by header.

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A request to be sent to a local cloud.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// The answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(method: &str, target: &str) -> Self {
        let host = ("Host".to_owned(), "localhost".to_owned());
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: vec![host],
            body: Vec::new(),
        }
    }

    /// Returns a call of an AWS JSON service, signed for this account's `eu-west-1`.
    pub(crate) fn json(service: &str, target: &str, account: &str, input: &Value) -> Self {
        Self::new("POST", "/")
            .header("X-Amz-Target", target)
            .header("Content-Type", "application/x-amz-json-1.0")
            .signed(account, service)
            .body(input.to_string())
    }

    /// Returns a call of one of the Query services, such as EC2, signed for this account's
    /// `eu-west-1`.
    pub(crate) fn query(service: &str, version: &str, account: &str, parameters: &str) -> Self {
        Self::new("POST", "/")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .signed(account, service)
            .body(format!("Version={version}&{parameters}"))
    }

    /// Returns a call of STS, which has no side effect: faults are tried on it.
    pub(crate) fn who_am_i(account: &str) -> Self {
        Self::new("POST", "/")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .signed(account, "sts")
            .body("Action=GetCallerIdentity&Version=2011-06-15")
    }

    pub(crate) fn signed(self, account: &str, service: &str) -> Self {
        let scope = format!("{account}/20260101/eu-west-1/{service}/aws4_request");
        let value =
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=abc");
        self.header("Authorization", &value)
    }

    /// Adds a header; `Host` is replaced.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        if name == "Host" {
            self.headers.clear();
        }
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head = vec![format!("{} {} HTTP/1.1", self.method, self.target)];
        head.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        head.push(format!("Content-Length: {}\r\n\r\n", self.body.len()));
        [head.join("\r\n").as_bytes(), &self.body].concat()
    }

    /// Sends it without waiting for anything.
    pub(crate) async fn write_to(&self, stream: &mut TcpStream) {
        stream.write_all(&self.bytes()).await.unwrap();
    }

    /// Sends it on a connection of its own; `None` when that is closed without an answer.
    pub(crate) async fn try_send(&self, port: u16) -> Option<Reply> {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        self.write_to(&mut stream).await;
        receive(&mut stream, self.method == "HEAD").await
    }

    /// Sends it and expects an answer.
    pub(crate) async fn send(&self, port: u16) -> Reply {
        self.try_send(port).await.expect("an answer")
    }

    /// Sends it on an open connection.
    pub(crate) async fn send_on(&self, stream: &mut TcpStream) -> Reply {
        self.write_to(stream).await;
        receive(stream, self.method == "HEAD").await.expect("an answer")
    }
}

impl Reply {
    /// Returns a header's value; its name is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// Returns the contents of the first element of this name.
    pub(crate) fn element(&self, name: &str) -> String {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let inside = self.text().split_once(&open).and_then(|(_, rest)| rest.split_once(&close));
        inside.unwrap_or_else(|| panic!("no {name}: {}", self.text())).0.to_owned()
    }

    /// Returns the AWS code of a JSON error.
    pub(crate) fn code(&self) -> String {
        let kind = self.json()["__type"].as_str().unwrap_or_default().to_owned();
        kind.rsplit('#').next().unwrap_or_default().to_owned()
    }
}

/// Reads one answer; `None` at the end of the connection.
pub(crate) async fn receive(stream: &mut TcpStream, is_head: bool) -> Option<Reply> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        read_more(stream, &mut bytes).await?;
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let mut reply = Reply { status, head, body: bytes.split_off(head_end + 4) };
    let has_body = !is_head && status >= 200 && status != 204 && status != 304;
    let length = reply.header("content-length").and_then(|length| length.parse().ok());
    while reply.body.len() < length.filter(|_| has_body).unwrap_or(0) {
        read_more(stream, &mut reply.body).await?;
    }
    Some(reply)
}

async fn read_more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    // A connection that is reset has ended like one that is closed.
    let read = stream.read_buf(bytes).await.unwrap_or(0);
    (read > 0).then_some(())
}
