"""What can be wrong with the load balancer and the service, and what is left when they are gone."""

from botocore.exceptions import ClientError

from helpers.aws import wait
from helpers.balancers import GROUP, make_group
from helpers.mutants import gone, mutant, swap
from helpers.stacks import NAME as STACK
from helpers.tasks import CLUSTER, SERVICE
from helpers.waiting import until


def attribute(lab, value):
    lab.elb.modify_load_balancer_attributes(
        LoadBalancerArn=lab.balancer,
        Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": value}],
    )


def delay(lab, value):
    lab.elb.modify_target_group_attributes(
        TargetGroupArn=lab.group,
        Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": value}],
    )


def health(lab, changed):
    right = {
        "HealthCheckProtocol": "HTTP",
        "HealthCheckPath": "/",
        "HealthCheckIntervalSeconds": 10,
        "HealthyThresholdCount": 3,
    } | changed
    given = {name: value for name, value in right.items() if value is not None}
    lab.elb.modify_target_group(TargetGroupArn=lab.group, **given)


@mutant("target-group-delay")
def slow(lab):
    found = lab.elb.describe_target_group_attributes(TargetGroupArn=lab.group)["Attributes"]
    (right,) = [it["Value"] for it in found if it["Key"] == "deregistration_delay.timeout_seconds"]
    delay(lab, "300")
    yield
    delay(lab, right)


swap("load-balancer-zones", attribute, "false", "true")
swap("target-group-health", health, {"HealthCheckProtocol": "TCP", "HealthCheckPath": None}, {})
swap("target-group-interval", health, {"HealthCheckIntervalSeconds": 30}, {})
swap("target-group-healthy", health, {"HealthyThresholdCount": 5}, {})


@mutant("listener")
def deaf(lab):
    lab.elb.delete_listener(ListenerArn=lab.listener)
    yield
    lab.deploy()


@mutant("listener-forwards")
def elsewhere(lab):
    other = lab.elb.create_target_group(
        Name="another", Protocol="TCP", Port=8080, VpcId=lab.output("VPCId"), TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    forward(lab, other)
    yield
    forward(lab, lab.group)
    lab.elb.delete_target_group(TargetGroupArn=other)


def forward(lab, group):
    actions = [{"Type": "forward", "TargetGroupArn": group}]
    lab.elb.modify_listener(ListenerArn=lab.listener, DefaultActions=actions)


def remove_service(lab):
    lab.ecs.delete_service(cluster=CLUSTER, service=SERVICE, force=True)

    def ended():
        found = lab.ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"]
        return not lab.tasks() and all(it["status"] == "INACTIVE" for it in found)

    until(ended, "no task is left")


def remove_cluster(lab):
    remove_service(lab)
    lab.ecs.delete_cluster(cluster=CLUSTER)


def updated(lab, **changed):
    lab.ecs.update_service(cluster=CLUSTER, service=SERVICE, **changed)
    lab.is_stable()


gone("service", remove_service)
gone("cluster", remove_cluster)
swap("service-count", lambda lab, count: updated(lab, desiredCount=count), 2, 1)


def moved(lab, name, values):
    """Puts the tasks elsewhere in the network; the network configuration that they had."""
    (service,) = lab.ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"]
    right = service["networkConfiguration"]
    other = {"awsvpcConfiguration": right["awsvpcConfiguration"] | {name: values}}
    updated(lab, networkConfiguration=other)
    return right


@mutant("service-subnets")
def one_subnet(lab):
    right = moved(lab, "subnets", [lab.output("PrivateSubnetOne")])
    yield
    updated(lab, networkConfiguration=right)


@mutant("service-security-group")
def another_group(lab):
    """One that lets the load balancer in, too: else no task would be healthy."""
    made = lab.ec2.create_security_group(
        GroupName="another", Description="Another", VpcId=lab.output("VPCId")
    )["GroupId"]
    port = {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    lab.ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[port])
    right = moved(lab, "securityGroups", [made])
    yield
    updated(lab, networkConfiguration=right)
    until(lambda: removed(lab, made), "the security group is gone")


def removed(lab, group):
    """Whether the group could be removed: the interface of a task that ended may still have it."""
    try:
        lab.ec2.delete_security_group(GroupId=group)
    except ClientError:
        return False
    return True


@mutant("backend")
def no_target(lab):
    with lab.no_target():
        yield


def remove_api(lab):
    lab.gateway.delete_stage(restApiId=lab.api, stageName="prod")
    lab.gateway.delete_rest_api(restApiId=lab.api)


def remove_link(lab):
    remove_api(lab)
    link = lab.link
    lab.gateway.delete_vpc_link(vpcLinkId=link)
    until(lambda: link not in lab.links(), "the VPC link is gone")


def remove_balancer(lab):
    remove_link(lab)
    balancer = lab.balancer
    lab.elb.delete_load_balancer(LoadBalancerArn=balancer)
    wait(lab.elb, "load_balancers_deleted", LoadBalancerArns=[balancer])


def remove_group(lab):
    group = lab.group
    remove_service(lab)
    lab.elb.delete_listener(ListenerArn=lab.listener)
    lab.elb.delete_target_group(TargetGroupArn=group)


def remove_stack(lab):
    group = lab.group
    remove_service(lab)
    remove_balancer(lab)
    lab.elb.delete_target_group(TargetGroupArn=group)
    lab.cloudformation.delete_stack(StackName=STACK)
    wait(lab.cloudformation, "stack_delete_complete", StackName=STACK)


gone("vpc-link", remove_link, last=True)
gone("load-balancer", remove_balancer, last=True)
gone("core-stack", remove_stack, last=True)


@mutant("target-group")
def another_name(lab):
    """The group of the lab cannot go while a listener forwards to it."""
    group = lab.group
    remove_service(lab)
    other = make_group(lab.elb, lab.network(), name="another")
    forward(lab, other)
    lab.elb.delete_target_group(TargetGroupArn=group)
    yield
    lab.deploy()
    lab.elb.delete_target_group(TargetGroupArn=other)
    assert lab.group, GROUP
