//! Load balancers. Only network load balancers are served.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde_json::{Value, json};

use super::{
    Context, arns,
    attributes::DELETION_PROTECTION,
    errors::{Outcome, bad, configuration, invalid, no_balancer},
    listing, plane,
    state::{Attached, Balancer, CREATING_BALANCER, Region},
    subnets, tags,
};
use crate::{pace::typical, params::Params, random, times};

/// How long AWS typically takes to remove the interfaces of a deleted load balancer.
pub(super) const DETACHING: Duration =
    typical("AWS::ElasticLoadBalancingV2::LoadBalancer detaching");

/// AWS's quota of network load balancers in a region.
const MOST: usize = 50;

/// The hosted zone that an alias record would name; there is no DNS here.
const HOSTED_ZONE: &str = "ZLOCALCLOUD";

pub(super) fn create(region: &mut Region, context: &Context, params: &Params) -> Outcome<Value> {
    let name = valid_name(params.required("Name")?)?;
    // As on AWS, the default is an application load balancer.
    if params.text("Type").unwrap_or("application") != "network" {
        let message = "The local cloud serves network load balancers: ask for the type 'network'";
        return Err(bad("OperationNotPermitted", message));
    }
    let scheme = params.text("Scheme").unwrap_or("internet-facing");
    if !matches!(scheme, "internet-facing" | "internal") {
        return Err(bad("InvalidScheme", format!("Scheme '{scheme}' is not valid")));
    }
    let wanted = subnets::wanted(params);
    let security_groups = params.list("SecurityGroups");
    if let Some((arn, known)) = region.balancers.iter().find(|(_, b)| b.name == name) {
        return if is_same(known, scheme, &wanted, &security_groups) {
            Ok(json!({ "LoadBalancers": [shown(context, arn, known)] }))
        } else {
            Err(bad(
                "DuplicateLoadBalancerName",
                format!(
                    "A load balancer with the same name '{name}' exists, but with different settings"
                ),
            ))
        };
    }
    if region.balancers.len() >= MOST {
        let message = "The maximum number of load balancers has been reached";
        return Err(bad("TooManyLoadBalancers", message));
    }
    let tags = tags::at_creation(params)?;
    check_security_groups(context, &security_groups)?;
    let zones = subnets::check(context, &wanted, scheme == "internet-facing")?;
    let id = random::id()[..16].to_owned();
    let mut balancer = Balancer {
        name: name.to_owned(),
        id: id.clone(),
        scheme: scheme.to_owned(),
        vpc: zones.vpc.clone(),
        subnets: Vec::new(),
        security_groups,
        filters_private_links: true,
        created: context.moment.now,
        ready_at: context.moment.due(CREATING_BALANCER),
        port: plane::free_port(&region.local_ports())?,
        attributes: BTreeMap::new(),
        held_by: BTreeSet::new(),
        released_at: BTreeMap::new(),
    };
    subnets::attach(context, &mut balancer, zones)?;
    context
        .roles
        .ensure_service_linked_role(&context.place.account, "elasticloadbalancing.amazonaws.com");
    let arn = context.arn(&format!("loadbalancer/net/{name}/{id}"));
    let answer = json!({ "LoadBalancers": [shown(context, &arn, &balancer)] });
    region.balancers.insert(arn.clone(), balancer);
    region.tags.insert(arn, tags);
    Ok(answer)
}

/// Checks for 1 to 32 letters, digits and hyphens, of which the first and the last are not hyphens.
pub(super) fn valid_name(name: &str) -> Outcome<&str> {
    let right = name.len() <= 32
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
        && !name.starts_with("internal-");
    if right { Ok(name) } else { Err(invalid(format!("The name '{name}' is not valid"))) }
}

fn is_same(known: &Balancer, scheme: &str, subnets: &[String], groups: &[String]) -> bool {
    let has: BTreeSet<&String> = known.subnets.iter().map(|attached| &attached.subnet).collect();
    known.scheme == scheme
        && has == subnets.iter().collect()
        && known.security_groups.iter().collect::<BTreeSet<_>>() == groups.iter().collect()
}

fn check_security_groups(context: &Context, groups: &[String]) -> Outcome<()> {
    let exists = |id: &&String| context.network.group_exists(&context.place, id);
    match groups.iter().find(|id| !exists(id)) {
        None => Ok(()),
        Some(id) => {
            let message = format!("Security group '{id}' does not exist");
            Err(bad("InvalidSecurityGroup", message))
        }
    }
}

