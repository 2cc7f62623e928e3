//! The routes in route tables.

use serde_json::{Value, json};

use super::{
    Context,
    cidr::Cidr,
    endpoints,
    errors::{Outcome, bad, invalid, need},
    kinds::{INTERFACE, NAT_GATEWAY, ROUTE_TABLE},
    state::{Region, RouteTable, RouteTarget},
};
use crate::{clock::Moment, params::Params};

/// Returns the routes that a table shows: the local one, the stored ones, and those of gateway
/// endpoints.
pub(super) fn shown(
    region: &Region,
    context: &Context,
    id: &str,
    table: &RouteTable,
) -> Vec<Value> {
    let local = region.vpcs.get(&table.vpc).map(|vpc| {
        json!({
            "destinationCidrBlock": vpc.cidr.to_string(), "gatewayId": "local",
            "origin": "CreateRouteTable", "state": "active",
        })
    });
    let kept = table.routes.iter().map(|(destination, target)| {
        let works = works(region, table, target, &context.moment);
        let mut route = json!({
            "destinationCidrBlock": destination.to_string(), "origin": "CreateRoute",
            "state": if works { "active" } else { "blackhole" },
        });
        let (field, id) = match target {
            RouteTarget::InternetGateway(id) => ("gatewayId", id),
            RouteTarget::NatGateway(id) => ("natGatewayId", id),
            RouteTarget::Interface(id) => ("networkInterfaceId", id),
        };
        route[field] = json!(id);
        route
    });
    let of_endpoints = region
        .endpoints
        .iter()
        .filter(|(_, endpoint)| endpoint.route_tables.iter().any(|table| table == id))
        .map(|(endpoint_id, endpoint)| {
            json!({
                "destinationPrefixListId": endpoints::prefix_list_of(&endpoint.service),
                "gatewayId": endpoint_id, "origin": "CreateRoute", "state": "active",
            })
        });
    local.into_iter().chain(kept).chain(of_endpoints).collect()
}

/// Returns whether a route's target exists.
fn works(region: &Region, table: &RouteTable, target: &RouteTarget, moment: &Moment) -> bool {
    match target {
        RouteTarget::InternetGateway(id) => region
            .internet_gateways
            .get(id)
            .is_some_and(|gateway| gateway.vpc.as_deref() == Some(&table.vpc)),
        RouteTarget::NatGateway(id) => {
            region.nat_gateways.get(id).is_some_and(|nat| nat.is_there(moment))
        }
        RouteTarget::Interface(id) => region.interfaces.contains_key(id),
    }
}

/// Returns whether packets have a way to the internet: through an internet gateway, or through any.
pub(super) fn to_internet(region: &Region, table: &RouteTable, moment: &Moment) -> (bool, bool) {
    let target = table.routes.get(&Cidr::ALL).filter(|target| works(region, table, target, moment));
    (matches!(target, Some(RouteTarget::InternetGateway(_))), target.is_some())
}

fn destination(params: &Params) -> Outcome<Cidr> {
    let text = need(params, "DestinationCidrBlock")?;
    let not_a_range = |_| invalid("destinationCidrBlock", text, "This is not a valid CIDR block.");
    text.parse().map_err(not_a_range)
}

fn target(region: &Region, context: &Context, params: &Params, vpc: &str) -> Outcome<RouteTarget> {
    if let Some(id) = params.text("GatewayId") {
        let gateway = region.internet_gateways.get(id).ok_or_else(|| {
            bad("InvalidGatewayID.NotFound", format!("The gateway ID '{id}' does not exist"))
        })?;
        if gateway.vpc.as_deref() != Some(vpc) {
            let message =
                format!("route table and network gateway {id} belong to different networks");
            return Err(bad("InvalidParameterValue", message));
        }
        return Ok(RouteTarget::InternetGateway(id.to_owned()));
    }
    if let Some(id) = params.text("NatGatewayId") {
        let nat = region.nat_gateways.get(id).filter(|nat| nat.is_there(&context.moment));
        return nat.map(|_| RouteTarget::NatGateway(id.to_owned())).ok_or_else(|| {
            let message = NAT_GATEWAY.not_found(id).message;
            bad("InvalidNatGatewayID.NotFound", message)
        });
    }
    if let Some(id) = params.text("NetworkInterfaceId") {
        INTERFACE.get(&region.interfaces, id)?;
        return Ok(RouteTarget::Interface(id.to_owned()));
    }
    Err(bad("MissingParameter", "The request must contain a target of the route"))
}

/// Returns the route that a call names: the table, the destination and the target.
fn route(
    region: &Region,
    context: &Context,
    params: &Params,
) -> Outcome<(String, Cidr, RouteTarget)> {
    let id = need(params, "RouteTableId")?;
    let table = ROUTE_TABLE.get(&region.route_tables, id)?;
    let destination = destination(params)?;
    let local = region.vpcs.get(&table.vpc).map(|vpc| vpc.cidr);
    if local == Some(destination) {
        let message = "cannot change the local route of a route table";
        return Err(bad("InvalidParameterValue", message));
    }
    Ok((id.to_owned(), destination, target(region, context, params, &table.vpc)?))
}

pub(super) fn create(region: &mut Region, context: &Context, params: &Params) -> Outcome<Value> {
    let (id, destination, target) = route(region, context, params)?;
    let table = ROUTE_TABLE.get_mut(&mut region.route_tables, &id)?;
    match table.routes.get(&destination) {
        // The same route again is no error.
        Some(known) if *known == target => {}
        Some(_) => {
            let message = format!("The route identified by {destination} already exists.");
            return Err(bad("RouteAlreadyExists", message));
        }
        None => {
            table.routes.insert(destination, target);
        }
    }
    Ok(json!({ "return": true }))
}

pub(super) fn replace(region: &mut Region, context: &Context, params: &Params) -> Outcome<Value> {
    let (id, destination, target) = route(region, context, params)?;
    let table = ROUTE_TABLE.get_mut(&mut region.route_tables, &id)?;
    if !table.routes.contains_key(&destination) {
        let message = format!("There is no route defined for '{destination}' in the route table.");
        return Err(bad("InvalidParameterValue", message));
    }
    table.routes.insert(destination, target);
    Ok(json!({ "return": true }))
}

pub(super) fn delete(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let id = need(params, "RouteTableId")?;
    let destination = destination(params)?;
    let table = ROUTE_TABLE.get_mut(&mut region.route_tables, id)?;
    if table.routes.remove(&destination).is_none() {
        let message =
            format!("no route with destination-cidr-block {destination} in route table {id}");
        return Err(bad("InvalidRoute.NotFound", message));
    }
    Ok(json!({ "return": true }))
}
