//! Subnets.

use serde_json::{Value, json};

use super::{
    Context,
    cidr::Cidr,
    errors::{Outcome, bad, dependency, invalid, need},
    kinds::{SUBNET, VPC, fresh_id},
    listing::Listing,
    state::{Region, Subnet},
    tags, zones,
};
use crate::params::Params;

/// AWS keeps the first four addresses of a subnet and the last one for itself.
pub(super) const KEPT_AT_START: u32 = 4;
const KEPT: u64 = 5;

const LISTING: Listing = Listing {
    set: "subnetSet",
    ids: "SubnetId",
    kind: &SUBNET,
    filters: &[
        ("subnet-id", "subnetId"),
        ("vpc-id", "vpcId"),
        ("availability-zone", "availabilityZone"),
        ("availabilityZone", "availabilityZone"),
        ("availability-zone-id", "availabilityZoneId"),
        ("cidr", "cidrBlock"),
        ("cidr-block", "cidrBlock"),
        ("state", "state"),
        ("map-public-ip-on-launch", "mapPublicIpOnLaunch"),
        ("default-for-az", "defaultForAz"),
        ("owner-id", "ownerId"),
    ],
};

pub(super) fn create(region: &mut Region, context: &Context, params: &Params) -> Outcome<Value> {
    let vpc_id = need(params, "VpcId")?;
    let vpc = VPC.get(&region.vpcs, vpc_id)?;
    let text = need(params, "CidrBlock")?;
    let cidr = text
        .parse::<Cidr>()
        .map_err(|_| invalid("cidrBlock", text, "This is not a valid CIDR block."))?;
    if !(16..=28).contains(&cidr.bits()) || !vpc.cidr.contains(cidr) {
        return Err(bad("InvalidSubnet.Range", format!("The CIDR '{text}' is invalid.")));
    }
    let taken = |subnet: &Subnet| subnet.vpc == vpc_id && subnet.cidr.overlaps(cidr);
    if region.subnets.values().any(taken) {
        let message = format!("The CIDR '{text}' conflicts with another subnet");
        return Err(bad("InvalidSubnet.Conflict", message));
    }
    let zone = zone(region, context, params, vpc_id)?;
    let tags = tags::at_creation(params, &SUBNET)?;
    let id = SUBNET.fresh_id();
    let subnet = Subnet {
        vpc: vpc_id.to_owned(),
        cidr,
        zone,
        public_ip_on_launch: false,
        network_acl_association: fresh_id("aclassoc"),
    };
    region.subnets.insert(id.clone(), subnet);
    region.tags.insert(id.clone(), tags);
    Ok(json!({ "subnet": shown(region, context, &id, &region.subnets[&id]) }))
}

/// Returns the requested zone; by default AWS chooses, here the one with the fewest subnets of the
/// VPC.
fn zone(region: &Region, context: &Context, params: &Params, vpc_id: &str) -> Outcome<String> {
    let wanted = params.text("AvailabilityZone").or_else(|| params.text("AvailabilityZoneId"));
    let names = zones::names(&context.place.region);
    if let Some(wanted) = wanted {
        return zones::find(&context.place.region, wanted).ok_or_else(|| {
            let why = format!(
                "Subnets can currently only be created in the following availability zones: {}.",
                names.join(", ")
            );
            invalid("availabilityZone", wanted, &why)
        });
    }
    let used = |zone: &String| {
        region.subnets.values().filter(|s| s.vpc == vpc_id && s.zone == *zone).count()
    };
    let least = names.into_iter().min_by_key(used);
    least.ok_or_else(|| unreachable!("a region has three zones"))
}

fn shown(region: &Region, context: &Context, id: &str, subnet: &Subnet) -> Value {
    json!({
        "subnetId": id, "vpcId": subnet.vpc, "ownerId": context.place.account.as_str(),
        "subnetArn": context.arn("subnet", id), "state": "available",
        "cidrBlock": subnet.cidr.to_string(), "availabilityZone": subnet.zone,
        "availabilityZoneId": zones::id_of(&subnet.zone),
        "availableIpAddressCount": free_addresses(region, id, subnet),
        "mapPublicIpOnLaunch": subnet.public_ip_on_launch, "defaultForAz": false,
        "assignIpv6AddressOnCreation": false, "ipv6Native": false,
        "ipv6CidrBlockAssociationSet": [], "mapCustomerOwnedIpOnLaunch": false,
        "tagSet": tags::shown(region, id),
    })
}

/// Returns how many addresses a subnet has left.
pub(super) fn free_addresses(region: &Region, id: &str, subnet: &Subnet) -> u64 {
    let used = region.interfaces.values().filter(|interface| interface.subnet == id).count();
    (subnet.cidr.size() - KEPT).saturating_sub(used as u64)
}

pub(super) fn describe(region: &Region, context: &Context, params: &Params) -> Outcome<Value> {
    let shown = |(id, subnet): (&String, &Subnet)| (id.clone(), shown(region, context, id, subnet));
    LISTING.answer(params, region.subnets.iter().map(shown).collect())
}

pub(super) fn modify_attribute(
    region: &mut Region,
    _: &Context,
    params: &Params,
) -> Outcome<Value> {
    let subnet = SUBNET.get_mut(&mut region.subnets, need(params, "SubnetId")?)?;
    if let Some(public) = params.flag("MapPublicIpOnLaunch.Value") {
        subnet.public_ip_on_launch = public;
    }
    Ok(json!({ "return": true }))
}

/// A subnet's association with a route table goes with it.
pub(super) fn delete(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let id = need(params, "SubnetId")?;
    SUBNET.get(&region.subnets, id)?;
    if region.interfaces.values().any(|interface| interface.subnet == id) {
        let message = format!("The subnet '{id}' has dependencies and cannot be deleted.");
        return Err(dependency(message));
    }
    region.subnets.remove(id);
    for table in region.route_tables.values_mut() {
        table.associations.retain(|_, subnet| subnet != id);
    }
    Ok(json!({ "return": true }))
}
