"""Networks of the local cloud's EC2, as boto3 sees them: what the core stack made, and by calls."""

import json

import pytest

from helpers.aws import refused, tags_of, wait
from helpers.network import interfaces, make_network, make_subnet
from helpers.stacks import CORE, LAB_CORE, NAME, create, outputs, resources

LAB = [{"Key": "mysfits:lab", "Value": "mythical-mysfits"}]
SUBNETS = ["PublicSubnetOne", "PublicSubnetTwo", "PrivateSubnetOne", "PrivateSubnetTwo"]


@pytest.fixture(params=[CORE, LAB_CORE], ids=["core.yml", "the lab's"])
def template(request):
    """Both templates of the core stack."""
    return request.param


@pytest.fixture
def stack(cloudformation, template):
    """The outputs of a core stack."""
    return outputs(create(cloudformation, template, Tags=LAB))


def in_vpc(vpc, name="vpc-id"):
    """A filter for what is in a VPC."""
    return [{"Name": name, "Values": [vpc]}]


def test_the_vpc_of_the_stack(ec2, stack):
    """It carries the stack's tags and CloudFormation's, and resolves names.

    Row: cfn EC2 VPC exists, cfn + stack tags propagated
    Row: cfn EC2 enableDnsHostnames true
    """
    vpc = ec2.describe_vpcs(VpcIds=[stack["VPCId"]])["Vpcs"][0]
    assert (vpc["CidrBlock"], vpc["State"], vpc["IsDefault"]) == ("10.0.0.0/16", "available", False)
    tags = tags_of(vpc["Tags"])
    assert tags["mysfits:lab"] == "mythical-mysfits"
    assert tags["aws:cloudformation:stack-name"] == NAME
    assert tags["aws:cloudformation:logical-id"] == "VPC"
    assert tags["aws:cloudformation:stack-id"].startswith("arn:aws:cloudformation:eu-west-1:")
    for attribute in ["EnableDnsHostnames", "EnableDnsSupport"]:
        name = attribute[0].lower() + attribute[1:]
        found = ec2.describe_vpc_attribute(VpcId=stack["VPCId"], Attribute=name)
        assert found[attribute]["Value"] is True
    by_tag = [{"Name": "tag:aws:cloudformation:stack-name", "Values": [NAME]}]
    assert [each["VpcId"] for each in ec2.describe_vpcs(Filters=by_tag)["Vpcs"]] == [stack["VPCId"]]


def test_the_subnets_of_the_stack(ec2, stack):
    """Two zones, and only the public ones give addresses at launch.

    Row: cfn EC2 4 subnets, 2 AZs, public flags
    """
    found = ec2.describe_subnets(Filters=in_vpc(stack["VPCId"]))["Subnets"]
    by_id = {subnet["SubnetId"]: subnet for subnet in found}
    assert set(by_id) == {stack[name] for name in SUBNETS}
    for number, name in enumerate(SUBNETS):
        subnet = by_id[stack[name]]
        assert subnet["CidrBlock"] == f"10.0.{number}.0/24"
        assert subnet["AvailabilityZone"] == ("eu-west-1a" if "One" in name else "eu-west-1b")
        assert subnet["MapPublicIpOnLaunch"] is name.startswith("Public")
        assert tags_of(subnet["Tags"])["aws:cloudformation:logical-id"] == name
        # AWS keeps five addresses of every subnet; the public ones have a NAT gateway in them.
        assert subnet["AvailableIpAddressCount"] == 251 - name.startswith("Public")


def test_the_nat_gateways_of_the_stack(ec2, stack):
    """One in each public subnet, each with an address that is in use.

    Row: cfn EC2 2 NAT gateways available w/ EIP
    Row: cfn EC2 2 EIPs associated
    """
    nats = ec2.describe_nat_gateways(Filters=in_vpc(stack["VPCId"]))["NatGateways"]
    assert {nat["SubnetId"] for nat in nats} == {stack["PublicSubnetOne"], stack["PublicSubnetTwo"]}
    assert {nat["State"] for nat in nats} == {"available"}
    addresses = {each["AllocationId"]: each for each in ec2.describe_addresses()["Addresses"]}
    assert len(addresses) == 2
    for nat in nats:
        (own,) = nat["NatGatewayAddresses"]
        address = addresses[own["AllocationId"]]
        assert own["PublicIp"] == address["PublicIp"]
        assert address["NetworkInterfaceId"] == own["NetworkInterfaceId"]
        assert address["AssociationId"] and address["Domain"] == "vpc"
        assert address["PrivateIpAddress"] == own["PrivateIp"]
        assert tags_of(address["Tags"])["mysfits:lab"] == "mythical-mysfits"
        with refused("AuthFailure"):
            ec2.disassociate_address(AssociationId=address["AssociationId"])
        with refused("InvalidIPAddress.InUse"):
            ec2.release_address(AllocationId=own["AllocationId"])


