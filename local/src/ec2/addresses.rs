//! Elastic IP addresses.

use serde_json::{Value, json};

use super::{
    Context,
    cidr::Cidr,
    errors::{Outcome, bad, need},
    kinds::{ADDRESS, INTERFACE, fresh_id},
    listing::Listing,
    state::{Address, Association, Region},
    tags,
};
use crate::{limits, params::Params, random::Dice};

/// AWS's quota of a new account.
const MOST: usize = limits::ADDRESSES.value;

const LISTING: Listing = Listing {
    set: "addressesSet",
    ids: "AllocationId",
    kind: &ADDRESS,
    filters: &[
        ("allocation-id", "allocationId"),
        ("association-id", "associationId"),
        ("domain", "domain"),
        ("network-interface-id", "networkInterfaceId"),
        ("private-ip-address", "privateIpAddress"),
        ("public-ip", "publicIp"),
    ],
};

pub(super) fn allocate(region: &mut Region, context: &Context, params: &Params) -> Outcome<Value> {
    if region.addresses.len() >= MOST {
        let message = "The maximum number of addresses has been reached.";
        return Err(bad("AddressLimitExceeded", message));
    }
    let tags = tags::at_creation(params, &ADDRESS)?;
    let id = ADDRESS.fresh_id();
    let public_ip = fresh_public_ip(region)?;
    let address = Address { public_ip: public_ip.clone(), association: None };
    region.addresses.insert(id.clone(), address);
    region.tags.insert(id.clone(), tags);
    Ok(json!({
        "allocationId": id, "publicIp": public_ip, "domain": "vpc", "publicIpv4Pool": "amazon",
        "networkBorderGroup": context.place.region,
    }))
}

/// Returns an unused public address.
pub(super) fn fresh_public_ip(region: &Region) -> Outcome<String> {
    let used = |ip: &str| {
        region.addresses.values().any(|address| address.public_ip == ip)
            || region.interfaces.values().any(|i| i.public_ip.as_deref() == Some(ip))
    };
    fresh_address(Cidr::PUBLIC, 1, used)
        .ok_or_else(|| bad("InsufficientAddressCapacity", "No public address is left."))
}

/// Returns a random unused address of a range: a released one is not soon reused.
pub(super) fn fresh_address(
    range: Cidr,
    first: u32,
    used: impl Fn(&str) -> bool,
) -> Option<String> {
    let usable = u32::try_from(range.size()).unwrap_or(u32::MAX).saturating_sub(first + 1);
    let start = Dice::from_entropy().below(usable);
    (0..usable)
        .map(|step| range.address(first + (start + step) % usable).to_string())
        .find(|address| !used(address))
}

fn shown(region: &Region, context: &Context, id: &str, address: &Address) -> Value {
    let association = address.association.as_ref();
    let interface = association.map(|held| held.interface.as_str());
    let private_ip = interface.and_then(|id| region.interfaces.get(id)).map(|i| &i.private_ip);
    json!({
        "allocationId": id, "publicIp": address.public_ip, "domain": "vpc",
        "publicIpv4Pool": "amazon", "networkBorderGroup": context.place.region,
        "associationId": association.map(|held| &held.id), "networkInterfaceId": interface,
        "networkInterfaceOwnerId": interface.map(|_| context.place.account.as_str()),
        "privateIpAddress": private_ip, "tagSet": tags::shown(region, id),
    })
}

pub(super) fn describe(region: &Region, context: &Context, params: &Params) -> Outcome<Value> {
    let wanted = params.list("PublicIp");
    let known = |ip: &String| region.addresses.values().any(|address| address.public_ip == *ip);
    if let Some(missing) = wanted.iter().find(|ip| !known(ip)) {
        return Err(unknown_ip(missing));
    }
    let all = region.addresses.iter();
    let meant = all.filter(|(_, a)| wanted.is_empty() || wanted.contains(&a.public_ip));
    let shown = meant.map(|(id, address)| (id.clone(), shown(region, context, id, address)));
    LISTING.answer(params, shown.collect())
}

fn unknown_ip(ip: &str) -> crate::service::AwsError {
    bad("InvalidAddress.NotFound", format!("Address '{ip}' not found."))
}

/// Finds the address that a call names, by its id or by the address itself.
fn named(region: &Region, params: &Params) -> Outcome<String> {
    if let Some(ip) = params.text("PublicIp") {
        let found = region.addresses.iter().find(|(_, address)| address.public_ip == ip);
        return found.map(|(id, _)| id.clone()).ok_or_else(|| unknown_ip(ip));
    }
    let id = need(params, "AllocationId")?;
    ADDRESS.get(&region.addresses, id)?;
    Ok(id.to_owned())
}

pub(super) fn associate(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let id = named(region, params)?;
    let interface = need(params, "NetworkInterfaceId")?;
    INTERFACE.get(&region.interfaces, interface)?;
    let taken = ADDRESS.get(&region.addresses, &id)?.association.is_some();
    if taken && params.flag("AllowReassociation") != Some(true) {
        let message = format!("resource {id} is already associated with another resource");
        return Err(bad("Resource.AlreadyAssociated", message));
    }
    let association = hold(region, &id, interface)?;
    Ok(json!({ "return": true, "associationId": association }))
}

/// Gives an address to an interface.
pub(super) fn hold(region: &mut Region, id: &str, interface_id: &str) -> Outcome<String> {
    let address = ADDRESS.get_mut(&mut region.addresses, id)?;
    let association = fresh_id("eipassoc");
    let held = Association { id: association.clone(), interface: interface_id.to_owned() };
    let before = address.association.replace(held);
    let public_ip = address.public_ip.clone();
    if let Some(before) = before.and_then(|held| region.interfaces.get_mut(&held.interface)) {
        before.public_ip = None;
    }
    INTERFACE.get_mut(&mut region.interfaces, interface_id)?.public_ip = Some(public_ip);
    Ok(association)
}

pub(super) fn disassociate(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let Region { addresses, interfaces, .. } = region;
    let wanted = if let Some(ip) = params.text("PublicIp") {
        addresses.values_mut().find(|address| address.public_ip == ip)
    } else {
        let id = need(params, "AssociationId")?;
        let is_it =
            |address: &&mut Address| address.association.as_ref().is_some_and(|held| held.id == id);
        Some(addresses.values_mut().find(is_it).ok_or_else(|| {
            let message = format!("The association ID '{id}' does not exist");
            bad("InvalidAssociationID.NotFound", message)
        })?)
    };
    let Some(address) = wanted else { return Ok(json!({ "return": true })) };
    let interface =
        address.association.as_ref().and_then(|held| interfaces.get_mut(&held.interface));
    if let Some(interface) = interface {
        if interface.requester.is_some() {
            let message = "You do not have permission to access the specified resource.";
            return Err(bad("AuthFailure", message));
        }
        interface.public_ip = None;
    }
    address.association = None;
    Ok(json!({ "return": true }))
}

pub(super) fn release(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let id = named(region, params)?;
    let address = ADDRESS.get(&region.addresses, &id)?;
    if address.association.is_some() {
        let message = format!("Address {} is in use.", address.public_ip);
        return Err(bad("InvalidIPAddress.InUse", message));
    }
    region.addresses.remove(&id);
    Ok(json!({ "return": true }))
}
