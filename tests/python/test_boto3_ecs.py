"""Clusters, task definitions and services of the local cloud's ECS, as boto3 sees them.

The tasks are real: what they do and how they end is in `test_boto3_ecs_tasks.py`.
"""

import pytest

from helpers.aws import refused, tags_of, wait
from helpers.balancers import make_group
from helpers.network import make_network
from helpers.tasks import CLUSTER, FAMILY, SERVICE, Surroundings, behind, definition, service
from helpers.waiting import until

TAGS = [{"key": "mysfits:lab", "value": "mythical-mysfits"}]


@pytest.fixture
def cluster(ecs):
    """The lab's cluster."""
    return ecs.create_cluster(clusterName=CLUSTER, tags=TAGS)["cluster"]


@pytest.fixture
def family(ecs):
    """The lab's task definition."""
    return ecs.register_task_definition(**definition(), tags=TAGS)["taskDefinition"]


def idle(network, **more):
    """The settings of a service that wants no tasks."""
    return service(network, desiredCount=0) | more


def find(ecs, name=SERVICE):
    """The service as it is now."""
    return ecs.describe_services(cluster=CLUSTER, services=[name], include=["TAGS"])["services"][0]


def test_a_cluster_is_there_once(ecs, cluster):
    """The second call answers with the first cluster, and does not look at its tags.

    Row: ecs CreateCluster (idempotent)
    """
    arn = f"arn:aws:ecs:eu-west-1:000000000000:cluster/{CLUSTER}"
    assert (cluster["clusterArn"], cluster["status"]) == (arn, "ACTIVE")
    other = [{"key": "owner", "value": "anna"}]
    assert ecs.create_cluster(clusterName=CLUSTER, tags=other)["cluster"]["clusterArn"] == arn
    (found,) = ecs.describe_clusters(clusters=[CLUSTER], include=["TAGS"])["clusters"]
    assert tags_of(found["tags"]) == {"mysfits:lab": "mythical-mysfits"}
    assert ecs.list_clusters()["clusterArns"] == [arn]
    missing = ecs.describe_clusters(clusters=["nobody"])
    assert (missing["clusters"], missing["failures"][0]["reason"]) == ([], "MISSING")


def test_a_deleted_cluster_is_inactive(ecs, cluster):
    """It can be described for a while, takes no service, and can be made again.

    Row: cleanup DeleteCluster
    """
    assert ecs.delete_cluster(cluster=CLUSTER)["cluster"]["status"] == "INACTIVE"
    (found,) = ecs.describe_clusters(clusters=[CLUSTER])["clusters"]
    assert found["status"] == "INACTIVE"
    assert ecs.list_clusters()["clusterArns"] == []
    with refused("ClusterNotFoundException"):
        ecs.list_services(cluster=CLUSTER)
    with refused("ClusterNotFoundException"):
        ecs.delete_cluster(cluster=CLUSTER)
    assert ecs.create_cluster(clusterName=CLUSTER)["cluster"]["status"] == "ACTIVE"


