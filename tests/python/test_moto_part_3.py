"""The real binary's part 3 against moto, as far as moto goes.

What moto cannot do is in `CANNOT`, with the reason. The tests assert that exactly this fails, so that
a newer moto that can do more shows itself.
"""

import json
import signal

import pytest

from helpers.aws import refused, tags_of
from helpers.registry import Registry
from helpers.stacks import describe, outputs, resources
from helpers.tasks import CLUSTER, FAMILY, LOGS, REPOSITORY, SERVICE
from helpers.waiting import until

CANNOT = {
    "service-linked-role": (
        "moto calls the role AWSServiceRoleForecs, so the one that AWS makes is never there. The"
        " tests put it there by hand"
    ),
    "image": "ECR's registry is an address only: nothing takes the layers of an image",
    "service": "no task ever runs, so the service never becomes stable",
    "core-stack, when it is removed": "DeleteStack deletes the VPC before what is in it",
}
# More that moto does not do, and that is not seen here for it: stacks are there at once and ask for
# no consent, a failing resource is the answer of CreateStack, load balancers are active at once.
CONFIGURED = ["core-stack", "repository", "log-group", "cluster"]
BALANCING = ["load-balancer", "target-group", "listener"]
LAB = {"mysfits:lab": "mythical-mysfits"}


@pytest.fixture
def ecs_role(moto):
    """The service-linked role as AWS names it."""
    moto.client("iam").create_role(
        RoleName="AWSServiceRoleForECS",
        Path="/aws-service-role/ecs.amazonaws.com/",
        AssumeRolePolicyDocument="{}",
    )


@pytest.fixture
def mysfits(against_moto, backend):
    """`mysfits` against `moto`, with the backend's binary."""
    against_moto.environment["MYSFITS_SERVICE_BINARY"] = str(backend)
    return against_moto


def outcomes(ended):
    """How it ended for each resource, from the JSON lines of a run."""
    lines = [json.loads(line) for line in ended.out.splitlines()]
    return {
        line["resource"]: line["outcome"] for line in lines if line["type"] == "finished"
    }


def of(found, *outcome):
    """The resources that ended so."""
    return {name for name, ended in found.items() if ended in outcome}


def attributes(answer):
    """Attributes as a dictionary."""
    return {each["Key"]: each["Value"] for each in answer["Attributes"]}


def test_why_the_role_is_put_in_by_hand(moto):
    """moto writes the role's name in another way than AWS, and has another error for it."""
    iam = moto.client("iam")
    made = iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]
    assert made["RoleName"] == "AWSServiceRoleForecs", CANNOT["service-linked-role"]
    with refused("NoSuchEntity"):
        iam.get_role(RoleName="AWSServiceRoleForECS")


def test_all_but_what_moto_cannot(mysfits, moto, ecs_role):
    """One deployment: the image fails for the reason that is known, and what needs it is not begun."""
    ended = mysfits.run("fargate", "deploy", "--yes", "--output", "json").expect(1)
    found = outcomes(ended)
    assert of(found, "failed") == {"image"}, CANNOT["image"]
    assert of(found, "not-started") == {"task-definition", "service", "likes"}
    assert of(found, "created") == {"table", "likes-table", "mysfits", *CONFIGURED, *BALANCING}
    assert of(found, "unchanged") == {"service-linked-role"}
    error = json.loads(ended.out.splitlines()[-1])
    assert (error["type"], error["code"]) == ("error", "MYS047")
    assert f"could not be pushed to {moto.url}" in error["message"]
    registry = Registry(moto)
    for path in ["/v2/", f"/v2/{REPOSITORY}/tags/list"]:
        assert registry.request("GET", path).status >= 400, CANNOT["image"]

    again = mysfits.run("fargate", "deploy", "--yes", "--output", "json").expect(1)
    assert of(outcomes(again), "created", "updated") == set()
    assert of(outcomes(again), "failed") == {"image"}


