"""The tokens of pages: only those that an answer gave are taken, each by its own list."""

import json
import re

import pytest
from botocore.exceptions import ClientError

from helpers import aws, web
from helpers.aws import create_bucket, create_table
from helpers.tasks import TRUST

# What boto3 calls the services that it names differently.
NAMES = {
    "elasticloadbalancing": "elbv2",
    "servicequotas": "service-quotas",
    "tagging": "resourcegroupstaggingapi",
}
# The parameters that carry a token, in all spellings of AWS.
TOKEN = re.compile(r"(next|pagination|continuation)token|marker|position", re.IGNORECASE)
# What an operation looks at before its token.
GIVEN = {
    "ExecuteStatement": {"Statement": "SELECT * FROM xxx"},
    "ListTagsOfResource": {
        "ResourceArn": f"arn:aws:dynamodb:{aws.REGION}:000000000000:table/xxx"
    },
}
# This one is the name of a key, of which S3 takes any.
ANY_TEXT = {("s3", "ListObjects", "Marker")}
CODES = {
    "apigateway": "BadRequestException",
    "cloudformation": "ValidationError",
    "dynamodb": "ValidationException",
    "ec2": "InvalidParameterValue",
    "elbv2": "ValidationError",
    "iam": "ValidationError",
    "organizations": "InvalidInputException",
    "s3": "InvalidArgument",
    "sso": "InvalidRequestException",
}


def codes(client, service, operation):
    """What may be wrong with a parameter: as above, or as the operation's model has it."""
    if service in CODES:
        return {CODES[service]}
    errors = client.meta.service_model.operation_model(operation).error_shapes
    names = {error.metadata.get("error", {}).get("code", error.name) for error in errors}
    return {name for name in names if name.startswith("InvalidParameter")} or {"InvalidParameterException"}


def listings(cloud):
    """Every operation of the local cloud that takes a token: service, operation, parameter."""
    for service in json.loads(web.get(f"{cloud.url}/_local/services").body)["services"]:
        name = NAMES.get(service["service"], service["service"])
        model = cloud.client(name).meta.service_model
        for operation in set(service["operations"]) & set(model.operation_names):
            shape = model.operation_model(operation).input_shape
            for parameter in shape.members if shape else ():
                if TOKEN.fullmatch(parameter) and (name, operation, parameter) not in ANY_TEXT:
                    yield name, operation, parameter


def anything(shape):
    """A value that boto3 takes for this shape."""
    if shape.type_name == "structure":
        return {name: anything(shape.members[name]) for name in shape.required_members}
    if shape.type_name == "list":
        return [anything(shape.member)]
    if shape.type_name == "string":
        return (shape.enum or ["x" * max(3, shape.metadata.get("min", 0))])[0]
    return shape.metadata.get("min", 1)


def outcome(client, operation, given):
    """The code and the message of an operation, by the name that AWS gives it."""
    try:
        client._make_api_call(operation, given)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    return None, "it succeeded"


@pytest.mark.parametrize("token", ["made-up", "MQ", "1", "~"])
def test_a_token_that_no_answer_gave_is_an_error(cloud, token):
    """In every operation that takes one; an empty list would say that all is gone."""
    create_bucket(cloud.client("s3"), "xxx")
    create_table(cloud.client("dynamodb"), "xxx")
    found = sorted(listings(cloud))
    assert len(found) > 60 and {service for service, _, _ in found} >= set(CODES)
    wrong = []
    for service, operation, parameter in found:
        client = cloud.client(service)
        given = anything(client.meta.service_model.operation_model(operation).input_shape)
        given |= GIVEN.get(operation, {}) | {parameter: token}
        code, message = outcome(client, operation, given)
        if code not in codes(client, service, operation) or not re.search("token|marker|position", message, re.IGNORECASE):
            wrong.append(f"{service} {operation} {parameter}: {code}: {message}")
    assert not wrong, "\n".join(wrong)


def test_a_token_of_another_list_is_an_error(cloud, iam, ecs):
    """Of another operation or of another account; its own list takes it, also after a restart."""
    for number in range(3):
        iam.create_role(RoleName=f"role-{number}", AssumeRolePolicyDocument=TRUST)
        ecs.create_cluster(clusterName=f"cluster-{number}")
    roles = iam.list_roles()["Roles"]
    marker = iam.list_roles(MaxItems=1)["Marker"]
    token = ecs.list_clusters(maxResults=2)["nextToken"]
    for client, operation, given in [
        (iam, "ListPolicies", {"Marker": marker}),
        (ecs, "ListTaskDefinitions", {"nextToken": token}),
        (cloud.client("iam", "111111111111"), "ListRoles", {"Marker": marker}),
        (cloud.client("ecs", region="us-east-1"), "ListClusters", {"nextToken": token}),
    ]:
        code, _ = outcome(client, operation, given)
        assert code in {"ValidationError", "InvalidParameterException"}, operation
    cloud.stop()
    cloud.start()
    assert iam.list_roles(Marker=marker)["Roles"] == roles[1:]
    [rest] = ecs.list_clusters(nextToken=token)["clusterArns"]
    assert rest.endswith("cluster-2")


def test_pages_are_the_whole_list(iam):
    """boto3's paginator follows the tokens."""
    for number in range(5):
        iam.create_role(RoleName=f"role-{number}", AssumeRolePolicyDocument=TRUST)
    pages = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 2})
    assert [len(page["Roles"]) for page in pages] == [2, 2, 1]