def test_the_routes_of_the_stack(ec2, stack):
    """The public table leads to the internet gateway, the private ones to a NAT gateway and DynamoDB.

    Row: cfn EC2 route tables, routes, endpoint prefix-list routes
    """
    tables = ec2.describe_route_tables(Filters=in_vpc(stack["VPCId"]))["RouteTables"]
    assert len(tables) == 4
    nats = ec2.describe_nat_gateways(Filters=in_vpc(stack["VPCId"]))["NatGateways"]
    nat_of = {nat["SubnetId"]: nat["NatGatewayId"] for nat in nats}
    (lists,) = ec2.describe_prefix_lists(
        Filters=[{"Name": "prefix-list-name", "Values": ["com.amazonaws.eu-west-1.dynamodb"]}]
    )["PrefixLists"]
    seen = {}
    for table in tables:
        local, *others = table["Routes"]
        assert (local["DestinationCidrBlock"], local["GatewayId"]) == ("10.0.0.0/16", "local")
        ways = {
            route.get("DestinationCidrBlock", route.get("DestinationPrefixListId")): route.get(
                "NatGatewayId", route.get("GatewayId")
            )
            for route in others
        }
        assert {route["State"] for route in table["Routes"]} == {"active"}
        for association in table["Associations"]:
            seen[association.get("SubnetId", "main")] = ways
    assert seen.pop("main") == {}
    for number in ["One", "Two"]:
        public, private = (seen[stack[f"{kind}Subnet{number}"]] for kind in ["Public", "Private"])
        assert list(public) == ["0.0.0.0/0"] and public["0.0.0.0/0"].startswith("igw-")
        assert private["0.0.0.0/0"] == nat_of[stack[f"PublicSubnet{number}"]]
        assert private[lists["PrefixListId"]].startswith("vpce-")


def test_the_endpoint_of_the_stack(ec2, stack, template):
    """A gateway endpoint for DynamoDB in both private route tables.

    Row: cfn EC2 DynamoDB gateway VPC endpoint
    """
    (endpoint,) = ec2.describe_vpc_endpoints(Filters=in_vpc(stack["VPCId"]))["VpcEndpoints"]
    assert endpoint["ServiceName"] == "com.amazonaws.eu-west-1.dynamodb"
    assert (endpoint["VpcEndpointType"], endpoint["State"]) == ("Gateway", "available")
    private = [{"Name": "association.subnet-id", "Values": [stack[name] for name in SUBNETS[2:]]}]
    tables = ec2.describe_route_tables(Filters=private)["RouteTables"]
    assert set(endpoint["RouteTableIds"]) == {table["RouteTableId"] for table in tables}
    (statement,) = json.loads(endpoint["PolicyDocument"])["Statement"]
    if template is CORE:
        assert statement["Resource"][0].endswith(":000000000000:table/MysfitsTable")
    else:
        assert (statement["Action"], statement["Resource"]) == ("*", "*")


def test_the_security_group_of_the_stack(ec2, stack, template):
    """In comes what the template says, from inside the VPC; out goes everything.

    Row: cfn EC2 security group ingress 8080 (+default egress)
    """
    group = ec2.describe_security_groups(GroupIds=[stack["FargateContainerSecurityGroup"]])
    (group,) = group["SecurityGroups"]
    assert group["GroupName"].startswith(f"{NAME}-FargateContainerSecurityGroup-")
    (ingress,) = group["IpPermissions"]
    assert [each["CidrIp"] for each in ingress["IpRanges"]] == ["10.0.0.0/16"]
    if template is CORE:
        assert [ingress[key] for key in ("IpProtocol", "FromPort", "ToPort")] == ["tcp", 8080, 8080]
    else:
        assert ingress["IpProtocol"] == "-1" and "FromPort" not in ingress
    (egress,) = group["IpPermissionsEgress"]
    assert (egress["IpProtocol"], egress["IpRanges"]) == ("-1", [{"CidrIp": "0.0.0.0/0"}])


