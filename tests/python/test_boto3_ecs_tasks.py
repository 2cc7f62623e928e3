"""Tasks of the local cloud's ECS: the image's program runs, answers, writes, ends and comes back."""

import json
import os
import signal
from pathlib import Path

import pytest

from helpers import web
from helpers.aws import create_table, put_mysfits, wait
from helpers.balancers import health
from helpers.image import backend_image
from helpers.network import interfaces
from helpers.tasks import CLUSTER, FAMILY, LOGS, REPOSITORY, SERVICE, Surroundings, definition
from helpers.waiting import until


@pytest.fixture
def lab(cloud, network, backend):
    """All that the lab's service needs, and the mysfits."""
    dynamodb = cloud.client("dynamodb")
    create_table(dynamodb)
    put_mysfits(dynamodb)
    return Surroundings(cloud, network, backend)


@pytest.fixture
def running(lab):
    """The service with a healthy task."""
    lab.serve()
    wait(lab.elb, "target_in_service", TargetGroupArn=lab.group)
    return lab


def details(task):
    """What the task's network attachment says."""
    (attachment,) = task["attachments"]
    return {detail["name"]: detail["value"] for detail in attachment["details"]}


def lines(lab):
    """All lines in the log group."""
    pages = lab.logs.get_paginator("filter_log_events").paginate(logGroupName=LOGS)
    return [event["message"] for page in pages for event in page["events"]]


