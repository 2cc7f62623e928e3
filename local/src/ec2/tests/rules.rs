//! What is refused, and what is shown.

use serde_json::{Value, json};

use super::{World, id};

#[test]
fn ranges_are_checked() {
    let mut world = World::new();
    let vpc_of = |cidr: &str| json!({ "CidrBlock": cidr });
    assert_eq!(world.code("CreateVpc", &vpc_of("10.0.0.0/8")), "InvalidVpc.Range");
    assert_eq!(world.code("CreateVpc", &vpc_of("ten")), "InvalidParameterValue");
    assert_eq!(world.code("CreateVpc", &json!({})), "MissingParameter");
    let vpc = world.vpc();
    world.subnet(&vpc, "10.0.0.0/24");
    let subnet_of = |cidr: &str| json!({ "VpcId": vpc, "CidrBlock": cidr });
    assert_eq!(world.code("CreateSubnet", &subnet_of("10.1.0.0/24")), "InvalidSubnet.Range");
    assert_eq!(world.code("CreateSubnet", &subnet_of("10.0.0.128/25")), "InvalidSubnet.Conflict");
    let elsewhere =
        json!({ "VpcId": vpc, "CidrBlock": "10.0.9.0/24", "AvailabilityZone": "eu-west-1z" });
    assert_eq!(world.code("CreateSubnet", &elsewhere), "InvalidParameterValue");
}

