//! Network interfaces: the users' own, and those of load balancers, tasks and NAT gateways, which
//! users can neither detach nor delete.

use serde_json::{Value, json};

use super::{
    Context, addresses,
    errors::{Outcome, bad, need},
    kinds::{GROUP, INTERFACE, SUBNET},
    listing::Listing,
    state::{Interface, Region},
    subnets::{self, KEPT_AT_START},
    tags,
};
use crate::{params::Params, random, times};

const LISTING: Listing = Listing {
    set: "networkInterfaceSet",
    ids: "NetworkInterfaceId",
    kind: &INTERFACE,
    filters: &[
        ("network-interface-id", "networkInterfaceId"),
        ("vpc-id", "vpcId"),
        ("subnet-id", "subnetId"),
        ("group-id", "groupSet.groupId"),
        ("group-name", "groupSet.groupName"),
        ("description", "description"),
        ("status", "status"),
        ("availability-zone", "availabilityZone"),
        ("interface-type", "interfaceType"),
        ("owner-id", "ownerId"),
        ("requester-id", "requesterId"),
        ("requester-managed", "requesterManaged"),
        ("mac-address", "macAddress"),
        ("private-ip-address", "privateIpAddress"),
        ("addresses.private-ip-address", "privateIpAddress"),
        ("association.public-ip", "association.publicIp"),
        ("association.allocation-id", "association.allocationId"),
        ("association.association-id", "association.associationId"),
        ("addresses.association.public-ip", "association.publicIp"),
        ("attachment.attachment-id", "attachment.attachmentId"),
        ("attachment.status", "attachment.status"),
        ("attachment.instance-id", "attachment.instanceId"),
        ("attachment.instance-owner-id", "attachment.instanceOwnerId"),
        ("attachment.device-index", "attachment.deviceIndex"),
    ],
};

/// An interface to be created.
pub(super) struct NewInterface<'a> {
    pub(super) subnet: &'a str,
    /// If empty, the VPC's default group, for kinds that need one.
    pub(super) groups: Vec<String>,
    pub(super) description: String,
    pub(super) kind: &'a str,
    /// The service that it belongs to.
    pub(super) requester: Option<&'a str>,
    /// Whether it gets a public address of its own.
    pub(super) public: bool,
}

/// Creates an interface and returns its id.
pub(super) fn make(
    region: &mut Region,
    context: &Context,
    new: NewInterface<'_>,
) -> Outcome<String> {
    let subnet = SUBNET.get(&region.subnets, new.subnet)?.clone();
    for group in &new.groups {
        if GROUP.get(&region.groups, group)?.vpc != subnet.vpc {
            let message =
                "You have specified two resources that belong to different networks.".to_owned();
            return Err(bad("InvalidGroup.NotFound", message));
        }
    }
    if subnets::free_addresses(region, new.subnet, &subnet) == 0 {
        return Err(no_address(new.subnet));
    }
    let used =
        |ip: &str| region.interfaces.values().any(|i| i.subnet == new.subnet && i.private_ip == ip);
    let private_ip = addresses::fresh_address(subnet.cidr, KEPT_AT_START, used)
        .ok_or_else(|| no_address(new.subnet))?;
    let public_ip = if new.public { Some(addresses::fresh_public_ip(region)?) } else { None };
    let mut groups = new.groups;
    if groups.is_empty() && new.kind == "interface" {
        groups.extend(region.default_group_of(&subnet.vpc).cloned());
    }
    let id = INTERFACE.fresh_id();
    let interface = Interface {
        vpc: subnet.vpc,
        subnet: new.subnet.to_owned(),
        zone: subnet.zone,
        groups,
        description: new.description,
        kind: new.kind.to_owned(),
        private_ip,
        mac: fresh_mac(),
        public_ip,
        requester: new.requester.map(str::to_owned),
        created: context.moment.now,
        gone_at: None,
    };
    region.interfaces.insert(id.clone(), interface);
    Ok(id)
}

fn no_address(subnet: &str) -> crate::service::AwsError {
    let message = format!("There are not enough free addresses in subnet '{subnet}'.");
    bad("InsufficientFreeAddressesInSubnet", message)
}

/// Returns a locally administered address, as EC2's are.
fn fresh_mac() -> String {
    let random = random::id();
    let pairs: Vec<&str> = (0..5).map(|pair| &random[pair * 2..pair * 2 + 2]).collect();
    format!("02:{}", pairs.join(":"))
}

