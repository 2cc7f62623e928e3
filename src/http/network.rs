//! The way to other machines: through proxies where they are set, and trusting the authorities that
//! are set. Every connection is made here. What is on this machine is never asked of a proxy.

use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

use aws_smithy_http_client::{
    Connector,
    proxy::ProxyConfig,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{
    http::HttpConnectorSettings, runtime_components::RuntimeComponents,
};
use http::Uri;

use super::{resolver::Resolver, settings::Settings, trust};
use crate::error::Result;

/// The timeout of a connection. One that a firewall drops would otherwise be waited for as long as an
/// answer, which for a layer of an image is minutes.
pub(crate) const CONNECT: Duration = Duration::from_secs(5);

/// The proxies and authorities to use.
#[derive(Clone, Default)]
pub(crate) struct Network {
    http: Option<ProxyConfig>,
    https: Option<ProxyConfig>,
    /// The certificates to trust instead of the system's.
    bundle: Option<Arc<[u8]>>,
    resolver: Resolver,
}

/// The addresses of proxies may hold passwords.
impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").finish_non_exhaustive()
    }
}

/// The kinds of ways to an address. Each has a connector of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    is_encrypted: bool,
    /// Whether a proxy is asked, unless `NO_PROXY` names the host.
    asks_a_proxy: bool,
}

impl Way {
    /// All of them, each at its `index`.
    pub(crate) const ALL: [Self; 4] = [
        Self { is_encrypted: false, asks_a_proxy: false },
        Self { is_encrypted: true, asks_a_proxy: false },
        Self { is_encrypted: false, asks_a_proxy: true },
        Self { is_encrypted: true, asks_a_proxy: true },
    ];

    /// Returns its place in the list of all.
    pub(crate) fn index(self) -> usize {
        usize::from(self.is_encrypted) + 2 * usize::from(self.asks_a_proxy)
    }

    /// Returns whether a proxy may be on it.
    pub(super) fn asks_a_proxy(self) -> bool {
        self.asks_a_proxy
    }
}

impl Network {
    /// Checks the settings and reads the certificates.
    ///
    /// # Errors
    /// When a proxy has no valid address, or the certificates cannot be used.
    pub(crate) async fn open(settings: &Settings) -> Result<Self> {
        let Settings { http, https, no_proxy, bundle } = settings;
        let http = http.as_ref().map(|it| it.config(ProxyConfig::http, no_proxy)).transpose()?;
        let https = https.as_ref().map(|it| it.config(ProxyConfig::https, no_proxy)).transpose()?;
        let bundle = match bundle {
            Some(bundle) => Some(trust::read(bundle).await?.into()),
            None => None,
        };
        Ok(Self { http, https, bundle, resolver: Resolver::default() })
    }

    /// Returns the same network for addresses that others have written: of all names, only this host
    /// may lead into a private network. Where a proxy is asked, it is the proxy that resolves names.
    pub(crate) fn public_but(&self, host: &str) -> Self {
        Self { resolver: Resolver::public_but(host), ..self.clone() }
    }

    /// Returns the way to an address.
    pub(crate) fn way(&self, uri: &Uri) -> Way {
        let is_encrypted = uri.scheme_str() == Some("https");
        let proxy = if is_encrypted { &self.https } else { &self.http };
        let is_here = uri.host().is_some_and(is_near);
        Way { is_encrypted, asks_a_proxy: proxy.is_some() && !is_here }
    }

    /// Creates the connector for a kind of way, with the settings of an SDK client if it is for one,
    /// and otherwise with a timeout for connections.
    pub(crate) fn connector(
        &self,
        way: Way,
        settings: Option<&HttpConnectorSettings>,
        components: Option<&RuntimeComponents>,
    ) -> Connector {
        // `ring` requires nothing but a C compiler and is the smallest TLS option to build.
        let mut builder = Connector::builder().tls_provider(Provider::Rustls(CryptoMode::Ring));
        if let Ok(context) = TlsContext::builder().with_trust_store(self.trust(way)).build() {
            builder = builder.tls_context(context);
        }
        if way.asks_a_proxy {
            let proxy = if way.is_encrypted { &self.https } else { &self.http };
            builder.set_proxy_config(proxy.clone());
        }
        let own = || HttpConnectorSettings::builder().connect_timeout(CONNECT).build();
        builder.set_connector_settings(Some(settings.cloned().unwrap_or_else(own)));
        builder.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        builder.build_with_resolver(self.resolver.clone())
    }

    /// Returns the authorities to trust. Loading the system's takes longer than a request to this
    /// machine, so only what may use TLS, be it to a proxy, loads them.
    fn trust(&self, way: Way) -> TrustStore {
        match &self.bundle {
            _ if way == Way::ALL[0] => TrustStore::empty(),
            Some(bundle) => TrustStore::empty().with_pem_certificate(bundle.to_vec()),
            None => TrustStore::default(),
        }
    }
}

/// Returns whether a host is this machine: an address, or one of the names that RFC 6761 reserves.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    address(host).is_some_and(|address| address.is_loopback())
        || name == "localhost"
        || name.ends_with(".localhost")
}

/// Returns whether a host is this machine or linked to it. At a link-local address, an instance or
/// a container finds its credentials, which a proxy could neither fetch nor should see.
fn is_near(host: &str) -> bool {
    let is_linked = |address| match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    };
    is_loopback(host) || address(host).is_some_and(is_linked)
}

fn address(host: &str) -> Option<IpAddr> {
    host.trim_matches(['[', ']']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::settings::Proxy;

    async fn network(http: Option<&str>, https: Option<&str>) -> Network {
        let proxy = |address: &str| Proxy { variable: "PROXY", address: address.to_owned() };
        let settings =
            Settings { http: http.map(proxy), https: https.map(proxy), ..Settings::default() };
        Network::open(&settings).await.unwrap()
    }

    #[tokio::test]
    async fn what_is_on_this_machine_is_never_asked_of_a_proxy() {
        let network = network(Some("proxy.example:1"), Some("proxy.example:1")).await;
        let asks = |uri: &str| network.way(&uri.parse().unwrap()).asks_a_proxy;
        for near in [
            "http://127.0.0.1:4566",
            "https://127.8.9.1",
            "http://[::1]:4566/",
            "http://LOCALHOST:1",
            "https://a.s3-website.localhost.",
            "http://169.254.169.254/latest",
            "http://[fe80::1]/",
        ] {
            assert!(!asks(near), "{near}");
        }
        for far in ["http://localhost.example", "https://sts.amazonaws.com", "http://10.0.0.1"] {
            assert!(asks(far), "{far}");
        }
    }

    #[tokio::test]
    async fn each_scheme_has_its_proxy() {
        let network = network(None, Some("proxy.example:1")).await;
        let asks = |uri: &str| network.way(&uri.parse().unwrap()).asks_a_proxy;
        assert!(asks("https://a.example"));
        assert!(!asks("http://a.example"));
        assert!(!format!("{network:?}").contains("proxy.example"));
    }

    #[test]
    fn every_way_has_its_place() {
        for (place, way) in Way::ALL.into_iter().enumerate() {
            assert_eq!(way.index(), place);
        }
    }
}
