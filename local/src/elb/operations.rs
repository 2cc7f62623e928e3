//! The operations, as a table.

use super::{Context, attributes, balancers, groups, listeners, state::Region, tags, targets};
use crate::{
    protocol::{
        operations::Operation,
        stateful::{OnState, change, look},
    },
    service::Summary,
};

/// What the service does and what it refuses.
pub(super) const SUMMARY: Summary = Summary {
    title: "Elastic Load Balancing",
    real: "Network load balancers that listen on ports of this machine and forward TCP to healthy \
           targets, health checks by TCP or HTTP, and draining. Kept only: attributes other than \
           the deletion protection and the deregistration delay.",
    refused: "Application and gateway load balancers, protocols other than TCP, more than one \
              target group for a listener, rules, instances as targets, and health checks by \
              HTTPS.",
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
