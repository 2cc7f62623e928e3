//! The order in which resources can be deleted, and how long that takes.

use serde_json::{Value, json};

use super::World;

fn nat_state(world: &mut World, nat: &str) -> Value {
    let found = world.good("DescribeNatGateways", &json!({ "NatGatewayId": [nat] }));
    found["natGatewaySet"][0]["state"].clone()
}

#[test]
fn a_nat_gateway_takes_its_time_and_holds_what_it_has() {
    let mut world = World::new();
    let vpc = world.vpc();
    let subnet = world.subnet(&vpc, "10.0.0.0/24");
    let gateway = world.gateway(&vpc);
    let (address, nat) = world.nat(&subnet);
    assert_eq!(nat_state(&mut world, &nat), "pending");
    world.pass(100);
    assert_eq!(nat_state(&mut world, &nat), "available");

    world.good("DeleteNatGateway", &json!({ "NatGatewayId": nat }));
    assert_eq!(nat_state(&mut world, &nat), "deleting");
    let release = json!({ "AllocationId": address });
    let detach = json!({ "VpcId": vpc, "InternetGatewayId": gateway });
    let subnet = json!({ "SubnetId": subnet });
    assert_eq!(world.code("ReleaseAddress", &release), "InvalidIPAddress.InUse");
    assert_eq!(world.code("DeleteSubnet", &subnet), "DependencyViolation");
    let refused = world.run("DetachInternetGateway", &detach).unwrap_err();
    assert_eq!(refused.code, "DependencyViolation");
    assert!(refused.message.contains("has some mapped public address(es)"), "{refused}");

    world.pass(60);
    assert_eq!(nat_state(&mut world, &nat), "deleted");
    world.good("ReleaseAddress", &release);
    world.good("DetachInternetGateway", &detach);
    world.good("DeleteSubnet", &subnet);

    world.pass(3600);
    assert_eq!(
        world.code("DescribeNatGateways", &json!({ "NatGatewayId": [nat] })),
        "NatGatewayNotFound"
    );
}

#[test]
fn a_vpc_stays_while_there_is_anything_in_it() {
    let mut world = World::new();
    let vpc = world.vpc();
    let vpc_id = json!({ "VpcId": vpc });
    let table = world.good("CreateRouteTable", &vpc_id)["routeTable"]["routeTableId"].clone();
    let group_params = json!({ "VpcId": vpc, "GroupName": "tasks", "GroupDescription": "tasks" });
    let group = world.good("CreateSecurityGroup", &group_params)["groupId"].clone();
    let endpoint_params =
        json!({ "VpcId": vpc, "ServiceName": "com.amazonaws.eu-west-1.dynamodb" });
    let endpoint = world.good("CreateVpcEndpoint", &endpoint_params);
    let endpoint = endpoint["vpcEndpoint"]["vpcEndpointId"].clone();
    let subnet = world.subnet(&vpc, "10.0.0.0/24");
    let gateway = world.gateway(&vpc);

    let steps = [
        ("DeleteRouteTable", json!({ "RouteTableId": table })),
        ("DeleteSecurityGroup", json!({ "GroupId": group })),
        ("DeleteVpcEndpoints", json!({ "VpcEndpointId": [endpoint] })),
        ("DeleteSubnet", json!({ "SubnetId": subnet })),
        ("DetachInternetGateway", json!({ "VpcId": vpc, "InternetGatewayId": gateway })),
    ];
    for (action, params) in steps {
        assert_eq!(world.code("DeleteVpc", &vpc_id), "DependencyViolation", "before {action}");
        world.good(action, &params);
    }
    world.good("DeleteVpc", &vpc_id);
    let left = world.good("DescribeSecurityGroups", &json!({}));
    assert_eq!(left["securityGroupInfo"], json!([]));
    world.good("DeleteInternetGateway", &json!({ "InternetGatewayId": gateway }));
    world.good("DescribeVpcs", &json!({}));
    assert!(world.region.tags.is_empty());
}

#[test]
fn an_interface_holds_its_subnet_and_its_group() {
    let mut world = World::new();
    let vpc = world.vpc();
    let subnet = world.subnet(&vpc, "10.0.0.0/24");
    let params = json!({ "VpcId": vpc, "GroupName": "tasks", "GroupDescription": "tasks" });
    let group = world.good("CreateSecurityGroup", &params)["groupId"].clone();
    let params = json!({ "SubnetId": subnet, "SecurityGroupId": [group] });
    let interface = world.good("CreateNetworkInterface", &params);
    let interface = interface["networkInterface"]["networkInterfaceId"].clone();

    let (subnet, group) = (json!({ "SubnetId": subnet }), json!({ "GroupId": group }));
    assert_eq!(world.code("DeleteSubnet", &subnet), "DependencyViolation");
    assert_eq!(world.code("DeleteSecurityGroup", &group), "DependencyViolation");
    world.good("DeleteNetworkInterface", &json!({ "NetworkInterfaceId": interface }));
    world.good("DeleteSecurityGroup", &group);
    world.good("DeleteSubnet", &subnet);
}

#[test]
fn a_services_interface_is_attached_to_something_of_awss_own() {
    let mut world = World::new();
    let vpc = world.vpc();
    let subnet = world.subnet(&vpc, "10.0.0.0/24");
    world.gateway(&vpc);
    world.nat(&subnet);
    let found = world.good("DescribeNetworkInterfaces", &json!({}));
    let attachment = &found["networkInterfaceSet"][0]["attachment"];
    assert_eq!(attachment["instanceOwnerId"], "amazon-aws");
    let detach = json!({ "AttachmentId": attachment["attachmentId"] });
    assert_eq!(world.code("DetachNetworkInterface", &detach), "OperationNotPermitted");
}

#[test]
fn a_used_route_table_and_the_main_one_stay() {
    let mut world = World::new();
    let vpc = world.vpc();
    let subnet = world.subnet(&vpc, "10.0.0.0/24");
    let main = world.good("DescribeRouteTables", &json!({}));
    let main = json!({ "RouteTableId": main["routeTableSet"][0]["routeTableId"] });
    assert_eq!(world.code("DeleteRouteTable", &main), "DependencyViolation");

    let table = world.good("CreateRouteTable", &json!({ "VpcId": vpc }));
    let table = table["routeTable"]["routeTableId"].clone();
    let params = json!({ "RouteTableId": table, "SubnetId": subnet });
    let association = world.good("AssociateRouteTable", &params)["associationId"].clone();
    assert_eq!(world.good("AssociateRouteTable", &params)["associationId"], association);
    let other = json!({ "RouteTableId": main["RouteTableId"], "SubnetId": subnet });
    assert_eq!(world.code("AssociateRouteTable", &other), "Resource.AlreadyAssociated");

    let table = json!({ "RouteTableId": table });
    assert_eq!(world.code("DeleteRouteTable", &table), "DependencyViolation");
    world.good("DisassociateRouteTable", &json!({ "AssociationId": association }));
    world.good("DeleteRouteTable", &table);
}