def test_the_stack(mysfits, moto):
    """Its outputs are ids of what moto made; the second time there is nothing to do."""
    mysfits.done("core-stack", "deploy", "--yes")
    cloudformation, ec2 = moto.client("cloudformation"), moto.client("ec2")
    stack = describe(cloudformation)
    assert (stack["StackStatus"], tags_of(stack["Tags"])) == ("CREATE_COMPLETE", LAB)
    found = outputs(stack)
    vpc = ec2.describe_vpcs(VpcIds=[found["VPCId"]])["Vpcs"][0]
    assert (vpc["CidrBlock"], tags_of(vpc["Tags"])["mysfits:lab"]) == (
        "10.0.0.0/16",
        "mythical-mysfits",
    )
    subnets = [name for name in found if name.startswith(("PublicSubnet", "PrivateSubnet"))]
    assert len(ec2.describe_subnets(SubnetIds=[found[name] for name in subnets])["Subnets"]) == 4
    kinds = [each["ResourceType"] for each in resources(cloudformation).values()]
    assert kinds.count("AWS::EC2::NatGateway") == 2
    assert found["TaskSubnetOne"] == found["PrivateSubnetOne"]
    mysfits.run("core-stack", "plan", "--exit-code").expect(0)


def test_the_stack_without_nat_gateways(mysfits, moto):
    """The economy topology is the same template with another parameter."""
    mysfits.done("core-stack", "deploy", "--yes", "--topology", "economy")
    cloudformation = moto.client("cloudformation")
    kinds = [each["ResourceType"] for each in resources(cloudformation).values()]
    assert "AWS::EC2::NatGateway" not in kinds
    found = outputs(describe(cloudformation))
    assert found["TaskSubnetOne"] == found["PublicSubnetOne"]
    assert found["AssignPublicIp"] == "ENABLED"


def test_repository_cluster_logs_and_load_balancer(mysfits, moto, ecs_role):
    """What a deployment that stops at the image leaves, setting by setting."""
    mysfits.run("fargate", "deploy", "--yes").expect(1)
    ecr, ecs, logs, elb = (moto.client(name) for name in ("ecr", "ecs", "logs", "elbv2"))
    stack = outputs(describe(moto.client("cloudformation")))

    (repository,) = ecr.describe_repositories()["repositories"]
    assert repository["repositoryName"] == REPOSITORY
    tags = ecr.list_tags_for_resource(resourceArn=repository["repositoryArn"])["tags"]
    assert tags_of(tags) == LAB
    (cluster,) = ecs.describe_clusters(clusters=[CLUSTER], include=["TAGS"])["clusters"]
    assert (cluster["status"], tags_of(cluster["tags"])) == ("ACTIVE", LAB)
    (group,) = logs.describe_log_groups()["logGroups"]
    assert (group["logGroupName"], group["retentionInDays"]) == (LOGS, 7)
    assert logs.list_tags_log_group(logGroupName=LOGS)["tags"] == LAB

    (balancer,) = elb.describe_load_balancers()["LoadBalancers"]
    arn = balancer["LoadBalancerArn"]
    assert (balancer["LoadBalancerName"], balancer["Type"]) == ("mysfits-nlb", "network")
    assert {zone["SubnetId"] for zone in balancer["AvailabilityZones"]} == {
        stack["PublicSubnetOne"],
        stack["PublicSubnetTwo"],
    }
    set_so = attributes(elb.describe_load_balancer_attributes(LoadBalancerArn=arn))
    assert set_so["load_balancing.cross_zone.enabled"] == "true"
    (targets,) = elb.describe_target_groups()["TargetGroups"]
    assert (targets["Protocol"], targets["Port"], targets["TargetType"]) == ("TCP", 8080, "ip")
    assert (targets["VpcId"], targets["HealthCheckPath"]) == (stack["VPCId"], "/")
    set_so = attributes(
        elb.describe_target_group_attributes(TargetGroupArn=targets["TargetGroupArn"])
    )
    assert int(set_so["deregistration_delay.timeout_seconds"]) <= 30
    (listener,) = elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]
    assert (listener["Protocol"], listener["Port"]) == ("TCP", 80)
    assert listener["DefaultActions"][0]["TargetGroupArn"] == targets["TargetGroupArn"]