def processes(cloud):
    """The processes whose program lies in the cloud's folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            program = (entry / "exe").readlink()
        except OSError:
            continue  # It has ended, or is somebody else's.
        if program.is_relative_to(cloud.folder.resolve()):
            found.append(int(entry.name))
    return found


def test_a_task_has_an_interface(running, ec2):
    """One task runs, in a subnet of the service, with an interface of its own in EC2.

    Row: ecs Service starts 1 task RUNNING with ENI
    """
    task = running.task()
    assert task["group"] == f"service:{SERVICE}" and task["launchType"] == "FARGATE"
    assert task["taskDefinitionArn"].endswith(f"task-definition/{FAMILY}:1")
    assert task["connectivity"] == "CONNECTED"
    own = details(task)
    assert own["subnetId"] in running.network.public
    found = interfaces(ec2, running.network.vpc)
    (interface,) = [each for name, each in found.items() if name.startswith("arn:aws:ecs:")]
    assert interface["Description"].endswith(f":attachment/{task['attachments'][0]['id']}")
    assert interface["NetworkInterfaceId"] == own["networkInterfaceId"]
    assert interface["PrivateIpAddress"] == own["privateIPv4Address"]
    assert [group["GroupId"] for group in interface["Groups"]] == [running.network.group]
    # The service asked for public addresses.
    assert interface["Association"]["PublicIp"]
    (container,) = task["containers"]
    image = running.ecr.describe_images(repositoryName=REPOSITORY)["imageDetails"][0]
    assert (container["lastStatus"], container["imageDigest"]) == ("RUNNING", image["imageDigest"])


def test_a_task_is_a_target(running):
    """The target is the task's own address and the container's port.

    Row: ecs Task registered in target group
    """
    target = (details(running.task())["privateIPv4Address"], 8080)
    assert health(running.elb, running.group) == {target: "healthy"}


def test_the_program_answers(cloud, running):
    """Through the load balancer, from the table, by the role of the task.

    Row: ecs DATA task really runs (port 8080 connectable)
    """
    assert len(processes(cloud)) == 1
    page = web.get(f"{running.url}/")
    assert (page.status, page.content_type) == (200, "application/json")
    page = web.get(f"{running.url}/mysfits")
    assert len(json.loads(page.body)["mysfits"]) == 12
    page = web.get(f"{running.url}/mysfits?filter=GoodEvil&value=Good")
    assert len(json.loads(page.body)["mysfits"]) == 4


def test_what_the_program_says_is_in_the_log(running):
    """A stream for each task, named by prefix, container and task, with what it wrote.

    Row: ecs DATA awslogs stream appears
    """
    web.get(f"{running.url}/mysfits/the-last-words")
    task = running.task()["taskArn"].rsplit("/", 1)[1]
    (stream,) = running.logs.describe_log_streams(logGroupName=LOGS)["logStreams"]
    assert stream["logStreamName"] == f"tasks/{SERVICE}/{task}"
    until(lambda: any("the-last-words" in line for line in lines(running)), "the line is there")


def test_a_killed_program_comes_back(cloud, running, ec2):
    """Its task says how it ended; a new one takes its place; its interface goes."""
    old = running.task()
    (process,) = processes(cloud)
    os.kill(process, signal.SIGKILL)
    until(lambda: processes(cloud) not in ([], [process]), "a new process runs")
    stopped = running.task("STOPPED")
    assert stopped["taskArn"] == old["taskArn"]
    assert (stopped["stopCode"], stopped["stoppedReason"]) == (
        "EssentialContainerExited",
        "Essential container in task exited",
    )
    assert stopped["containers"][0]["exitCode"] == 128 + signal.SIGKILL
    new = running.task()
    until(
        lambda: health(running.elb, running.group)
        == {(details(new)["privateIPv4Address"], 8080): "healthy"},
        "the new task alone is a target",
    )
    assert web.get(f"{running.url}/mysfits").status == 200
    until(
        lambda: old["attachments"][0]["id"] not in str(interfaces(ec2, running.network.vpc)),
        "the old interface is gone",
    )


def test_a_stopped_task_is_asked_to_end(cloud, running):
    """`StopTask`: the program ends by itself, in order, and the service starts another."""
    task = running.task()["taskArn"]
    running.ecs.stop_task(cluster=CLUSTER, task=task, reason="because")
    wait(running.ecs, "tasks_stopped", cluster=CLUSTER, tasks=[task])
    (stopped,) = running.ecs.describe_tasks(cluster=CLUSTER, tasks=[task])["tasks"]
    assert (stopped["stopCode"], stopped["stoppedReason"]) == ("UserInitiated", "because")
    assert stopped["containers"][0]["exitCode"] == 0
    until(lambda: running.task()["taskArn"] != task, "another task runs")


def test_a_task_without_a_service(lab, network):
    """`RunTask` runs one with a variable of its own."""
    variable = {"name": SERVICE, "environment": [{"name": "TABLE_NAME", "value": "OtherTable"}]}
    ran = lab.ecs.run_task(
        cluster=CLUSTER,
        taskDefinition=FAMILY,
        launchType="FARGATE",
        networkConfiguration=network.settings(),
        overrides={"containerOverrides": [variable]},
    )
    assert ran["failures"] == []
    task = ran["tasks"][0]["taskArn"]
    wait(lab.ecs, "tasks_running", cluster=CLUSTER, tasks=[task])
    assert lab.task()["overrides"]["containerOverrides"] == [variable]
    lab.ecs.stop_task(cluster=CLUSTER, task=task)
    wait(lab.ecs, "tasks_stopped", cluster=CLUSTER, tasks=[task])


def broken(lab, **more):
    """Registers a task definition, serves it, and gives how its first task ended."""
    settings = definition(lab.role) | {
        key: more.pop(key) for key in ("executionRoleArn", "taskRoleArn") if key in more
    }
    network = more.pop("network", lab.network.settings())
    settings["containerDefinitions"][0] |= more
    made = lab.ecs.register_task_definition(**settings)["taskDefinition"]["taskDefinitionArn"]
    ran = lab.ecs.run_task(
        cluster=CLUSTER, taskDefinition=made, launchType="FARGATE", networkConfiguration=network
    )
    task = ran["tasks"][0]["taskArn"]
    wait(lab.ecs, "tasks_stopped", cluster=CLUSTER, tasks=[task])
    return lab.ecs.describe_tasks(cluster=CLUSTER, tasks=[task])["tasks"][0]


REGISTRY = "000000000000.dkr.ecr.eu-west-1.amazonaws.com"
NO_LOGS = {
    "logDriver": "awslogs",
    "options": {
        "awslogs-group": "nobody",
        "awslogs-region": "eu-west-1",
        "awslogs-stream-prefix": "tasks",
    },
}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"image": f"{REGISTRY}/{REPOSITORY}:missing"}, "CannotPullContainerError.*not found"),
        ({"image": f"{REGISTRY}/nobody:latest"}, "CannotPullContainerError.*not found"),
        ({"entryPoint": ["/nothing"]}, "CannotStartContainerError.*not found"),
        ({"logConfiguration": NO_LOGS}, "ResourceInitializationError.*log group does not exist"),
        (
            {"executionRoleArn": "arn:aws:iam::000000000000:role/nobody"},
            "ECS was unable to assume the role 'arn:aws:iam::000000000000:role/nobody'",
        ),
    ],
    ids=["no tag", "no repository", "no program", "no log group", "no role"],
)
def test_a_task_that_cannot_start(lab, wrong, words):
    """It stops, and its reason is AWS's."""
    stopped = broken(lab, **wrong)
    assert stopped["stopCode"] == "TaskFailedToStart"
    assert words.split(".*")[0] in stopped["stoppedReason"]
    assert words.split(".*")[-1] in stopped["stoppedReason"]


