//! API Gateway: REST APIs that are put, imported and deployed here, and carried out in `execution`.

mod apis;
mod authorizers;
mod deployments;
mod errors;
pub(crate) mod execution;
mod gateway_responses;
mod ids;
mod import;
mod integrations;
mod mapping;
mod methods;
mod model;
mod operations;
mod patches;
mod resources;
mod rest;
mod stages;
mod state;
mod tags;
mod template;
mod vpc_links;

#[cfg(test)]
mod tests;

use std::{fmt, path::Path, sync::Arc};

use http::StatusCode;
use serde_json::Value;

use crate::{
    clock::Clock,
    links::{Balancers, Pools},
    open::OpenError,
    place::Place,
    regional::Regional,
    service::{Answer, Answering, AwsError, Call, Caller, Operation, Service, Tagged},
};
use errors::{Outcome, too_many};
use execution::Buckets;
use state::Region;

/// The service. Clones share their state.
#[derive(Clone)]
pub(crate) struct ApiGateway {
    regions: Arc<Regional<Region>>,
    balancers: Arc<dyn Balancers>,
    pools: Arc<dyn Pools>,
    buckets: Arc<Buckets>,
    clock: Clock,
}

impl fmt::Debug for ApiGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiGateway").field("regions", &self.regions).finish_non_exhaustive()
    }
}

impl ApiGateway {
    /// Opens the service on its folder.
    pub(crate) fn open(
        folder: &Path,
        clock: Clock,
        balancers: Arc<dyn Balancers>,
        pools: Arc<dyn Pools>,
    ) -> Result<Self, OpenError> {
        let regions = Arc::new(Regional::open(folder.to_owned())?);
        let gateway = Self { regions, balancers, pools, buckets: Arc::default(), clock };
        gateway.hold_balancers();
        Ok(gateway)
    }

    /// Looks at a region as it is now.
    fn look<R>(&self, place: &Place, look: impl FnOnce(&Region) -> Outcome<R>) -> Outcome<R> {
        let mut region = self.regions.of(place)?.read(Clone::clone);
        region.settle(&self.clock.moment());
        look(&region)
    }

    /// Changes a region; what fails changes nothing.
    fn change<R>(
        &self,
        place: &Place,
        change: impl FnOnce(&mut Region) -> Outcome<R>,
    ) -> Outcome<R> {
        self.regions.of(place)?.try_change(|region| {
            region.settle(&self.clock.moment());
            change(region)
        })?
    }

    async fn run(&self, call: Call) -> Outcome<(u16, Value)> {
        let Caller::Signed { place, .. } = &call.caller else {
            return Err(unsigned());
        };
        let (operation, request) = operations::find(&call).ok_or_else(unknown_operation)?;
        let (gateway, place) = (self.clone(), place.clone());
        // It may block on files.
        let ran = tokio::task::spawn_blocking(move || (operation.run)(&gateway, &place, &request));
        Ok((operation.status, ran.await.map_err(|panic| internal(&panic))??))
    }
}

impl Service for ApiGateway {
    fn name(&self) -> &'static str {
        "apigateway"
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        operations::named(call)
    }

    fn answer(&self, call: Call) -> Answering<'_> {
        Box::pin(async move {
            match self.run(call).await {
                Ok((status, value)) => rest::good(status, &value),
                Err(error) => rest::refuse(&error),
            }
        })
    }

    fn refuse(&self, error: &AwsError) -> Answer {
        rest::refuse(error)
    }

    fn throttled(&self) -> AwsError {
        too_many()
    }

    fn tagged(&self, place: &Place) -> Vec<Tagged> {
        // An error here is one of the file, which the next call reports.
        self.look(place, |state| Ok(tags::tagged(state, &place.region))).unwrap_or_default()
    }
}

fn unsigned() -> AwsError {
    let message = "Missing Authentication Token";
    AwsError::new(StatusCode::FORBIDDEN, "MissingAuthenticationTokenException", message)
}

fn unknown_operation() -> AwsError {
    let message = "The local cloud does not have this operation.";
    AwsError::new(StatusCode::NOT_FOUND, "UnknownOperationException", message)
}

fn internal(error: &impl ToString) -> AwsError {
    AwsError::new(StatusCode::INTERNAL_SERVER_ERROR, "ServiceException", error.to_string())
}
