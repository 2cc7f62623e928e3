//! Elastic Load Balancing: network load balancers that really listen and forward, on ports of this
//! machine. What serves connections is in `plane`; everything else is about the state.

mod absent;
mod access;
mod adapters;
mod arns;
mod attributes;
mod balancers;
mod context;
mod errors;
mod groups;
mod health_check;
mod listeners;
mod listing;
mod operations;
mod plane;
mod recover;
mod state;
mod subnets;
mod tags;
mod targets;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    absent::Absent,
    authorize::Access,
    clock::{Clock, Moment},
    place::Place,
    ports::{Network, Roles},
    protocol::{
        Protocol,
        operations::{Operation, Tabled},
        query::Dialect,
        stateful::{ByRegion, OnState, Stateful as _},
    },
    regional::Regional,
    service::{Summary, Tagged},
};
use context::Context;
use errors::{Outcome, internal};
use plane::{Found, Plane};
use state::Region;

/// The service. Clones share their state.
#[derive(Clone)]
pub(crate) struct Elb {
    regions: Arc<Regional<Region>>,
    planes: Arc<Mutex<BTreeMap<Place, Arc<Plane>>>>,
    /// The health in which targets were found.
    found: Arc<Regional<Found>>,
    clock: Clock,
    network: Arc<dyn Network>,
    roles: Arc<dyn Roles>,
}

impl fmt::Debug for Elb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Elb").field("regions", &self.regions).finish_non_exhaustive()
    }
}

impl Elb {
    fn plane(&self, place: &Place) -> Arc<Plane> {
        let mut planes = self.planes.lock().unwrap_or_else(PoisonError::into_inner);
        let known = planes.entry(place.clone());
        let new = || Arc::new(Plane::new(self.clock.clone(), self.found.of(place).ok()));
        Arc::clone(known.or_insert_with(new))
    }
}

impl ByRegion for Elb {
    type State = Region;
    type Context = Context;

    fn regions(&self) -> &Regional<Region> {
        &self.regions
    }

    fn context(&self, place: &Place) -> Context {
        Context {
            place: place.clone(),
            moment: self.clock.moment(),
            network: Arc::clone(&self.network),
            roles: Arc::clone(&self.roles),
            plane: self.plane(place),
        }
    }

    fn moment(context: &Context) -> &Moment {
        &context.moment
    }

    /// Makes the data plane of the place follow its state.
    fn changed(&self, context: &Context) -> Outcome<()> {
        let store = self.regions.of(&context.place).map_err(|error| internal(&error))?;
        context.plane.sync(|| store.read(Clone::clone));
        Ok(())
    }
}

impl Tabled for Elb {
    const NAME: &'static str = "elasticloadbalancing";
    const PROTOCOL: Protocol = Protocol::AwsQuery(Dialect {
        namespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
        version: "2015-12-01",
    });
    const OPERATIONS: &'static [Operation<Self::Handler>] = operations::OPERATIONS;
    const ABSENT: &'static [Absent] = absent::ABSENT;
    const ACCESS: &'static [Access] = access::ACCESS;
    const SUMMARY: Summary = operations::SUMMARY;

    type Handler = OnState<Region, Context>;

    fn tagged_in(&self, place: &Place) -> Vec<Tagged> {
        self.look(place, |state, _| Ok(tags::tagged(state))).unwrap_or_default()
    }
}
