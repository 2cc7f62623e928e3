//! Attributes of load balancers and of target groups: which there are, and their defaults.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Context, arns,
    errors::{Outcome, invalid, no_balancer, no_group},
    state::{Balancer, Group, Region},
};
use crate::params::Params;

/// Attributes with their defaults.
type Known = &'static [(&'static str, &'static str)];

pub(super) const DELETION_PROTECTION: &str = "deletion_protection.enabled";
pub(super) const DEREGISTRATION_DELAY: &str = "deregistration_delay.timeout_seconds";

pub(super) const OF_BALANCERS: Known = &[
    ("access_logs.s3.bucket", ""),
    ("access_logs.s3.enabled", "false"),
    ("access_logs.s3.prefix", ""),
    (DELETION_PROTECTION, "false"),
    ("dns_record.client_routing_policy", "any_availability_zone"),
    ("ipv6.deny_all_igw_traffic", "false"),
    ("load_balancing.cross_zone.enabled", "false"),
    ("zonal_shift.config.enabled", "false"),
];

pub(super) const OF_GROUPS: Known = &[
    ("deregistration_delay.connection_termination.enabled", "false"),
    (DEREGISTRATION_DELAY, "300"),
    ("load_balancing.cross_zone.enabled", "use_load_balancer_configuration"),
    ("preserve_client_ip.enabled", "false"),
    ("proxy_protocol_v2.enabled", "false"),
    ("stickiness.enabled", "false"),
    ("stickiness.type", "source_ip"),
    ("target_group_health.dns_failover.minimum_healthy_targets.count", "1"),
    ("target_group_health.dns_failover.minimum_healthy_targets.percentage", "off"),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1"),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off"),
    ("target_health_state.unhealthy.connection_termination.enabled", "true"),
    ("target_health_state.unhealthy.draining_interval_seconds", "0"),
];

/// Returns an attribute's value: as set, or by default.
pub(super) fn value<'a>(
    set: &'a BTreeMap<String, String>,
    known: Known,
    key: &str,
) -> Option<&'a str> {
    let default = || known.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
    set.get(key).map(String::as_str).or_else(default)
}

impl Balancer {
    /// Returns an attribute, as it was set or as it is by default.
    pub(super) fn attribute(&self, key: &str) -> Option<&str> {
        value(&self.attributes, OF_BALANCERS, key)
    }
}

impl Group {
    /// Returns how long a target that was deregistered keeps its connections, in seconds.
    pub(super) fn deregistration_delay(&self) -> u64 {
        let value = value(&self.attributes, OF_GROUPS, DEREGISTRATION_DELAY);
        value.and_then(|seconds| seconds.parse().ok()).unwrap_or(0)
    }
}

fn shown(set: &BTreeMap<String, String>, known: Known) -> Value {
    let attribute =
        |(key, _): &(&str, &str)| json!({ "Key": key, "Value": value(set, known, key) });
    json!({ "Attributes": known.iter().map(attribute).collect::<Vec<_>>() })
}

fn set(params: &Params, known: Known, set: &mut BTreeMap<String, String>) -> Outcome<Value> {
    for (key, value) in params.tags("Attributes") {
        let Some((_, default)) = known.iter().find(|(name, _)| *name == key) else {
            return Err(invalid(format!("Attribute key '{key}' is not recognized")));
        };
        let is_flag = matches!(*default, "true" | "false");
        if is_flag && !matches!(value.as_str(), "true" | "false") {
            return Err(invalid(format!("Attribute value '{value}' for '{key}' is not valid")));
        }
        if key == DEREGISTRATION_DELAY && !value.parse().is_ok_and(|seconds: u32| seconds <= 3600) {
            return Err(invalid(format!("'{key}' must be from 0 to 3600, not '{value}'")));
        }
        set.insert(key, value);
    }
    Ok(shown(set, known))
}

pub(super) fn of_balancer(region: &Region, _: &Context, params: &Params) -> Outcome<Value> {
    let arn = arns::required(params, "LoadBalancerArn")?;
    let balancer = region.balancers.get(arn).ok_or_else(|| no_balancer(arn))?;
    Ok(shown(&balancer.attributes, OF_BALANCERS))
}

pub(super) fn set_of_balancer(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let arn = arns::required(params, "LoadBalancerArn")?;
    let balancer = region.balancers.get_mut(arn).ok_or_else(|| no_balancer(arn))?;
    set(params, OF_BALANCERS, &mut balancer.attributes)
}

pub(super) fn of_group(region: &Region, _: &Context, params: &Params) -> Outcome<Value> {
    let group =
        region.groups.get(arns::required(params, "TargetGroupArn")?).ok_or_else(no_group)?;
    Ok(shown(&group.attributes, OF_GROUPS))
}

pub(super) fn set_of_group(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let group =
        region.groups.get_mut(arns::required(params, "TargetGroupArn")?).ok_or_else(no_group)?;
    set(params, OF_GROUPS, &mut group.attributes)
}