#[test]
fn quotas_are_aws_own() {
    let mut world = World::new();
    for _ in 0..5 {
        world.vpc();
        world.good("AllocateAddress", &json!({}));
    }
    assert_eq!(world.code("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })), "VpcLimitExceeded");
    let refused = world.run("AllocateAddress", &json!({})).unwrap_err();
    assert_eq!(refused.code, "AddressLimitExceeded");
    assert_eq!(refused.message, "The maximum number of addresses has been reached.");
}

#[test]
fn a_nat_gateway_without_a_way_out_fails_afterwards() {
    let mut world = World::new();
    let vpc = world.vpc();
    let subnet = world.subnet(&vpc, "10.0.0.0/24");
    let (address, nat) = world.nat(&subnet);
    let found = world.good("DescribeNatGateways", &json!({ "NatGatewayId": [nat] }));
    assert_eq!(found["natGatewaySet"][0]["state"], "failed");
    assert_eq!(found["natGatewaySet"][0]["failureCode"], "Gateway.NotAttached");
    world.good("ReleaseAddress", &json!({ "AllocationId": address }));
}

#[test]
fn the_same_token_makes_one_nat_gateway() {
    let mut world = World::new();
    let vpc = world.vpc();
    let subnet = world.subnet(&vpc, "10.0.0.0/24");
    world.gateway(&vpc);
    let address = world.good("AllocateAddress", &json!({}))["allocationId"].clone();
    let params = json!({ "SubnetId": subnet, "AllocationId": address, "ClientToken": "t" });
    let first = world.good("CreateNatGateway", &params);
    assert_eq!(world.good("CreateNatGateway", &params), first);
}

#[test]
fn routes_show_where_they_lead_and_whether_it_is_there() {
    let mut world = World::new();
    let vpc = world.vpc();
    let subnet = world.subnet(&vpc, "10.0.0.0/24");
    let gateway = world.gateway(&vpc);
    let (_, nat) = world.nat(&subnet);
    let table = world.good("CreateRouteTable", &json!({ "VpcId": vpc }));
    let table = id(&table["routeTable"]["routeTableId"]);
    let to = |field: &str, target: &str| json!({ "RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", field: target });
    assert_eq!(world.code("CreateRoute", &to("GatewayId", "igw-1")), "InvalidGatewayID.NotFound");
    world.good("CreateRoute", &to("NatGatewayId", &nat));
    assert_eq!(world.code("CreateRoute", &to("GatewayId", &gateway)), "RouteAlreadyExists");
    let service = "com.amazonaws.eu-west-1.dynamodb";
    let endpoint = json!({ "VpcId": vpc, "ServiceName": service, "RouteTableId": [table] });
    world.good("CreateVpcEndpoint", &endpoint);
    assert_eq!(world.code("CreateVpcEndpoint", &endpoint), "RouteAlreadyExists");

    let routes = |world: &mut World| {
        let found = world.good("DescribeRouteTables", &json!({ "RouteTableId": [table] }));
        found["routeTableSet"][0]["routeSet"].as_array().unwrap().clone()
    };
    let shown = routes(&mut world);
    assert_eq!(shown[0]["gatewayId"], "local");
    assert_eq!((&shown[1]["natGatewayId"], &shown[1]["state"]), (&json!(nat), &json!("active")));
    let lists = world.good("DescribePrefixLists", &json!({}));
    assert_eq!(lists["prefixListSet"][0]["prefixListId"], shown[2]["destinationPrefixListId"]);
    world.good("DeleteNatGateway", &json!({ "NatGatewayId": nat }));
    assert_eq!(routes(&mut world)[1]["state"], "blackhole");
}

#[test]
fn rules_of_a_group_are_kept_apart_and_shown_together() {
    let mut world = World::new();
    let vpc = world.vpc();
    let params = json!({ "VpcId": vpc, "GroupName": "tasks", "GroupDescription": "tasks" });
    let group = id(&world.good("CreateSecurityGroup", &params)["groupId"]);
    assert_eq!(world.code("CreateSecurityGroup", &params), "InvalidGroup.Duplicate");
    let rule = json!({ "GroupId": group, "IpPermissions": [{
        "IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080,
        "IpRanges": [{ "CidrIp": "10.0.0.0/16" }, { "CidrIp": "10.1.0.0/16" }],
    }] });
    world.good("AuthorizeSecurityGroupIngress", &rule);
    let refused = world.run("AuthorizeSecurityGroupIngress", &rule).unwrap_err();
    assert_eq!(refused.code, "InvalidPermission.Duplicate");
    assert!(refused.message.contains("peer: 10.0.0.0/16, TCP, from port: 8080, to port: 8080"));

    let found = world.good("DescribeSecurityGroups", &json!({ "GroupId": [group] }));
    let found = &found["securityGroupInfo"][0];
    assert_eq!(found["ipPermissions"][0]["ipRanges"].as_array().map(Vec::len), Some(2));
    assert_eq!(found["ipPermissionsEgress"][0]["ipProtocol"], "-1");
    let filter = json!({ "Filter": [{ "Name": "group-id", "Value": [group] }] });
    let rules = world.good("DescribeSecurityGroupRules", &filter);
    assert_eq!(rules["securityGroupRuleSet"].as_array().map(Vec::len), Some(3));

    world.good("RevokeSecurityGroupIngress", &rule);
    assert_eq!(world.code("RevokeSecurityGroupIngress", &rule), "InvalidPermission.NotFound");
}

#[test]
fn tags_are_given_at_creation_and_later() {
    let mut world = World::new();
    let with = |kind: &str, key: &str| {
        json!({ "CidrBlock": "10.0.0.0/16", "TagSpecification": [
            { "ResourceType": kind, "Tag": [{ "Key": key, "Value": "mysfits" }] },
        ] })
    };
    assert_eq!(world.code("CreateVpc", &with("subnet", "lab")), "InvalidParameterValue");
    assert_eq!(world.code("CreateVpc", &with("vpc", "aws:lab")), "InvalidParameterValue");
    let vpc = id(&world.good("CreateVpc", &with("vpc", "lab"))["vpc"]["vpcId"]);
    world.good(
        "CreateTags",
        &json!({ "ResourceId": [vpc], "Tag": [{ "Key": "part", "Value": "" }] }),
    );
    let found = |world: &mut World, name: &str| {
        let filter = json!({ "Filter": [{ "Name": name, "Value": ["mysfits", ""] }] });
        world.good("DescribeVpcs", &filter)["vpcSet"].as_array().map(Vec::len)
    };
    assert_eq!((found(&mut world, "tag:lab"), found(&mut world, "tag:part")), (Some(1), Some(1)));
    world.good("DeleteTags", &json!({ "ResourceId": [vpc], "Tag": [{ "Key": "lab" }] }));
    assert_eq!(found(&mut world, "tag:lab"), Some(0));
    let unknown = json!({ "ResourceId": ["vpc-1"], "Tag": [{ "Key": "a", "Value": "b" }] });
    assert_eq!(world.code("CreateTags", &unknown), "InvalidVpcID.NotFound");
    let tags: Value = world.good("DescribeTags", &json!({}));
    assert_eq!(tags["tagSet"][0]["resourceType"], "vpc");
}
