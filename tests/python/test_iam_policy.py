"""`mysfits iam-policy`: what it permits is known to AWS, is enough for a lab's whole life, and nothing of it
is left over."""

import json

import pytest

from helpers import iam_data, iam_life
from helpers.aws import REGION
from helpers.iam_matcher import denied, one_or_more, without_each
from helpers.iam_requests import asked_of
from helpers.iam_stack import NOT_USED, ZONES, asked_of_stack, declared
from helpers.program import Program
from long.lab import Lab
from long.names import operation_of, service_of

ROLES = ["operator", "student", "auditor"]
LARGEST = 6144
# AWS asks for `*`, although the only type that it names is another one.
# https://github.com/cdklabs/construct-hub/pull/1207
ASKED_FOR_ALL = {"ecs:ListTasks"}


# The life of a lab that is recorded takes long: once is enough.
pytestmark = pytest.mark.xdist_group("iam-policy")


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """`mysfits` without credentials and without a cloud."""
    return Program(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def data():
    """The published data."""
    iam_data.require()


@pytest.fixture(scope="module")
def life(tmp_path_factory, backend, data):
    """The recorded requests of a lab's life."""
    folder = tmp_path_factory.mktemp("life")
    # Fast, but slow enough that what takes time is looked at meanwhile.
    lab = Lab(folder, pace=0.02)
    recorder = iam_life.Recorder(lab)
    try:
        return iam_life.live(recorder, folder)
    finally:
        recorder.stop()
        lab.end()


def policies(program, *arguments):
    """The policies, as JSON lines."""
    out = program.done("iam-policy", *arguments, "--output", "json")
    return [line for line in map(json.loads, out.splitlines()) if line["type"] == "policy"]


def statements(program, *arguments):
    """The statements of all policies together."""
    return [it for policy in policies(program, *arguments) for it in policy["document"]["Statement"]]


def all_asked(requests):
    """What IAM is asked for these requests, each once."""
    asked = [it for request in requests for it in asked_of(request)]
    of_stack = [operation_of(it) for it in requests if service_of(it) == "cloudformation"]
    asked += [it for operation in of_stack for it in asked_of_stack(operation)]
    return list(dict.fromkeys(asked))


@pytest.mark.parametrize("role", ROLES)
def test_each_document_is_within_the_limit(program, role):
    """A managed policy has at most 6144 characters without blanks."""
    narrow = ["--account", "123456789012", "--region", "ap-southeast-1", "--lab", "twelve-chars"]
    for flags in [[], narrow]:
        for policy in policies(program, role, *flags):
            text = json.dumps(policy["document"], separators=(",", ":"))
            assert len(text) == policy["size"] <= LARGEST


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("role", ROLES)
def test_each_action_has_the_resources_that_aws_knows_for_it(program, role):
    """No action that does not exist; `*` only where there is no type; no resource of no action."""
    for statement in statements(program, role):
        actions, resources = one_or_more(statement["Action"]), one_or_more(statement["Resource"])
        types = {name: iam_data.types_of(name) for name in actions}
        for name, of_action in types.items():
            if resources == ["*"]:
                assert not of_action or name in ASKED_FOR_ALL, f"{name} has types: {list(of_action)}"
                continue
            covered = {
                key for key, (_, forms) in of_action.items()
                if any(iam_data.is_of(it, forms) for it in resources)
            }
            assert covered, f"{name}: none of {resources} is of {list(of_action)}"
            if name.startswith("ec2:"):
                required = {key for key, (kind, _) in of_action.items() if kind["required"]}
                assert required <= covered, name
        for resource in set(resources) - {"*"}:
            forms = [forms for of_action in types.values() for _, forms in of_action.values()]
            assert any(iam_data.is_of(resource, it) for it in forms), resource


@pytest.mark.usefixtures("data")
def test_conditions_are_on_keys_that_the_actions_have(program):
    """A condition on a key that an action does not have never holds."""
    for statement in statements(program, "operator"):
        for key in (key for keys in statement.get("Condition", {}).values() for key in keys):
            known = "aws:ResourceTag/${TagKey}" if key.startswith("aws:ResourceTag/") else key
            for name in one_or_more(statement["Action"]):
                kinds = iam_data.action(name)["resourceTypes"]
                keys = [each for kind in kinds for each in kind["conditionKeys"]]
                assert known in keys + iam_data.action(name)["conditionKeys"], f"{name}: {key}"


@pytest.mark.usefixtures("data")
def test_an_auditor_only_looks(program):
    """By AWS's own levels."""
    names = [it for each in statements(program, "auditor") for it in one_or_more(each["Action"])]
    levels = {level for name in names for level in iam_data.action(name)["accessLevel"].split(", ")}
    assert levels == {"Read", "List"}


@pytest.mark.usefixtures("data")
def test_the_stack_is_permitted_what_its_handlers_declare(program):
    """What the core stack needs is what the handlers of its types declare, as far as it uses them."""
    needed = set()
    for policy in policies(program, "operator"):
        needed |= {name for name, by in policy["needed_by"].items() if "core-stack" in by}
    needed = {name for name in needed if not name.startswith("cloudformation:")}
    all_declared = declared("create", "read", "update", "delete")
    assert needed - all_declared == ZONES
    assert all_declared - needed == set(NOT_USED)


def test_a_labs_life_is_permitted(program, life):
    """Deployed, looked at, changed, repaired, cleaned up: an operator may, and so may a student."""
    asked = all_asked(life.all)
    assert len(asked) > 250
    for role in ["operator", "student"]:
        narrow = ["--account", "000000000000"]
        assert denied(statements(program, role, *narrow), asked) == []
    of_another = denied(statements(program, "student", "--lab", "anna"), asked)
    assert "dynamodb:DeleteTable" in {it.action for it in of_another}


def test_an_auditor_may_look_and_nothing_else(program, life):
    """All that `plan`, `status`, `labs` and `logs` ask for; of the rest, everything that changes something."""
    looks = all_asked(life.looks)
    assert len(looks) > 30
    permitted = statements(program, "auditor")
    assert denied(permitted, looks) == []
    refused = {it.action for it in denied(permitted, all_asked(life.all))}
    levels = {level for name in refused for level in iam_data.action(name)["accessLevel"].split(", ")}
    assert {"Write", "Tagging", "Permissions management"} <= levels


def test_nothing_is_permitted_that_is_not_needed(program, life):
    """Without any single action, something in a lab's life is denied."""
    asked = all_asked(life.all)
    all_statements = statements(program, "operator")
    assert denied(all_statements, asked) == []
    unused = [name for name, rest in without_each(all_statements) if not denied(rest, asked)]
    assert not unused, unused


def test_the_evaluator_agrees(cloud, program, life):
    """The local cloud's own evaluation: all that was recorded is allowed, and nothing can be left out."""
    asked = all_asked(life.all)
    all_statements = statements(program, "operator")
    evaluator = Evaluator(cloud.client("iam"))
    assert evaluator.denied(all_statements, asked) == []
    for name, rest in without_each(all_statements):
        missed = denied(rest, asked)[:1]
        assert evaluator.denied(rest, missed) == missed, name


class Evaluator:
    """A role without policies, for which policies are simulated."""

    def __init__(self, iam):
        trust = {"Effect": "Allow", "Principal": {"Service": "ecs.amazonaws.com"}, "Action": "sts:AssumeRole"}
        document = {"Version": "2012-10-17", "Statement": [trust]}
        role = iam.create_role(RoleName="nobody", AssumeRolePolicyDocument=json.dumps(document))
        self.iam, self.role = iam, role["Role"]["Arn"]

    def denied(self, all_statements, asked):
        """What is not allowed."""
        document = json.dumps({"Version": "2012-10-17", "Statement": all_statements})
        return [it for it in asked if self._decision(document, it) != "allowed"]

    def _decision(self, document, asked):
        context = [
            {"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": "string"}
            for key, value in asked.context
        ]
        simulated = self.iam.simulate_principal_policy(
            PolicySourceArn=self.role,
            PolicyInputList=[document],
            ActionNames=[asked.action],
            ResourceArns=[asked.resource],
            ContextEntries=context,
        )
        return simulated["EvaluationResults"][0]["EvalDecision"]


@pytest.fixture
def session(cloud, tmp_path, program, backend):
    """Begins a session of a role with an operator's policies, without this action."""

    def begin(without=None):
        documents = [it["document"] for it in policies(program, "operator", "--region", REGION)]
        for document in documents:
            document["Statement"] = list(cut(document["Statement"], without))
        return iam_life.Session(cloud, tmp_path / "session", documents)

    return begin


def cut(all_statements, action):
    """The statements without an action."""
    for statement in all_statements:
        names = one_or_more(statement["Action"])
        rest = [name for name in names if name != action]
        if rest == names:
            yield statement
        elif rest:
            yield {**statement, "Action": rest}


def test_a_role_with_an_operators_policies_can_do_everything(session):
    """The local cloud evaluates each call of the session, and what CloudFormation does in its name."""
    operator = session()
    for command in [
        ("deploy", "all", "--yes"),
        ("plan", "all", "--exit-code"),
        ("status",),
        ("check",),
        ("labs",),
        ("logs",),
        ("cost",),
        ("doctor",),
        ("deploy", "all", "--yes", "--topology", "economy"),
        ("cleanup", "all", "--yes"),
    ]:
        operator.run(*command).expect(0)


@pytest.mark.parametrize(
    ("action", "where"),
    [
        ("s3:PutBucketPolicy", "bucket"),
        ("dynamodb:CreateTable", "table"),
        ("ecs:CreateService", "service"),
        ("iam:PassRole", "task-definition"),
        ("apigateway:POST", "rest-api"),
        # In the session's name, by API Gateway and by CloudFormation.
        ("ec2:CreateVpcEndpointServiceConfiguration", "vpc-link"),
        ("ec2:CreateNatGateway", "core-stack"),
        ("iam:CreateRole", "core-stack"),
    ],
)
def test_without_an_action_its_call_is_denied(session, action, where):
    """The error names the resource, the action as AWS does, and what prints all that is needed."""
    ended = session(without=action).run("deploy", "all", "--yes").expect(1)
    error = next(it for it in ended.err.split("error[") if f"]: {where}: " in it)
    assert f"is not authorized to perform: {action} on resource: " in error
    assert "because no identity-based policy allows the" in error


def test_the_hint_of_a_denial_is_the_command(session):
    """Who is denied something learns how to see what is needed."""
    ended = session(without="dynamodb:CreateTable").run("table", "deploy", "--yes").expect(1)
    assert "error[MYS015]: table: " in ended.err
    assert "`mysfits iam-policy` prints all that are needed" in ended.err
