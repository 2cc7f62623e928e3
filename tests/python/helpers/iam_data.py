"""Published data: AWS's actions, and what CloudFormation's handlers of each type declare."""

import json
import re
import shutil
from functools import cache

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from helpers.aws import REGION
from helpers.places import IAM_DATA, IN_CI, TEMPLATES

# IAM's name of a service is shared by Classic Load Balancers, whose operations have some of the same
# names: of these the data has only what they are for Classic ones.
ALSO_OF_CLASSIC = {"AddTags", "CreateLoadBalancer", "DeleteLoadBalancer", "ModifyLoadBalancerAttributes"}


def require():
    """Leaves the test out where npm has not installed the data. In CI it must be there, if npm is."""
    if not IAM_DATA.is_dir():
        missing = f"{IAM_DATA} is not there: `npm ci` in `tests/iam` installs it"
        pytest.fail(missing) if IN_CI and shutil.which("npm") else pytest.skip(missing)


@cache
def _read(kind, service):
    return json.loads((IAM_DATA / kind / f"{service}.json").read_text())


def action(name):
    """What is known of an action."""
    service, _, operation = name.partition(":")
    found = _read("actions", service).get(operation.lower())
    assert found, f"there is no action {name}"
    return found


def types_of(name):
    """The resource types of an action, by name: whether it is required, and the form of its ARNs."""
    service, _, operation = name.partition(":")
    types = action(name)["resourceTypes"]
    known = _read("resourceTypes", service)
    if service == "elasticloadbalancing" and operation in ALSO_OF_CLASSIC:
        types = [{"name": known[key]["key"], "conditionKeys": [], "required": False} for key in known]
    return {it["name"]: (it, _forms(known[it["name"].lower()]["arn"])) for it in types}


def _forms(text):
    """The forms of a type's ARNs, as patterns."""
    return [re.sub(r"\$\{\w+\}", "*", arn) for arn in text.split(", ")]


def is_of(resource, forms):
    """Whether there can be an ARN that a policy's resource and one of the forms fit."""
    return any(_meet(resource, form) for form in forms)


@cache
def _meet(one, other):
    """Whether there is a text that both patterns fit."""
    if not one or not other:
        return set(one + other) <= {"*"}
    if one[0] == "*":
        return _meet(one[1:], other) or _meet(one, other[1:])
    if other[0] == "*":
        return _meet(other, one)
    return one[0] == other[0] and _meet(one[1:], other[1:])


@cache
def handlers(kind):
    """What the handlers of a type declare, by `create`, `read`, `update` and `delete`."""
    found = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema["handlers"]
    return {
        name: set(found[name]["permissions"])
        for name in ("create", "read", "update", "delete")
        if name in found
    }


@cache
def types_of_the_template():
    """The types in the core stack's template."""
    return sorted(set(re.findall(r"^ +Type: (AWS::\S+)$", (TEMPLATES / "core.yml").read_text(), re.M)))
