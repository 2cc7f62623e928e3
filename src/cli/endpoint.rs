//! The endpoint that takes AWS's place: its address, and whether it may get credentials.

use http::Uri;

use super::command_line::quoted;
use crate::{
    error::{Code, Error, Result},
    http::is_loopback,
};

/// Checks an endpoint's address. Every request is signed and carries the session token, which
/// anybody on the way to an `http://` address on another machine can read and use.
///
/// # Errors
/// When it is no address, or credentials would be sent unencrypted without being asked to.
pub(super) fn check(url: &str, is_insecure: bool) -> Result<()> {
    let is_http = url.starts_with("http://");
    let address = url.parse::<Uri>().ok().filter(|_| is_http || url.starts_with("https://"));
    let Some(host) = address.as_ref().and_then(Uri::host) else {
        return Err(Error::new(Code::Setting, format!("`{url}` is not an address"))
            .hint("an endpoint begins with `http://` or `https://`"));
    };
    if !is_http || is_insecure || is_loopback(host) {
        return Ok(());
    }
    let message = format!("`{url}` would get your credentials unencrypted, readable on the way");
    Err(Error::new(Code::Setting, message)
        .hint("use `https://`, or add `--insecure-endpoint` if nobody else is on the way"))
}

/// Returns the flags that mean this endpoint.
pub(super) fn flags(url: &str) -> Vec<String> {
    let mut flags = vec![format!("--endpoint-url {}", quoted(url))];
    if check(url, false).is_err() {
        flags.push("--insecure-endpoint".to_owned());
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_not_sent_in_the_clear_unless_asked_to() {
        for url in [
            "https://emulator.example",
            "http://127.0.0.1:4566",
            "http://[::1]:4566/",
            "http://LOCALHOST",
            "http://s3.localhost:4566",
        ] {
            assert_eq!(check(url, false), Ok(()), "{url}");
            assert_eq!(flags(url).len(), 1, "{url}");
        }
        for url in [
            "http://emulator.example:4566",
            "http://192.168.1.20",
            "http://localhost.example",
            "http://127.0.0.1@emulator.example",
            "http://0.0.0.0:4566",
        ] {
            let error = check(url, false).unwrap_err();
            assert!(error.message.contains("unencrypted"), "{url}: {error}");
            assert_eq!(check(url, true), Ok(()), "{url}");
            assert_eq!(flags(url).len(), 2, "{url}");
        }
        for url in ["ftp://x", "emulator", "http://", "https://a b"] {
            assert!(check(url, true).unwrap_err().message.contains("not an address"), "{url}");
        }
    }
}
