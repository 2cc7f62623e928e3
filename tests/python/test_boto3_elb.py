"""Load balancers of the local cloud, as boto3 sees them, and what they forward."""

import http.client
import socket
from urllib.parse import urlsplit

import pytest

from helpers import web
from helpers.answering import program
from helpers.aws import refused, tags_of, wait
from helpers.balancers import (
    BALANCER,
    GROUP,
    health,
    make_balancer,
    make_group,
    make_listener,
)
from helpers.network import interfaces, make_network, make_subnet
from helpers.waiting import until

LAB = [{"Key": "mysfits:lab", "Value": "mythical-mysfits"}]
NOBODY = "arn:aws:elasticloadbalancing:eu-west-1:000000000000:loadbalancer/net/nobody/0123456789abcdef"


@pytest.fixture
def balancer(elb, network):
    """The ARN of the lab's load balancer."""
    return make_balancer(elb, network, Tags=LAB)["LoadBalancerArn"]


@pytest.fixture
def group(elb, network):
    """The ARN of the lab's target group."""
    return make_group(elb, network, Tags=LAB)


@pytest.fixture
def listener(elb, balancer, group):
    """The ARN of the lab's listener."""
    return make_listener(elb, balancer, group, Tags=LAB)


def describe(elb, balancer):
    """The load balancer."""
    return elb.describe_load_balancers(LoadBalancerArns=[balancer])["LoadBalancers"][0]


def address(elb, balancer):
    """Where the load balancer is reached."""
    return f"http://{describe(elb, balancer)['DNSName']}"


def test_a_load_balancer(elb, network):
    """Its ARN is a network load balancer's; it stands in both zones.

    Row: elbv2 CreateLoadBalancer NLB
    """
    made = make_balancer(elb, network)
    prefix = "arn:aws:elasticloadbalancing:eu-west-1:000000000000:loadbalancer/net/mysfits-nlb/"
    assert made["LoadBalancerArn"].startswith(prefix)
    assert (made["Type"], made["Scheme"]) == ("network", "internet-facing")
    assert made["VpcId"] == network.vpc
    zones = {zone["ZoneName"]: zone["SubnetId"] for zone in made["AvailabilityZones"]}
    assert zones == dict(zip(["eu-west-1a", "eu-west-1b"], network.public))
    assert "SecurityGroups" not in made
    assert elb.describe_load_balancers(Names=[BALANCER])["LoadBalancers"][0] == describe(
        elb, made["LoadBalancerArn"]
    )
    with refused("LoadBalancerNotFound"):
        elb.describe_load_balancers(Names=["nobody"])


def test_its_name_resolves_in_every_program(elb, network):
    """Python and Node.js know no names below `.localhost`, so its DNS name is none of those."""
    parts = urlsplit(address(elb, make_balancer(elb, network)["LoadBalancerArn"]))
    found = socket.getaddrinfo(parts.hostname, parts.port, proto=socket.IPPROTO_TCP)
    assert [peer for *_, peer in found] == [("127.0.0.1", parts.port)]


def test_a_load_balancer_takes_its_time(start_cloud):
    """First provisioning, and it forwards nothing; then active.

    Row: elbv2 NLB first state provisioning
    Row: elbv2 waiter load_balancer_available
    """
    cloud = start_cloud(pace=0.02)
    elb, network = cloud.client("elbv2"), make_network(cloud.client("ec2"))
    made = make_balancer(elb, network)
    assert made["State"]["Code"] == "provisioning"
    arn = made["LoadBalancerArn"]
    assert describe(elb, arn)["State"]["Code"] == "provisioning"
    wait(elb, "load_balancer_available", LoadBalancerArns=[arn])
    assert describe(elb, arn)["State"]["Code"] == "active"


def test_the_same_call_again_is_the_same_thing(elb, network):
    """Answers get lost: an identical create call answers with what is there.

    Row: elbv2 CreateLoadBalancer same settings idempotent
    Row: elbv2 CreateTargetGroup same settings idempotent
    """
    first = make_balancer(elb, network)
    assert make_balancer(elb, network)["LoadBalancerArn"] == first["LoadBalancerArn"]
    group = make_group(elb, network)
    assert make_group(elb, network) == group
    listener = make_listener(elb, first["LoadBalancerArn"], group)
    assert make_listener(elb, first["LoadBalancerArn"], group) == listener
    assert len(elb.describe_load_balancers()["LoadBalancers"]) == 1
    assert len(elb.describe_target_groups()["TargetGroups"]) == 1


