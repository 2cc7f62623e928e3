"""Taking the lab down with boto3: the order that AWS demands, and that nothing is left.

That each thing can be deleted at all is in the tests of its service.
"""

import pytest

from helpers.aws import create_bucket, create_table, put_mysfits, refused, wait
from helpers.network import Network, interfaces
from helpers.stacks import CORE, LAB_CORE, NAME, create, delete, describe, outputs, resources
from helpers.tasks import CLUSTER, FAMILY, LOGS, REPOSITORY, SERVICE, Surroundings
from helpers.waiting import until

ROLE = "AWSServiceRoleForECS"


@pytest.fixture
def stack(cloudformation):
    """The outputs of the lab's own core stack."""
    return outputs(create(cloudformation, LAB_CORE))


@pytest.fixture
def lab(cloud, stack, backend):
    """The lab's parts 2 and 3 with a healthy task in the private subnets of the stack."""
    dynamodb = cloud.client("dynamodb")
    create_table(dynamodb)
    put_mysfits(dynamodb)
    network = Network(
        vpc=stack["VPCId"],
        gateway="",
        table="",
        public=[stack["PublicSubnetOne"], stack["PublicSubnetTwo"]],
        closed=stack["PrivateSubnetOne"],
        group=stack["FargateContainerSecurityGroup"],
    )
    lab = Surroundings(cloud, network, backend)
    private = network.settings(
        stack["PrivateSubnetOne"], stack["PrivateSubnetTwo"], public="DISABLED"
    )
    lab.serve(networkConfiguration=private)
    wait(lab.elb, "target_in_service", TargetGroupArn=lab.group)
    return lab


def everything(cloud):
    """What an account has in the services of parts 2 and 3, by kind."""
    ec2, ecs, iam, elb = (cloud.client(name) for name in ("ec2", "ecs", "iam", "elbv2"))
    definitions = {
        status: ecs.list_task_definitions(status=status)["taskDefinitionArns"]
        for status in ("ACTIVE", "INACTIVE", "DELETE_IN_PROGRESS")
    }
    return {
        "addresses": ec2.describe_addresses()["Addresses"],
        "balancers": elb.describe_load_balancers()["LoadBalancers"],
        "clusters": ecs.list_clusters()["clusterArns"],
        "endpoints": ec2.describe_vpc_endpoints()["VpcEndpoints"],
        "exports": cloud.client("cloudformation").list_exports()["Exports"],
        "gateways": ec2.describe_internet_gateways()["InternetGateways"],
        "groups": elb.describe_target_groups()["TargetGroups"],
        "interfaces": ec2.describe_network_interfaces()["NetworkInterfaces"],
        "logs": cloud.client("logs").describe_log_groups()["logGroups"],
        "nats": [
            nat
            for nat in ec2.describe_nat_gateways()["NatGateways"]
            if nat["State"] != "deleted"
        ],
        "repositories": cloud.client("ecr").describe_repositories()["repositories"],
        "roles": [
            role["RoleName"]
            for role in iam.list_roles()["Roles"]
            if not role["Path"].startswith("/aws-service-role/")
        ],
        "security groups": ec2.describe_security_groups()["SecurityGroups"],
        "stacks": cloud.client("cloudformation").describe_stacks()["Stacks"],
        "subnets": ec2.describe_subnets()["Subnets"],
        "tables": cloud.client("dynamodb").list_tables()["TableNames"],
        "vpcs": ec2.describe_vpcs()["Vpcs"],
    } | definitions


@pytest.mark.parametrize("template", [CORE, LAB_CORE], ids=["core.yml", "the lab's"])
def test_a_stack_leaves_nothing(cloud, cloudformation, template):
    """Whatever it made in EC2 and IAM goes with it.

    Row: cleanup Stack deletion left nothing behind
    """
    before = everything(cloud)
    create(cloudformation, template)
    made = everything(cloud)
    for kind in ["addresses", "endpoints", "nats", "roles", "security groups", "subnets", "vpcs"]:
        assert len(made[kind]) > len(before[kind]), kind
    delete(cloudformation)
    assert everything(cloud) == before


