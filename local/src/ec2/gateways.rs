//! Internet gateways.

use serde_json::{Value, json};

use super::{
    Context,
    errors::{Outcome, bad, dependency, need},
    kinds::{INTERNET_GATEWAY, VPC},
    listing::Listing,
    state::{InternetGateway, Region},
    tags,
};
use crate::{limits, params::Params};

/// AWS's quota of a new account.
const MOST: usize = limits::INTERNET_GATEWAYS.value;

const LISTING: Listing = Listing {
    set: "internetGatewaySet",
    ids: "InternetGatewayId",
    kind: &INTERNET_GATEWAY,
    filters: &[
        ("internet-gateway-id", "internetGatewayId"),
        ("attachment.vpc-id", "attachmentSet.vpcId"),
        ("attachment.state", "attachmentSet.state"),
        ("owner-id", "ownerId"),
    ],
};

pub(super) fn create(region: &mut Region, context: &Context, params: &Params) -> Outcome<Value> {
    if region.internet_gateways.len() >= MOST {
        let message = "The maximum number of internet gateways has been reached.";
        return Err(bad("InternetGatewayLimitExceeded", message));
    }
    let tags = tags::at_creation(params, &INTERNET_GATEWAY)?;
    let id = INTERNET_GATEWAY.fresh_id();
    region.internet_gateways.insert(id.clone(), InternetGateway::default());
    region.tags.insert(id.clone(), tags);
    Ok(json!({ "internetGateway": shown(region, context, &id, &InternetGateway::default()) }))
}

fn shown(region: &Region, context: &Context, id: &str, gateway: &InternetGateway) -> Value {
    let attachments: Vec<Value> =
        gateway.vpc.iter().map(|vpc| json!({ "vpcId": vpc, "state": "available" })).collect();
    json!({
        "internetGatewayId": id, "ownerId": context.place.account.as_str(),
        "attachmentSet": attachments, "tagSet": tags::shown(region, id),
    })
}

pub(super) fn describe(region: &Region, context: &Context, params: &Params) -> Outcome<Value> {
    let all = region.internet_gateways.iter();
    let shown = all.map(|(id, gateway)| (id.clone(), shown(region, context, id, gateway)));
    LISTING.answer(params, shown.collect())
}

pub(super) fn attach(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let (id, vpc) = (need(params, "InternetGatewayId")?, need(params, "VpcId")?);
    VPC.get(&region.vpcs, vpc)?;
    let gateway = INTERNET_GATEWAY.get(&region.internet_gateways, id)?;
    if let Some(attached) = &gateway.vpc {
        let message = format!("resource {id} is already attached to network {attached}");
        return Err(bad("Resource.AlreadyAssociated", message));
    }
    if region.internet_gateway_of(vpc).is_some() {
        let message = format!("Network {vpc} already has an internet gateway attached");
        return Err(bad("InvalidParameterValue", message));
    }
    let gateway = INTERNET_GATEWAY.get_mut(&mut region.internet_gateways, id)?;
    gateway.vpc = Some(vpc.to_owned());
    Ok(json!({ "return": true }))
}

pub(super) fn detach(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let (id, vpc) = (need(params, "InternetGatewayId")?, need(params, "VpcId")?);
    VPC.get(&region.vpcs, vpc)?;
    let gateway = INTERNET_GATEWAY.get(&region.internet_gateways, id)?;
    if gateway.vpc.as_deref() != Some(vpc) {
        let message = format!("resource {id} is not attached to network {vpc}");
        return Err(bad("Gateway.NotAttached", message));
    }
    let mapped = region.interfaces.values().any(|i| i.vpc == vpc && i.public_ip.is_some());
    if mapped {
        return Err(dependency(format!(
            "Network {vpc} has some mapped public address(es). Please unmap those public \
             address(es) before detaching the gateway."
        )));
    }
    INTERNET_GATEWAY.get_mut(&mut region.internet_gateways, id)?.vpc = None;
    Ok(json!({ "return": true }))
}

pub(super) fn delete(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let id = need(params, "InternetGatewayId")?;
    if INTERNET_GATEWAY.get(&region.internet_gateways, id)?.vpc.is_some() {
        let message = format!("The internetGateway '{id}' has dependencies and cannot be deleted.");
        return Err(dependency(message));
    }
    region.internet_gateways.remove(id);
    Ok(json!({ "return": true }))
}
