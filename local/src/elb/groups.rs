//! Target groups.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Context, arns,
    balancers::valid_name,
    errors::{Outcome, bad, invalid, no_balancer, no_group},
    health_check, listing,
    state::{Group, GroupSettings, Region},
    tags,
};
use crate::{params::Params, random};

pub(super) fn create(region: &mut Region, context: &Context, params: &Params) -> Outcome<Value> {
    let name = valid_name(params.required("Name")?)?;
    let settings = settings(context, params)?;
    let health_check = health_check::new(params)?;
    if let Some((arn, known)) = region.groups.iter().find(|(_, group)| group.name == name) {
        return if known.settings == settings && known.health_check == health_check {
            Ok(json!({ "TargetGroups": [shown(region, arn, known)] }))
        } else {
            Err(bad(
                "DuplicateTargetGroupName",
                format!(
                    "A target group with the same name '{name}' exists, but with different settings"
                ),
            ))
        };
    }
    let tags = tags::at_creation(params)?;
    let arn = context.arn(&format!("targetgroup/{name}/{}", &random::id()[..16]));
    let group = Group {
        name: name.to_owned(),
        settings,
        health_check,
        attributes: BTreeMap::new(),
        targets: Vec::new(),
    };
    let answer = json!({ "TargetGroups": [shown(region, &arn, &group)] });
    region.groups.insert(arn.clone(), group);
    region.tags.insert(arn, tags);
    Ok(answer)
}

fn settings(context: &Context, params: &Params) -> Outcome<GroupSettings> {
    let protocol = params.required("Protocol")?;
    if protocol != "TCP" {
        let message = "The local cloud serves network load balancers: ask for the protocol 'TCP'";
        return Err(bad("InvalidConfigurationRequest", message));
    }
    let target_type = params.text("TargetType").unwrap_or("instance");
    if !matches!(target_type, "instance" | "ip") {
        return Err(invalid(format!("Target type '{target_type}' is not valid")));
    }
    let port = params.required("Port")?;
    let valid = port.parse().ok().filter(|port| *port > 0);
    let port = valid.ok_or_else(|| invalid(format!("Port '{port}' is not valid")))?;
    let vpc = params.required("VpcId")?;
    if !context.network.vpc_exists(&context.place, vpc) {
        return Err(invalid(format!("The VPC ID '{vpc}' is not found")));
    }
    Ok(GroupSettings {
        protocol: protocol.to_owned(),
        port,
        vpc: vpc.to_owned(),
        target_type: target_type.to_owned(),
    })
}

fn shown(region: &Region, arn: &str, group: &Group) -> Value {
    let (settings, check) = (&group.settings, &group.health_check);
    let listeners = region.listeners.values().filter(|listener| listener.group == arn);
    let mut balancers: Vec<&str> = listeners.map(|listener| listener.balancer.as_str()).collect();
    balancers.sort_unstable();
    balancers.dedup();
    json!({
        "TargetGroupArn": arn, "TargetGroupName": group.name, "Protocol": settings.protocol,
        "Port": settings.port, "VpcId": settings.vpc, "TargetType": settings.target_type,
        "IpAddressType": "ipv4", "LoadBalancerArns": balancers,
        "HealthCheckEnabled": true, "HealthCheckProtocol": check.protocol,
        "HealthCheckPort": check.port, "HealthCheckPath": check.path,
        "HealthCheckIntervalSeconds": check.interval, "HealthCheckTimeoutSeconds": check.timeout,
        "HealthyThresholdCount": check.healthy, "UnhealthyThresholdCount": check.unhealthy,
        "Matcher": check.matcher.as_ref().map(|codes| json!({ "HttpCode": codes })),
    })
}

pub(super) fn describe(region: &Region, _: &Context, params: &Params) -> Outcome<Value> {
    let (arns, names) = (arns::list(params, "TargetGroupArns")?, params.list("Names"));
    let exists = |name: &String| region.groups.values().any(|group| group.name == *name);
    if !arns.iter().all(|arn| region.groups.contains_key(arn)) || !names.iter().all(exists) {
        return Err(no_group());
    }
    let balancer = params.text("LoadBalancerArn");
    if let Some(missing) = balancer.filter(|arn| !region.balancers.contains_key(*arn)) {
        return Err(no_balancer(missing));
    }
    let of_balancer = |arn: &String| {
        let mut listeners = region.listeners.values().filter(|listener| listener.group == *arn);
        balancer.is_none_or(|balancer| listeners.any(|listener| listener.balancer == balancer))
    };
    let meant = |(arn, group): &(&String, &Group)| {
        (arns.is_empty() || arns.contains(arn))
            && (names.is_empty() || names.contains(&group.name))
            && of_balancer(arn)
    };
    let found = region.groups.iter().filter(meant);
    let shown = found.map(|(arn, group)| (arn.clone(), shown(region, arn, group)));
    listing::page(params, "TargetGroups", shown.collect())
}

pub(super) fn modify(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let arn = arns::required(params, "TargetGroupArn")?;
    let group = region.groups.get_mut(arn).ok_or_else(no_group)?;
    group.health_check = health_check::changed(group.health_check.clone(), params)?;
    let group = region.groups.get(arn).ok_or_else(no_group)?;
    Ok(json!({ "TargetGroups": [shown(region, arn, group)] }))
}

/// A missing one counts as deleted.
pub(super) fn delete(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let arn = arns::required(params, "TargetGroupArn")?;
    if region.uses(arn) {
        let message = format!("Target group '{arn}' is currently in use by a listener or a rule");
        return Err(bad("ResourceInUse", message));
    }
    region.groups.remove(arn);
    Ok(json!({}))
}
