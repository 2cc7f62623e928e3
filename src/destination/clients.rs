//! A client for each service. Each has the guard, which checks requests against declarations.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_config::{retry::RetryConfig, timeout::TimeoutConfig};

use super::{Destination, Place};
use crate::{
    aws::{Access, Client, Guard},
    lab::Region,
};

/// The clients in use. Making one takes longer than a call with it, and the resources of a lab, of which
/// a class has hundreds, have forty. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Clients(Arc<Mutex<HashMap<TypeId, Box<dyn Any + Send>>>>);

impl Clients {
    /// Returns the client of this type, made when first needed.
    fn get<C: Clone + Send + 'static>(&self, make: impl FnOnce() -> C) -> C {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.get(&TypeId::of::<C>()).and_then(|client| client.downcast_ref::<C>());
        if let Some(client) = known {
            return client.clone();
        }
        let client = make();
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
        Self { region: region.clone(), config, clients: Clients::default(), ..self.clone() }
    }

    /// Returns the same place for work with this level of access.
    pub(crate) fn with_access(&self, access: Access) -> Self {
        Self { guard: Guard { access }, clients: Clients::default(), ..self.clone() }
    }

    /// Returns a client of a service's SDK.
    pub(crate) fn client<C: Client>(&self) -> C {
        self.clients.get(|| C::guarded(&self.config, self.guard))
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
    pub(crate) fn s3(&self) -> aws_sdk_s3::Client {
        self.clients.get(|| {
            let config = aws_sdk_s3::config::Builder::from(&self.config)
                .force_path_style(self.place != Place::Aws)
                .interceptor(self.guard);
            aws_sdk_s3::Client::from_conf(config.build())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_one_client_of_a_kind_and_other_places_have_their_own() {
        let made = std::cell::Cell::new(0);
        let number = |clients: &Clients| {
            clients.get(|| {
                made.set(made.get() + 1);
                made.get()
            })
        };
        let place = Destination::never_asked("123456789012", "eu-west-1");
        assert_eq!((number(&place.clients), number(&place.clone().clients)), (1, 1));
        let writes = place.with_access(Access::Write);
        assert_eq!(number(&writes.clients), 2);
        let elsewhere = place.in_region(&Region::new("eu-central-1").unwrap());
        assert_eq!((number(&elsewhere.clients), number(&place.clients)), (3, 1));
        assert_eq!(place.clients.get(|| "of another kind"), "of another kind");
    }
}