def test_a_network_in_use_is_not_deleted(ec2, stack):
    """Every order but the right one is `DependencyViolation`, and nothing changes.

    Row: cfn EC2 DeleteVpc in use -> DependencyViolation
    """
    vpc = stack["VPCId"]
    (gateway,) = ec2.describe_internet_gateways(Filters=in_vpc(vpc, "attachment.vpc-id"))[
        "InternetGateways"
    ]
    table = ec2.describe_route_tables(
        Filters=[{"Name": "association.subnet-id", "Values": [stack["PublicSubnetOne"]]}]
    )["RouteTables"][0]["RouteTableId"]
    gateway = gateway["InternetGatewayId"]
    for too_early in [
        lambda: ec2.delete_vpc(VpcId=vpc),
        lambda: ec2.delete_subnet(SubnetId=stack["PublicSubnetOne"]),
        lambda: ec2.delete_route_table(RouteTableId=table),
        lambda: ec2.delete_internet_gateway(InternetGatewayId=gateway),
    ]:
        with refused("DependencyViolation"):
            too_early()
    with refused("DependencyViolation") as caught:
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    assert "has some mapped public address(es)" in str(caught.value)
    assert ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]
    assert len(ec2.describe_subnets(Filters=in_vpc(vpc))["Subnets"]) == 4


def test_a_nat_gateway_takes_its_time(start_cloud):
    """First pending, then available; deleting, then deleted; its address is its until then."""
    ec2 = start_cloud(pace=0.03).client("ec2")
    network = make_network(ec2)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=network.public[0], AllocationId=address)["NatGateway"]
    nat = made["NatGatewayId"]
    assert made["State"] == "pending"
    wait(ec2, "nat_gateway_available", NatGatewayIds=[nat])
    assert f"Interface for NAT Gateway {nat}" in interfaces(ec2, network.vpc)
    ec2.delete_nat_gateway(NatGatewayId=nat)
    (going,) = ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"]
    assert going["State"] == "deleting"
    with refused("InvalidIPAddress.InUse"):
        ec2.release_address(AllocationId=address)
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=network.public[0])
    wait(ec2, "nat_gateway_deleted", NatGatewayIds=[nat])
    # A deleted one is shown for a while, without an interface.
    (gone,) = ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"]
    assert gone["State"] == "deleted"
    assert interfaces(ec2, network.vpc) == {}
    ec2.release_address(AllocationId=address)
    ec2.delete_subnet(SubnetId=network.public[0])


def test_a_nat_gateway_that_cannot_be(ec2):
    """AWS takes the call, and the gateway fails: no internet gateway, or an address that is taken."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = make_subnet(ec2, vpc, 0, "a")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
    (failed,) = ec2.describe_nat_gateways(NatGatewayIds=[nat["NatGatewayId"]])["NatGateways"]
    assert (failed["State"], failed["FailureCode"]) == ("failed", "Gateway.NotAttached")
    with pytest.raises(Exception, match="failed"):
        wait(ec2, "nat_gateway_available", NatGatewayIds=[nat["NatGatewayId"]])


def test_interfaces_of_services(ec2, elb, stack):
    """A load balancer's and a NAT gateway's interfaces are not the user's to detach or delete.

    Row: cleanup DeleteSubnet with ENI -> DependencyViolation
    """
    balancer = elb.create_load_balancer(
        Name="mysfits-nlb", Type="network", Subnets=[stack["PublicSubnetOne"]]
    )["LoadBalancers"][0]["LoadBalancerArn"]
    description = "ELB " + balancer.split(":loadbalancer/")[1]
    found = interfaces(ec2, stack["VPCId"])
    of_balancer = found[description]
    assert len(found) == 3
    assert of_balancer["InterfaceType"] == "network_load_balancer"
    assert of_balancer["Attachment"]["AttachmentId"].startswith("ela-attach-")
    assert of_balancer["Attachment"]["InstanceOwnerId"] == "amazon-aws"
    assert of_balancer["RequesterManaged"] and of_balancer["Status"] == "in-use"
    assert of_balancer["Association"]["IpOwnerId"] == "amazon"
    for interface in found.values():
        with refused("OperationNotPermitted"):
            ec2.detach_network_interface(
                AttachmentId=interface["Attachment"]["AttachmentId"], Force=True
            )
        with refused("OperationNotPermitted"):
            ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=stack["PublicSubnetOne"])


def test_an_interface_keeps_its_subnet_and_group(ec2, network):
    """A student's own interface blocks what it is in until it is deleted."""
    own = ec2.create_network_interface(SubnetId=network.closed, Groups=[network.group])
    own = own["NetworkInterface"]["NetworkInterfaceId"]
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=network.closed)
    with refused("DependencyViolation"):
        ec2.delete_security_group(GroupId=network.group)
    ec2.delete_network_interface(NetworkInterfaceId=own)
    ec2.delete_security_group(GroupId=network.group)
    ec2.delete_subnet(SubnetId=network.closed)