def test_the_stack_first_is_too_early(cloudformation, ec2, lab, stack):
    """The interfaces of tasks and load balancer block it; when they are gone, it goes."""
    cloudformation.delete_stack(StackName=NAME)
    with pytest.raises(Exception, match="DELETE_FAILED"):
        wait(cloudformation, "stack_delete_complete", StackName=NAME)
    left = {
        name: resource["ResourceStatusReason"]
        for name, resource in resources(cloudformation).items()
        if resource["ResourceStatus"] == "DELETE_FAILED"
    }
    assert "has some mapped public address(es)" in left["GatewayAttachement"]
    assert "has dependencies and cannot be deleted" in left["PublicSubnetOne"]
    assert "has a dependent object" in left["FargateContainerSecurityGroup"]
    # The task is not disturbed by that.
    assert len(lab.tasks()) == 1

    lab.ecs.delete_service(cluster=CLUSTER, service=SERVICE, force=True)
    wait(lab.ecs, "services_inactive", cluster=CLUSTER, services=[SERVICE])
    lab.elb.delete_load_balancer(LoadBalancerArn=lab.balancer["LoadBalancerArn"])
    until(lambda: not interfaces(ec2, stack["VPCId"]), "all interfaces are gone")
    delete(cloudformation)
    assert ec2.describe_vpcs(VpcIds=[])["Vpcs"] == []


def test_the_order_that_aws_demands(cloud, cloudformation, ec2, iam, lab, stack):
    """Each step out of turn is refused; in turn, nothing is left but the service-linked role."""
    ecs, elb, ecr, logs = lab.ecs, lab.elb, lab.ecr, lab.logs
    balancer = lab.balancer["LoadBalancerArn"]
    for code, too_early in [
        ("InvalidParameterException", lambda: ecs.delete_service(cluster=CLUSTER, service=SERVICE)),
        ("ClusterContainsServicesException", lambda: ecs.delete_cluster(cluster=CLUSTER)),
        ("ResourceInUse", lambda: elb.delete_target_group(TargetGroupArn=lab.group)),
        ("RepositoryNotEmptyException", lambda: ecr.delete_repository(repositoryName=REPOSITORY)),
        ("DependencyViolation", lambda: ec2.delete_subnet(SubnetId=stack["PublicSubnetOne"])),
    ]:
        with refused(code):
            too_early()

    ecs.update_service(cluster=CLUSTER, service=SERVICE, desiredCount=0)
    ecs.delete_service(cluster=CLUSTER, service=SERVICE)
    wait(ecs, "services_inactive", cluster=CLUSTER, services=[SERVICE])
    ecs.deregister_task_definition(taskDefinition=f"{FAMILY}:1")
    ecs.delete_task_definitions(taskDefinitions=[f"{FAMILY}:1"])
    ecs.delete_cluster(cluster=CLUSTER)
    elb.delete_load_balancer(LoadBalancerArn=balancer)
    wait(elb, "load_balancers_deleted", LoadBalancerArns=[balancer])
    elb.delete_target_group(TargetGroupArn=lab.group)
    logs.delete_log_group(logGroupName=LOGS)
    ecr.delete_repository(repositoryName=REPOSITORY, force=True)
    own = "Interface for NAT Gateway "
    until(
        lambda: all(name.startswith(own) for name in interfaces(ec2, stack["VPCId"])),
        "only the interfaces of the stack itself are left",
    )
    stack_id = describe(cloudformation)["StackId"]
    cloudformation.delete_stack(StackName=NAME)
    iam.delete_role(RoleName="tasks")
    cloud.client("dynamodb").delete_table(TableName="MysfitsTable")
    wait(cloudformation, "stack_delete_complete", StackName=stack_id)

    def left():
        return {kind: found for kind, found in everything(cloud).items() if found}

    until(lambda: not left(), "nothing is left")
    assert iam.get_role(RoleName=ROLE)["Role"]["Path"] == "/aws-service-role/ecs.amazonaws.com/"


def test_the_site_and_the_table(s3, dynamodb):
    """Objects in one call, then the bucket; the table; boto3's waiters see both go.

    Row: cleanup DeleteObjects
    Row: cleanup DeleteBucket
    Row: cleanup waiter bucket_not_exists
    Row: cleanup DeleteTable
    Row: cleanup waiter table_not_exists
    """
    create_bucket(s3, "mysfits-of-anna")
    keys = ["index.html", "css/site.css", "js/main.js"]
    for key in keys:
        s3.put_object(Bucket="mysfits-of-anna", Key=key, Body=b"x")
    with refused("BucketNotEmpty"):
        s3.delete_bucket(Bucket="mysfits-of-anna")
    deleted = s3.delete_objects(
        Bucket="mysfits-of-anna", Delete={"Objects": [{"Key": key} for key in keys]}
    )
    assert {each["Key"] for each in deleted["Deleted"]} == set(keys)
    assert "Errors" not in deleted
    s3.delete_bucket(Bucket="mysfits-of-anna")
    wait(s3, "bucket_not_exists", Bucket="mysfits-of-anna")
    create_table(dynamodb)
    gone = dynamodb.delete_table(TableName="MysfitsTable")["TableDescription"]
    assert gone["TableStatus"] == "DELETING"
    wait(dynamodb, "table_not_exists", TableName="MysfitsTable")
