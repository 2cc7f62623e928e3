//! What is refused, what is idempotent, and what is shown.

use serde_json::{Value, json};

use super::{World, text, until};
use crate::{
    ec2::Ec2,
    ports::{Balancers, Targets},
    provision::Provider,
    service::Service,
    times,
};

#[tokio::test]
async fn a_load_balancer_is_made_once() {
    let world = World::new("once");
    let params = world.balancer_params();
    let first = world.good("CreateLoadBalancer", &params);
    assert_eq!(world.good("CreateLoadBalancer", &params), first);
    let mut other = params.clone();
    other["Scheme"] = json!("internal");
    assert_eq!(world.code("CreateLoadBalancer", &other), "DuplicateLoadBalancerName");

    let found = world.good("DescribeLoadBalancers", &json!({ "Names": ["lab"] }));
    let found = &found["LoadBalancers"][0];
    assert_eq!(found["State"]["Code"], "active");
    assert!(text(&found["DNSName"]).starts_with("127.0.0.1:"));
    assert_eq!(found["AvailabilityZones"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_load_balancer_is_provisioned_first() {
    let world = World::at_pace("provisioning", 1.0);
    let made = world.good("CreateLoadBalancer", &world.balancer_params());
    assert_eq!(made["LoadBalancers"][0]["State"]["Code"], "provisioning");
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let world = World::new("refused");
    let with = |key: &str, value: Value| {
        let mut params = world.balancer_params();
        params[key] = value;
        world.code("CreateLoadBalancer", &params)
    };
    assert_eq!(with("Type", Value::Null), "OperationNotPermitted");
    assert_eq!(with("Subnets", json!(["subnet-1"])), "SubnetNotFound");
    assert_eq!(with("Subnets", json!([world.subnets[2]])), "InvalidSubnet");
    assert_eq!(with("Subnets", json!([])), "ValidationError");
    assert_eq!(with("SecurityGroups", json!(["sg-1"])), "InvalidSecurityGroup");
    assert_eq!(with("Name", json!("-x")), "ValidationError");
    let one = &world.subnets[0];
    assert_eq!(with("Subnets", json!([one, one])), "InvalidConfigurationRequest");
    let names = json!({ "Names": ["none"] });
    assert_eq!(world.code("DescribeLoadBalancers", &names), "LoadBalancerNotFound");
    assert_eq!(world.code("DescribeTargetGroups", &names), "TargetGroupNotFound");
}

#[tokio::test]
async fn a_target_group_is_made_once_and_stays_while_it_is_used() {
    let world = World::new("group");
    let (params, group) = (world.group_params(), world.group());
    assert_eq!(world.group(), group);
    let mut other = params.clone();
    other["Port"] = json!(81);
    assert_eq!(world.code("CreateTargetGroup", &other), "DuplicateTargetGroupName");

    let (balancer, _) = world.balancer();
    assert_eq!(world.elb.target_group(&world.place, &group), Some(false));
    let listener = World::listener_params(&balancer, &group);
    let made = world.good("CreateListener", &listener);
    assert_eq!(world.good("CreateListener", &listener), made);
    assert_eq!(world.elb.target_group(&world.place, &group), Some(true));
    let mut other = listener.clone();
    other["DefaultActions"][0]["TargetGroupArn"] = json!("none");
    assert_eq!(world.code("CreateListener", &other), "TargetGroupNotFound");
    let second = json!({ "Name": "two", "Protocol": "TCP", "Port": 1, "VpcId": world.vpc });
    let second = world.good("CreateTargetGroup", &second);
    other["DefaultActions"][0]["TargetGroupArn"] =
        second["TargetGroups"][0]["TargetGroupArn"].clone();
    assert_eq!(world.code("CreateListener", &other), "DuplicateListener");

    let group = json!({ "TargetGroupArn": group });
    assert_eq!(world.code("DeleteTargetGroup", &group), "ResourceInUse");
    world.good("DeleteLoadBalancer", &json!({ "LoadBalancerArn": balancer }));
    world.good("DeleteTargetGroup", &group);
    world.good("DeleteTargetGroup", &group);
}

#[tokio::test]
async fn protection_and_other_services_keep_a_load_balancer() {
    let world = World::new("kept");
    let (arn, _) = world.balancer();
    let params = json!({ "LoadBalancerArn": arn });
    let protect = |on: &str| {
        let attribute = json!({ "Key": "deletion_protection.enabled", "Value": on });
        json!({ "LoadBalancerArn": arn, "Attributes": [attribute] })
    };
    world.good("ModifyLoadBalancerAttributes", &protect("true"));
    assert_eq!(world.code("DeleteLoadBalancer", &params), "OperationNotPermitted");
    world.good("ModifyLoadBalancerAttributes", &protect("false"));

    world.elb.hold(&world.place, &arn, "link").unwrap();
    let refused = world.run("DeleteLoadBalancer", &params).unwrap_err();
    assert_eq!(refused.code, "ResourceInUse");
    assert!(refused.message.contains("is currently associated with another service"));
    let release = |time| world.elb.release_at(&world.place, &arn, "link", time);
    release(times::now() + 3_600_000).unwrap();
    assert_eq!(world.code("DeleteLoadBalancer", &params), "ResourceInUse");
    release(times::now()).unwrap();
    world.good("DeleteLoadBalancer", &params);
    world.good("DeleteLoadBalancer", &params);
    let gone = json!({ "LoadBalancerArns": [arn] });
    assert_eq!(world.code("DescribeLoadBalancers", &gone), "LoadBalancerNotFound");
}

#[tokio::test]
async fn interfaces_go_after_the_load_balancer() {
    let world = World::at_pace("interfaces", 0.02);
    let (arn, _) = world.balancer();
    let subnet = &world.subnets[0];
    assert!(!is_empty(&world.ec2, &world, subnet));
    world.good("DeleteLoadBalancer", &json!({ "LoadBalancerArn": arn }));
    assert!(!is_empty(&world.ec2, &world, subnet));
    until("the interfaces are gone", || is_empty(&world.ec2, &world, subnet)).await;
}

/// Tries to delete a subnet, and returns whether that worked.
fn is_empty(ec2: &Ec2, world: &World, subnet: &str) -> bool {
    let scope = crate::provision::Scope {
        place: world.place.clone(),
        stack_name: String::new(),
        logical_id: String::new(),
        tags: std::collections::BTreeMap::new(),
        token: String::new(),
    };
    ec2.delete(&scope, "AWS::EC2::Subnet", subnet).is_ok()
}

#[tokio::test]
async fn tags_are_listed_for_up_to_twenty() {
    let world = World::new("tags");
    let mut params = world.balancer_params();
    params["Tags"] = json!([{ "Key": "lab", "Value": "mysfits" }]);
    let made = world.good("CreateLoadBalancer", &params);
    let arn = made["LoadBalancers"][0]["LoadBalancerArn"].clone();
    let add = json!({ "ResourceArns": [arn], "Tags": [{ "Key": "part", "Value": "3" }] });
    world.good("AddTags", &add);
    world.good("RemoveTags", &json!({ "ResourceArns": [arn], "TagKeys": ["lab"] }));
    let found = world.good("DescribeTags", &json!({ "ResourceArns": [arn] }));
    assert_eq!(found["TagDescriptions"][0]["Tags"], json!([{ "Key": "part", "Value": "3" }]));
    assert_eq!(world.elb.tagged(&world.place).len(), 1);
    let many = vec![arn; 21];
    assert_eq!(world.code("DescribeTags", &json!({ "ResourceArns": many })), "ValidationError");
}

#[tokio::test]
async fn targets_by_hand_say_where_they_stand() {
    let world = World::new("states");
    let group = world.group();
    let target = json!({ "TargetGroupArn": group, "Targets": [{ "Id": "10.0.0.9" }] });
    let state = || {
        let found = world.good("DescribeTargetHealth", &target);
        let health = &found["TargetHealthDescriptions"][0]["TargetHealth"];
        (text(&health["State"]), text(&health["Reason"]))
    };
    assert_eq!(state(), ("unused".to_owned(), "Target.NotRegistered".to_owned()));
    world.good("RegisterTargets", &target);
    assert_eq!(state(), ("unused".to_owned(), "Target.NotInUse".to_owned()));
    let (balancer, _) = world.balancer();
    world.good("CreateListener", &World::listener_params(&balancer, &group));
    assert_eq!(state(), ("initial".to_owned(), "Elb.InitialHealthChecking".to_owned()));
    world.good("DeregisterTargets", &target);
    assert_eq!(state(), ("draining".to_owned(), "Target.DeregistrationInProgress".to_owned()));
    let unknown = json!({ "TargetGroupArn": format!("{group}0") });
    assert_eq!(world.code("DescribeTargetHealth", &unknown), "TargetGroupNotFound");
}

#[tokio::test]
async fn targets_have_a_port_and_a_place_that_exist() {
    let world = World::new("places");
    let group = world.group();
    let code = |target: Value| {
        world.code("RegisterTargets", &json!({ "TargetGroupArn": group, "Targets": [target] }))
    };
    for port in [0, 65_536] {
        assert_eq!(code(json!({ "Id": "10.0.0.9", "Port": port })), "ValidationError");
    }
    assert_eq!(code(json!({ "Id": "172.16.0.1" })), "ValidationError");
    for public in ["8.8.8.8", "100.128.0.1"] {
        let target = json!({ "Id": public, "AvailabilityZone": "all" });
        assert_eq!(code(target), "InvalidTarget");
    }
    let found = json!({ "TargetGroupArn": group });
    assert_eq!(world.good("DescribeTargetHealth", &found)["TargetHealthDescriptions"], json!([]));
}
