//! The permissions that the operations of Elastic Load Balancing need.

use crate::authorize::{
    Access,
    Need::{If, Own},
};

pub(super) const ACCESS: &[Access] = &[
    (
        &["CreateLoadBalancer"],
        &[
            Own("loadbalancer/net/{Name}/*"),
            If("Tags", "elasticloadbalancing:AddTags", "loadbalancer/net/{Name}/*"),
        ],
    ),
    (
        &["CreateTargetGroup"],
        &[
            Own("targetgroup/{Name}/*"),
            If("Tags", "elasticloadbalancing:AddTags", "targetgroup/{Name}/*"),
        ],
    ),
    (
        &["CreateListener"],
        &[
            Own("{LoadBalancerArn}"),
            If("Tags", "elasticloadbalancing:AddTags", "listener/net/*/*/*"),
        ],
    ),
    (
        &["DeleteLoadBalancer", "ModifyLoadBalancerAttributes", "SetSecurityGroups", "SetSubnets"],
        &[Own("{LoadBalancerArn}")],
    ),
    (&["DeleteListener", "ModifyListener"], &[Own("{ListenerArn}")]),
    (
        &[
            "DeleteTargetGroup",
            "DeregisterTargets",
            "ModifyTargetGroup",
            "ModifyTargetGroupAttributes",
            "RegisterTargets",
        ],
        &[Own("{TargetGroupArn}")],
    ),
    (&["AddTags", "RemoveTags"], &[Own("{ResourceArns}")]),
    (
        &[
            "DescribeListeners",
            "DescribeLoadBalancerAttributes",
            "DescribeLoadBalancers",
            "DescribeRules",
            "DescribeTags",
            "DescribeTargetGroupAttributes",
            "DescribeTargetGroups",
            "DescribeTargetHealth",
        ],
        &[Own("*")],
    ),
];
