//! Single requests to a registry.

use std::io::ErrorKind;

use bytes::Bytes;
use http::Uri;
use serde_json::Value;

use super::Registry;
use crate::http::{Answer, Client, Request, is_loopback};

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    /// A retry may succeed.
    #[error("{0}")]
    Passing(String),
    /// A retry will not succeed.
    #[error("{0}")]
    Lasting(String),
}

impl Problem {
    /// Returns the problem of an unexpected response.
    pub(super) fn of(answer: &Answer, doing: &str) -> Self {
        let said = said(&answer.body);
        let words = format!("{doing}: HTTP {}{said}", answer.status);
        // An unknown upload means that the response of an earlier attempt was lost.
        let is_passing = answer.status >= 500
            || answer.status == 429
            || (answer.status == 404 && said.contains("BLOB_UPLOAD_UNKNOWN"));
        if is_passing { Self::Passing(words) } else { Self::Lasting(words) }
    }
}

/// Returns the registry's own words: ` (CODE: message)`.
fn said(body: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let error = &body["errors"][0];
    match (error["code"].as_str(), error["message"].as_str()) {
        (Some(code), Some(message)) => format!(" ({code}: {message})"),
        _ => String::new(),
    }
}

/// The connection to a registry.
#[derive(Debug)]
pub(super) struct Wire<'a> {
    client: &'a Client,
    endpoint: &'a str,
    token: &'a str,
}

impl<'a> Wire<'a> {
    /// Creates the connection to a registry. Nothing is sent yet.
    ///
    /// # Errors
    /// When the password would leave this machine unencrypted.
    pub(super) fn new(registry: &'a Registry) -> Result<Self, Problem> {
        let endpoint = registry.endpoint.trim_end_matches('/');
        if !is_safe(endpoint) {
            let words = "the connection is not encrypted, so the password was not sent";
            return Err(Problem::Lasting(words.to_owned()));
        }
        Ok(Self { client: &registry.client, endpoint, token: &registry.token })
    }

    /// Sends a request to a path, or to an address returned by the registry.
    ///
    /// # Errors
    /// When there is no response.
    pub(super) async fn send(
        &self,
        method: &str,
        location: &str,
        body: Option<(&str, Bytes)>,
    ) -> Result<Answer, Problem> {
        let is_path = location.starts_with('/');
        let url =
            if is_path { format!("{}{location}", self.endpoint) } else { location.to_owned() };
        let mut request = Request::new(method, &url);
        // A registry may redirect an upload to another host, which must not receive the password.
        if url.strip_prefix(self.endpoint).is_some_and(|rest| rest.starts_with('/')) {
            request = request.header("authorization", format!("Basic {}", self.token));
        }
        if let Some((media_type, content)) = body {
            request = request.body(media_type, content);
        }
        self.client.send(request).await.map_err(|error| match error.kind() {
            ErrorKind::InvalidInput => Problem::Lasting(format!("`{url}`: {error}")),
            ErrorKind::TimedOut => Problem::Passing("the registry does not answer".to_owned()),
            _ => Problem::Passing(error.to_string()),
        })
    }
}

/// Returns whether a password may be sent there: encrypted, or only within this machine.
fn is_safe(endpoint: &str) -> bool {
    let uri = endpoint.parse::<Uri>().ok();
    uri.is_some_and(|uri| match uri.scheme_str() {
        Some("https") => true,
        Some("http") => uri.host().is_some_and(is_loopback),
        _ => false,
    })
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
