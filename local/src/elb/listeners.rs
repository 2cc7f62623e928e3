//! Listeners, each with its one default action, and the one rule that AWS shows of it.

use serde_json::{Value, json};

use super::{
    Context, arns,
    errors::{Outcome, bad, configuration, invalid, no_balancer, no_group, no_listener},
    listing, plane,
    state::{Listener, Region},
    tags,
};
use crate::{params::Params, random};

pub(super) fn create(region: &mut Region, context: &Context, params: &Params) -> Outcome<Value> {
    let balancer_arn = arns::required(params, "LoadBalancerArn")?;
    let balancer = region.balancers.get(balancer_arn).ok_or_else(|| no_balancer(balancer_arn))?;
    let protocol = valid_protocol(params.required("Protocol")?)?;
    let port = valid_port(params.required("Port")?)?;
    let group = forwarded(region, params)?
        .ok_or_else(|| invalid("1 validation error detected: a listener needs a default action"))?;
    let known = region.listeners.iter();
    let known = known.filter(|(_, known)| known.balancer == balancer_arn);
    if let Some((arn, known)) = known.clone().find(|(_, known)| known.port == port) {
        // Repeating the call is no error, as its answer may have been lost.
        return if known.protocol == protocol && known.group == group {
            Ok(json!({ "Listeners": [shown(arn, known)] }))
        } else {
            Err(duplicate(balancer_arn))
        };
    }
    let own_port_is_free = known.clone().all(|(_, known)| known.local_port != balancer.port);
    let local_port =
        if own_port_is_free { balancer.port } else { plane::free_port(&region.local_ports())? };
    let tags = tags::at_creation(params)?;
    let name = format!("net/{}/{}", balancer.name, balancer.id);
    let arn = context.arn(&format!("listener/{name}/{}", &random::id()[..16]));
    let listener = Listener {
        balancer: balancer_arn.to_owned(),
        protocol: protocol.to_owned(),
        port,
        local_port,
        group,
    };
    let answer = json!({ "Listeners": [shown(&arn, &listener)] });
    region.listeners.insert(arn.clone(), listener);
    region.tags.insert(arn, tags);
    Ok(answer)
}

fn duplicate(balancer: &str) -> crate::service::AwsError {
    let message =
        format!("A listener already exists on this port for this load balancer '{balancer}'");
    bad("DuplicateListener", message)
}

fn valid_protocol(protocol: &str) -> Outcome<&str> {
    if protocol == "TCP" {
        return Ok(protocol);
    }
    let message = format!("The local cloud serves TCP listeners, not '{protocol}'");
    Err(bad("UnsupportedProtocol", message))
}

fn valid_port(text: &str) -> Outcome<u16> {
    let port = text.parse().ok().filter(|port| *port > 0);
    port.ok_or_else(|| invalid(format!("Port '{text}' is not valid")))
}

/// Returns the target group that the default action of a call forwards to, in either of the two
/// ways.
fn forwarded(region: &Region, params: &Params) -> Outcome<Option<String>> {
    let actions = params.groups("DefaultActions");
    let [action] = actions.as_slice() else {
        return match actions.len() {
            0 => Ok(None),
            _ => Err(bad("TooManyActions", "A listener has one default action")),
        };
    };
    if action.text("Type") != Some("forward") {
        let message = "A network load balancer forwards: ask for the action 'forward'";
        return Err(bad("InvalidLoadBalancerAction", message));
    }
    let listed = action.list("ForwardConfig.TargetGroups");
    if listed.len() > 1 {
        return Err(configuration("The local cloud forwards to one target group"));
    }
    let in_config = action.text("ForwardConfig.TargetGroups.member.1.TargetGroupArn");
    let group = action.text("TargetGroupArn").or(in_config);
    let group = group.ok_or_else(|| invalid("A target group ARN must be specified"))?;
    if !region.groups.contains_key(group) {
        return Err(no_group());
    }
    Ok(Some(group.to_owned()))
}

fn actions(listener: &Listener) -> Value {
    json!([{
        "Type": "forward", "TargetGroupArn": listener.group, "Order": 1,
        "ForwardConfig": { "TargetGroups": [{ "TargetGroupArn": listener.group }] },
    }])
}

fn shown(arn: &str, listener: &Listener) -> Value {
    json!({
        "ListenerArn": arn, "LoadBalancerArn": listener.balancer, "Port": listener.port,
        "Protocol": listener.protocol, "DefaultActions": actions(listener),
    })
}

pub(super) fn describe(region: &Region, _: &Context, params: &Params) -> Outcome<Value> {
    let arns = arns::list(params, "ListenerArns")?;
    let balancer = params.text("LoadBalancerArn");
    if arns.is_empty() && balancer.is_none() {
        return Err(invalid("You must specify either listener ARNs or a load balancer ARN"));
    }
    if let Some(missing) = balancer.filter(|arn| !region.balancers.contains_key(*arn)) {
        return Err(no_balancer(missing));
    }
    if !arns.iter().all(|arn| region.listeners.contains_key(arn)) {
        return Err(no_listener());
    }
    let meant = |(arn, listener): &(&String, &Listener)| {
        (arns.is_empty() || arns.contains(arn))
            && balancer.is_none_or(|balancer| listener.balancer == balancer)
    };
    let found = region.listeners.iter().filter(meant);
    let shown = found.map(|(arn, listener)| (arn.clone(), shown(arn, listener)));
    listing::page(params, "Listeners", shown.collect())
}

pub(super) fn modify(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let arn = arns::required(params, "ListenerArn")?;
    let mut listener = region.listeners.get(arn).cloned().ok_or_else(no_listener)?;
    if let Some(port) = params.text("Port") {
        listener.port = valid_port(port)?;
        let taken = |(other, known): (&String, &Listener)| {
            other != arn && known.balancer == listener.balancer && known.port == listener.port
        };
        if region.listeners.iter().any(taken) {
            return Err(duplicate(&listener.balancer));
        }
    }
    if let Some(protocol) = params.text("Protocol") {
        valid_protocol(protocol)?.clone_into(&mut listener.protocol);
    }
    if let Some(group) = forwarded(region, params)? {
        listener.group = group;
    }
    let answer = json!({ "Listeners": [shown(arn, &listener)] });
    region.listeners.insert(arn.to_owned(), listener);
    Ok(answer)
}

pub(super) fn delete(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let removed = region.listeners.remove(arns::required(params, "ListenerArn")?);
    removed.map(|_| json!({})).ok_or_else(no_listener)
}

/// A listener of a network load balancer has only its default rule.
pub(super) fn describe_rules(region: &Region, _: &Context, params: &Params) -> Outcome<Value> {
    let arn = arns::required(params, "ListenerArn")?;
    let listener = region.listeners.get(arn).ok_or_else(no_listener)?;
    let id = arn.rsplit('/').next().unwrap_or_default();
    let rule = json!({
        "RuleArn": format!("{}/{id}", arn.replacen(":listener/", ":listener-rule/", 1)),
        "Priority": "default", "IsDefault": true, "Conditions": [], "Actions": actions(listener),
    });
    listing::page(params, "Rules", vec![(arn.to_owned(), rule)])
}
