"""One request and more of every operation that the local cloud says it has, made by botocore's models."""

import json
import random

import boto3
from botocore.config import Config

from fuzz import requests
from helpers import web
from helpers.aws import REGION

# The services whose names differ in boto3.
NAMES = {
    "elasticloadbalancing": ["elbv2"],
    "servicequotas": ["service-quotas"],
    "tagging": ["resourcegroupstaggingapi"],
    "dynamodb": ["dynamodb", "dynamodbstreams"],
}
# How many requests there are of each operation: with few members, and with many.
FILLED = [0.0, 0.4, 0.9]
DEEPEST = 6


def every_operation(cloud, words):
    """Requests of all operations, with values that the recording has seen."""
    answer = json.loads(web.get(f"{cloud.url}/_local/services").body)
    services = answer["services"] if isinstance(answer, dict) else answer
    made, dice = [], random.Random(1)
    for service in services:
        for name in NAMES.get(service["service"], [service["service"]]):
            made += _of_service(cloud, name, set(service["operations"]), words, dice)
    return made


def _of_service(cloud, service, operations, words, dice):
    client = boto3.session.Session().client(
        service,
        endpoint_url=cloud.url,
        region_name=REGION,
        aws_access_key_id="000000000000",
        aws_secret_access_key="secret",
        config=Config(
            parameter_validation=False,
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"},
            inject_host_prefix=False,
        ),
    )
    caught = []
    client.meta.events.register("before-send", lambda request, **_: _catch(caught, request))
    methods = {operation: method for method, operation in client.meta.method_to_api_mapping.items()}
    for operation in sorted(operations & set(methods)):
        shape = client.meta.service_model.operation_model(operation).input_shape
        for filled in FILLED:
            parameters = _made(shape, "", words, dice, filled, 0) if shape else {}
            before = len(caught)
            try:
                getattr(client, methods[operation])(**parameters)
            except Exception:  # noqa: BLE001, S110 botocore trips over some of these itself.
                pass
            for request in caught[before:]:
                request.name = f"{service} {operation}"
    return caught


def _catch(caught, request):
    """Keeps a request, which is not sent."""
    target = "/" + request.url.split("/", 3)[3]
    body = request.body or b""
    body = body.read() if hasattr(body, "read") else body
    body = body.encode() if isinstance(body, str) else bytes(body)
    headers = [
        (name, value.decode() if isinstance(value, bytes) else str(value))
        for name, value in request.headers.items()
    ]
    headers.append(("host", request.url.split("/")[2]))
    caught.append(requests.from_parts("", request.method, target, headers, body))
    raise _Caught


class _Caught(Exception):
    """Ends a call of botocore before anything is sent."""


def _made(shape, name, words, dice, filled, depth):
    """A value of this shape."""
    match shape.type_name:
        case "structure":
            required = set(shape.required_members)
            return {
                member: _made(inner, member, words, dice, filled, depth + 1)
                for member, inner in shape.members.items()
                if member in required or (depth < DEEPEST and dice.random() < filled)
            }
        case "list":
            return (
                [_made(shape.member, name, words, dice, filled, depth + 1)]
                if depth < DEEPEST
                else []
            )
        case "map":
            key = _made(shape.key, name, words, dice, filled, depth + 1)
            return (
                {key: _made(shape.value, name, words, dice, filled, depth + 1)}
                if depth < DEEPEST
                else {}
            )
        case "string":
            return _text(shape, name, words, dice)
        case "blob":
            return b"x"
        case "boolean":
            return dice.random() < 0.5
        case "timestamp":
            return 1_700_000_000
    return dice.choice([1, 2, 5, 60])


def _text(shape, name, words, dice):
    if shape.enum:
        return dice.choice(shape.enum)
    known = words.get(name.lower()) or words.get(name.lower().removesuffix("s"))
    return dice.choice(known) if known else dice.choice(["x", "Id", "1", "a-name"])