pub(super) fn create(region: &mut Region, context: &Context, params: &Params) -> Outcome<Value> {
    let tags = tags::at_creation(params, &INTERFACE)?;
    let new = NewInterface {
        subnet: need(params, "SubnetId")?,
        groups: params.list("SecurityGroupId"),
        description: params.text("Description").unwrap_or_default().to_owned(),
        kind: "interface",
        requester: None,
        public: false,
    };
    let id = make(region, context, new)?;
    region.tags.insert(id.clone(), tags);
    let mut interface = shown(region, context, &id, &region.interfaces[&id]);
    interface["status"] = json!("pending");
    Ok(json!({ "networkInterface": interface }))
}

fn shown(region: &Region, context: &Context, id: &str, interface: &Interface) -> Value {
    let group_name = |id: &String| region.groups.get(id).map(|group| group.name.as_str());
    let groups: Vec<Value> = interface
        .groups
        .iter()
        .map(|id| json!({ "groupId": id, "groupName": group_name(id) }))
        .collect();
    let private_name = format!("ip-{}.ec2.internal", interface.private_ip.replace('.', "-"));
    let managed = interface.requester.is_some();
    let association = association(region, context, id, interface);
    json!({
        "networkInterfaceId": id, "subnetId": interface.subnet, "vpcId": interface.vpc,
        "availabilityZone": interface.zone, "description": interface.description,
        "ownerId": context.place.account.as_str(), "requesterId": interface.requester,
        "requesterManaged": managed, "interfaceType": interface.kind,
        "status": if managed { "in-use" } else { "available" },
        "macAddress": interface.mac, "privateIpAddress": interface.private_ip,
        "privateDnsName": private_name, "sourceDestCheck": interface.kind != "nat_gateway",
        "groupSet": groups, "attachment": attachment(id, interface),
        "privateIpAddressesSet": [{
            "privateIpAddress": interface.private_ip, "privateDnsName": private_name,
            "primary": true, "association": association,
        }],
        "association": association, "tagSet": tags::shown(region, id),
    })
}

/// A service's interface is attached to something that the account cannot see.
fn attachment(id: &str, interface: &Interface) -> Value {
    let prefix = if interface.kind == "interface" { "eni-attach" } else { "ela-attach" };
    if interface.requester.is_none() {
        return Value::Null;
    }
    json!({
        "attachmentId": id.replacen("eni", prefix, 1), "instanceOwnerId": "amazon-aws",
        "deviceIndex": 1, "status": "attached", "deleteOnTermination": false,
        "attachTime": times::iso(interface.created),
    })
}

fn association(region: &Region, context: &Context, id: &str, interface: &Interface) -> Value {
    let Some(public_ip) = &interface.public_ip else { return Value::Null };
    let held = region.addresses.iter().find_map(|(allocation, address)| {
        let held = address.association.as_ref().filter(|held| held.interface == id)?;
        Some((allocation, &held.id))
    });
    json!({
        "publicIp": public_ip,
        "ipOwnerId": if held.is_some() { context.place.account.as_str() } else { "amazon" },
        "allocationId": held.map(|(allocation, _)| allocation),
        "associationId": held.map(|(_, association)| association.as_str()),
    })
}

pub(super) fn describe(region: &Region, context: &Context, params: &Params) -> Outcome<Value> {
    let all = region.interfaces.iter();
    let shown = all.map(|(id, interface)| (id.clone(), shown(region, context, id, interface)));
    LISTING.answer(params, shown.collect())
}

pub(super) fn delete(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let id = need(params, "NetworkInterfaceId")?;
    if INTERFACE.get(&region.interfaces, id)?.requester.is_some() {
        let message = format!("Network interface '{id}' is managed by another service.");
        return Err(bad("OperationNotPermitted", message));
    }
    region.interfaces.remove(id);
    Ok(json!({ "return": true }))
}

/// Only services' interfaces are ever attached here, and those cannot be detached.
pub(super) fn detach(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let wanted = need(params, "AttachmentId")?;
    let is_it = |(id, interface): (&String, &Interface)| {
        attachment(id, interface)["attachmentId"] == wanted
    };
    if region.interfaces.iter().any(is_it) {
        let kind = wanted.rsplit_once('-').map_or(wanted, |(kind, _)| kind);
        let message = format!("You are not allowed to manage '{kind}' attachments.");
        return Err(bad("OperationNotPermitted", message));
    }
    let message = format!("The attachment ID '{wanted}' does not exist");
    Err(bad("InvalidAttachmentID.NotFound", message))
}
