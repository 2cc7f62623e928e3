//! The rules of networks, through the same operations that calls use.

mod order;
mod provision;
mod rules;

use std::time::Duration;

use serde_json::{Value, json};

use super::{Context, errors::Outcome, operations, state::Region};
use crate::{
    clock::Moment,
    params::Params,
    place::Place,
    protocol::{operations::named, stateful::OnState},
    regional::Settle as _,
    times::{self, Millis},
};

/// A region of its own, with its own clock, at AWS's pace.
struct World {
    region: Region,
    place: Place,
    now: Millis,
}

impl World {
    fn new() -> Self {
        let place = Place::named("111111111111", "eu-west-1");
        Self { region: Region::default(), place, now: 1_000_000 }
    }

    /// Runs an operation now; a failed one changes nothing.
    fn run(&mut self, action: &str, params: &Value) -> Outcome<Value> {
        let moment = Moment::at(self.now);
        let context = Context { place: self.place.clone(), moment: moment.clone() };
        let operation = named(operations::OPERATIONS, action).unwrap();
        let mut region = self.region.clone();
        region.settle(&moment);
        let params = Params::of_json(params);
        let value = match operation.handler {
            OnState::Look(look) => look(&region, &context, &params)?,
            OnState::Change(change) => change(&mut region, &context, &params)?,
        };
        self.region = region;
        Ok(value)
    }

    fn good(&mut self, action: &str, params: &Value) -> Value {
        self.run(action, params).unwrap_or_else(|error| panic!("{action} {params}: {error}"))
    }

    /// Returns the code with which an operation is refused.
    fn code(&mut self, action: &str, params: &Value) -> String {
        match self.run(action, params) {
            Err(error) => error.code,
            Ok(value) => panic!("{action} {params} was good: {value}"),
        }
    }

    fn pass(&mut self, seconds: u64) {
        self.now = times::after(self.now, Duration::from_secs(seconds));
    }

    fn vpc(&mut self) -> String {
        id(&self.good("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" }))["vpc"]["vpcId"])
    }

    fn subnet(&mut self, vpc: &str, cidr: &str) -> String {
        let params = json!({ "VpcId": vpc, "CidrBlock": cidr });
        id(&self.good("CreateSubnet", &params)["subnet"]["subnetId"])
    }

    fn gateway(&mut self, vpc: &str) -> String {
        let made = self.good("CreateInternetGateway", &json!({}));
        let gateway = id(&made["internetGateway"]["internetGatewayId"]);
        let params = json!({ "VpcId": vpc, "InternetGatewayId": gateway });
        self.good("AttachInternetGateway", &params);
        gateway
    }

    /// Creates an address and a NAT gateway that has it.
    fn nat(&mut self, subnet: &str) -> (String, String) {
        let address = id(&self.good("AllocateAddress", &json!({}))["allocationId"]);
        let params = json!({ "SubnetId": subnet, "AllocationId": address });
        let nat = self.good("CreateNatGateway", &params);
        (address, id(&nat["natGateway"]["natGatewayId"]))
    }
}

fn id(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
