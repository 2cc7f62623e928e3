//! Single HTTP requests, for what is not an AWS call: the local cloud's control calls, and whether a
//! site, a backend or an API answers.

use std::{io, time::Duration};

use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::{http::HttpConnector as _, orchestrator::HttpRequest};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// How long an answer may take.
const LONGEST: Duration = Duration::from_secs(10);
/// How much of an answer is read: enough for all we ask, such as a full mailbox; something else may
/// send for ever.
const MOST: u64 = 16 * 1024 * 1024;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Their names in small letters.
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// Whether it has a header of this name, given in small letters.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(header, _)| header == name)
    }
}

/// Asks an address (`http[s]://host[:port][/path]`), without a body.
///
/// # Errors
/// When nothing answers there in time, or not in HTTP.
pub(crate) async fn ask(method: &str, url: &str) -> io::Result<Answer> {
    if url.starts_with("https://") {
        let asked = ask_encrypted(method, url);
        return timeout(LONGEST, asked).await.map_err(|_| io::ErrorKind::TimedOut)?;
    }
    let rest = url.strip_prefix("http://").ok_or(io::ErrorKind::InvalidInput)?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    request(host, method, &format!("/{path}")).await
}

/// The status with which an address answers.
///
/// # Errors
/// When nothing answers there in time, or not in HTTP.
pub(crate) async fn get(url: &str) -> io::Result<u16> {
    Ok(ask("GET", url).await?.status)
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

/// Over the HTTP client that the AWS SDK brings along, which knows TLS.
async fn ask_encrypted(method: &str, url: &str) -> io::Result<Answer> {
    let ring = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    let connector = Connector::builder().tls_provider(ring).build();
    let mut request = HttpRequest::new(SdkBody::empty());
    request.set_method(method).map_err(io::Error::other)?;
    request.set_uri(url).map_err(io::Error::other)?;
    request.headers_mut().insert("content-length", "0");
    let answer = connector.call(request).await.map_err(io::Error::other)?;
    let status = answer.status().as_u16();
    let headers = answer.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let body = ByteStream::new(answer.into_body()).collect().await.map_err(io::Error::other)?;
    let body = String::from_utf8_lossy(&body.into_bytes()).into_owned();
    Ok(Answer { status, headers, body })
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
    let mut lines = head.lines();
    let status = lines.next()?.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    Some(Answer { status, headers: headers.collect(), body: body.to_owned() })
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
        assert!(answer.has("server") && !answer.has("date"));
        assert!(read("SSH-2.0-OpenSSH").is_none());
    }
}
