//! What this service answers to a look at something that is not there, for fault rules.

use crate::absent::{
    Absent,
    Named::{In, InWith, Nowhere},
    Reply::{self, Empty, Never, Refused},
};

const NO_BALANCER: Reply = Refused(400, "LoadBalancerNotFound", "Load balancer '{name}' not found");
const NO_TARGET_GROUP: Reply =
    Refused(400, "TargetGroupNotFound", "One or more target groups not found");
const NO_LISTENER: Reply = Refused(400, "ListenerNotFound", "One or more listeners not found");

#[rustfmt::skip]
pub(super) const ABSENT: &[Absent] = &[
    (&["DescribeLoadBalancers"], In("LoadBalancerArns"), NO_BALANCER),
    (&["DescribeLoadBalancers"], In("Names"), Refused(400, "LoadBalancerNotFound", "Load balancers '[{name}]' not found")),
    (&["DescribeLoadBalancers"], Nowhere, Empty(&["LoadBalancers"])),
    (&["DescribeTargetGroups"], In("TargetGroupArns"), NO_TARGET_GROUP),
    (&["DescribeTargetGroups"], In("Names"), NO_TARGET_GROUP),
    (&["DescribeListeners"], In("ListenerArns"), NO_LISTENER),
    (&["DescribeLoadBalancerAttributes", "DescribeListeners", "DescribeTargetGroups"], In("LoadBalancerArn"), NO_BALANCER),
    (&["DescribeTargetGroups"], Nowhere, Empty(&["TargetGroups"])),
    (&["DescribeTargetGroupAttributes", "DescribeTargetHealth"], Nowhere, NO_TARGET_GROUP),
    (&["DescribeTags"], InWith("ResourceArns", ":loadbalancer/"), NO_BALANCER),
    (&["DescribeTags"], InWith("ResourceArns", ":targetgroup/"), NO_TARGET_GROUP),
    (&["DescribeTags"], InWith("ResourceArns", ":listener/"), NO_LISTENER),
    (&["DescribeRules"], Nowhere, Never),
];
