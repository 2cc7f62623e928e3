//! Which addresses of a configuration are called. It may have been written to make a grader's
//! machine ask what only that machine can reach.

use std::net::IpAddr;

use http::Uri;

use crate::http::{is_loopback, is_public};

/// The longest address.
const LONGEST: usize = 2048;

/// An address that may be called.
#[derive(Clone, Debug)]
pub(super) struct Address {
    /// The whole address, without a slash at its end.
    pub(super) text: String,
    pub(super) host: String,
    is_encrypted: bool,
}

impl Address {
    /// Returns an address of the web.
    ///
    /// # Errors
    /// What else it is.
    pub(super) fn new(text: &str) -> Result<Self, &'static str> {
        let uri: Uri = text.parse().map_err(|_| "no address")?;
        let is_encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err("neither http:// nor https://"),
        };
        let authority = uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
        let host = uri.host().unwrap_or_default().to_owned();
        if text.len() > LONGEST
            || host.is_empty()
            || authority.contains('@')
            || uri.query().is_some()
        {
            return Err("no plain address");
        }
        let text = text.trim_end_matches('/').to_owned();
        Ok(Self { text, host, is_encrypted })
    }

    /// Returns whether nobody on the way can read what is sent there.
    pub(super) fn is_safe(&self) -> bool {
        self.is_encrypted || is_loopback(&self.host)
    }

    /// Returns whether a site may name this address: one of the internet, or of its own host. One on
    /// this machine may name all of this machine. What names lead to is checked when they are resolved.
    pub(super) fn may_be_named_by(&self, site: &Self) -> bool {
        !self.is_private()
            || self.host == site.host
            || (is_loopback(&self.host) && is_loopback(&site.host))
    }

    /// Returns whether it may be the site of somebody who is not here: on the internet; or on this
    /// machine, as in a rehearsal.
    pub(super) fn may_be_handed_in(&self) -> bool {
        !self.is_private() || is_loopback(&self.host)
    }

    fn is_private(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        let is_private = match bare.parse() {
            Ok(IpAddr::V4(it)) => !is_public(it.into()),
            // Those that embed another address are not taken apart: the lab has none.
            Ok(IpAddr::V6(_)) => true,
            // A number that is not written as an address may be one all the same: `127.1`, `0x7f1`.
            Err(_) => {
                let last = bare.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
                last.starts_with(|c: char| c.is_ascii_digit()) || !bare.contains('.')
            }
        };
        is_private || is_loopback(&self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::new(text).unwrap()
    }

    #[test]
    fn only_plain_addresses_of_the_web() {
        for bad in [
            "ftp://a.example",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "a.example",
            "",
            "http://",
            "http://user:secret@a.example",
            "http://a.example/?x=1",
            "http://a b/",
        ] {
            assert!(Address::new(bad).is_err(), "{bad}");
        }
        assert!(Address::new(&format!("http://a.example/{}", "a".repeat(3000))).is_err());
        assert_eq!(address("http://a.example/x/").text, "http://a.example/x");
        assert_eq!(address("http://a.example:1/b/").text, "http://a.example:1/b");
    }

    #[test]
    fn a_site_on_the_internet_names_no_private_address() {
        let site = address("http://b.s3-website-eu-west-1.amazonaws.com");
        for inside in [
            "http://127.0.0.1",
            "http://localhost:4566",
            "http://a.localhost",
            "http://10.0.0.1",
            "http://169.254.169.254",
            "http://100.64.0.1",
            "http://[::1]",
            "http://[fd00:ec2::254]",
            "http://127.1",
            "http://2130706433",
            "http://0x7f.1",
            "http://router",
            "http://0.0.0.0",
        ] {
            assert!(!address(inside).may_be_named_by(&site), "{inside}");
        }
        let here = address("http://127.0.0.1:4566/_website/b");
        for (named, may) in [
            ("http://127.0.0.1:4566/_execute-api/a/prod", true),
            ("http://a.execute-api.localhost:4566/prod", true),
            ("http://10.0.0.1", false),
            ("http://169.254.169.254", false),
            ("http://router", false),
        ] {
            assert_eq!(address(named).may_be_named_by(&here), may, "{named}");
        }
        for (site, may) in [
            ("http://b.s3-website-eu-west-1.amazonaws.com", true),
            ("http://127.0.0.1:4566/_website/b", true),
            ("http://10.0.0.1", false),
            ("http://router", false),
        ] {
            assert_eq!(address(site).may_be_handed_in(), may, "{site}");
        }
        let router = address("http://router:8080");
        assert!(router.may_be_named_by(&address("http://router")), "its own host");
        assert!(
            address("https://x.execute-api.eu-west-1.amazonaws.com/prod").may_be_named_by(&site)
        );
        assert!(address("http://52.1.2.3").may_be_named_by(&site));
    }

    #[test]
    fn what_is_sent_is_safe_over_tls_and_on_this_machine() {
        assert!(
            address("https://a.example").is_safe() && address("http://a.localhost:1").is_safe()
        );
        assert!(!address("http://a.example").is_safe() && !address("http://10.0.0.1").is_safe());
    }
}
