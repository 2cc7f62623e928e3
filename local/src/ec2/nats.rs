//! NAT gateways: each has an interface in its subnet, and most have an address.

use serde_json::{Value, json};

use super::{
    Context, addresses,
    errors::{Outcome, bad, need},
    interfaces::{self, NewInterface},
    kinds::{ADDRESS, NAT_GATEWAY, SUBNET},
    listing::Listing,
    state::{
        CREATING_NAT_GATEWAY, DELETING_NAT_GATEWAY, Deletion, NAT_GATEWAY_INTERFACE, NatGateway,
        Region, Subnet,
    },
    tags,
};
use crate::{clock::Moment, limits, params::Params, times};

/// AWS's quota in one zone.
const MOST_IN_ZONE: usize = limits::NAT_GATEWAYS.value;

const LISTING: Listing = Listing {
    set: "natGatewaySet",
    ids: "NatGatewayId",
    kind: &NAT_GATEWAY,
    filters: &[
        ("nat-gateway-id", "natGatewayId"),
        ("state", "state"),
        ("subnet-id", "subnetId"),
        ("vpc-id", "vpcId"),
    ],
};

impl NatGateway {
    fn state(&self, moment: &Moment) -> &'static str {
        match (self.deleted, &self.failure) {
            (Some(deletion), _) if moment.has_come(DELETING_NAT_GATEWAY, deletion.done) => {
                "deleted"
            }
            (Some(_), _) => "deleting",
            (None, Some(_)) => "failed",
            (None, None) if moment.has_come(CREATING_NAT_GATEWAY, self.ready_at) => "available",
            (None, None) => "pending",
        }
    }

    /// Returns whether it lets packets through, or will.
    pub(super) fn is_there(&self, moment: &Moment) -> bool {
        matches!(self.state(moment), "pending" | "available")
    }
}

pub(super) fn create(region: &mut Region, context: &Context, params: &Params) -> Outcome<Value> {
    if let Some(id) = made_before(region, params) {
        return Ok(answer(region, context, &id));
    }
    let subnet_id = need(params, "SubnetId")?;
    let subnet = SUBNET.get(&region.subnets, subnet_id)?.clone();
    let connectivity = params.text("ConnectivityType").unwrap_or("public");
    let allocation = match connectivity {
        "public" => Some(need(params, "AllocationId")?),
        _ => None,
    };
    if let Some(allocation) = allocation {
        ADDRESS.get(&region.addresses, allocation)?;
    }
    let in_zone = |nat: &&NatGateway| nat.zone == subnet.zone && nat.is_there(&context.moment);
    if region.nat_gateways.values().filter(in_zone).count() >= MOST_IN_ZONE {
        let message = "The maximum number of NAT Gateways has been reached.";
        return Err(bad("NatGatewayLimitExceeded", message));
    }
    let tags = tags::at_creation(params, &NAT_GATEWAY)?;
    let id = NAT_GATEWAY.fresh_id();
    let mut nat = NatGateway {
        vpc: subnet.vpc.clone(),
        subnet: subnet_id.to_owned(),
        zone: subnet.zone.clone(),
        connectivity: connectivity.to_owned(),
        created: context.moment.now,
        ready_at: context.moment.due(CREATING_NAT_GATEWAY),
        deleted: None,
        failure: allocation.and_then(|allocation| failure(region, &subnet, allocation)),
        allocation: allocation.map(str::to_owned),
        association: None,
        public_ip: None,
        private_ip: None,
        interface: None,
        client_token: params.text("ClientToken").map(str::to_owned),
    };
    if nat.failure.is_none() {
        connect(region, context, &id, &mut nat)?;
    }
    region.nat_gateways.insert(id.clone(), nat);
    region.tags.insert(id.clone(), tags);
    Ok(answer(region, context, &id))
}

/// Finds what an earlier call created: one that is resent after a lost answer creates nothing.
fn made_before(region: &Region, params: &Params) -> Option<String> {
    let token = params.text("ClientToken")?;
    let same = |nat: &NatGateway| nat.client_token.as_deref() == Some(token);
    region.nat_gateways.iter().find(|(_, nat)| same(nat)).map(|(id, _)| id.clone())
}

