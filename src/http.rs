//! HTTP for everything but AWS calls: the local cloud's control calls, image registries, and checks
//! that a site, a backend or an API responds. It uses the connector of the AWS SDK, which pools
//! connections and supports TLS and chunked bodies.

mod failure;
mod network;
mod resolver;
pub(crate) mod settings;
mod trust;

use std::{io, sync::OnceLock, time::Duration};

use aws_smithy_http_client::Connector;
use aws_smithy_runtime_api::{
    client::{http::HttpConnector as _, orchestrator::HttpRequest},
    http::{Headers, HttpError},
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use bytes::Bytes;
use http::Uri;
use tokio::time::timeout;

pub(crate) use self::{
    network::{CONNECT, Network, Way, is_loopback},
    resolver::is_public,
};

/// The timeout of a control call or a check of a site.
const LONGEST: Duration = Duration::from_secs(10);
/// The timeout of a part of an image.
const UPLOAD: Duration = Duration::from_mins(3);
/// The largest body that is read, in bytes: enough for all expected responses, such as a full
/// mailbox, or a page of AWS, which has 1 MB at most. Other servers might send without end.
pub(crate) const LARGEST: usize = 16 * 1024 * 1024;

/// A request.
pub(crate) struct Request<'a> {
    method: &'a str,
    url: &'a str,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
}

impl<'a> Request<'a> {
    /// Creates a request without a body for `http[s]://host[:port][/path]`.
    pub(crate) fn new(method: &'a str, url: &'a str) -> Self {
        Self { method, url, headers: Vec::new(), body: Bytes::new() }
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sets a body of this media type.
    pub(crate) fn body(mut self, media_type: &str, body: Bytes) -> Self {
        self.body = body;
        self.header("content-type", media_type)
    }

    /// Sets a body whose type is among the headers; an empty one is none.
    pub(crate) fn content(self, body: Bytes) -> Self {
        Self { body, ..self }
    }

    fn into_http(self) -> Result<HttpRequest, HttpError> {
        let mut request = HttpRequest::empty();
        request.set_method(self.method)?;
        request.set_uri(self.url)?;
        for (name, value) in self.headers {
            request.headers_mut().try_insert(name, value)?;
        }
        // Some servers require it for methods that may have a body.
        if !matches!(self.method, "GET" | "HEAD") {
            request.headers_mut().try_insert("content-length", self.body.len().to_string())?;
        }
        if !self.body.is_empty() {
            *request.body_mut() = SdkBody::from(self.body);
        }
        Ok(request)
    }
}

/// A response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Headers,
    pub(crate) body: String,
    /// Whether it may be a proxy's own.
    pub(crate) asked_a_proxy: bool,
}

impl Answer {
    /// Returns the value of a header; the first one if there are several.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }

    /// Returns whether it has a header of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }
}

/// A client. It keeps connections for the next request, and closes them when it is dropped, so that
/// the local cloud does not have to wait for them when it stops.
#[derive(Debug)]
pub(crate) struct Client {
    network: Network,
    longest: Duration,
    largest: usize,
    connectors: [OnceLock<Connector>; Way::ALL.len()],
}

impl Client {
    /// Creates a client with this timeout, up to the end of the response.
    pub(crate) fn new(network: Network, longest: Duration) -> Self {
        Self { network, longest, largest: LARGEST, connectors: Default::default() }
    }

    /// Creates a client for the parts of images, each of megabytes.
    pub(crate) fn of_uploads(network: Network) -> Self {
        Self::new(network, UPLOAD)
    }

    /// Returns this client with this limit of a body, in bytes.
    pub(crate) fn up_to(self, largest: usize) -> Self {
        Self { largest, ..self }
    }

    /// Sends a request and reads the response. Redirects are returned like any other response.
    ///
    /// # Errors
    /// `InvalidInput` for a request that cannot be sent, `TimedOut`, `ConnectionRefused`,
    /// `ConnectionReset` when the connection ended, `InvalidData` for an empty or non-HTTP
    /// response, `FileTooLarge`, and any other error of the system.
    pub(crate) async fn send(&self, request: Request<'_>) -> io::Result<Answer> {
        let exchanged = timeout(self.longest, self.exchange(request)).await;
        exchanged.map_err(|_| io::ErrorKind::TimedOut)?
    }

