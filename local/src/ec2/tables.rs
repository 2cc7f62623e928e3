//! Route tables, and which subnets use them. The routes in them are in `routes`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Context,
    errors::{Outcome, bad, dependency, need},
    kinds::{ROUTE_TABLE, SUBNET, VPC, fresh_id},
    listing::Listing,
    routes,
    state::{Region, RouteTable},
    tags,
};
use crate::{params::Params, service::AwsError};

const LISTING: Listing = Listing {
    set: "routeTableSet",
    ids: "RouteTableId",
    kind: &ROUTE_TABLE,
    filters: &[
        ("route-table-id", "routeTableId"),
        ("vpc-id", "vpcId"),
        ("owner-id", "ownerId"),
        ("association.route-table-association-id", "associationSet.routeTableAssociationId"),
        ("association.route-table-id", "associationSet.routeTableId"),
        ("association.subnet-id", "associationSet.subnetId"),
        ("association.main", "associationSet.main"),
        ("route.destination-cidr-block", "routeSet.destinationCidrBlock"),
        ("route.destination-prefix-list-id", "routeSet.destinationPrefixListId"),
        ("route.gateway-id", "routeSet.gatewayId"),
        ("route.nat-gateway-id", "routeSet.natGatewayId"),
        ("route.origin", "routeSet.origin"),
        ("route.state", "routeSet.state"),
    ],
};

pub(super) fn create(region: &mut Region, context: &Context, params: &Params) -> Outcome<Value> {
    let vpc = need(params, "VpcId")?;
    VPC.get(&region.vpcs, vpc)?;
    let tags = tags::at_creation(params, &ROUTE_TABLE)?;
    let id = ROUTE_TABLE.fresh_id();
    let table = RouteTable {
        vpc: vpc.to_owned(),
        main_association: None,
        associations: BTreeMap::new(),
        routes: BTreeMap::new(),
    };
    region.route_tables.insert(id.clone(), table);
    region.tags.insert(id.clone(), tags);
    Ok(json!({ "routeTable": shown(region, context, &id, &region.route_tables[&id]) }))
}

fn shown(region: &Region, context: &Context, id: &str, table: &RouteTable) -> Value {
    let association = |association: &String, subnet: Option<&String>| {
        json!({
            "routeTableAssociationId": association, "routeTableId": id, "subnetId": subnet,
            "main": subnet.is_none(), "associationState": { "state": "associated" },
        })
    };
    let main = table.main_association.iter().map(|main| association(main, None));
    let own = table.associations.iter().map(|(id, subnet)| association(id, Some(subnet)));
    json!({
        "routeTableId": id, "vpcId": table.vpc, "ownerId": context.place.account.as_str(),
        "associationSet": main.chain(own).collect::<Vec<_>>(),
        "routeSet": routes::shown(region, context, id, table),
        "propagatingVgwSet": [], "tagSet": tags::shown(region, id),
    })
}

pub(super) fn describe(region: &Region, context: &Context, params: &Params) -> Outcome<Value> {
    let all = region.route_tables.iter();
    let shown = all.map(|(id, table)| (id.clone(), shown(region, context, id, table)));
    LISTING.answer(params, shown.collect())
}

/// The routes of gateway endpoints do not hold a table; the endpoint loses it.
pub(super) fn delete(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let id = need(params, "RouteTableId")?;
    let table = ROUTE_TABLE.get(&region.route_tables, id)?;
    if table.main_association.is_some() || !table.associations.is_empty() {
        let message = format!("The routeTable '{id}' has dependencies and cannot be deleted.");
        return Err(dependency(message));
    }
    region.route_tables.remove(id);
    for endpoint in region.endpoints.values_mut() {
        endpoint.route_tables.retain(|table| table != id);
    }
    Ok(json!({ "return": true }))
}

pub(super) fn associate(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let (id, subnet_id) = (need(params, "RouteTableId")?, need(params, "SubnetId")?);
    let table = ROUTE_TABLE.get(&region.route_tables, id)?;
    let subnet = SUBNET.get(&region.subnets, subnet_id)?;
    if table.vpc != subnet.vpc {
        let message =
            format!("Route table {id} and subnet {subnet_id} belong to different networks");
        return Err(bad("InvalidParameterValue", message));
    }
    let associated = |table: &RouteTable| table.associations.values().any(|id| id == subnet_id);
    // Associating the same again returns the existing association.
    if let Some((association, _)) = table.associations.iter().find(|(_, id)| *id == subnet_id) {
        return Ok(associated_answer(association));
    }
    if region.route_tables.values().any(associated) {
        let message = format!(
            "the specified association for route table {id} conflicts with an existing association"
        );
        return Err(bad("Resource.AlreadyAssociated", message));
    }
    let association = fresh_id("rtbassoc");
    let table = ROUTE_TABLE.get_mut(&mut region.route_tables, id)?;
    table.associations.insert(association.clone(), subnet_id.to_owned());
    Ok(associated_answer(&association))
}

fn associated_answer(association: &str) -> Value {
    json!({ "associationId": association, "associationState": { "state": "associated" } })
}

fn no_association(id: &str) -> AwsError {
    let message = format!("The association ID '{id}' does not exist");
    bad("InvalidAssociationID.NotFound", message)
}

pub(super) fn disassociate(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let id = need(params, "AssociationId")?;
    let is_main = |table: &RouteTable| table.main_association.as_deref() == Some(id);
    if region.route_tables.values().any(is_main) {
        let message = format!("cannot disassociate the main route table association {id}");
        return Err(bad("InvalidParameterValue", message));
    }
    let mut tables = region.route_tables.values_mut();
    let removed = tables.find_map(|table| table.associations.remove(id));
    removed.map(|_| json!({ "return": true })).ok_or_else(|| no_association(id))
}

/// Moves a subnet, or being the main table, from one table to another.
pub(super) fn replace_association(
    region: &mut Region,
    _: &Context,
    params: &Params,
) -> Outcome<Value> {
    let (old, id) = (need(params, "AssociationId")?, need(params, "RouteTableId")?);
    ROUTE_TABLE.get(&region.route_tables, id)?;
    let fresh = fresh_id("rtbassoc");
    let mut subnet = None;
    let mut was_main = false;
    for table in region.route_tables.values_mut() {
        subnet = subnet.or_else(|| table.associations.remove(old));
        was_main |= table.main_association.take_if(|main| main == old).is_some();
    }
    let table = ROUTE_TABLE.get_mut(&mut region.route_tables, id)?;
    match subnet {
        Some(subnet) => {
            table.associations.insert(fresh.clone(), subnet);
        }
        None if was_main => table.main_association = Some(fresh.clone()),
        None => return Err(no_association(old)),
    }
    Ok(json!({ "newAssociationId": fresh, "associationState": { "state": "associated" } }))
}