/// Returns what AWS finds wrong only after it has accepted the call.
fn failure(region: &Region, subnet: &Subnet, allocation: &str) -> Option<(String, String)> {
    let vpc = &subnet.vpc;
    if region.internet_gateway_of(vpc).is_none() {
        let message = format!("Network {vpc} has no Internet gateway attached");
        return Some(("Gateway.NotAttached".to_owned(), message));
    }
    region.addresses.get(allocation)?.association.as_ref()?;
    let message = format!("Elastic IP address [{allocation}] is already associated");
    Some(("Resource.AlreadyAssociated".to_owned(), message))
}

fn connect(region: &mut Region, context: &Context, id: &str, nat: &mut NatGateway) -> Outcome<()> {
    let interface = NewInterface {
        subnet: &nat.subnet,
        groups: Vec::new(),
        description: format!("Interface for NAT Gateway {id}"),
        kind: NAT_GATEWAY_INTERFACE,
        requester: Some(context.place.account.as_str()),
        public: false,
    };
    let interface = interfaces::make(region, context, interface)?;
    nat.private_ip = region.interfaces.get(&interface).map(|made| made.private_ip.clone());
    if let Some(allocation) = &nat.allocation {
        nat.association = Some(addresses::hold(region, allocation, &interface)?);
        nat.public_ip = region.addresses.get(allocation).map(|a| a.public_ip.clone());
    }
    nat.interface = Some(interface);
    Ok(())
}

fn answer(region: &Region, context: &Context, id: &str) -> Value {
    let nat = region.nat_gateways.get(id).map(|nat| shown(region, context, id, nat));
    json!({ "natGateway": nat })
}

fn shown(region: &Region, context: &Context, id: &str, nat: &NatGateway) -> Value {
    let state = nat.state(&context.moment);
    json!({
        "natGatewayId": id, "vpcId": nat.vpc, "subnetId": nat.subnet, "state": state,
        "connectivityType": nat.connectivity, "createTime": times::iso(nat.created),
        "deleteTime": nat.deleted.map(|deletion| times::iso(deletion.begun)),
        "failureCode": nat.failure.as_ref().map(|(code, _)| code),
        "failureMessage": nat.failure.as_ref().map(|(_, message)| message),
        "natGatewayAddressSet": [{
            "allocationId": nat.allocation, "associationId": nat.association,
            "networkInterfaceId": nat.interface, "privateIp": nat.private_ip,
            "publicIp": nat.public_ip, "isPrimary": true,
            "status": nat.interface.as_ref().map(|_| "succeeded"),
        }],
        "tagSet": tags::shown(region, id),
    })
}

pub(super) fn describe(region: &Region, context: &Context, params: &Params) -> Outcome<Value> {
    let all = region.nat_gateways.iter();
    let shown = all.map(|(id, nat)| (id.clone(), shown(region, context, id, nat)));
    LISTING.answer(params, shown.collect())
}

pub(super) fn delete(region: &mut Region, context: &Context, params: &Params) -> Outcome<Value> {
    let id = need(params, "NatGatewayId")?;
    let nat = NAT_GATEWAY.get_mut(&mut region.nat_gateways, id)?;
    if nat.deleted.is_none() {
        let done = context.moment.due(DELETING_NAT_GATEWAY);
        nat.deleted = Some(Deletion { begun: context.moment.now, done });
        let interface = nat.interface.as_ref().and_then(|id| region.interfaces.get_mut(id));
        if let Some(interface) = interface {
            interface.gone_at = Some(done);
        }
    }
    Ok(json!({ "natGatewayId": id }))
}

/// Returns whether a NAT gateway is gone, with its interface and its hold on an address.
pub(super) fn is_gone(region: &Region, moment: &Moment, id: &str) -> bool {
    region.nat_gateways.get(id).is_none_or(|nat| nat.state(moment) == "deleted")
}

/// Returns why a NAT gateway that AWS accepted failed afterwards.
pub(super) fn failed<'a>(region: &'a Region, id: &str) -> Option<&'a (String, String)> {
    region.nat_gateways.get(id)?.failure.as_ref()
}
