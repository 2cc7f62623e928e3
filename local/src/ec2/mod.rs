//! EC2: the networks of an account in a region. There are no machines here, and no default VPC.

mod acls;
mod addresses;
mod cidr;
mod endpoints;
mod errors;
mod filters;
mod gateways;
mod groups;
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

use std::path::Path;

use http::StatusCode;
use serde_json::Value;

use crate::{
    clock::{Clock, Moment},
    open::OpenError,
    params::Params,
    place::Place,
    protocol::{ec2, query},
    regional::Regional,
    service::{Answer, Answering, AwsError, Call, Caller, Operation, Service, Tagged},
};
use errors::{Outcome, bad, internal};
use operations::Run;
use state::Region;

/// The service.
#[derive(Debug)]
pub(crate) struct Ec2 {
    regions: Regional<Region>,
    clock: Clock,
}

/// What an operation knows beside its parameters: where, and when.
#[derive(Clone, Debug)]
struct Context {
    place: Place,
    moment: Moment,
}

impl Context {
    /// The ARN of a thing of this kind.
    fn arn(&self, kind: &str, id: &str) -> String {
        format!("arn:aws:ec2:{}:{}:{kind}/{id}", self.place.region, self.place.account)
    }
}

impl Ec2 {
    /// Opens the service on its folder.
    pub(crate) fn open(folder: &Path, clock: Clock) -> Result<Self, OpenError> {
        Ok(Self { regions: Regional::open(folder.to_owned())?, clock })
    }

    /// Looks at a region as it is now.
    fn look<R>(
        &self,
        place: &Place,
        look: impl FnOnce(&Region, &Context) -> Outcome<R>,
    ) -> Outcome<R> {
        let context = Context { place: place.clone(), moment: self.clock.moment() };
        let store = self.regions.of(place).map_err(|error| internal(&error))?;
        let mut state = store.read(Clone::clone);
        state.settle(&context.moment);
        look(&state, &context)
    }

    /// Changes a region; what fails changes nothing.
    fn change<R>(
        &self,
        place: &Place,
        change: impl FnOnce(&mut Region, &Context) -> Outcome<R>,
    ) -> Outcome<R> {
        let context = Context { place: place.clone(), moment: self.clock.moment() };
        let store = self.regions.of(place).map_err(|error| internal(&error))?;
        let changed = store.try_change(|state| {
            state.settle(&context.moment);
            change(state, &context)
        });
        changed.map_err(|error| internal(&error))?
    }

    fn run(&self, call: &Call) -> Outcome<Answer> {
        let Caller::Signed { place, .. } = &call.caller else {
            return Err(query::unsigned());
        };
        let params = call.form();
        let action = params.text("Action").unwrap_or_default();
        let (name, run) = operations::find(action).ok_or_else(|| unknown(action))?;
        let value = self.do_operation(place, run, params)?;
        Ok(ec2::result(name, &value))
    }

    fn do_operation(&self, place: &Place, run: Run, params: &Params) -> Outcome<Value> {
        match run {
            Run::Look(look) => self.look(place, |state, context| {
                look(state, context, params).and_then(|value| unless_dry(params, value))
            }),
            Run::Change(change) => self.change(place, |state, context| {
                change(state, context, params).and_then(|value| unless_dry(params, value))
            }),
        }
    }
}

/// A dry run that would have been good is an error too, so that nothing is kept of it.
fn unless_dry(params: &Params, value: Value) -> Outcome<Value> {
    if params.flag("DryRun") != Some(true) {
        return Ok(value);
    }
    let message = "Request would have succeeded, but DryRun flag is set.";
    Err(AwsError::new(StatusCode::PRECONDITION_FAILED, "DryRunOperation", message))
}

fn unknown(action: &str) -> AwsError {
    bad("InvalidAction", format!("The action {action} is not valid for this web service."))
}

impl Service for Ec2 {
    fn name(&self) -> &'static str {
        "ec2"
    }

    fn claims(&self, call: &Call) -> bool {
        call.form().text("Version") == Some(ec2::VERSION)
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        let (name, run) = operations::find(call.form().text("Action")?)?;
        Some(Operation { name: name.to_owned(), mutating: matches!(run, Run::Change(_)) })
    }

    fn answer(&self, call: Call) -> Answering<'_> {
        Box::pin(async move { self.run(&call).unwrap_or_else(|error| self.refuse(&error)) })
    }

    fn refuse(&self, error: &AwsError) -> Answer {
        ec2::refuse(error)
    }

    fn throttled(&self) -> AwsError {
        let message = "Request limit exceeded.";
        AwsError::new(StatusCode::SERVICE_UNAVAILABLE, "RequestLimitExceeded", message)
    }

    fn tagged(&self, place: &Place) -> Vec<Tagged> {
        let tagged = self.look(place, |state, context| Ok(tags::tagged(state, context)));
        tagged.unwrap_or_default()
    }
}
