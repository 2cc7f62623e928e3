//! EC2: the networks of an account in a region. There are no machines here, and no default VPC.

mod absent;
mod access;
mod acls;
mod addresses;
mod cidr;
mod context;
mod endpoints;
mod errors;
mod filters;
mod gateways;
mod groups;
mod handlers;
mod in_place;
mod instances;
mod interfaces;
mod kinds;
mod listing;
mod nats;
mod network;
mod operations;
mod provider;
mod recipes;
mod routes;
mod rules;
mod state;
mod subnets;
mod tables;
mod tags;
#[cfg(test)]
mod tests;
mod vpcs;
mod zones;

use std::{path::Path, sync::Arc};

use crate::{
    absent::Absent,
    authorize::Access,
    clock::{Clock, Moment},
    open::OpenError,
    place::Place,
    protocol::{
        Protocol,
        operations::{Operation, Tabled},
        stateful::{ByRegion, OnState, Stateful as _},
    },
    regional::Regional,
    service::{Summary, Tagged},
};
use context::Context;
use state::Region;

/// The service. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Ec2 {
    regions: Arc<Regional<Region>>,
    clock: Clock,
}

impl Ec2 {
    /// Opens the service on its folder.
    pub(crate) fn open(folder: &Path, clock: Clock) -> Result<Self, OpenError> {
        Ok(Self { regions: Arc::new(Regional::open(folder.to_owned())?), clock })
    }
}

impl ByRegion for Ec2 {
    type State = Region;
    type Context = Context;

    fn regions(&self) -> &Regional<Region> {
        &self.regions
    }

    fn context(&self, place: &Place) -> Context {
        Context { place: place.clone(), moment: self.clock.moment() }
    }

    fn moment(context: &Context) -> &Moment {
        &context.moment
    }
}

impl Tabled for Ec2 {
    const NAME: &'static str = "ec2";
    const PROTOCOL: Protocol = Protocol::Ec2Query;
    const OPERATIONS: &'static [Operation<Self::Handler>] = operations::OPERATIONS;
    const ABSENT: &'static [Absent] = absent::ABSENT;
    const ACCESS: &'static [Access] = access::ACCESS;
    const SUMMARY: Summary = operations::SUMMARY;
    type Handler = OnState<Region, Context>;

    fn tagged_in(&self, place: &Place) -> Vec<Tagged> {
        self.look(place, |state, context| Ok(tags::tagged(state, context))).unwrap_or_default()
    }
}
