//! Single requests to a registry, over the HTTP client that the AWS SDK brings along.

use std::time::Duration;

use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::{
    http::HttpConnector as _,
    orchestrator::{HttpRequest, HttpResponse},
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use bytes::Bytes;
use serde_json::Value;
use tokio::time::timeout;

use super::Registry;

/// Why a request was in vain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    /// It may work when it is tried again.
    #[error("{0}")]
    Passing(String),
    /// It will not.
    #[error("{0}")]
    Lasting(String),
}

/// What of an answer matters to a push.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) digest: Option<String>,
    body: Bytes,
}

impl Answer {
    /// The problem when this is not the answer that was hoped for.
    pub(super) fn refusal(&self, doing: &str) -> Problem {
        let words = format!("{doing}: HTTP {}{}", self.status, self.words());
        // An upload that is unknown was lost with the answer of an earlier try.
        let is_passing = self.status >= 500
            || self.status == 429
            || (self.status == 404 && self.body_has("BLOB_UPLOAD_UNKNOWN"));
        if is_passing { Problem::Passing(words) } else { Problem::Lasting(words) }
    }

    fn body_has(&self, code: &str) -> bool {
        self.words().contains(code)
    }

    /// The registry's own words: ` (CODE: message)`.
    fn words(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let error = &body["errors"][0];
        match (error["code"].as_str(), error["message"].as_str()) {
            (Some(code), Some(message)) => format!(" ({code}: {message})"),
            _ => String::new(),
        }
    }
}

/// The connection to a registry.
#[derive(Debug)]
pub(super) struct Wire<'a> {
    connector: Connector,
    endpoint: &'a str,
    token: &'a str,
}

/// For one request and its answer.
const LONGEST: Duration = Duration::from_mins(3);

impl<'a> Wire<'a> {
    pub(super) fn new(registry: &'a Registry) -> Result<Self, Problem> {
        let endpoint = registry.endpoint.trim_end_matches('/');
        if !is_safe(endpoint) {
            let words = "the connection is not encrypted, so the password was not sent";
            return Err(Problem::Lasting(words.to_owned()));
        }
        let ring = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
        let connector = Connector::builder().tls_provider(ring).build();
        Ok(Self { connector, endpoint, token: &registry.token })
    }

    /// Sends a request to a path, or to the address that the registry gave.
    pub(super) async fn send(
        &self,
        method: &str,
        location: &str,
        body: Option<(&str, Bytes)>,
    ) -> Result<Answer, Problem> {
        let request = self.request(method, location, body)?;
        let exchanged = async {
            let answer = self.connector.call(request).await.map_err(|error| error.to_string())?;
            read(answer).await
        };
        match timeout(LONGEST, exchanged).await {
            Ok(answer) => answer.map_err(Problem::Passing),
            Err(_) => Err(Problem::Passing("the registry does not answer".to_owned())),
        }
    }

    fn request(
        &self,
        method: &str,
        location: &str,
        body: Option<(&str, Bytes)>,
    ) -> Result<HttpRequest, Problem> {
        let is_path = location.starts_with('/');
        let url =
            if is_path { format!("{}{location}", self.endpoint) } else { location.to_owned() };
        // A registry may send content to another host, whose business the password is not.
        let is_own = url.strip_prefix(self.endpoint).is_some_and(|rest| rest.starts_with('/'));
        let wrong = |error: &dyn std::error::Error| Problem::Lasting(format!("`{url}`: {error}"));
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_method(method).map_err(|error| wrong(&error))?;
        request.set_uri(url.as_str()).map_err(|error| wrong(&error))?;
        let headers = request.headers_mut();
        if is_own {
            headers.insert("authorization", format!("Basic {}", self.token));
        }
        let length = body.as_ref().map_or(0, |(_, content)| content.len());
        if method != "HEAD" {
            headers.insert("content-length", length.to_string());
        }
        if let Some((kind, content)) = body {
            headers.insert("content-type", kind.to_owned());
            *request.body_mut() = SdkBody::from(content);
        }
        Ok(request)
    }
}

/// Whether a password may be sent there: encrypted, or not out of this machine.
fn is_safe(endpoint: &str) -> bool {
    let host = |rest: &str| rest.split([':', '/']).next().unwrap_or_default().to_owned();
    endpoint.starts_with("https://")
        || endpoint.strip_prefix("http://").map(host).is_some_and(|host| {
            host == "localhost" || host == "127.0.0.1" || host.ends_with(".localhost")
        })
}

async fn read(answer: HttpResponse) -> Result<Answer, String> {
    let header = |name| answer.headers().get(name).map(str::to_owned);
    let (location, digest) = (header("location"), header("docker-content-digest"));
    let status = answer.status().as_u16();
    let body = ByteStream::new(answer.into_body()).collect().await;
    let body = body.map_err(|error| error.to_string())?.into_bytes();
    Ok(Answer { status, location, digest, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_password_may_be_sent() {
        for good in [
            "https://a.example",
            "http://localhost:4566",
            "http://127.0.0.1:1",
            "http://a.localhost",
        ] {
            assert!(is_safe(good), "{good}");
        }
        for bad in
            ["http://a.example", "http://localhost.a.example", "ftp://localhost", "localhost"]
        {
            assert!(!is_safe(bad), "{bad}");
        }
    }
}