    async fn exchange(&self, request: Request<'_>) -> io::Result<Answer> {
        let (connector, way) = self.connector(request.url)?;
        let request = request.into_http();
        let request = request.map_err(|error| invalid(error.to_string()))?;
        let answer = connector.call(request).await.map_err(|error| failure::of_exchange(&error))?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = read(answer.into_body(), self.largest).await?;
        let body = String::from_utf8_lossy(&body).into_owned();
        Ok(Answer { status, headers, body, asked_a_proxy: way.asks_a_proxy() })
    }

    /// Returns the way to an address, and its connector.
    fn connector(&self, url: &str) -> io::Result<(&Connector, Way)> {
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(invalid(format!("`{url}` is neither http:// nor https://")));
        }
        let uri: Uri =
            url.parse().map_err(|error: http::uri::InvalidUri| invalid(error.to_string()))?;
        let way = self.network.way(&uri);
        let connector = &self.connectors[way.index()];
        Ok((connector.get_or_init(|| self.network.connector(way, None, None)), way))
    }
}

impl Network {
    /// Sends one request without a body to an address.
    ///
    /// # Errors
    /// As for [`Client::send`].
    pub(crate) async fn ask(&self, method: &str, url: &str) -> io::Result<Answer> {
        Client::new(self.clone(), LONGEST).send(Request::new(method, url)).await
    }
}

/// Sends one request without a body to a path of a host (`name` or `name:port`), without TLS.
///
/// # Errors
/// As for [`Client::send`].
pub(crate) async fn request(host: &str, method: &str, path: &str) -> io::Result<Answer> {
    Network::default().ask(method, &format!("http://{host}{path}")).await
}

/// Reads a body to its end.
///
/// # Errors
/// `FileTooLarge` when it has more bytes than `largest`; otherwise as for [`Client::send`].
pub(crate) async fn read(body: SdkBody, largest: usize) -> io::Result<Vec<u8>> {
    let mut stream = ByteStream::new(body);
    let mut whole = Vec::new();
    while let Some(part) = stream.next().await {
        let part = part.map_err(|error| failure::of_body(&error))?;
        if whole.len() + part.len() > largest {
            let words = format!("the answer has more than {largest} bytes");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, words));
        }
        whole.extend_from_slice(&part);
    }
    Ok(whole)
}