def test_a_name_with_other_settings_is_taken(elb, network, balancer, group):
    """Both for load balancers and for target groups.

    Row: elbv2 CreateLoadBalancer other settings -> DuplicateLBName
    """
    with refused("DuplicateLoadBalancerName") as caught:
        make_balancer(elb, network, Scheme="internal")
    assert "exists, but with different settings" in str(caught.value)
    with refused("DuplicateLoadBalancerName"):
        make_balancer(elb, network, Subnets=network.public[:1])
    with refused("DuplicateTargetGroupName"):
        make_group(elb, network, Port=9090)


def test_a_target_group_of_a_deleted_vpc_keeps_its_name(ec2, elb):
    """What a half-finished cleanup leaves: its name is taken until it is deleted."""
    old = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    network = make_network(ec2)
    group = make_group(elb, network, VpcId=old)
    ec2.delete_vpc(VpcId=old)
    with refused("DuplicateTargetGroupName"):
        make_group(elb, network)
    elb.delete_target_group(TargetGroupArn=group)
    assert make_group(elb, network) != group


def test_subnets_have_rules(ec2, elb, network):
    """They must be there, lead to the internet, and be in zones of their own.

    Row: elbv2 CreateLoadBalancer bad subnet -> SubnetNotFound
    """
    twin = make_subnet(ec2, network.vpc, 9, "a")
    ec2.associate_route_table(RouteTableId=network.table, SubnetId=twin)
    for code, subnets in [
        ("SubnetNotFound", ["subnet-00000000000000000"]),
        ("InvalidSubnet", [network.closed]),
        ("InvalidConfigurationRequest", [network.public[0], twin]),
    ]:
        with refused(code):
            make_balancer(elb, network, Subnets=subnets)
    with refused("InvalidSecurityGroup"):
        make_balancer(elb, network, SecurityGroups=["sg-00000000000000000"])
    assert elb.describe_load_balancers()["LoadBalancers"] == []
    assert interfaces(ec2, network.vpc) == {}
    make_balancer(elb, network, Scheme="internal", Subnets=[network.closed])


def test_the_lab_target_group(elb, network, group):
    """Every setting of the lab comes back, with AWS's defaults beside them.

    Row: elbv2 CreateTargetGroup TCP/ip + HTTP health check
    """
    (found,) = elb.describe_target_groups(Names=[GROUP])["TargetGroups"]
    expected = {
        "Protocol": "TCP",
        "Port": 8080,
        "VpcId": network.vpc,
        "TargetType": "ip",
        "HealthCheckProtocol": "HTTP",
        "HealthCheckPort": "traffic-port",
        "HealthCheckPath": "/",
        "HealthCheckIntervalSeconds": 10,
        "HealthyThresholdCount": 3,
        "UnhealthyThresholdCount": 3,
        "Matcher": {"HttpCode": "200-399"},
        "LoadBalancerArns": [],
    }
    assert {key: found[key] for key in expected} == expected
    attributes = elb.describe_target_group_attributes(TargetGroupArn=group)["Attributes"]
    attributes = {each["Key"]: each["Value"] for each in attributes}
    assert attributes["deregistration_delay.timeout_seconds"] == "300"
    assert attributes["preserve_client_ip.enabled"] == "false"
    with refused("TargetGroupNotFound"):
        elb.describe_target_groups(Names=["nobody"])


def test_attributes(elb, balancer, group):
    """Cross-zone is off at first; what is set comes back; what is not known is refused."""
    cross = {"Key": "load_balancing.cross_zone.enabled", "Value": "true"}
    before = elb.describe_load_balancer_attributes(LoadBalancerArn=balancer)["Attributes"]
    assert cross | {"Value": "false"} in before
    elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[cross])
    after = elb.describe_load_balancer_attributes(LoadBalancerArn=balancer)["Attributes"]
    assert cross in after and len(after) == len(before)
    delay = {"Key": "deregistration_delay.timeout_seconds", "Value": "5"}
    elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=[delay])
    assert delay in elb.describe_target_group_attributes(TargetGroupArn=group)["Attributes"]
    with refused("ValidationError"):
        elb.modify_target_group_attributes(
            TargetGroupArn=group, Attributes=[{"Key": "no.such", "Value": "1"}]
        )


