"""Network load balancers as the lab sets them up."""

BALANCER = "mysfits-nlb"
GROUP = "MythicalMysfits-TargetGroup"


def make_balancer(elb, network, name=BALANCER, **more):
    """The lab's load balancer in both public subnets."""
    settings = {"Type": "network", "Scheme": "internet-facing", "Subnets": network.public} | more
    return elb.create_load_balancer(Name=name, **settings)["LoadBalancers"][0]


def make_group(elb, network, name=GROUP, **more):
    """The lab's target group; its ARN."""
    settings = {
        "Protocol": "TCP",
        "Port": 8080,
        "VpcId": network.vpc,
        "TargetType": "ip",
        "HealthCheckProtocol": "HTTP",
        "HealthCheckPath": "/",
        "HealthCheckIntervalSeconds": 10,
        "HealthyThresholdCount": 3,
        "UnhealthyThresholdCount": 3,
    } | more
    return elb.create_target_group(Name=name, **settings)["TargetGroups"][0]["TargetGroupArn"]


def make_listener(elb, balancer, group, port=80, **more):
    """The lab's listener; its ARN."""
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    made = elb.create_listener(
        LoadBalancerArn=balancer, Protocol="TCP", Port=port, DefaultActions=forward, **more
    )
    return made["Listeners"][0]["ListenerArn"]


def health(elb, group):
    """The states of the targets of a group, by address and port."""
    found = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    return {
        (each["Target"]["Id"], each["Target"]["Port"]): each["TargetHealth"]["State"]
        for each in found
    }
