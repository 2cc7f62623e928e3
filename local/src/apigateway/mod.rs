//! API Gateway: REST APIs that are put, imported and deployed here, and executed in `execution`.

mod absent;
mod access;
mod apis;
mod authorizers;
mod declared;
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
mod models;
mod operations;
mod patches;
mod recover;
mod request;
mod resources;
mod stages;
mod state;
mod tags;
mod template;
mod vpc_links;

#[cfg(test)]
mod tests;

use std::{fmt, path::Path, sync::Arc};

use serde_json::Value;

use crate::{
    absent::Absent,
    authorize::{Access, Inputs, Needed},
    clock::Clock,
    open::{OpenError, Recover as _},
    place::Place,
    ports::{Balancers, Pools},
    protocol::{
        Protocol,
        operations::{Operation, Tabled},
        rest,
    },
    regional::Regional,
    service::{Answer, Call, Summary, Tagged},
    work::Turns,
};
use errors::Outcome;
use execution::Buckets;
use operations::Rest;
use state::Region;

/// The service. Clones share their state.
#[derive(Clone)]
pub(crate) struct ApiGateway {
    regions: Arc<Regional<Region>>,
    balancers: Arc<dyn Balancers>,
    pools: Arc<dyn Pools>,
    buckets: Arc<Buckets>,
    clock: Clock,
    /// Those in which the execution of APIs waits for files.
    turns: Turns,
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
        let (buckets, turns) = (Arc::default(), Turns::default());
        let gateway = Self { regions, balancers, pools, buckets, clock, turns };
        gateway.recover()?;
        Ok(gateway)
    }

    /// Looks at a region as it is now.
    fn look<R>(&self, place: &Place, look: impl FnOnce(&Region) -> Outcome<R>) -> Outcome<R> {
        self.regions.look(place, &self.clock.moment(), look)?
    }

    /// Changes a region; a failed change has no effect.
    fn change<R>(
        &self,
        place: &Place,
        change: impl FnOnce(&mut Region) -> Outcome<R>,
    ) -> Outcome<R> {
        self.regions.change(place, &self.clock.moment(), change)?
    }
}

impl Tabled for ApiGateway {
    const NAME: &'static str = "apigateway";
    const PROTOCOL: Protocol = Protocol::RestJson;
    const OPERATIONS: &'static [Operation<Rest>] = operations::OPERATIONS;
    const ABSENT: &'static [Absent] = absent::ABSENT;
    const ACCESS: &'static [Access] = &[];
    const SUMMARY: Summary = Summary {
        title: "API Gateway (REST APIs)",
        real: "APIs put call by call or imported from OpenAPI 2 or 3, deployments, stages with \
               variables and throttling, and VPC links. Stages are executed: `MOCK`, `HTTP` and \
               `HTTP_PROXY` integrations, Cognito authorizers, mapping templates without directives, \
               and gateway responses. Any signature is good for `AWS_IAM`, and no API key is. Kept \
               only: models. Request validators in a definition give a warning and do nothing.",
        refused: "`AWS` and `AWS_PROXY` integrations, Lambda authorizers, backends beyond this machine \
                  or by HTTPS, directives in templates, resource policies, private APIs, canary \
                  releases, and cloning.",
    };

    type Handler = Rest;

    fn find(call: &Call) -> Option<&'static Operation<Rest>> {
        operations::find(call).map(|(operation, _)| operation)
    }

    fn good(operation: &Operation<Rest>, output: &Value) -> Answer {
        rest::good(operation.handler.status, output)
    }

    /// Its actions are methods, not operations.
    fn needed(operation: &str, call: &Call, inputs: &Inputs<'_>) -> Option<Vec<Needed>> {
        Some(access::needed(operation, call, inputs))
    }

    fn tagged_in(&self, place: &Place) -> Vec<Tagged> {
        // An error here comes from the file; the next call reports it.
        self.look(place, |state| Ok(tags::tagged(state, &place.region))).unwrap_or_default()
    }
}