@pytest.fixture
def image(moto, start_cloud, program_for, backend):
    """The image that the binary would push, in a repository of moto's: its digest."""
    cloud = start_cloud()
    program_for(cloud).done("deploy", "part-3", "--local", "--service-binary", backend)
    pushed = cloud.client("ecr").batch_get_image(
        repositoryName=REPOSITORY, imageIds=[{"imageTag": "latest"}]
    )["images"][0]
    ecr = moto.client("ecr")
    ecr.create_repository(
        repositoryName=REPOSITORY, tags=[{"Key": key, "Value": LAB[key]} for key in LAB]
    )
    put = ecr.put_image(
        repositoryName=REPOSITORY,
        imageManifest=pushed["imageManifest"],
        imageManifestMediaType=pushed["imageManifestMediaType"],
        # moto's own idea of a digest is another one.
        imageDigest=pushed["imageId"]["imageDigest"],
        imageTag="latest",
    )
    return put["image"]["imageId"]["imageDigest"]


def test_the_task_definition_and_the_service(mysfits, moto, ecs_role, image):
    """With the image there, moto takes both as they should be. Then the program waits for a task."""
    ecs = moto.client("ecs")

    def service():
        assert running.poll() is None, mysfits.said.read_text()
        if not ecs.list_clusters()["clusterArns"]:
            return None
        found = ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"]
        return found and found[0]

    running = mysfits.start("fargate", "deploy", "--yes")
    try:
        found = until(service, "moto has the service", 60)
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 130
    finally:
        running.kill()
        running.wait()

    stack = outputs(describe(moto.client("cloudformation")))
    made = ecs.describe_task_definition(taskDefinition=FAMILY, include=["TAGS"])
    definition = made["taskDefinition"]
    assert tags_of(made["tags"]) == LAB
    assert (definition["cpu"], definition["memory"]) == ("256", "512")
    assert (definition["executionRoleArn"], definition["taskRoleArn"]) == (
        stack["EcsServiceRole"],
        stack["ECSTaskRole"],
    )
    (container,) = definition["containerDefinitions"]
    assert container["image"].endswith(f"/{REPOSITORY}@{image}")
    assert container["portMappings"][0]["protocol"] == "tcp"
    assert found["taskDefinition"] == definition["taskDefinitionArn"]
    network = found["networkConfiguration"]["awsvpcConfiguration"]
    assert set(network["subnets"]) == {stack["PrivateSubnetOne"], stack["PrivateSubnetTwo"]}
    assert network["securityGroups"] == [stack["FargateContainerSecurityGroup"]]
    assert (found["desiredCount"], found["launchType"]) == (1, "FARGATE")
    assert found["loadBalancers"][0]["containerPort"] == 8080
    # That is why the program can only wait.
    assert found["runningCount"] == 0, CANNOT["service"]
    assert ecs.list_tasks(cluster=CLUSTER)["taskArns"] == []


def test_cleanup_of_all_but_the_stack(mysfits, moto, ecs_role):
    """Everything goes but the stack, whose deletion moto refuses in its own words."""
    mysfits.run("fargate", "deploy", "--yes").expect(1)
    ended = mysfits.run("cleanup", "part-3", "--yes", "--output", "json").expect(3)
    found = outcomes(ended)
    assert of(found, "failed") == {"core-stack"}, CANNOT["core-stack, when it is removed"]
    assert of(found, "removed") >= {*CONFIGURED, "load-balancer", "target-group"} - {"core-stack"}
    errors = [json.loads(line) for line in ended.out.splitlines() if '"type":"error"' in line]
    assert [error["aws"]["code"] for error in errors if error["aws"]] == ["DependencyViolation"]
    ecs, elb = moto.client("ecs"), moto.client("elbv2")
    assert moto.client("ecr").describe_repositories()["repositories"] == []
    assert moto.client("logs").describe_log_groups()["logGroups"] == []
    (cluster,) = ecs.describe_clusters(clusters=[CLUSTER])["clusters"]
    assert cluster["status"] == "INACTIVE"
    assert elb.describe_load_balancers()["LoadBalancers"] == []
    assert elb.describe_target_groups()["TargetGroups"] == []
    # moto forgets the stack all the same, and keeps the network.
    with refused("ValidationError"):
        describe(moto.client("cloudformation"))
    left = [vpc["CidrBlock"] for vpc in moto.client("ec2").describe_vpcs()["Vpcs"]]
    assert "10.0.0.0/16" in left
