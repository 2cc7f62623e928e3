"""boto3 clients, and what the tests ask of them again and again."""

import json
from contextlib import contextmanager
from functools import cache

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

from helpers.places import TEMPLATES

REGION = "eu-west-1"
CONFIG = Config(
    connect_timeout=5,
    read_timeout=60,
    # An error must reach the test, not be tried again until it is gone.
    retries={"total_max_attempts": 1},
    s3={"addressing_style": "path"},
)
# S3 Block Public Access, as it is for new buckets.
ALL_ON = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


@cache
def session():
    """One for all clients of a process: it reads the models of the services once."""
    return boto3.session.Session()


def client(service, endpoint, account="000000000000", region=REGION):
    """A client of this service. The access key is the account, as the local cloud has it."""
    return session().client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="secret",
        config=CONFIG,
    )


@contextmanager
def refused(code):
    """`with refused("NoSuchBucket"):` expects AWS's error of this code."""
    with pytest.raises(ClientError) as caught:
        yield caught
    found = caught.value.response["Error"]["Code"]
    assert found == code, f"{found} instead of {code}: {caught.value}"


def wait(client, waiter, **what):
    """boto3's own waiter, which looks as often as it makes sense here."""
    try:
        client.get_waiter(waiter).wait(WaiterConfig={"Delay": 0.1, "MaxAttempts": 300}, **what)
    except WaiterError as error:
        error.add_note(f"The last answer: {error.last_response}")
        raise


def tags_of(pairs):
    """AWS's list of tags as a dictionary, in either of its two spellings."""
    return {pair.get("Key", pair.get("key")): pair.get("Value", pair.get("value")) for pair in pairs}


def template(name, **values):
    """A file of `templates/`, filled in, as JSON."""
    text = (TEMPLATES / name).read_text()
    for placeholder, value in values.items():
        text = text.replace(f"REPLACE_ME_{placeholder}", value)
    assert "REPLACE_ME" not in text
    return json.loads(text)


def create_bucket(s3, name, region=REGION, **more):
    """A bucket in the region of the client."""
    return s3.create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": region, **more}
    )


def make_public(s3, bucket, *actions):
    """Opens Block Public Access for policies, and lets everyone read (or do what is named)."""
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": False,
            "RestrictPublicBuckets": False,
        },
    )
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(public_policy(bucket, *actions)))


def public_policy(bucket, *actions):
    """A policy that lets everyone do these things, or read when none is named."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": list(actions) or "s3:GetObject",
                "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
                if actions
                else f"arn:aws:s3:::{bucket}/*",
            }
        ],
    }


def create_table(dynamodb, name="MysfitsTable", **more):
    """The lab's table with its two indexes."""
    return dynamodb.create_table(**template("dynamodb-table.json", TABLE_NAME=name), **more)


def put_mysfits(dynamodb, name="MysfitsTable"):
    """The twelve mysfits."""
    items = template("populate-dynamodb.json", TABLE_NAME=name)
    return dynamodb.batch_write_item(RequestItems=items)


def unchecked(client, account="000000000000"):
    """This client, which from now on sends what it is given: AWS must refuse it, not boto3."""
    config = CONFIG.merge(Config(parameter_validation=False))
    return session().client(
        client.meta.service_model.service_name,
        endpoint_url=client.meta.endpoint_url,
        region_name=client.meta.region_name,
        aws_access_key_id=account,
        aws_secret_access_key="secret",
        config=config,
    )