def test_revisions(ecs, family):
    """Each registration is a new revision; the family alone means the newest active one.

    Row: ecs RegisterTaskDefinition rev 1,2
    """
    arn = f"arn:aws:ecs:eu-west-1:000000000000:task-definition/{FAMILY}"
    assert (family["taskDefinitionArn"], family["revision"]) == (f"{arn}:1", 1)
    assert "FARGATE" in family["compatibilities"] and family["status"] == "ACTIVE"
    second = ecs.register_task_definition(**definition())["taskDefinition"]
    assert second["revision"] == 2
    assert ecs.list_task_definitions(familyPrefix=FAMILY)["taskDefinitionArns"] == [
        f"{arn}:1",
        f"{arn}:2",
    ]
    found = ecs.describe_task_definition(taskDefinition=FAMILY)
    assert found["taskDefinition"]["revision"] == 2
    first = ecs.describe_task_definition(taskDefinition=f"{FAMILY}:1", include=["TAGS"])
    assert tags_of(first["tags"]) == {"mysfits:lab": "mythical-mysfits"}
    (container,) = first["taskDefinition"]["containerDefinitions"]
    # AWS fills in what was not said; on Fargate the host's port is the container's.
    assert container["portMappings"] == [
        {"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}
    ]
    with refused("ClientException"):
        ecs.describe_task_definition(taskDefinition="nobody")


def test_the_lab_says_http(ecs):
    """AWS takes the lab's transport protocol "http" for tcp without a word."""
    lab = definition(portMappings=[{"containerPort": 8080, "protocol": "http"}])
    made = ecs.register_task_definition(**lab)["taskDefinition"]
    assert made["containerDefinitions"][0]["portMappings"][0]["protocol"] == "tcp"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"cpu": None}, "Fargate requires that 'cpu' be defined"),
        ({"memory": None}, "Fargate requires that 'memory' be defined"),
        ({"memory": "9999"}, "No Fargate configuration exists for given values"),
        ({"networkMode": "bridge"}, "Fargate only supports network mode 'awsvpc'"),
        ({"executionRoleArn": None}, "execution role ARN to support log driver awslogs"),
        ({"containerDefinitions": []}, "Container list cannot be empty"),
        ({"family": "my sfits"}, "Family contains invalid characters"),
    ],
)
def test_a_task_definition_has_rules(ecs, wrong, words):
    """`ClientException` in AWS's words, and no revision.

    Row: ecs RegisterTaskDefinition Fargate w/o cpu -> ClientException
    """
    settings = {key: value for key, value in (definition() | wrong).items() if value is not None}
    with refused("ClientException") as caught:
        ecs.register_task_definition(**settings)
    assert words in str(caught.value)
    assert ecs.list_task_definitions()["taskDefinitionArns"] == []


def test_the_end_of_a_task_definition(ecs, family):
    """Active, then inactive, then deleted; the numbers go on.

    Row: cleanup DeregisterTaskDefinition
    Row: cleanup DeleteTaskDefinitions
    """
    first = f"{FAMILY}:1"
    still_active = ecs.delete_task_definitions(taskDefinitions=[first])
    assert still_active["taskDefinitions"] == []
    assert "still in ACTIVE status" in still_active["failures"][0]["reason"]
    gone = ecs.deregister_task_definition(taskDefinition=first)["taskDefinition"]
    assert gone["status"] == "INACTIVE"
    assert ecs.list_task_definitions()["taskDefinitionArns"] == []
    inactive = ecs.list_task_definitions(status="INACTIVE")["taskDefinitionArns"]
    assert inactive == [family["taskDefinitionArn"]]
    with refused("ClientException"):
        ecs.describe_task_definition(taskDefinition=FAMILY)
    (deleted,) = ecs.delete_task_definitions(taskDefinitions=[first])["taskDefinitions"]
    assert deleted["status"] == "DELETE_IN_PROGRESS"

    def is_forgotten():
        found = ecs.list_task_definitions(status="DELETE_IN_PROGRESS")["taskDefinitionArns"]
        return not found and not ecs.list_task_definitions(status="INACTIVE")["taskDefinitionArns"]

    until(is_forgotten, "nothing is left of the revision")
    again = ecs.register_task_definition(**definition())["taskDefinition"]
    assert again["revision"] == 2


def test_a_service_needs_a_listener(ecs, elb, network, cluster, family):
    """A target group that no listener uses is refused, as students find out.

    Row: ecs CreateService TG without listener -> InvalidParameter
    """
    group = make_group(elb, network)
    with refused("InvalidParameterException") as caught:
        ecs.create_service(**idle(network, loadBalancers=behind(group)))
    assert "does not have an associated load balancer" in str(caught.value)
    assert ecs.list_services(cluster=CLUSTER)["serviceArns"] == []


