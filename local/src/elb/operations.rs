//! The operations, as a table.

use super::{Context, attributes, balancers, groups, listeners, state::Region, tags, targets};
use crate::protocol::{
    operations::Operation,
    stateful::{OnState, change, look},
};

pub(super) const OPERATIONS: &[Operation<OnState<Region, Context>>] = &[
    change("AddTags", tags::add),
    change("CreateListener", listeners::create),
    change("CreateLoadBalancer", balancers::create),
    change("CreateTargetGroup", groups::create),
    change("DeleteListener", listeners::delete),
    change("DeleteLoadBalancer", balancers::delete),
    change("DeleteTargetGroup", groups::delete),
    change("DeregisterTargets", targets::deregister),
    look("DescribeListeners", listeners::describe),
    look("DescribeLoadBalancerAttributes", attributes::of_balancer),
    look("DescribeLoadBalancers", balancers::describe),
    look("DescribeRules", listeners::describe_rules),
    look("DescribeTags", tags::describe),
    look("DescribeTargetGroupAttributes", attributes::of_group),
    look("DescribeTargetGroups", groups::describe),
    look("DescribeTargetHealth", targets::describe_health),
    change("ModifyListener", listeners::modify),
    change("ModifyLoadBalancerAttributes", attributes::set_of_balancer),
    change("ModifyTargetGroup", groups::modify),
    change("ModifyTargetGroupAttributes", attributes::set_of_group),
    change("RegisterTargets", targets::register),
    change("RemoveTags", tags::remove),
    change("SetSecurityGroups", balancers::set_security_groups),
    change("SetSubnets", balancers::set_subnets),
];
