//! The load balancer, its listener and its target group.

use crate::aws::{Also, On, Retry, Service, When};

const ELB: Service = Service {
    name: "elb",
    sdk: "Elastic Load Balancing v2",
    iam: "elasticloadbalancing",
    cli: "elbv2",
};

const TAGGED: Also = Also::new("elasticloadbalancing:AddTags");

operations! {
    use aws_sdk_elasticloadbalancingv2;
    DESCRIBE_LOAD_BALANCERS = ELB.reads("DescribeLoadBalancers").on(On::All);
    DESCRIBE_LOAD_BALANCER_ATTRIBUTES = ELB.reads("DescribeLoadBalancerAttributes").on(On::All);
    DESCRIBE_TARGET_GROUPS = ELB.reads("DescribeTargetGroups").on(On::All);
    DESCRIBE_TARGET_GROUP_ATTRIBUTES = ELB.reads("DescribeTargetGroupAttributes").on(On::All);
    DESCRIBE_TARGET_HEALTH = ELB.reads("DescribeTargetHealth").on(On::All);
    DESCRIBE_LISTENERS = ELB.reads("DescribeListeners").on(On::All);
    DESCRIBE_TAGS = ELB.reads("DescribeTags").on(On::All);
    ADD_TAGS = ELB.writes("AddTags");
    CREATE_LOAD_BALANCER = ELB.writes("CreateLoadBalancer").also(&[
        TAGGED,
        // The first one in an account.
        Also::on(
            "iam:CreateServiceLinkedRole",
            On::Any(&["role/aws-service-role/elasticloadbalancing.amazonaws.com/*"]),
        )
        .when(When::Is("iam:AWSServiceName", "elasticloadbalancing.amazonaws.com")),
    ]);
    MODIFY_LOAD_BALANCER_ATTRIBUTES = ELB.writes("ModifyLoadBalancerAttributes");
    // A VPC link keeps its load balancer for some time after its own deletion.
    DELETE_LOAD_BALANCER = ELB
        .writes("DeleteLoadBalancer")
        .retries(&[Retry::message("ResourceInUse", "associated with another service", 600)]);
    CREATE_TARGET_GROUP = ELB.writes("CreateTargetGroup").also(&[TAGGED]);
    MODIFY_TARGET_GROUP = ELB.writes("ModifyTargetGroup");
    MODIFY_TARGET_GROUP_ATTRIBUTES = ELB.writes("ModifyTargetGroupAttributes");
    DELETE_TARGET_GROUP = ELB
        .writes("DeleteTargetGroup")
        .retries(&[Retry::message("ResourceInUse", "in use by a listener", 120)]);
    CREATE_LISTENER = ELB
        .writes("CreateListener")
        .on(On::Type("loadbalancer/"))
        .also(&[TAGGED]);
    MODIFY_LISTENER = ELB.writes("ModifyListener");
    DELETE_LISTENER = ELB.writes("DeleteListener");
}
