"""The original lab typed by hand against the local cloud: the AWS CLI's commands and the lab's files.

Then `mysfits` looks at it: it is not its own, and it leaves it alone.
"""

import json

import pytest

from helpers import web
from helpers.by_hand import Student, part_1, part_2, part_3, part_4
from helpers.visitor import Visitor
from helpers.stacks import NAME as STACK
from helpers.tasks import CLUSTER, FAMILY, LOGS, SERVICE

BUCKET = "mysfits-000000000000-eu-west-1"
GRETTA = "da5303ae-5aba-495c-b5d6-eb5c4a66b941"
# What would carry the lab's tag if `mysfits` had made it.
TAGGED = ["bucket", "table", "core-stack", "repository", "log-group", "cluster", "service"]
TAGGED += ["load-balancer", "target-group", "user-pool", "vpc-link", "rest-api"]


@pytest.fixture
def student(cloud, tmp_path):
    """A student who has done nothing yet."""
    return Student(tmp_path / "student", cloud, BUCKET)


def test_the_lab_by_hand(student, mysfits, backend):
    """Part after part, each with what must then be there. It is one test: typing takes its time."""
    part_1(student)
    the_site_is_served(student)
    part_2(student)
    part_3(student, backend)
    the_backend_answers(student)
    the_site_is_served(student, backend=f"http://{student['NLB_DNS']}")
    the_task_is_the_labs(student)
    part_4(student)
    only_who_signed_in_may_like(student)

    mysfits.environment["MYSFITS_SERVICE_BINARY"] = str(backend)
    mysfits_sees_what_was_made_by_hand(mysfits)
    all_lab_checks_pass(mysfits, student)
    mysfits_leaves_it_alone(mysfits, student)
    the_backend_answers(student)
    only_who_signed_in_may_like(student)
    the_site_is_served(student, backend=f"http://{student['NLB_DNS']}")


def ask(student, path, method="GET"):
    """An answer of the backend through the load balancer."""
    page = web.request(method, f"http://{student['NLB_DNS']}{path}")
    return page.status, json.loads(page.body)


def the_site_is_served(student, backend=""):
    """The page at the website's address, which knows where its backend is."""
    page = web.get(student.cloud.website(BUCKET))
    assert (page.status, page.content_type) == (200, "text/html")
    config = web.get(student.cloud.website(BUCKET, "/config.js"))
    assert f'backend: "{backend}"' in config.text


def the_backend_answers(student):
    """From the table, with filters, by the name and port of the load balancer."""
    assert ask(student, "/")[0] == 200
    assert len(ask(student, "/mysfits")[1]["mysfits"]) == 12
    assert len(ask(student, "/mysfits?filter=LawChaos&value=Neutral")[1]["mysfits"]) == 5
    status, gretta = ask(student, f"/mysfits/{GRETTA}")
    assert (status, gretta["name"], gretta["species"]) == (200, "Gretta", "Gorgon")


def only_who_signed_in_may_like(student):
    """The API leads to the backend; its guard takes the ID token of a visitor, who signs in by SRP."""
    api = student["API_URL"]
    assert len(json.loads(web.get(f"{api}/mysfits").body)["mysfits"]) == 12
    like = f"{api}/mysfits/{GRETTA}/like"
    assert web.request("POST", like).status == 401
    visitor = Visitor(student.cloud, student["COGNITO_USER_POOL_ID"], student["COGNITO_USER_POOL_CLIENT_ID"])
    token = visitor.register().sign_in_by_srp()["IdToken"]
    assert web.request("POST", like, headers={"Authorization": token}).status == 200


def the_task_is_the_labs(student):
    """One task of the lab's definition, with its stream in the log group."""
    described = student.answer(f"ecs describe-task-definition --task-definition {FAMILY}")
    (container,) = described["taskDefinition"]["containerDefinitions"]
    # The lab's file says "http".
    assert container["portMappings"][0]["protocol"] == "tcp"
    tasks = student.answer(f"ecs list-tasks --cluster {CLUSTER} --service-name {SERVICE}")
    (task,) = tasks["taskArns"]
    streams = student.answer(f"logs describe-log-streams --log-group-name {LOGS}")["logStreams"]
    stream = f"awslogs-mythicalmysfits-service/{SERVICE}/{task.rsplit('/', 1)[1]}"
    assert [each["logStreamName"] for each in streams] == [stream]


def mysfits_sees_what_was_made_by_hand(mysfits):
    """`status` says of each thing that it is not its own."""
    shown = mysfits.done("status", "all", "--local", "--output", "json")
    lines = [json.loads(line) for line in shown.splitlines()]
    seen = {line["resource"]: line["state"] for line in lines if line["type"] == "status"}
    assert {name: seen[name] for name in TAGGED} == dict.fromkeys(TAGGED, "not ours")


def all_lab_checks_pass(mysfits, student):
    """What the lab's text asks is right, in the account and from outside; hardening is not all there."""
    lines = checks(mysfits, "all", "--local")
    failed = [line for line in lines if line["kind"] == "lab" and line["verdict"] != "pass"]
    assert failed == []
    hardening = {line["check"]: line["verdict"] for line in lines if line["kind"] == "hardening"}
    assert hardening["likes-table"] == hardening["backend-guard"] == "fail"
    # By its id, too, and by a wrong one.
    (api,) = student.answer("apigateway get-rest-apis")["items"]
    checks(mysfits, "all", "--local", "--api", api["id"])
    wrong = mysfits.run("check", "all", "--local", "--api", "another", "--output", "json").expect(3)
    assert '"check":"rest-api"' in wrong.out
    outside = checks(mysfits, "--url", student.cloud.website(BUCKET, ""))
    assert [line for line in outside if line["kind"] == "lab" and line["verdict"] != "pass"] == []
    assert len(outside) > 20


def checks(mysfits, *arguments):
    """The lines of all checks of a lab that passes."""
    shown = mysfits.done("check", *arguments, "--output", "json")
    return [it for it in map(json.loads, shown.splitlines()) if it["type"] == "check"]


def mysfits_leaves_it_alone(mysfits, student):
    """`cleanup all` says what is left and why, `deploy` how to take it over; nothing is changed."""
    cloud = student.cloud
    cloud.forget_requests()
    cleaned = mysfits.run("cleanup", "all", "--local", "--yes").expect(3)
    said = cleaned.out + cleaned.err
    for name in [BUCKET, "MysfitsTable", STACK, "mysfits-nlb", CLUSTER, LOGS]:
        assert name in said
    assert "is left in " not in said
    refused = mysfits.run("deploy", "part-3", "--local", "--yes").expect(1)
    assert "--adopt" in refused.err
    assert [call["operation"] for call in cloud.requests() if call["mutating"]] == []
