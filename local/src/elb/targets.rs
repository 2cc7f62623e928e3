//! The targets of target groups, for calls; what other services do with them is in `adapters`.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use serde_json::{Value, json};

use super::{
    Context, arns,
    errors::{Outcome, bad, invalid, no_group},
    state::{DRAINING_TARGET, Group, Region, Target},
};
use crate::{params::Params, ports::TargetHealth, protocol::constraint, times};

/// However fast the local cloud is, connections get this long to end on their own.
const SHORTEST_DRAINING: Duration = Duration::from_secs(1);

/// Returns the targets that a call names: address and port, the group's port by default.
fn named(params: &Params, group: &Group) -> Outcome<Vec<(String, Option<u16>)>> {
    let target = |(index, target): (usize, Params)| {
        let id = target.required("Id")?;
        if id.parse::<IpAddr>().is_err() {
            let message = format!("The IP address '{id}' is not a valid IPv4 address");
            return Err(if group.settings.target_type == "ip" {
                invalid(message)
            } else {
                bad("InvalidTarget", "The local cloud has no instances: use the target type 'ip'")
            });
        }
        Ok((id.to_owned(), port(&target, index + 1)?))
    };
    params.groups("Targets").into_iter().enumerate().map(target).collect()
}

/// Returns the port of the target with this number in the call.
fn port(target: &Params, number: usize) -> Outcome<Option<u16>> {
    let Some(text) = target.text("Port") else { return Ok(None) };
    let port = text.parse().ok().filter(|port: &u16| *port > 0);
    port.map(Some).ok_or_else(|| {
        let is_small = text.parse::<i64>().is_ok_and(|port| port < 1);
        let rule =
            if is_small { "greater than or equal to 1" } else { "less than or equal to 65535" };
        let field = format!("targets.{number}.member.port");
        invalid(constraint::unmet(text, &field, &format!("have value {rule}")))
    })
}

pub(super) fn register(region: &mut Region, context: &Context, params: &Params) -> Outcome<Value> {
    let group =
        region.groups.get_mut(arns::required(params, "TargetGroupArn")?).ok_or_else(no_group)?;
    for target in params.groups("Targets") {
        check_network(context, group, &target)?;
    }
    for (ip, port) in named(params, group)? {
        let port = port.unwrap_or(group.settings.port);
        // Only this machine can be reached from here.
        let address = ip.parse::<IpAddr>().ok().filter(IpAddr::is_loopback);
        let process = address.map(|address| SocketAddr::new(address, port));
        add(group, Target { ip, port, process, is_task: false, drained_at: None });
    }
    Ok(json!({}))
}

/// Checks where a target is: in the group's VPC, or in a network that is connected with it, which
/// must be said.
fn check_network(context: &Context, group: &Group, target: &Params) -> Outcome<()> {
    let id = target.required("Id")?;
    // Programs of this machine are the only ones that can be reached from here.
    let Some(ip) = id.parse::<Ipv4Addr>().ok().filter(|ip| !ip.is_loopback()) else {
        return Ok(());
    };
    let zone = target.text("AvailabilityZone");
    match (context.network.zone_of(&context.place, &group.settings.vpc, ip), zone) {
        (Some(own), Some("all")) => Err(invalid(format!(
            "The IP address '{id}' is within the VPC, and cannot have its Availability Zone \
             overridden to 'all' from '{own}'"
        ))),
        (None, _) if !is_private(ip) => Err(bad(
            "InvalidTarget",
            format!(
                "The specified target '{id}' does not exist, is not in the same VPC as the target \
                 group, or has an unsupported instance type."
            ),
        )),
        (None, None) => Err(invalid(format!(
            "The Availability Zone is required for IP address '{id}' because it is not in the VPC"
        ))),
        (Some(_), _) | (None, Some(_)) => Ok(()),
    }
}

/// Returns whether targets outside of the VPC can have this address: those that nobody has in the
/// internet, also of carriers (RFC 6598).
fn is_private(ip: Ipv4Addr) -> bool {
    let [first, second, ..] = ip.octets();
    ip.is_private() || (first == 100 && second & 0xC0 == 64)
}