def test_a_service_has_rules(ecs, ec2, network, cluster, family):
    """What a service refers to must be there."""
    nowhere = network.settings("subnet-00000000000000000")
    for code, wrong in [
        ("ClusterNotFoundException", {"cluster": "nobody"}),
        ("ClientException", {"taskDefinition": "nobody"}),
        ("InvalidParameterException", {"networkConfiguration": nowhere}),
        ("InvalidParameterException", {"networkConfiguration": {}}),
        ("InvalidParameterException", {"serviceName": "my sfits"}),
        (
            "InvalidParameterException",
            {"capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT"}]},
        ),
    ]:
        with refused(code):
            ecs.create_service(**idle(network, **wrong))
    assert ecs.list_services(cluster=CLUSTER)["serviceArns"] == []


def test_a_service_is_made_once(ecs, network, cluster, family):
    """A second one of its name is refused; the same call again, with its token, is not.

    Row: ecs CreateService again -> InvalidParameterException
    Row: ecs ListTagsForResource service
    """
    made = ecs.create_service(**idle(network, tags=TAGS, clientToken="first"))["service"]
    arn = f"arn:aws:ecs:eu-west-1:000000000000:service/{CLUSTER}/{SERVICE}"
    assert (made["serviceArn"], made["status"]) == (arn, "ACTIVE")
    again = ecs.create_service(**idle(network, tags=TAGS, clientToken="first"))["service"]
    assert again["createdAt"] == made["createdAt"]
    with refused("InvalidParameterException") as caught:
        ecs.create_service(**idle(network))
    assert "Creation of service was not idempotent." in str(caught.value)
    wanted = {"mysfits:lab": "mythical-mysfits"}
    assert tags_of(ecs.list_tags_for_resource(resourceArn=arn)["tags"]) == wanted
    assert tags_of(find(ecs)["tags"]) == wanted
    assert ecs.list_services(cluster=CLUSTER)["serviceArns"] == [arn]
    missing = ecs.describe_services(cluster=CLUSTER, services=["nobody"])
    assert missing["failures"][0]["reason"] == "MISSING"


def test_a_cluster_with_a_service_is_not_deleted(ecs, network, cluster, family):
    """Until the service is gone.

    Row: ecs DeleteCluster with service -> ClusterContainsServices
    """
    ecs.create_service(**idle(network))
    with refused("ClusterContainsServicesException"):
        ecs.delete_cluster(cluster=CLUSTER)
    ecs.delete_service(cluster=CLUSTER, service=SERVICE)
    wait(ecs, "services_inactive", cluster=CLUSTER, services=[SERVICE])
    ecs.delete_cluster(cluster=CLUSTER)


@pytest.fixture
def lab(cloud, network, backend):
    """All that the lab's service needs."""
    return Surroundings(cloud, network, backend)


def test_a_service_behind_the_load_balancer(lab):
    """It becomes stable with one task that is registered and healthy.

    Row: ecs CreateService Fargate behind TG
    Row: ecs waiter services_stable
    """
    made = lab.serve(tags=TAGS, propagateTags="SERVICE", enableECSManagedTags=True)
    assert (made["desiredCount"], made["runningCount"]) == (1, 0)
    assert [each["rolloutState"] for each in made["deployments"]] == ["IN_PROGRESS"]
    wait(lab.ecs, "services_stable", cluster=CLUSTER, services=[SERVICE])
    wait(lab.elb, "target_in_service", TargetGroupArn=lab.group)
    until(lambda: lab.found()["deployments"][0]["rolloutState"] == "COMPLETED", "it is rolled out")
    found = lab.found()
    assert (found["runningCount"], found["pendingCount"]) == (1, 0)
    (deployment,) = found["deployments"]
    assert (deployment["status"], deployment["failedTasks"]) == ("PRIMARY", 0)
    said = [event["message"] for event in found["events"]]
    assert said[0] == f"(service {SERVICE}) has reached a steady state."
    assert any("has started 1 tasks" in each for each in said)
    assert any(f"registered 1 targets in (target-group {lab.group})" in each for each in said)
    tags = tags_of(lab.task()["tags"])
    assert tags["mysfits:lab"] == "mythical-mysfits"
    assert tags["aws:ecs:serviceName"] == SERVICE


