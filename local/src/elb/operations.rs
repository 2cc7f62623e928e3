//! The operations, as a table: how each is done, and with that whether it changes anything.

use serde_json::Value;

use super::{
    Context, attributes, balancers, errors::Outcome, groups, listeners, state::Region, tags,
    targets,
};
use crate::params::Params;

/// How an operation is done.
#[derive(Clone, Copy, Debug)]
pub(super) enum Run {
    Look(fn(&Region, &Context, &Params) -> Outcome<Value>),
    Change(fn(&mut Region, &Context, &Params) -> Outcome<Value>),
}

use Run::{Change, Look};

/// The operation of this name.
pub(super) fn find(name: &str) -> Option<(&'static str, Run)> {
    OPERATIONS.iter().find(|(known, _)| *known == name).copied()
}

const OPERATIONS: &[(&str, Run)] = &[
    ("AddTags", Change(tags::add)),
    ("CreateListener", Change(listeners::create)),
    ("CreateLoadBalancer", Change(balancers::create)),
    ("CreateTargetGroup", Change(groups::create)),
    ("DeleteListener", Change(listeners::delete)),
    ("DeleteLoadBalancer", Change(balancers::delete)),
    ("DeleteTargetGroup", Change(groups::delete)),
    ("DeregisterTargets", Change(targets::deregister)),
    ("DescribeListeners", Look(listeners::describe)),
    ("DescribeLoadBalancerAttributes", Look(attributes::of_balancer)),
    ("DescribeLoadBalancers", Look(balancers::describe)),
    ("DescribeRules", Look(listeners::describe_rules)),
    ("DescribeTags", Look(tags::describe)),
    ("DescribeTargetGroupAttributes", Look(attributes::of_group)),
    ("DescribeTargetGroups", Look(groups::describe)),
    ("DescribeTargetHealth", Look(targets::describe_health)),
    ("ModifyListener", Change(listeners::modify)),
    ("ModifyLoadBalancerAttributes", Change(attributes::set_of_balancer)),
    ("ModifyTargetGroup", Change(groups::modify)),
    ("ModifyTargetGroupAttributes", Change(attributes::set_of_group)),
    ("RegisterTargets", Change(targets::register)),
    ("RemoveTags", Change(tags::remove)),
    ("SetSecurityGroups", Change(balancers::set_security_groups)),
    ("SetSubnets", Change(balancers::set_subnets)),
];
