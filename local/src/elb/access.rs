//! The permissions that the operations of Elastic Load Balancing need.

use crate::authorize::{
    Access, Inputs,
    Need::{By, If, Own},
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
    (&["CreateListener"], &[Own("{LoadBalancerArn}"), By(tags_on_listener)]),
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

/// Returns the permission to tag a new listener, whose ARN contains that of its load balancer.
fn tags_on_listener(inputs: &Inputs<'_>) -> Vec<(Option<String>, String)> {
    let balancers = inputs.all("LoadBalancerArn").into_iter().filter(|_| inputs.has("Tags"));
    let tagging = |arn: String| {
        let listener = arn.replacen(":loadbalancer/", ":listener/", 1) + "/*";
        (Some("elasticloadbalancing:AddTags".to_owned()), listener)
    };
    balancers.map(tagging).collect()
}