def test_a_service_takes_its_time(start_cloud, backend):
    """Its task goes through AWS's states; only then is the service stable."""
    cloud = start_cloud(pace=0.05)
    lab = Surroundings(cloud, make_network(cloud.client("ec2")), backend)
    lab.serve()
    seen = []

    def running():
        (task,) = lab.tasks() or [{"lastStatus": None}]
        if task["lastStatus"] not in [None, *seen]:
            seen.append(task["lastStatus"])
        return task["lastStatus"] == "RUNNING"

    until(running, "the task runs")
    assert seen[:2] == ["PROVISIONING", "PENDING"]
    wait(lab.ecs, "services_stable", cluster=CLUSTER, services=[SERVICE])
    lab.ecs.delete_service(cluster=CLUSTER, service=SERVICE, force=True)
    assert lab.found()["status"] == "DRAINING"
    assert lab.ecs.list_services(cluster=CLUSTER)["serviceArns"] == []
    with refused("InvalidParameterException") as caught:
        lab.serve()
    assert "Unable to Start a service that is still Draining." in str(caught.value)
    wait(lab.ecs, "services_inactive", cluster=CLUSTER, services=[SERVICE])
    lab.serve()


def test_a_service_with_tasks_is_not_deleted(lab):
    """It is scaled to none first, or deleted by force; then its tasks, targets and it are gone.

    Row: cleanup DeleteService with tasks, no force -> InvalidParameter
    Row: cleanup UpdateService desiredCount 0
    Row: cleanup DeleteService
    Row: cleanup waiter services_inactive
    """
    lab.serve()
    wait(lab.elb, "target_in_service", TargetGroupArn=lab.group)
    with refused("InvalidParameterException") as caught:
        lab.ecs.delete_service(cluster=CLUSTER, service=SERVICE)
    assert "cannot be stopped while it is scaled above 0" in str(caught.value)
    lab.ecs.update_service(cluster=CLUSTER, service=SERVICE, desiredCount=0)
    wait(lab.ecs, "services_stable", cluster=CLUSTER, services=[SERVICE])
    assert lab.found()["runningCount"] == 0
    task = lab.task("STOPPED")
    wait(lab.ecs, "tasks_stopped", cluster=CLUSTER, tasks=[task["taskArn"]])
    gone = lab.ecs.delete_service(cluster=CLUSTER, service=SERVICE)["service"]
    assert gone["status"] == "DRAINING"
    wait(lab.ecs, "services_inactive", cluster=CLUSTER, services=[SERVICE])
    with refused("ServiceNotFoundException"):
        lab.ecs.delete_service(cluster=CLUSTER, service=SERVICE)
    with refused("ServiceNotActiveException"):
        lab.ecs.update_service(cluster=CLUSTER, service=SERVICE, desiredCount=1)


def test_a_restart_brings_the_tasks_back(cloud, lab):
    """The service is still there, with a new task that is registered and healthy."""
    lab.serve()
    wait(lab.elb, "target_in_service", TargetGroupArn=lab.group)
    before = lab.task()["taskArn"]
    cloud.stop()
    cloud.start()
    lab.ecs, lab.elb = cloud.client("ecs"), cloud.client("elbv2")
    wait(lab.ecs, "services_stable", cluster=CLUSTER, services=[SERVICE])
    wait(lab.elb, "target_in_service", TargetGroupArn=lab.group)
    assert lab.task()["taskArn"] != before


def test_accounts_are_told_apart(cloud, ecs, network, cluster, family):
    """Another account sees no cluster, no task definition and no service of it."""
    ecs.create_service(**idle(network))
    other = cloud.client("ecs", "222222222222")
    assert other.list_clusters()["clusterArns"] == []
    assert other.list_task_definitions()["taskDefinitionArns"] == []
    with refused("ClusterNotFoundException"):
        other.describe_services(cluster=CLUSTER, services=[SERVICE])
