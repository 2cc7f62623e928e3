"""What an account has, in every service of the lab."""

GONE_STATES = ["deleted", "deleting"]


def everything(cloud):
    """The names of all there is, by kind. What is only remembered for a while, as a NAT gateway that
    was deleted, is not there."""
    return {kind: sorted(found) for kind, found in _kinds(cloud) if found}


def _kinds(cloud):
    for part in (_network, _data, _running, _balancing, _gateway):
        yield from part(cloud)


def _network(cloud):
    ec2, stacks, iam = (cloud.client(name) for name in ("ec2", "cloudformation", "iam"))
    yield "addresses", _ids(ec2.describe_addresses()["Addresses"], "AllocationId")
    yield "endpoints", _ids(ec2.describe_vpc_endpoints()["VpcEndpoints"], "VpcEndpointId")
    yield "exports", _ids(stacks.list_exports()["Exports"], "Name")
    gateways = ec2.describe_internet_gateways()["InternetGateways"]
    yield "gateways", _ids(gateways, "InternetGatewayId")
    interfaces = ec2.describe_network_interfaces()["NetworkInterfaces"]
    yield "interfaces", _ids(interfaces, "NetworkInterfaceId")
    yield "nats", _ids(ec2.describe_nat_gateways()["NatGateways"], "NatGatewayId")
    yield (
        "roles",
        [
            role["RoleName"]
            for role in iam.list_roles()["Roles"]
            if not role["Path"].startswith("/aws-service-role/")
        ],
    )
    tables = ec2.describe_route_tables()["RouteTables"]
    yield "route tables", _ids(tables, "RouteTableId")
    yield "security groups", _ids(ec2.describe_security_groups()["SecurityGroups"], "GroupId")
    yield "stacks", _ids(stacks.describe_stacks()["Stacks"], "StackName")
    yield "subnets", _ids(ec2.describe_subnets()["Subnets"], "SubnetId")
    yield "vpcs", _ids(ec2.describe_vpcs()["Vpcs"], "VpcId")


def _data(cloud):
    cognito, s3 = cloud.client("cognito-idp"), cloud.client("s3")
    yield "buckets", _ids(s3.list_buckets()["Buckets"], "Name")
    yield "pools", _ids(cognito.list_user_pools(MaxResults=60)["UserPools"], "Name")
    yield "tables", cloud.client("dynamodb").list_tables()["TableNames"]
    yield (
        "log groups",
        _ids(cloud.client("logs").describe_log_groups()["logGroups"], "logGroupName"),
    )
    yield (
        "repositories",
        _ids(cloud.client("ecr").describe_repositories()["repositories"], "repositoryName"),
    )


def _running(cloud):
    ecs = cloud.client("ecs")
    clusters = ecs.list_clusters()["clusterArns"]
    yield "clusters", clusters
    yield (
        "services",
        [it for one in clusters for it in ecs.list_services(cluster=one)["serviceArns"]],
    )
    yield "tasks", [it for one in clusters for it in ecs.list_tasks(cluster=one)["taskArns"]]
    for status in ("ACTIVE", "INACTIVE", "DELETE_IN_PROGRESS"):
        found = ecs.list_task_definitions(status=status)["taskDefinitionArns"]
        yield f"task definitions, {status}", found


def _balancing(cloud):
    elb = cloud.client("elbv2")
    yield "balancers", _ids(elb.describe_load_balancers()["LoadBalancers"], "LoadBalancerName")
    yield "target groups", _ids(elb.describe_target_groups()["TargetGroups"], "TargetGroupName")


def _gateway(cloud):
    apis = cloud.client("apigateway")
    yield "apis", _ids(apis.get_rest_apis()["items"], "name")
    yield "links", _ids(apis.get_vpc_links()["items"], "name")


def _ids(found, name):
    """These names of what is there."""
    return [one[name] for one in found if one.get("State") not in GONE_STATES]