fn invalid(words: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, words)
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::{TcpListener, TcpSocket, TcpStream},
        task::JoinHandle,
        time::Instant,
    };

    use super::*;

    const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// Accepts one request and responds. Completes with the head of the request, and the stream.
    async fn server(answer: &'static str) -> (u16, JoinHandle<(String, TcpStream)>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let served = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            stream.write_all(answer.as_bytes()).await.unwrap();
            (String::from_utf8(head).unwrap(), stream)
        });
        (port, served)
    }

    /// Returns the result of a request to a server that sends this and then closes the connection.
    async fn after(answer: &'static str) -> io::Result<Answer> {
        let (port, served) = server(answer).await;
        tokio::spawn(async move { drop(served.await) });
        get_all(&format!("http://127.0.0.1:{port}")).await
    }

    async fn get_all(url: &str) -> io::Result<Answer> {
        Network::default().ask("GET", url).await
    }

    async fn get(url: &str) -> io::Result<u16> {
        Ok(get_all(url).await?.status)
    }

    #[tokio::test]
    async fn names_below_localhost_are_this_machine_and_keep_their_name() {
        let (port, served) = server(OK).await;
        let host = format!("mysfits-nlb-0123.elb.localhost:{port}");
        let answer = request(&host, "POST", "/a?b=c").await.unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (200, "ok"));
        let (head, _) = served.await.unwrap();
        assert!(head.starts_with("POST /a?b=c HTTP/1.1\r\n"), "{head}");
        for line in [format!("host: {host}\r\n"), "content-length: 0\r\n".to_owned()] {
            assert!(head.contains(&line), "{head}");
        }
    }

    #[tokio::test]
    async fn headers_and_a_body_go_and_come() {
        let (port, served) = server("HTTP/1.1 404 Not Found\r\nServer: x\r\n\r\nno").await;
        let url = format!("http://127.0.0.1:{port}/");
        let request = Request::new("PUT", &url)
            .header("authorization", "Basic abc")
            .body("text/plain", Bytes::from_static(b"body"));
        let client = Client::new(Network::default(), LONGEST);
        let (answer, served) = tokio::join!(client.send(request), async {
            let (head, mut stream) = served.await.unwrap();
            let mut body = [0; 4];
            stream.read_exact(&mut body).await.unwrap();
            (head, body)
        });
        let answer = answer.unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (404, "no"));
        assert_eq!((answer.header("server"), answer.has("Server")), (Some("x"), true));
        assert!(!answer.has("date"));
        let (head, body) = served;
        assert_eq!(&body, b"body");
        for line in ["authorization: Basic abc", "content-type: text/plain", "content-length: 4"] {
            assert!(head.contains(line), "{head}");
        }
        let encrypted = client.connectors.iter().skip(1).any(|it| it.get().is_some());
        assert!(!encrypted, "no certificates are needed");
    }

    #[tokio::test]
    async fn chunked_bodies_are_read() {
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n";
        assert_eq!(after(chunked).await.unwrap().body, "onetwo");
    }

    #[tokio::test]
    async fn a_connection_ends_with_its_client() {
        let (port, served) = server(OK).await;
        get_all(&format!("http://127.0.0.1:{port}")).await.unwrap();
        let (_, mut stream) = served.await.unwrap();
        // The server would keep the connection open.
        let end = timeout(LONGEST, stream.read_to_end(&mut Vec::new())).await;
        assert_eq!(end.expect("closed").unwrap(), 0);
    }

    #[tokio::test]
    async fn what_is_no_answer_has_its_kind() {
        for (answer, kind) in [
            ("", io::ErrorKind::InvalidData),
            ("SSH-2.0-OpenSSH\r\n\r\n", io::ErrorKind::InvalidData),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", io::ErrorKind::ConnectionReset),
        ] {
            let error = after(answer).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{answer:?}: {error:?}");
        }
        for url in ["ftp://a.example/", "a.example", "http://a b/", "http://"] {
            assert_eq!(get(url).await.unwrap_err().kind(), io::ErrorKind::InvalidInput, "{url}");
        }
    }

    #[tokio::test]
    async fn nobody_listens() {
        let unused = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        for scheme in ["http", "https"] {
            let error = get(&format!("{scheme}://{unused}/")).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
            assert!(error.to_string().contains("refused"), "{error}");
        }
    }

    #[tokio::test]
    async fn a_connection_that_is_cut_off() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.read_u8().await.unwrap();
            stream.set_zero_linger().unwrap();
        });
        let error = get(&format!("http://{address}/")).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{error:?}");
    }

    /// Time is paused, so the timeouts elapse at once.
    #[tokio::test(start_paused = true)]
    async fn an_answer_that_does_not_come_or_does_not_end() {
        for answer in ["", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok"] {
            let (port, served) = server(answer).await;
            let error = get(&format!("http://127.0.0.1:{port}/")).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut, "{error:?}");
            drop(served.await);
        }
    }

    /// Packets that a firewall drops are like those to a program that accepts nothing.
    #[tokio::test(start_paused = true)]
    async fn a_connection_that_nobody_accepts_is_not_waited_for_as_long_as_an_answer() {
        let silent = TcpSocket::new_v4().unwrap();
        silent.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = silent.local_addr().unwrap();
        let _silent = silent.listen(1).unwrap();
        let mut waiting = Vec::new();
        while let Ok(connected) = timeout(LONGEST, TcpStream::connect(address)).await {
            waiting.push(connected.unwrap());
        }
        let begin = Instant::now();
        let client = Client::new(Network::default(), Duration::from_mins(10));
        let url = format!("http://{address}/");
        let error = client.send(Request::new("GET", &url)).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut, "{error:?}");
        assert!(begin.elapsed() < 2 * LONGEST, "{:?}", begin.elapsed());
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_a_limit() {
        assert_eq!(read(SdkBody::from("12345"), 5).await.unwrap(), b"12345");
        let error = read(SdkBody::from("12345"), 4).await.unwrap_err();
        assert_eq!(error.to_string(), "the answer has more than 4 bytes");
    }
}
