//! What all places of a process share: the way to other machines, and the HTTP clients with their
//! connections. Each client would read the system's certificates anew, and a class has hundreds of
//! places.

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use tokio::sync::{Mutex, OnceCell};

use super::{Place, addresses, local_cloud, wire};
use crate::{
    error::Result,
    http::{Client, Network, settings::Settings},
};

/// The clients in use, and what is asked of the system once. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pool {
    entries: Arc<Mutex<Vec<Entry>>>,
    local_names: Arc<OnceCell<bool>>,
    local_pace: Arc<OnceCell<f64>>,
}

#[derive(Debug)]
struct Entry {
    is_local: bool,
    settings: Settings,
    shared: Shared,
}

/// What the places with the same settings share. So do clones.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    pub(super) network: Network,
    /// For AWS calls.
    pub(super) http: SharedHttpClient,
    /// For pushing images.
    pub(super) pushes: Arc<Client>,
}

impl Pool {
    /// Returns the network with these settings and the HTTP clients on it, made when first needed. The
    /// local cloud needs no other machine.
    ///
    /// # Errors
    /// When a proxy has no valid address, or the certificates cannot be used.
    pub(super) async fn open(&self, place: &Place, settings: &Settings) -> Result<Shared> {
        let is_local = matches!(place, Place::Local { .. });
        let settings = if is_local { Settings::default() } else { settings.clone() };
        let mut all = self.entries.lock().await;
        let known = all.iter().find(|it| it.is_local == is_local && it.settings == settings);
        if let Some(Entry { shared, .. }) = known {
            return Ok(shared.clone());
        }
        let network = Network::open(&settings).await?;
        let http = wire::client(place, &network);
        let pushes = Arc::new(Client::of_uploads(network.clone()));
        let shared = Shared { network, http, pushes };
        all.push(Entry { is_local, settings, shared: shared.clone() });
        Ok(shared)
    }

    /// Returns whether a place has names below `.localhost`: the local cloud, if the system resolves
    /// them.
    pub(super) async fn has_local_names(&self, place: &Place) -> bool {
        matches!(place, Place::Local { .. })
            && *self.local_names.get_or_init(addresses::resolves_local_names).await
    }

    /// Returns the factor for AWS's typical durations in a place; `None` if it is unknown. All accounts
    /// of a class are in one local cloud.
    pub(super) async fn pace(&self, place: &Place) -> Option<f64> {
        let Place::Local { port, .. } = place else {
            return (*place == Place::Aws).then_some(1.0);
        };
        let asked = async || {
            let health = local_cloud::health(*port).await.ok().flatten();
            health.map(|health| health.pace).ok_or(())
        };
        self.local_pace.get_or_try_init(asked).await.ok().copied()
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
        let mut pushes = Vec::new();
        for settings in [&plain, &by_proxy, &plain, &by_proxy] {
            pushes.push(pool.clone().open(&Place::Aws, settings).await.unwrap().pushes);
        }
        assert_eq!(pool.entries.lock().await.len(), 2);
        // So they share connections and certificates of pushes, too.
        let same = |one: usize, other: usize| Arc::ptr_eq(&pushes[one], &pushes[other]);
        assert!(same(0, 2) && same(1, 3) && !same(0, 1));
    }
}
