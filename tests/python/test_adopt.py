"""The lab typed by hand, in the lab's order and with its names, then taken over by `mysfits --adopt`."""

import json

import pytest

from helpers import web
from helpers.by_hand import Student, part_1, part_2, part_3, part_4
from helpers.stacks import NAME as STACK
from helpers.visitor import Visitor

BUCKET = "anna-mysfits-2026"
GRETTA = "da5303ae-5aba-495c-b5d6-eb5c4a66b941"
TAG = {"Key": "mysfits:lab", "Value": "mythical-mysfits"}


@pytest.fixture
def student(cloud, tmp_path):
    """A student whose bucket has a name of its own."""
    return Student(tmp_path / "student", cloud, BUCKET)


def test_the_lab_by_hand_is_adopted(student, mysfits, backend):
    """Looked at, planned, taken over, used and taken down. It is one test: typing takes its time."""
    part_1(student)
    part_2(student)
    part_3(student, backend)
    part_4(student)
    stack = describe(student)
    status_sees_a_lab_that_is_not_its_own(mysfits)
    plan_keeps_the_network(mysfits)

    deployed = adopt(mysfits, backend)
    assert "network typed by hand, kept" in deployed.err
    the_stack_is_the_same_with_the_tag(student, stack)
    the_api_is_guarded(student, deployed.out)
    nothing_is_left_to_do(mysfits, backend)

    cleaned = mysfits.run("cleanup", "all", "--adopt", "--yes", *where()).expect(0)
    assert "is left in " in cleaned.out
    nothing_is_left(student)


def where():
    """The flags for the student's lab."""
    return ["--local", "--bucket", BUCKET]


def describe(student):
    """The stack, as CloudFormation describes it."""
    return student.answer(f"cloudformation describe-stacks --stack-name {STACK}")["Stacks"][0]


def template(student):
    """The stack's template."""
    get = f"cloudformation get-template --stack-name {STACK} --query TemplateBody --output text"
    return student.typed(get)


def lines(shown):
    """The lines of JSON by the names of the resources."""
    shown = [json.loads(line) for line in shown.splitlines()]
    return {line["resource"]: line for line in shown if "resource" in line}


def status_sees_a_lab_that_is_not_its_own(mysfits):
    """Of what carries tags, each says that it does not carry this one."""
    seen = lines(mysfits.done("status", "all", "--output", "json", *where()))
    assert {seen[name]["state"] for name in ["bucket", "table", "core-stack", "service"]} == {"not ours"}


def plan_keeps_the_network(mysfits):
    """The plan neither changes the stack's template nor finds the load balancer in another VPC."""
    planned = mysfits.done("plan", "all", "--adopt", "--output", "json", *where())
    seen = lines(planned)
    assert "network typed by hand, kept" in seen["core-stack"]["details"]
    assert [each["name"] for each in seen["core-stack"]["settings"]] == ["tag mysfits:lab"]
    assert "another VPC" not in planned


def adopt(mysfits, backend):
    """`deploy all --adopt`, with what it said."""
    settings = {"MYSFITS_SERVICE_BINARY": str(backend)}
    return mysfits.run("deploy", "all", "--adopt", "--yes", *where(), **settings).expect(0)


def the_stack_is_the_same_with_the_tag(student, before):
    """An update that changed nothing but the tags: same stack, parameters, outputs and template."""
    after = describe(student)
    assert after["StackStatus"] == "UPDATE_COMPLETE"
    assert TAG in after["Tags"]
    for field in ["StackId", "Outputs"]:
        assert after[field] == before[field]
    assert after.get("Parameters") == before.get("Parameters")
    assert "GatewayAttachement" in template(student)


def the_api_is_guarded(student, shown):
    """All may look, and whoever has signed in may like."""
    (api,) = [line.split()[-1] for line in shown.splitlines() if line.endswith("/prod")]
    assert len(json.loads(web.get(f"{api}/mysfits").body)["mysfits"]) == 12
    like = f"{api}/mysfits/{GRETTA}/like"
    assert web.request("POST", like).status == 401
    pools = student.answer("cognito-idp list-user-pools --max-results 10")["UserPools"]
    (pool,) = [pool["Id"] for pool in pools]
    clients = student.answer(f"cognito-idp list-user-pool-clients --user-pool-id {pool}")
    (client,) = [client["ClientId"] for client in clients["UserPoolClients"]]
    token = Visitor(student.cloud, pool, client).register().sign_in()["IdToken"]
    assert web.request("POST", like, headers={"Authorization": token}).status == 200


def nothing_is_left_to_do(mysfits, backend):
    """A second deploy needs no `--adopt` and changes nothing."""
    settings = {"MYSFITS_SERVICE_BINARY": str(backend)}
    mysfits.run("plan", "all", "--exit-code", *where(), **settings).expect(0)


def nothing_is_left(student):
    """Neither the stack with its roles, nor anything else that was typed."""
    gone = student.run("cloudformation", "describe-stacks", "--stack-name", STACK)
    assert gone.code != 0 and "does not exist" in gone.err
    assert student.typed("s3 ls") == ""
    roles = student.answer("iam list-roles")["Roles"]
    assert [role["RoleName"] for role in roles if not role["Path"].startswith("/aws-service-role")] == []
    for line, field in [
        ("dynamodb list-tables", "TableNames"),
        ("ecs list-clusters", "clusterArns"),
        ("elbv2 describe-load-balancers", "LoadBalancers"),
        ("elbv2 describe-target-groups", "TargetGroups"),
        ("ecr describe-repositories", "repositories"),
        ("logs describe-log-groups", "logGroups"),
        ("cognito-idp list-user-pools --max-results 10", "UserPools"),
        ("apigateway get-rest-apis", "items"),
        ("apigateway get-vpc-links", "items"),
        ("ec2 describe-nat-gateways --filter Name=state,Values=available", "NatGateways"),
        ("ec2 describe-addresses", "Addresses"),
    ]:
        assert student.answer(line).get(field, []) == [], line
