//! What all places of a process share: the way to other machines, and the HTTP client with its
//! connections. Each client would read the system's certificates anew, and a class has hundreds of
//! places.

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use tokio::sync::Mutex;

use super::{Place, wire};
use crate::{
    error::Result,
    http::{Network, settings::Settings},
};

/// The clients in use. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pool(Arc<Mutex<Vec<Shared>>>);

#[derive(Debug)]
struct Shared {
    is_local: bool,
    settings: Settings,
    network: Network,
    http: SharedHttpClient,
}

impl Pool {
    /// Returns the network with these settings and the HTTP client on it, made when first needed. The
    /// local cloud needs no other machine.
    ///
    /// # Errors
    /// When a proxy has no valid address, or the certificates cannot be used.
    pub(super) async fn open(
        &self,
        place: &Place,
        settings: &Settings,
    ) -> Result<(Network, SharedHttpClient)> {
        let is_local = matches!(place, Place::Local { .. });
        let settings = if is_local { Settings::default() } else { settings.clone() };
        let mut all = self.0.lock().await;
        let known = all.iter().find(|it| it.is_local == is_local && it.settings == settings);
        if let Some(Shared { network, http, .. }) = known {
            return Ok((network.clone(), http.clone()));
        }
        let network = Network::open(&settings).await?;
        let http = wire::client(place, &network);
        all.push(Shared { is_local, settings, network: network.clone(), http: http.clone() });
        Ok((network, http))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::settings::Proxy;

    #[tokio::test]
    async fn places_share_what_has_the_same_settings() {
        let (pool, plain) = (Pool::default(), Settings::default());
        let address = "proxy.example:1".to_owned();
        let proxy = Some(Proxy { variable: "HTTPS_PROXY", address });
        let by_proxy = Settings { https: proxy, ..Settings::default() };
        for settings in [&plain, &by_proxy, &plain, &by_proxy] {
            pool.clone().open(&Place::Aws, settings).await.unwrap();
        }
        assert_eq!(pool.0.lock().await.len(), 2);
    }
}
