//! Elastic Load Balancing: network load balancers that really listen and forward, on ports of this
//! machine. What serves connections is in `plane`; everything else is about the state.

mod attributes;
mod balancers;
mod errors;
mod groups;
mod health_check;
mod links;
mod listeners;
mod listing;
mod operations;
mod plane;
mod state;
mod subnets;
mod tags;
mod targets;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fmt,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use http::StatusCode;
use serde_json::Value;

use crate::{
    clock::{Clock, Moment},
    links::{Network, Roles},
    open::OpenError,
    params::Params,
    place::Place,
    protocol::{query, xml},
    regional::Regional,
    service::{Answer, Answering, AwsError, Call, Caller, Operation, Service, Tagged},
    store::StoreError,
};
use errors::{Outcome, internal};
use operations::Run;
use plane::Plane;
use state::Region;

const NAMESPACE: &str = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";
const VERSION: &str = "2015-12-01";

/// The service.
pub(crate) struct Elb {
    regions: Regional<Region>,
    planes: Mutex<BTreeMap<Place, Arc<Plane>>>,
    clock: Clock,
    network: Arc<dyn Network>,
    roles: Arc<dyn Roles>,
}

impl fmt::Debug for Elb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Elb").field("regions", &self.regions).finish_non_exhaustive()
    }
}

/// What an operation knows beside its parameters: where, when, and who helps.
struct Context {
    place: Place,
    moment: Moment,
    network: Arc<dyn Network>,
    roles: Arc<dyn Roles>,
    plane: Arc<Plane>,
}

impl Context {
    /// The ARN of a resource of this service.
    fn arn(&self, resource: &str) -> String {
        format!(
            "arn:aws:elasticloadbalancing:{}:{}:{resource}",
            self.place.region, self.place.account
        )
    }
}

impl Elb {
    /// Opens the service on its folder and serves what is in it.
    pub(crate) fn open(
        folder: &Path,
        clock: Clock,
        network: Arc<dyn Network>,
        roles: Arc<dyn Roles>,
    ) -> Result<Self, OpenError> {
        let regions = Regional::open(folder.to_owned())?;
        let elb = Self { regions, planes: Mutex::default(), clock, network, roles };
        for region in elb.regions.places() {
            elb.reopen(&region)?;
        }
        Ok(elb)
    }

    /// Tasks end with the local cloud, so their targets are gone; and another program may have
    /// taken a port.
    fn reopen(&self, region: &Place) -> Result<(), StoreError> {
        let store = self.regions.of(region)?;
        let plane = self.plane(region);
        store.change(|state| {
            for group in state.groups.values_mut() {
                group.targets.retain(|target| !target.is_task);
            }
            move_from_taken_ports(state);
        })?;
        plane.sync(|| store.read(Clone::clone));
        Ok(())
    }

    fn plane(&self, region: &Place) -> Arc<Plane> {
        let mut planes = self.planes.lock().unwrap_or_else(PoisonError::into_inner);
        let known = planes.entry(region.clone());
        Arc::clone(known.or_insert_with(|| Arc::new(Plane::new(self.clock.clone()))))
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

    /// Looks at a region as it is now.
    fn look<R>(
        &self,
        place: &Place,
        look: impl FnOnce(&Region, &Context) -> Outcome<R>,
    ) -> Outcome<R> {
        let context = self.context(place);
        let store = self.regions.of(place).map_err(|error| internal(&error))?;
        let mut state = store.read(Clone::clone);
        state.settle(&context.moment);
        look(&state, &context)
    }

    /// Changes a region, and then what serves it; what fails changes nothing.
    fn change<R>(
        &self,
        place: &Place,
        change: impl FnOnce(&mut Region, &Context) -> Outcome<R>,
    ) -> Outcome<R> {
        let context = self.context(place);
        let store = self.regions.of(place).map_err(|error| internal(&error))?;
        let changed = store.try_change(|state| {
            state.settle(&context.moment);
            change(state, &context)
        });
        let answer = changed.map_err(|error| internal(&error))??;
        context.plane.sync(|| store.read(Clone::clone));
        Ok(answer)
    }

    fn run(&self, call: &Call) -> Outcome<Answer> {
        let Caller::Signed { place, .. } = &call.caller else {
            return Err(query::unsigned());
        };
        let params = call.form();
        let action = params.text("Action").unwrap_or_default();
        let (name, run) = operations::find(action).ok_or_else(|| query::unknown_action(action))?;
        let value = self.do_operation(place, run, params)?;
        Ok(query::result(NAMESPACE, name, &xml::elements(&value)))
    }

    fn do_operation(&self, place: &Place, run: Run, params: &Params) -> Outcome<Value> {
        match run {
            Run::Look(look) => self.look(place, |state, context| look(state, context, params)),
            Run::Change(change) => {
                self.change(place, |state, context| change(state, context, params))
            }
        }
    }
}

/// Gives another port to what cannot have its own again. Its DNS name changes with that.
fn move_from_taken_ports(state: &mut Region) {
    let taken: Vec<u16> =
        state.local_ports().into_iter().filter(|port| !plane::is_free(*port)).collect();
    for old in taken {
        // When no port is free the old one stays, and is tried again at the next change.
        let Ok(new) = plane::free_port(&state.local_ports()) else { continue };
        for balancer in state.balancers.values_mut().filter(|balancer| balancer.port == old) {
            balancer.port = new;
        }
        for listener in state.listeners.values_mut().filter(|known| known.local_port == old) {
            listener.local_port = new;
        }
    }
}

impl Service for Elb {
    fn name(&self) -> &'static str {
        "elasticloadbalancing"
    }

    fn claims(&self, call: &Call) -> bool {
        call.form().text("Version") == Some(VERSION)
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        let (name, run) = operations::find(call.form().text("Action")?)?;
        Some(Operation { name: name.to_owned(), mutating: matches!(run, Run::Change(_)) })
    }

    fn answer(&self, call: Call) -> Answering<'_> {
        Box::pin(async move { self.run(&call).unwrap_or_else(|error| self.refuse(&error)) })
    }

    fn refuse(&self, error: &AwsError) -> Answer {
        query::refuse(NAMESPACE, error)
    }

    fn throttled(&self) -> AwsError {
        AwsError::new(StatusCode::BAD_REQUEST, "Throttling", "Rate exceeded")
    }

    fn tagged(&self, place: &Place) -> Vec<Tagged> {
        self.look(place, |state, _| Ok(tags::tagged(state))).unwrap_or_default()
    }
}