def test_the_lab_listener(elb, balancer, group, listener):
    """TCP on port 80, forwarding to the group, which then knows its load balancer.

    Row: elbv2 CreateListener TCP/80 forward
    """
    (found,) = elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
    assert (found["ListenerArn"], found["Protocol"], found["Port"]) == (listener, "TCP", 80)
    assert listener.startswith(balancer.replace(":loadbalancer/", ":listener/"))
    (action,) = found["DefaultActions"]
    assert (action["Type"], action["TargetGroupArn"]) == ("forward", group)
    (known,) = elb.describe_target_groups(LoadBalancerArn=balancer)["TargetGroups"]
    assert (known["TargetGroupArn"], known["LoadBalancerArns"]) == (group, [balancer])


def test_a_port_has_one_listener(elb, network, balancer, group, listener):
    """Another listener on the port is refused; another port is free.

    Row: elbv2 CreateListener same port -> DuplicateListener
    """
    other = make_group(elb, network, "other")
    with refused("DuplicateListener"):
        make_listener(elb, balancer, other)
    assert make_listener(elb, balancer, other, port=81) != listener
    with refused("LoadBalancerNotFound"):
        make_listener(elb, NOBODY, group)
    with refused("TargetGroupNotFound"):
        make_listener(elb, balancer, group[:-1] + "x", port=82)


def test_a_target_group_in_use_is_not_deleted(elb, group, listener):
    """It goes after its listener; one that is gone is gone.

    Row: elbv2 DeleteTargetGroup in use -> ResourceInUse
    Row: cleanup DeleteTargetGroup
    Row: cleanup DeleteListener
    """
    with refused("ResourceInUse"):
        elb.delete_target_group(TargetGroupArn=group)
    elb.delete_listener(ListenerArn=listener)
    with refused("ListenerNotFound"):
        elb.delete_listener(ListenerArn=listener)
    elb.delete_target_group(TargetGroupArn=group)
    elb.delete_target_group(TargetGroupArn=group)
    with refused("TargetGroupNotFound"):
        elb.describe_target_groups(TargetGroupArns=[group])


def test_tags(elb, balancer, group, listener):
    """Of all three at once; added, replaced and removed.

    Row: elbv2 DescribeTags
    """
    arns = [balancer, group, listener]

    def tags():
        found = elb.describe_tags(ResourceArns=arns)["TagDescriptions"]
        return {each["ResourceArn"]: tags_of(each["Tags"]) for each in found}

    assert tags() == {arn: {"mysfits:lab": "mythical-mysfits"} for arn in arns}
    elb.add_tags(ResourceArns=arns, Tags=[{"Key": "owner", "Value": "anna"}])
    elb.remove_tags(ResourceArns=[group], TagKeys=["mysfits:lab"])
    assert tags()[group] == {"owner": "anna"}
    assert len(tags()[balancer]) == 2
    with refused("LoadBalancerNotFound"):
        elb.describe_tags(ResourceArns=[NOBODY])


def test_targets_become_healthy(elb, group, balancer):
    """Unused without a listener, then checked for real, at last draining and gone.

    Row: elbv2 RegisterTargets -> healthy
    """
    with program("one") as good, program("two", status=500) as bad:
        targets = [{"Id": "127.0.0.1", "Port": port} for port in (good, bad)]
        elb.register_targets(TargetGroupArn=group, Targets=targets)
        assert set(health(elb, group).values()) == {"unused"}
        make_listener(elb, balancer, group)
        wait(elb, "target_in_service", TargetGroupArn=group, Targets=targets[:1])
        settled = {("127.0.0.1", good): "healthy", ("127.0.0.1", bad): "unhealthy"}
        until(lambda: health(elb, group) == settled, "both are checked")
        (found,) = elb.describe_target_health(TargetGroupArn=group, Targets=targets[1:])[
            "TargetHealthDescriptions"
        ]
        assert found["TargetHealth"]["Reason"] == "Target.FailedHealthChecks"
        elb.deregister_targets(TargetGroupArn=group, Targets=targets[:1])
        assert health(elb, group)[("127.0.0.1", good)] == "draining"
        until(lambda: ("127.0.0.1", good) not in health(elb, group), "it is gone")
        wait(elb, "target_deregistered", TargetGroupArn=group, Targets=targets[:1])


def test_connections_are_forwarded(elb, group, balancer, listener):
    """Through the DNS name, to healthy targets in turn; to none while there is none.

    Row: elbv2 DATA NLB forwards TCP to target
    """
    url = address(elb, balancer)
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        web.get(url)
    with program("one") as one, program("two") as two:
        for port in (one, two):
            target = [{"Id": "127.0.0.1", "Port": port}]
            elb.register_targets(TargetGroupArn=group, Targets=target)
        wait(elb, "target_in_service", TargetGroupArn=group)
        assert {web.get(url).text for _ in range(10)} == {"one", "two"}
        elb.deregister_targets(TargetGroupArn=group, Targets=target)
        assert {web.get(url).text for _ in range(10)} == {"one"}
    elb.delete_listener(ListenerArn=listener)
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        web.get(url)