def test_a_private_task_without_a_way_out(lab):
    """No NAT gateway and no public address: the image cannot be pulled."""
    for network in [
        lab.network.settings(lab.network.closed, public="DISABLED"),
        lab.network.settings(lab.network.public[0], public="DISABLED"),
    ]:
        stopped = broken(lab, network=network)
        assert "CannotPullContainerError" in stopped["stoppedReason"]
        assert "i/o timeout" in stopped["stoppedReason"]


def test_a_new_image_is_rolled_out(running, backend):
    """`forceNewDeployment` takes what `latest` means now; without it, nothing happens."""
    before = running.task()
    newer = backend_image(backend, Labels={"newer": "yes"})
    running.registry.push(REPOSITORY, newer)
    running.ecs.update_service(cluster=CLUSTER, service=SERVICE, forceNewDeployment=True)
    assert len(running.found()["deployments"]) == 2
    wait(running.ecs, "services_stable", cluster=CLUSTER, services=[SERVICE])
    after = running.task()
    assert after["taskArn"] != before["taskArn"]
    assert after["containers"][0]["imageDigest"] == newer.digest


def test_a_deployment_that_fails_is_broken_off(lab):
    """The circuit breaker counts tasks that do not start, gives up, and goes back."""
    lab.serve(
        deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    )
    until(lambda: lab.found()["deployments"][0]["rolloutState"] == "COMPLETED", "it is rolled out")
    bad = lab.ecs.register_task_definition(**definition(lab.role, entryPoint=["/nothing"]))
    bad = bad["taskDefinition"]["taskDefinitionArn"]
    lab.ecs.update_service(cluster=CLUSTER, service=SERVICE, taskDefinition=bad)

    def rolled_back():
        found = lab.found()
        first = found["deployments"][0]
        return first["taskDefinition"] != bad and first["rolloutState"] == "COMPLETED" and found

    found = until(rolled_back, "the good task definition is back")
    assert found["taskDefinition"].endswith(f"{FAMILY}:1")
    said = [event["message"] for event in found["events"]]
    assert any("deployment failed: tasks failed to start" in each for each in said)
    assert any("rolling back to deployment" in each for each in said)


def test_no_process_outlives_the_cloud(cloud, running):
    """Neither when it is asked to end, nor when it is killed."""
    assert processes(cloud)
    cloud.stop()
    until(lambda: not processes(cloud), "no process is left")
    cloud.start()
    until(lambda: processes(cloud), "the service has a task again")
    cloud.process.kill()
    cloud.process.wait()
    until(lambda: not processes(cloud), "no process is left")


def test_two_tasks_take_turns(lab):
    """`desiredCount` two: two targets, and a request for each."""
    lab.serve(desiredCount=2)
    until(
        lambda: list(health(lab.elb, lab.group).values()) == ["healthy", "healthy"],
        "both are healthy",
    )
    subnets = {details(task)["subnetId"] for task in lab.tasks()}
    assert subnets <= set(lab.network.public)
    for number in range(6):
        web.get(f"{lab.url}/mysfits/turn-{number}")

    def streams_with_turns():
        found = lab.logs.filter_log_events(logGroupName=LOGS, filterPattern="turn")["events"]
        return {event["logStreamName"] for event in found}

    until(lambda: len(streams_with_turns()) == 2, "both have answered")