/// Adds a target; one that is draining comes back, one that is there stays as it is.
pub(super) fn add(group: &mut Group, target: Target) {
    let same = |known: &Target| known.ip == target.ip && known.port == target.port;
    group.targets.retain(|known| !same(known) || *known == target);
    if !group.targets.iter().any(same) {
        group.targets.push(target);
    }
}

pub(super) fn deregister(
    region: &mut Region,
    context: &Context,
    params: &Params,
) -> Outcome<Value> {
    let arn = arns::required(params, "TargetGroupArn")?;
    let group = region.groups.get(arn).ok_or_else(no_group)?;
    for (ip, port) in named(params, group)? {
        drain(region, context, arn, &ip, port);
    }
    Ok(json!({}))
}

/// Sends a target no new connections, and removes it once the open ones have had their time. In an
/// unused group there are none.
pub(super) fn drain(
    region: &mut Region,
    context: &Context,
    arn: &str,
    ip: &str,
    port: Option<u16>,
) {
    let in_use = region.uses(arn);
    let Some(group) = region.groups.get_mut(arn) else { return };
    let delay = Duration::from_secs(group.deregistration_delay());
    let moment = &context.moment;
    let drained = moment.due(DRAINING_TARGET.taking(delay));
    let drained = drained.max(times::after(moment.now, SHORTEST_DRAINING));
    let meant = |target: &Target| target.ip == ip && port.is_none_or(|port| target.port == port);
    if !in_use {
        group.targets.retain(|target| !meant(target));
    }
    for target in group.targets.iter_mut().filter(|target| meant(target)) {
        target.drained_at = target.drained_at.or(Some(drained));
    }
}

/// Returns how healthy a target is; `None` when it is not registered.
pub(super) fn health(
    region: &Region,
    context: &Context,
    arn: &str,
    ip: &str,
    port: u16,
) -> Option<TargetHealth> {
    let targets = &region.groups.get(arn)?.targets;
    let target = targets.iter().find(|target| target.ip == ip && target.port == port)?;
    Some(match target.drained_at {
        Some(_) => TargetHealth::Draining,
        None if !region.uses(arn) => TargetHealth::Unused,
        None => context.plane.health(arn, ip, port),
    })
}

pub(super) fn describe_health(
    region: &Region,
    context: &Context,
    params: &Params,
) -> Outcome<Value> {
    let arn = arns::required(params, "TargetGroupArn")?;
    let group = region.groups.get(arn).ok_or_else(no_group)?;
    let asked = named(params, group)?;
    let targets: Vec<(String, u16)> = if asked.is_empty() {
        group.targets.iter().map(|target| (target.ip.clone(), target.port)).collect()
    } else {
        let port = |port: Option<u16>| port.unwrap_or(group.settings.port);
        asked.into_iter().map(|(ip, asked)| (ip, port(asked))).collect()
    };
    let check_port = |port: u16| match group.health_check.port.as_str() {
        super::health_check::TRAFFIC_PORT => port.to_string(),
        port => port.to_owned(),
    };
    let shown: Vec<Value> = targets
        .into_iter()
        .map(|(ip, port)| {
            json!({
                "Target": { "Id": ip, "Port": port }, "HealthCheckPort": check_port(port),
                "TargetHealth": in_words(health(region, context, arn, &ip, port)),
            })
        })
        .collect();
    Ok(json!({ "TargetHealthDescriptions": shown }))
}

fn in_words(health: Option<TargetHealth>) -> Value {
    let (state, reason, description) = match health {
        Some(TargetHealth::Healthy) => return json!({ "State": "healthy" }),
        Some(TargetHealth::Initial) => {
            ("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
        }
        Some(TargetHealth::Unhealthy) => {
            ("unhealthy", "Target.FailedHealthChecks", "Health checks failed")
        }
        Some(TargetHealth::Draining) => {
            let description = "Target deregistration is in progress";
            ("draining", "Target.DeregistrationInProgress", description)
        }
        Some(TargetHealth::Unused) => {
            let description =
                "Target group is not configured to receive traffic from the load balancer";
            ("unused", "Target.NotInUse", description)
        }
        None => {
            let description = "Target is not registered to the target group";
            ("unused", "Target.NotRegistered", description)
        }
    };
    json!({ "State": state, "Reason": reason, "Description": description })
}
