"""What tools read that look at a whole account: the lab does not call it, and gets an answer too."""

import json

import pytest
from botocore.exceptions import ClientError

from helpers import aws
from helpers.aws import create_bucket, create_table, refused


def test_regions(cloud):
    """Those that an account has from the start, and the one in use; all when asked for."""
    ec2 = cloud.client("ec2")
    found = {region["RegionName"]: region for region in ec2.describe_regions()["Regions"]}
    assert found["eu-west-1"] == {
        "RegionName": "eu-west-1",
        "Endpoint": "ec2.eu-west-1.amazonaws.com",
        "OptInStatus": "opt-in-not-required",
    }
    assert {"us-east-1", "ap-southeast-2"} < set(found)
    assert not {"af-south-1", "cn-north-1", "us-gov-west-1"} & set(found)
    everywhere = {
        region["RegionName"]: region["OptInStatus"]
        for region in ec2.describe_regions(AllRegions=True)["Regions"]
    }
    assert set(found) < set(everywhere)
    assert everywhere["af-south-1"] == "not-opted-in"
    south = aws.client("ec2", cloud.url, region="af-south-1").describe_regions()["Regions"]
    assert {"RegionName": "af-south-1", "OptInStatus": "opted-in"}.items() <= next(
        region.items() for region in south if region["RegionName"] == "af-south-1"
    )
    one = ec2.describe_regions(RegionNames=["us-east-2"])["Regions"]
    filtered = ec2.describe_regions(Filters=[{"Name": "region-name", "Values": ["us-east-2"]}])
    assert one == filtered["Regions"] == [found["us-east-2"]]
    with refused("InvalidParameterValue"):
        ec2.describe_regions(RegionNames=["middle-earth-1"])


def test_instances(cloud):
    """There are none."""
    ec2 = cloud.client("ec2")
    running = [{"Name": "instance-state-name", "Values": ["running"]}]
    named = [{"Name": "tag:Name", "Values": ["*"]}, {"Name": "vpc-id", "Values": ["vpc-1"]}]
    for filters in [[], running, named]:
        pages = ec2.get_paginator("describe_instances").paginate(Filters=filters)
        assert [page["Reservations"] for page in pages] == [[]]
    with refused("InvalidInstanceID.NotFound") as caught:
        ec2.describe_instances(InstanceIds=["i-0123456789abcdef0"])
    assert "The instance ID 'i-0123456789abcdef0' does not exist" in str(caught.value)
    with refused("InvalidParameterValue"):
        ec2.describe_instances(Filters=[{"Name": "colour", "Values": ["red"]}])


def test_what_a_bucket_does_not_have(s3):
    """Nobody set it: 404 with a code of its own, or AWS's default."""
    create_bucket(s3, "bucket")
    for read, code in [
        (s3.get_bucket_lifecycle_configuration, "NoSuchLifecycleConfiguration"),
        (s3.get_bucket_replication, "ReplicationConfigurationNotFoundError"),
        (s3.get_object_lock_configuration, "ObjectLockConfigurationNotFoundError"),
    ]:
        with refused(code) as caught:
            read(Bucket="bucket")
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
        with refused("NoSuchBucket"):
            read(Bucket="nowhere")
    for read, default in [
        (s3.get_bucket_notification_configuration, {}),
        (s3.get_bucket_logging, {}),
        (s3.get_bucket_request_payment, {"Payer": "BucketOwner"}),
        (s3.get_bucket_accelerate_configuration, {}),
    ]:
        answer = read(Bucket="bucket")
        assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
        assert answer == default
    with refused("NotImplemented"):
        s3.put_bucket_request_payment(
            Bucket="bucket", RequestPaymentConfiguration={"Payer": "Requester"}
        )


def test_what_dynamodb_has_for_an_account(dynamodb):
    """Backups are off, and the limits are those of a new account."""
    create_table(dynamodb)
    found = dynamodb.describe_continuous_backups(TableName="MysfitsTable")
    assert found["ContinuousBackupsDescription"] == {
        "ContinuousBackupsStatus": "ENABLED",
        "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
    }
    with refused("TableNotFoundException") as caught:
        dynamodb.describe_continuous_backups(TableName="Nothing")
    assert "Table not found: Nothing" in str(caught.value)
    assert dynamodb.describe_limits()["TableMaxReadCapacityUnits"] == 40000
    (endpoint,) = dynamodb.describe_endpoints()["Endpoints"]
    assert endpoint == {
        "Address": "dynamodb.eu-west-1.amazonaws.com",
        "CachePeriodInMinutes": 1440,
    }


def test_what_api_gateway_has_none_of(cloud):
    """No usage plans and no keys; an API has two models, or those of its definition."""
    gateway = cloud.client("apigateway")
    assert gateway.get_usage_plans()["items"] == gateway.get_api_keys()["items"] == []
    api = gateway.create_rest_api(name="api")["id"]
    models = {model["name"]: model for model in gateway.get_models(restApiId=api)["items"]}
    assert set(models) == {"Empty", "Error"}
    assert models["Empty"]["contentType"] == "application/json"
    assert '"title" : "Error Schema"' in models["Error"]["schema"]
    body = {"swagger": "2.0", "info": {"title": "api"}, "paths": {}}
    body["definitions"] = {"Mysfit": {"type": "object"}}
    api = gateway.import_rest_api(body=json.dumps(body))["id"]
    (model,) = gateway.get_models(restApiId=api)["items"]
    assert (model["name"], json.loads(model["schema"])) == ("Mysfit", {"type": "object"})
    again = gateway.put_rest_api(restApiId=api, mode="overwrite", body=json.dumps(body))["id"]
    assert gateway.get_models(restApiId=again)["items"] == [model]
    with refused("NotFoundException"):
        gateway.get_models(restApiId="nothing")


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("rds", "describe_db_instances"),
        ("sns", "list_topics"),
        ("elasticache", "describe_cache_clusters"),
        ("autoscaling", "describe_auto_scaling_groups"),
        ("lambda", "list_functions"),
        ("kms", "list_keys"),
        ("route53", "list_hosted_zones"),
    ],
)
def test_services_that_are_not_there(cloud, service, operation):
    """Each client can read the error: of Query in XML, of the others in JSON."""
    client = cloud.client(service)
    with pytest.raises(ClientError) as caught:
        getattr(client, operation)()
    error = caught.value.response["Error"]
    assert error["Code"] == "NotImplemented"
    assert "The local cloud does not have the service" in error["Message"]
