//! How this machine reaches others, as the user said it: proxies and trusted certificates.

use std::{fmt, path::PathBuf};

use aws_smithy_http_client::proxy::ProxyConfig;
use http::Uri;

use crate::error::{Code, Error, Result};

/// What is set, not checked yet: most commands for the local cloud need none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The proxy for `http://` addresses.
    pub(crate) http: Option<Proxy>,
    /// The proxy for `https://` addresses.
    pub(crate) https: Option<Proxy>,
    /// The hosts to which no proxy leads: names, addresses and networks, with commas.
    pub(crate) no_proxy: String,
    /// The certificates of the authorities to trust, instead of the system's.
    pub(crate) bundle: Option<Bundle>,
}

/// A file of certificates, and the setting that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bundle {
    /// The setting, such as `AWS_CA_BUNDLE`.
    pub(crate) setting: &'static str,
    /// The file.
    pub(crate) path: PathBuf,
}

/// A proxy, and the variable that names it. Its address may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Proxy {
    /// The variable, such as `HTTPS_PROXY`.
    pub(crate) variable: &'static str,
    /// Its value.
    pub(crate) address: String,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").field("variable", &self.variable).finish_non_exhaustive()
    }
}

impl Proxy {
    /// Returns its address with its scheme: for curl and the AWS CLI, one without is `http://`.
    ///
    /// # Errors
    /// When it is no address of an HTTP proxy.
    fn uri(&self) -> Result<Uri> {
        let address = &self.address;
        let address =
            if address.contains("://") { address.clone() } else { format!("http://{address}") };
        let uri = address.parse::<Uri>().ok().filter(|uri| uri.host().is_some());
        let uri = uri.filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")));
        uri.filter(is_whole).ok_or_else(|| self.unusable())
    }

    /// The address itself is not shown: its password may be what makes it invalid.
    fn unusable(&self) -> Error {
        let message = format!("`{}` is not the address of an HTTP proxy", self.variable);
        Error::new(Code::Network, message).hint(
            "it has the form `http://HOST:PORT` or `http://USER:PASSWORD@HOST:PORT`, with signs \
             such as `@` and `/` in the password as `%40` and `%2F`",
        )
    }

    /// Returns the setting for the connector, as `make` makes it from the address.
    ///
    /// # Errors
    /// When it is no address of an HTTP proxy.
    pub(super) fn config<E>(
        &self,
        make: fn(Uri) -> Result<ProxyConfig, E>,
        no_proxy: &str,
    ) -> Result<ProxyConfig> {
        let config = make(self.uri()?).map_err(|_| self.unusable())?;
        Ok(config.no_proxy(no_proxy))
    }
}

/// Returns whether an address is nothing but a host, perhaps with a port. With `/` in its password,
/// all after it looks like a path, and the password like a port.
fn is_whole(uri: &Uri) -> bool {
    let authority = uri.authority().map_or("", |it| it.as_str());
    let host = authority.rsplit('@').next().unwrap_or_default();
    let has_valid_port = host.ends_with(']')
        || host.rsplit_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_ok());
    matches!(uri.path(), "" | "/") && uri.query().is_none() && has_valid_port
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(address: &str) -> Result<String> {
        let proxy = Proxy { variable: "HTTPS_PROXY", address: address.to_owned() };
        proxy.uri().map(|uri| uri.to_string())
    }

    #[test]
    fn an_address_may_lack_its_scheme() {
        assert_eq!(uri("proxy.example:3128").unwrap(), "http://proxy.example:3128/");
        assert_eq!(uri("https://proxy.example").unwrap(), "https://proxy.example/");
        for address in ["ana:a%40b@proxy.example:3128", "http://[::1]", "http://[::1]:3128/"] {
            assert!(uri(address).is_ok(), "{address}");
        }
    }

    #[test]
    fn an_invalid_address_is_named_without_its_password() {
        for address in
            ["socks5://ana:hidden@a.example", "http://ana:hid/den@a:1", "a.example:http", "a b"]
        {
            let error = uri(address).unwrap_err();
            assert_eq!(error.code, Code::Network, "{address}");
            assert!(error.message.contains("`HTTPS_PROXY`"), "{error}");
            assert!(!format!("{error:?}").contains("hid"), "{error:?}");
        }
        let proxy = Proxy { variable: "HTTPS_PROXY", address: "http://a:hidden@b".to_owned() };
        assert!(!format!("{proxy:?}").contains("hidden"));
    }
}
