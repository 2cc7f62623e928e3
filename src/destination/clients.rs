//! A client for each service. Each has the guard, which checks requests against declarations.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    ops::Deref,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};

use aws_config::{retry::RetryConfig, timeout::TimeoutConfig};

use super::{Destination, Place};
use crate::{
    aws::{Access, Client, Guard},
    lab::Region,
};

/// A client that is made when it is first used: making one takes longer than a call with it, and most
/// commands use few of the dozen services that a lab has. Clones share it.
pub(crate) struct Lazy<C>(Arc<LazyLock<C, Make<C>>>);

type Make<C> = Box<dyn FnOnce() -> C + Send>;

impl<C> Lazy<C> {
    fn new(make: impl FnOnce() -> C + Send + 'static) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(make))))
    }
}

impl<C> Clone for Lazy<C> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<C> Deref for Lazy<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.0
    }
}

/// The clients of a place, one of a kind. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Clients(Arc<Mutex<HashMap<TypeId, Box<dyn Any + Send>>>>);

impl Clients {
    /// Returns the client of this type, which this makes when it is first used.
    fn get<C: Send + Sync + 'static>(&self, make: impl FnOnce() -> C + Send + 'static) -> Lazy<C> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.get(&TypeId::of::<C>()).and_then(|client| client.downcast_ref::<Lazy<C>>());
        if let Some(client) = known {
            return client.clone();
        }
        let client = Lazy::new(make);
        all.insert(TypeId::of::<C>(), Box::new(client.clone()));
        client
    }
}

impl fmt::Debug for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clients")
    }
}

impl Destination {
    /// Returns the same account in another region.
    pub(crate) fn in_region(&self, region: &Region) -> Self {
        let name = aws_config::Region::new(region.as_str().to_owned());
        let config = self.config.clone().into_builder().region(name).build();
        Self { region: region.clone(), config, ..self.with_own_clients() }
    }

    /// Returns the same place with clients of its own, which go with it.
    pub(crate) fn with_own_clients(&self) -> Self {
        Self { clients: Clients::default(), ..self.clone() }
    }

    /// Returns the same place for work with this level of access.
    pub(crate) fn with_access(&self, access: Access) -> Self {
        Self { guard: Guard { access }, ..self.with_own_clients() }
    }

    /// Returns a client of a service's SDK.
    pub(crate) fn client<C: Client>(&self) -> Lazy<C> {
        let (config, guard) = (self.config.clone(), self.guard);
        self.clients.get(move || C::guarded(&config, guard))
    }

    /// Returns a client for the Resource Groups Tagging API of another region, which does not retry
    /// and has this timeout.
    pub(crate) fn tagging_in(
        &self,
        region: &Region,
        longest: Duration,
    ) -> aws_sdk_resourcegroupstagging::Client {
        let timeouts = TimeoutConfig::builder().operation_timeout(longest).build();
        let config = aws_sdk_resourcegroupstagging::config::Builder::from(&self.config)
            .region(aws_config::Region::new(region.as_str().to_owned()))
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts)
            .interceptor(self.guard);
        aws_sdk_resourcegroupstagging::Client::from_conf(config.build())
    }

    /// Returns a client for S3. It addresses buckets by path where names below the endpoint's host
    /// do not resolve.
    pub(crate) fn s3(&self) -> Lazy<aws_sdk_s3::Client> {
        let (config, guard) = (self.config.clone(), self.guard);
        let by_path = self.place != Place::Aws;
        self.clients.get(move || {
            let config = aws_sdk_s3::config::Builder::from(&config)
                .force_path_style(by_path)
                .interceptor(guard);
            aws_sdk_s3::Client::from_conf(config.build())
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_place_has_one_client_of_a_kind_and_other_places_have_their_own() {
        let made = Arc::new(AtomicUsize::new(0));
        let number = |clients: &Clients| {
            let made = made.clone();
            clients.get(move || 1 + made.fetch_add(1, Ordering::Relaxed))
        };
        let place = Destination::never_asked("123456789012", "eu-west-1");
        let (first, same) = (number(&place.clients), number(&place.clone().clients));
        assert_eq!(made.load(Ordering::Relaxed), 0, "made before it is used");
        assert_eq!((*same, *first), (1, 1));
        let writes = place.with_access(Access::Write);
        assert_eq!(*number(&writes.clients), 2);
        let elsewhere = place.in_region(&Region::new("eu-central-1").unwrap());
        assert_eq!((*number(&elsewhere.clients), *number(&place.clients)), (3, 1));
        assert_eq!(*place.clients.get(|| "of another kind"), "of another kind");
    }
}