def test_a_listener_can_forward_to_another_group(elb, network, balancer, group, listener):
    """`ModifyListener` changes where new connections go."""
    other = make_group(elb, network, "other")
    with program("old") as old, program("new") as new:
        for arn, port in [(group, old), (other, new)]:
            elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": "127.0.0.1", "Port": port}])
        wait(elb, "target_in_service", TargetGroupArn=group)
        assert web.get(address(elb, balancer)).text == "old"
        forward = [{"Type": "forward", "TargetGroupArn": other}]
        elb.modify_listener(ListenerArn=listener, DefaultActions=forward)
        wait(elb, "target_in_service", TargetGroupArn=other)
        until(lambda: web.get(address(elb, balancer)).text == "new", "the new group answers")


def test_a_load_balancer_is_deleted_with_its_listeners(ec2, elb, network, balancer, group, listener):
    """Then its interfaces go, its group is free, and deleting it again is fine.

    Row: cleanup DeleteLoadBalancer
    Row: cleanup waiter load_balancers_deleted
    Row: cleanup DescribeLoadBalancers gone -> LoadBalancerNotFound
    """
    assert len(interfaces(ec2, network.vpc)) == 1
    elb.delete_load_balancer(LoadBalancerArn=balancer)
    wait(elb, "load_balancers_deleted", LoadBalancerArns=[balancer])
    elb.delete_load_balancer(LoadBalancerArn=balancer)
    with refused("LoadBalancerNotFound"):
        describe(elb, balancer)
    with refused("ListenerNotFound"):
        elb.describe_listeners(ListenerArns=[listener])
    elb.delete_target_group(TargetGroupArn=group)
    until(lambda: not interfaces(ec2, network.vpc), "its interfaces are gone")


def test_interfaces_stay_for_a_while(start_cloud):
    """A deleted load balancer still blocks its subnets and the internet gateway, as on AWS."""
    cloud = start_cloud(pace=0.1)
    ec2, elb = cloud.client("ec2"), cloud.client("elbv2")
    network = make_network(ec2)
    elb.delete_load_balancer(LoadBalancerArn=make_balancer(elb, network)["LoadBalancerArn"])
    assert elb.describe_load_balancers()["LoadBalancers"] == []
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=network.public[0])
    with refused("DependencyViolation") as caught:
        ec2.detach_internet_gateway(InternetGatewayId=network.gateway, VpcId=network.vpc)
    assert "has some mapped public address(es)" in str(caught.value)
    until(lambda: not interfaces(ec2, network.vpc), "its interfaces are gone")
    ec2.delete_subnet(SubnetId=network.public[0])
    ec2.detach_internet_gateway(InternetGatewayId=network.gateway, VpcId=network.vpc)


def test_a_protected_load_balancer_stays(elb, balancer):
    """`OperationNotPermitted` until the protection is off."""
    protection = {"Key": "deletion_protection.enabled", "Value": "true"}
    elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[protection])
    with refused("OperationNotPermitted") as caught:
        elb.delete_load_balancer(LoadBalancerArn=balancer)
    assert "deletion protection is enabled" in str(caught.value)
    off = protection | {"Value": "false"}
    elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[off])
    elb.delete_load_balancer(LoadBalancerArn=balancer)


def test_security_groups_are_for_ever(elb, network, balancer):
    """A load balancer made without them can never have any; one made with them can change them."""
    with refused("InvalidConfigurationRequest"):
        elb.set_security_groups(LoadBalancerArn=balancer, SecurityGroups=[network.group])
    made = make_balancer(elb, network, "guarded", SecurityGroups=[network.group])
    assert made["SecurityGroups"] == [network.group]
    found = elb.set_security_groups(
        LoadBalancerArn=made["LoadBalancerArn"],
        SecurityGroups=[network.group],
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic="off",
    )
    assert found["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] == "off"


def test_a_restart_keeps_the_name_and_the_port(cloud, elb, balancer, group, listener):
    """The DNS name answers again, once the targets are checked."""
    url = address(elb, balancer)
    with program("one") as port:
        elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "127.0.0.1", "Port": port}])
        wait(elb, "target_in_service", TargetGroupArn=group)
        cloud.stop()
        cloud.start()
        elb = cloud.client("elbv2")
        assert address(elb, balancer) == url
        wait(elb, "target_in_service", TargetGroupArn=group)
        assert web.get(url).text == "one"