fn shown(context: &Context, arn: &str, balancer: &Balancer) -> Value {
    let is_active = balancer.is_active(&context.moment);
    let state = if is_active { "active" } else { "provisioning" };
    let zone = |attached: &Attached| {
        json!({
            "ZoneName": attached.zone, "SubnetId": attached.subnet, "LoadBalancerAddresses": [],
        })
    };
    let groups = &balancer.security_groups;
    let filters = if balancer.filters_private_links { "on" } else { "off" };
    json!({
        "LoadBalancerArn": arn, "LoadBalancerName": balancer.name, "Type": "network",
        "DNSName": balancer.dns_name(), "CanonicalHostedZoneId": HOSTED_ZONE,
        "Scheme": balancer.scheme, "VpcId": balancer.vpc, "IpAddressType": "ipv4",
        "CreatedTime": times::iso(balancer.created), "State": { "Code": state },
        "AvailabilityZones": balancer.subnets.iter().map(zone).collect::<Vec<_>>(),
        "SecurityGroups": (!groups.is_empty()).then_some(groups),
        "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic":
            (!groups.is_empty()).then_some(filters),
        "EnablePrefixForIpv6SourceNat": "off",
    })
}

pub(super) fn describe(region: &Region, context: &Context, params: &Params) -> Outcome<Value> {
    let (arns, names) = (arns::list(params, "LoadBalancerArns")?, params.list("Names"));
    if let Some(missing) = arns.iter().find(|arn| !region.balancers.contains_key(*arn)) {
        return Err(no_balancer(missing));
    }
    let exists = |name: &String| region.balancers.values().any(|balancer| balancer.name == *name);
    if let Some(missing) = names.iter().find(|name| !exists(name)) {
        return Err(bad("LoadBalancerNotFound", format!("Load balancers '[{missing}]' not found")));
    }
    let meant = |(arn, balancer): &(&String, &Balancer)| {
        (arns.is_empty() || arns.contains(arn))
            && (names.is_empty() || names.contains(&balancer.name))
    };
    let found = region.balancers.iter().filter(meant);
    let shown = found.map(|(arn, balancer)| (arn.clone(), shown(context, arn, balancer)));
    listing::page(params, "LoadBalancers", shown.collect())
}

pub(super) fn set_subnets(
    region: &mut Region,
    context: &Context,
    params: &Params,
) -> Outcome<Value> {
    let arn = arns::required(params, "LoadBalancerArn")?;
    let balancer = region.balancers.get_mut(arn).ok_or_else(|| no_balancer(arn))?;
    let wanted = subnets::wanted(params);
    let zones = subnets::check(context, &wanted, balancer.scheme == "internet-facing")?;
    if zones.vpc != balancer.vpc {
        return Err(configuration("The subnets are not in the load balancer's VPC"));
    }
    subnets::replace(context, balancer, zones)?;
    let shown = shown(context, arn, balancer);
    Ok(json!({ "AvailabilityZones": shown["AvailabilityZones"], "IpAddressType": "ipv4" }))
}

/// A network load balancer created without security groups can never have any.
pub(super) fn set_security_groups(
    region: &mut Region,
    context: &Context,
    params: &Params,
) -> Outcome<Value> {
    let arn = arns::required(params, "LoadBalancerArn")?;
    let groups = params.list("SecurityGroups");
    check_security_groups(context, &groups)?;
    let balancer = region.balancers.get_mut(arn).ok_or_else(|| no_balancer(arn))?;
    if balancer.security_groups.is_empty() || groups.is_empty() {
        return Err(configuration(
            "You cannot set security groups on a Network Load Balancer if you did not do so when \
             you created it",
        ));
    }
    balancer.security_groups = groups;
    let key = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";
    if let Some(filters) = params.text(key) {
        balancer.filters_private_links = filters == "on";
    }
    let filters = if balancer.filters_private_links { "on" } else { "off" };
    Ok(json!({ "SecurityGroupIds": balancer.security_groups, key: filters }))
}

/// A missing one counts as deleted. Its listeners go with it, its interfaces later.
pub(super) fn delete(region: &mut Region, context: &Context, params: &Params) -> Outcome<Value> {
    let arn = arns::required(params, "LoadBalancerArn")?;
    let Some(balancer) = region.balancers.get(arn) else { return Ok(json!({})) };
    if balancer.attribute(DELETION_PROTECTION) == Some("true") {
        return Err(bad(
            "OperationNotPermitted",
            format!(
                "Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
            ),
        ));
    }
    if !balancer.held_by.is_empty() {
        return Err(bad(
            "ResourceInUse",
            format!(
                "Load balancer '{arn}' cannot be deleted because it is currently associated with \
             another service"
            ),
        ));
    }
    for attached in &balancer.subnets {
        let place = &context.place;
        context.network.detach_later(place, &attached.interface, DETACHING);
    }
    region.balancers.remove(arn);
    region.listeners.retain(|_, listener| listener.balancer != arn);
    Ok(json!({}))
}
