//! Fetches what the user pool publishes: with a deadline, and with a limit on its size.

use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_runtime_api::client::{http::HttpConnector as _, orchestrator::HttpRequest};
use aws_smithy_types::error::display::DisplayErrorContext;
use axum::body::{Body, Bytes, to_bytes};

use super::keys::Source;
use crate::trust;

/// Together with DynamoDB's, it is less than a request's.
const DEADLINE: Duration = Duration::from_secs(3);

/// In bytes. Two keys are less than one thousand.
const LARGEST: usize = 64 * 1024;

/// A document at an address.
#[derive(Debug)]
pub(super) struct Document {
    url: String,
    connector: Connector,
}

impl Document {
    /// Creates the document at this address. Only one that begins with `http:` is fetched without
    /// TLS.
    pub(super) fn at(url: String) -> Result<Self, String> {
        let connector = Connector::builder().tls_provider(trust::PROVIDER);
        Ok(Self { url, connector: connector.tls_context(trust::tls()?).build() })
    }

    async fn get(&self) -> Result<Bytes, String> {
        let request = HttpRequest::get(&self.url).map_err(|error| error.to_string())?;
        let answer = self.connector.call(request).await;
        let answer = answer.map_err(|error| DisplayErrorContext(error).to_string())?;
        let status = answer.status().as_u16();
        if status != 200 {
            return Err(format!("the answer has the status {status}"));
        }
        let body = to_bytes(Body::new(answer.into_body()), LARGEST).await;
        body.map_err(|error| DisplayErrorContext(error).to_string())
    }
}

impl Source for Document {
    fn url(&self) -> &str {
        &self.url
    }

    /// Redirects are not followed: one is an error.
    async fn fetch(&self) -> Result<Bytes, String> {
        match tokio::time::timeout(DEADLINE, self.get()).await {
            Ok(fetched) => fetched,
            Err(_) => Err(format!("no whole answer within {} s", DEADLINE.as_secs())),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    /// The first byte of TLS.
    const HANDSHAKE: u8 = 22;

    /// Fetches from a server that answers a request with this, and then waits for the client to
    /// leave.
    async fn fetched(answer: String) -> Result<Bytes, String> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let document = Document::at(format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.read_u8().await.unwrap();
            // The client may leave before it has read all of it.
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.read_to_end(&mut Vec::new()).await;
        });
        document.fetch().await
    }

    fn answer(status: &str, body: &str) -> String {
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    }

    #[tokio::test]
    async fn what_is_not_answered_well_is_an_error() {
        assert_eq!(fetched(answer("200 OK", "{}")).await.unwrap(), "{}");
        for status in ["302 Found", "404 Not Found", "500 Internal Server Error"] {
            let problem = fetched(answer(status, "{}")).await.unwrap_err();
            assert!(problem.contains(&status[..3]), "{problem}");
        }
        let whole = fetched(answer("200 OK", &"x".repeat(LARGEST))).await;
        assert_eq!(whole.unwrap().len(), LARGEST);
        let more = fetched(answer("200 OK", &"x".repeat(LARGEST + 1))).await;
        assert!(more.unwrap_err().contains("limit"));
    }

    /// Nothing happens except that time passes: paused, it passes at once.
    #[tokio::test(start_paused = true)]
    async fn a_server_that_hangs_is_not_waited_for() {
        assert!(fetched(String::new()).await.unwrap_err().contains("within 3 s"));
    }

    #[tokio::test]
    async fn nobody_is_there() {
        let unused = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap();
        assert!(Document::at(format!("http://{unused}/")).unwrap().fetch().await.is_err());
    }

    #[tokio::test]
    async fn https_is_spoken_to_an_https_address() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("https://{}/", listener.local_addr().unwrap());
        let fetching = tokio::spawn(async move { Document::at(url).unwrap().fetch().await });
        let (mut stream, _) = listener.accept().await.unwrap();
        assert_eq!(stream.read_u8().await.unwrap(), HANDSHAKE);
        drop(stream);
        assert!(fetching.await.unwrap().is_err());
    }
}
