//! One plain HTTP request, for what is not an AWS call: the local cloud's control calls, and whether
//! a site or a backend answers.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// How long an answer may take.
const LONGEST: Duration = Duration::from_secs(10);
/// How much of an answer is read: enough for all we ask; something else may send for ever.
const MOST: u64 = 65_536;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// The status with which an address (`http://host[:port][/path]`) answers.
///
/// # Errors
/// When nothing answers there in time.
pub(crate) async fn get(url: &str) -> io::Result<u16> {
    let rest = url.strip_prefix("http://").ok_or(io::ErrorKind::InvalidInput)?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    request(host, "GET", &format!("/{path}")).await.map(|answer| answer.status)
}

/// One request to a host (`name` or `name:port`) over plain HTTP.
///
/// # Errors
/// When nothing answers there in time, or not in HTTP.
pub(crate) async fn request(host: &str, method: &str, path: &str) -> io::Result<Answer> {
    timeout(LONGEST, exchange(host, method, path)).await.map_err(|_| io::ErrorKind::TimedOut)?
}

async fn exchange(host: &str, method: &str, path: &str) -> io::Result<Answer> {
    let mut stream = TcpStream::connect(address(host)).await?;
    // The server closes the connection after its answer, so the answer is all there is to read.
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(MOST).read_to_end(&mut answer).await?;
    read(&String::from_utf8_lossy(&answer)).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Where to connect to. Names below `.localhost` are this machine by definition (RFC 6761), but not
/// every system's resolver knows that.
fn address(host: &str) -> String {
    let (name, port) = host.rsplit_once(':').unwrap_or((host, "80"));
    let name = if name.ends_with(".localhost") { "127.0.0.1" } else { name };
    format!("{name}:{port}")
}

fn read(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_below_localhost_are_this_machine() {
        assert_eq!(address("mysfits-nlb-0123.elb.localhost:4711"), "127.0.0.1:4711");
        assert_eq!(address("example.com"), "example.com:80");
    }

    #[test]
    fn answers_are_read() {
        let answer = read("HTTP/1.1 404 Not Found\r\nServer: x\r\n\r\nno").unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (404, "no"));
        assert!(read("SSH-2.0-OpenSSH").is_none());
    }
}
