//! VPCs. A new one comes with a main route table, a default security group and a network ACL.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Context,
    cidr::Cidr,
    errors::{Outcome, bad, dependency, invalid, need},
    groups,
    kinds::{NETWORK_ACL, ROUTE_TABLE, VPC, fresh_id},
    listing::Listing,
    state::{Region, RouteTable, Vpc},
    tags,
};
use crate::{limits, params::Params};

/// AWS's quota of a new account.
const MOST: usize = limits::VPCS.value;

const LISTING: Listing = Listing {
    set: "vpcSet",
    ids: "VpcId",
    kind: &VPC,
    filters: &[
        ("vpc-id", "vpcId"),
        ("cidr", "cidrBlock"),
        ("cidr-block", "cidrBlock"),
        ("state", "state"),
        ("is-default", "isDefault"),
        ("isDefault", "isDefault"),
        ("owner-id", "ownerId"),
        ("dhcp-options-id", "dhcpOptionsId"),
    ],
};

pub(super) fn create(region: &mut Region, context: &Context, params: &Params) -> Outcome<Value> {
    let text = need(params, "CidrBlock")?;
    let cidr = text
        .parse::<Cidr>()
        .map_err(|_| invalid("cidrBlock", text, "This is not a valid CIDR block."))?;
    if !(16..=28).contains(&cidr.bits()) {
        return Err(bad("InvalidVpc.Range", format!("The CIDR '{text}' is invalid.")));
    }
    if region.vpcs.len() >= MOST {
        return Err(bad("VpcLimitExceeded", "The maximum number of VPCs has been reached."));
    }
    let tags = tags::at_creation(params, &VPC)?;
    let id = VPC.fresh_id();
    let vpc = Vpc {
        cidr,
        dns_support: true,
        dns_hostnames: false,
        tenancy: params.text("InstanceTenancy").unwrap_or("default").to_owned(),
        network_acl: NETWORK_ACL.fresh_id(),
        cidr_association: fresh_id("vpc-cidr-assoc"),
    };
    let main = RouteTable {
        vpc: id.clone(),
        main_association: Some(fresh_id("rtbassoc")),
        associations: BTreeMap::new(),
        routes: BTreeMap::new(),
    };
    region.vpcs.insert(id.clone(), vpc);
    region.route_tables.insert(ROUTE_TABLE.fresh_id(), main);
    groups::add_default(region, &id);
    region.tags.insert(id.clone(), tags);
    let mut vpc = shown(region, context, &id, &region.vpcs[&id]);
    vpc["state"] = json!("pending");
    Ok(json!({ "vpc": vpc }))
}

fn shown(region: &Region, context: &Context, id: &str, vpc: &Vpc) -> Value {
    json!({
        "vpcId": id, "ownerId": context.place.account.as_str(), "state": "available",
        "cidrBlock": vpc.cidr.to_string(), "instanceTenancy": vpc.tenancy, "isDefault": false,
        "dhcpOptionsId": "default",
        "cidrBlockAssociationSet": [{
            "associationId": vpc.cidr_association, "cidrBlock": vpc.cidr.to_string(),
            "cidrBlockState": { "state": "associated" },
        }],
        "tagSet": tags::shown(region, id),
    })
}

pub(super) fn describe(region: &Region, context: &Context, params: &Params) -> Outcome<Value> {
    let all = region.vpcs.iter().map(|(id, vpc)| (id.clone(), shown(region, context, id, vpc)));
    LISTING.answer(params, all.collect())
}

pub(super) fn delete(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let id = need(params, "VpcId")?;
    VPC.get(&region.vpcs, id)?;
    if has_dependencies(region, id) {
        let message = format!("The vpc '{id}' has dependencies and cannot be deleted.");
        return Err(dependency(message));
    }
    region.vpcs.remove(id);
    region.route_tables.retain(|_, table| table.vpc != id);
    region.groups.retain(|_, group| group.vpc != id);
    Ok(json!({ "return": true }))
}

/// Returns whether there is more in a VPC than what came with it.
fn has_dependencies(region: &Region, id: &str) -> bool {
    let default_group = region.default_group_of(id);
    region.subnets.values().any(|subnet| subnet.vpc == id)
        || region.internet_gateway_of(id).is_some()
        || region.interfaces.values().any(|interface| interface.vpc == id)
        || region.endpoints.values().any(|endpoint| endpoint.vpc == id)
        || region
            .route_tables
            .values()
            .any(|table| table.vpc == id && table.main_association.is_none())
        || region
            .groups
            .iter()
            .any(|(group_id, group)| group.vpc == id && Some(group_id) != default_group)
}

pub(super) fn modify_attribute(
    region: &mut Region,
    _: &Context,
    params: &Params,
) -> Outcome<Value> {
    let vpc = VPC.get_mut(&mut region.vpcs, need(params, "VpcId")?)?;
    if let Some(support) = params.flag("EnableDnsSupport.Value") {
        vpc.dns_support = support;
    }
    if let Some(hostnames) = params.flag("EnableDnsHostnames.Value") {
        vpc.dns_hostnames = hostnames;
    }
    Ok(json!({ "return": true }))
}

pub(super) fn describe_attribute(region: &Region, _: &Context, params: &Params) -> Outcome<Value> {
    let id = need(params, "VpcId")?;
    let vpc = VPC.get(&region.vpcs, id)?;
    let attribute = need(params, "Attribute")?;
    let value = match attribute {
        "enableDnsSupport" => vpc.dns_support,
        "enableDnsHostnames" => vpc.dns_hostnames,
        "enableNetworkAddressUsageMetrics" => false,
        other => return Err(invalid("attribute", other, "Unknown attribute.")),
    };
    Ok(json!({ "vpcId": id, attribute: { "value": value } }))
}