def test_networks_have_rules(ec2, network):
    """What AWS refuses of ranges, names and routes, each with its code."""
    vpc, group = network.vpc, network.group
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    for code, wrong in [
        ("InvalidVpc.Range", lambda: ec2.create_vpc(CidrBlock="10.0.0.0/8")),
        ("InvalidSubnet.Range", lambda: ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")),
        ("InvalidSubnet.Conflict", lambda: ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/25")),
        ("InvalidVpcID.NotFound", lambda: ec2.describe_vpcs(VpcIds=["vpc-00000000000000000"])),
        ("InvalidSubnetID.NotFound", lambda: ec2.delete_subnet(SubnetId="subnet-00000000")),
        (
            "InvalidGroup.Duplicate",
            lambda: ec2.create_security_group(GroupName="backend", Description="x", VpcId=vpc),
        ),
        (
            "InvalidPermission.Duplicate",
            lambda: ec2.authorize_security_group_egress(GroupId=group, IpPermissions=everything),
        ),
        (
            "RouteAlreadyExists",
            lambda: ec2.create_route(
                RouteTableId=network.table,
                DestinationCidrBlock="0.0.0.0/0",
                NatGatewayId=make_gateway(ec2, network),
            ),
        ),
        (
            "Resource.AlreadyAssociated",
            lambda: ec2.attach_internet_gateway(InternetGatewayId=network.gateway, VpcId=vpc),
        ),
    ]:
        with refused(code):
            wrong()
    groups = ec2.describe_security_groups(Filters=in_vpc(vpc))["SecurityGroups"]
    (default,) = [each["GroupId"] for each in groups if each["GroupName"] == "default"]
    with refused("CannotDelete"):
        ec2.delete_security_group(GroupId=default)


def make_gateway(ec2, network):
    """A NAT gateway in a public subnet, as another target of a route."""
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=network.public[0], AllocationId=address)
    return made["NatGateway"]["NatGatewayId"]


def test_quotas(ec2):
    """Five VPCs in a region, the default one among them, and five addresses, as on AWS."""
    there = len(ec2.describe_vpcs()["Vpcs"])
    for number in range(5 - there):
        ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")
    with refused("VpcLimitExceeded"):
        ec2.create_vpc(CidrBlock="10.9.0.0/16")
    for _ in range(5):
        ec2.allocate_address(Domain="vpc")
    with refused("AddressLimitExceeded"):
        ec2.allocate_address(Domain="vpc")


def test_zones(ec2):
    """The zones of the region with the ids by which AWS restricts services."""
    zones = ec2.describe_availability_zones()["AvailabilityZones"]
    assert [zone["ZoneName"] for zone in zones] == [f"eu-west-1{letter}" for letter in "abc"]
    assert len({zone["ZoneId"] for zone in zones}) == 3
    assert {(zone["State"], zone["RegionName"]) for zone in zones} == {("available", "eu-west-1")}


def test_a_restart_keeps_the_network(cloud, cloudformation, ec2):
    """The state is on disk: every id of the stack is still there."""
    stack = outputs(create(cloudformation, LAB_CORE, Tags=LAB))
    before = resources(cloudformation)
    cloud.stop()
    cloud.start()
    ec2, cloudformation = cloud.client("ec2"), cloud.client("cloudformation")
    assert resources(cloudformation) == before
    assert len(ec2.describe_subnets(Filters=in_vpc(stack["VPCId"]))["Subnets"]) == 4
    assert len(interfaces(ec2, stack["VPCId"])) == 2
