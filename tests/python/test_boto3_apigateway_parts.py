"""The local cloud's API Gateway: definitions of all kinds, and APIs that are put together by hand."""

import json

import pytest
from botocore.exceptions import ClientError

from helpers.apis import LINK, definition
from helpers.aws import refused
from helpers.balancers import make_balancer
from helpers.network import make_network
from helpers.waiting import until

TAGS = {"mysfits:lab": "mythical-mysfits"}
NOBODY = "arn:aws:elasticloadbalancing:eu-west-1:000000000000:loadbalancer/net/nobody/0123456789abcdef"
ORIGIN = "method.response.header.Access-Control-Allow-Origin"


@pytest.fixture
def gateway(cloud):
    """API Gateway of `cloud`."""
    return cloud.client("apigateway")


@pytest.fixture
def balancer(elb, network):
    """The ARN of the lab's load balancer."""
    return make_balancer(elb, network)["LoadBalancerArn"]


def swagger(paths, **more):
    """A small definition."""
    return json.dumps({"swagger": "2.0", "info": {"title": "small"}, "paths": paths} | more)


def mock(**more):
    """An operation that needs no backend."""
    integration = {"type": "mock", "requestTemplates": {"application/json": '{"statusCode": 200}'}}
    return {"x-amazon-apigateway-integration": integration} | more


def proxy(uri, **more):
    """An operation that a program of this machine carries out."""
    integration = {"type": "http_proxy", "httpMethod": "GET", "uri": uri}
    return {"x-amazon-apigateway-integration": integration | more}


def made(gateway, paths, **more):
    """An API of such paths, at the stage `prod`: what names it in calls."""
    api = {"restApiId": gateway.import_rest_api(body=swagger(paths, **more))["id"]}
    gateway.create_deployment(**api, stageName="prod")
    return api


def test_links_that_cannot_be(gateway, balancer):
    """One load balancer, that exists, is what a link has; and it is the only link on it."""
    for arns in [[], [balancer, balancer], [NOBODY], ["arn:aws:s3:::bucket"]]:
        with refused("BadRequestException"):
            gateway.create_vpc_link(name=LINK, targetArns=arns)
    with refused("NotFoundException"):
        gateway.get_vpc_link(vpcLinkId="nobody")
    # The name may be there twice, but the load balancer has one endpoint service.
    first, second = (gateway.create_vpc_link(name=LINK, targetArns=[balancer]) for _ in range(2))
    get = lambda link: gateway.get_vpc_link(vpcLinkId=link["id"])
    until(lambda: get(second)["status"] == "FAILED", "the second link has failed")
    assert "already associated with another VPC Endpoint Service" in get(second)["statusMessage"]
    assert get(first)["status"] == "AVAILABLE"
    pages = gateway.get_paginator("get_vpc_links").paginate(PaginationConfig={"PageSize": 1})
    assert [len(page["items"]) for page in pages] == [1, 1]


def test_a_link_can_be_renamed(gateway, balancer):
    """Its load balancer cannot be changed."""
    link = gateway.create_vpc_link(name=LINK, targetArns=[balancer])["id"]

    def patched(path):
        patch = [{"op": "replace", "path": path, "value": "other"}]
        return gateway.update_vpc_link(vpcLinkId=link, patchOperations=patch)

    assert patched("/name")["name"] == "other"
    with refused("BadRequestException"):
        patched("/targetArns")


MAPPING = {"integration.request.path.id": "method.request.path.id"}


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        (mock(security=[{"nobody": []}]), "'nobody', which is not defined"),
        (
            proxy("http://localhost/{id}", requestParameters=MAPPING),
            "Invalid mapping expression parameter specified: method.request.path.id",
        ),
        (proxy("http://example.com/"), "sends nothing beyond this machine"),
        (proxy("http://localhost/", type="aws_proxy"), "no integrations of the type AWS_PROXY"),
        (proxy("http://localhost/", timeoutInMillis=30_000), "between 50 ms and 29000 ms"),
    ],
)
def test_what_would_not_be_carried_out(gateway, operation, why):
    """It is an error of the import, in AWS's words where AWS has the error too."""
    with refused("BadRequestException") as caught:
        gateway.import_rest_api(body=swagger({"/{id}": {"get": operation}}))
    message = caught.value.response["Error"]["Message"]
    assert message.startswith("Errors found during import:\n\tUnable to put integration on 'GET'") or (
        "security definition" in message
    )
    assert why in message


def test_warnings_fail_where_they_are_asked_to(gateway):
    """Otherwise they are only told."""
    odd = swagger({"/": {"get": mock()}}, securityDefinitions={"odd": {"type": "oauth2"}})
    with refused("BadRequestException") as caught:
        gateway.import_rest_api(body=odd, failOnWarnings=True)
    assert "Warnings found during import:\n\t" in str(caught.value)
    assert len(gateway.import_rest_api(body=odd)["warnings"]) == 1


def test_a_definition_is_put_again_and_again(gateway):
    """`PutRestApi` makes no second API and no second anything."""
    api = gateway.create_rest_api(
        name="MysfitsApi", endpointConfiguration={"types": ["REGIONAL"]}, tags=TAGS
    )["id"]
    body = definition(COGNITO_USER_POOL_ID="eu-west-1_A", VPC_LINK_ID="abc123", NLB_DNS="lab")

    def parts():
        gateway.put_rest_api(restApiId=api, mode="overwrite", failOnWarnings=True, body=body)
        resources = gateway.get_resources(restApiId=api, embed=["methods"])["items"]
        return resources, gateway.get_authorizers(restApiId=api)["items"]

    first = parts()
    assert parts() == first
    assert (len(first[0]), len(first[1])) == (5, 1)
    (found,) = gateway.get_rest_apis()["items"]
    assert (found["id"], found["tags"]) == (api, TAGS)


def test_a_merge_adds_and_an_overwrite_replaces(gateway):
    """What is not in the definition stays, or goes."""
    api = made(gateway, {"/one": {"get": mock()}})
    paths = lambda: {each["path"] for each in gateway.get_resources(**api)["items"]}
    gateway.put_rest_api(**api, mode="merge", body=swagger({"/two": {"get": mock()}}))
    assert paths() == {"/", "/one", "/two"}
    three = swagger({"/three": {"get": mock()}}, basePath="/base")
    gateway.put_rest_api(**api, mode="overwrite", body=three, parameters={"basepath": "prepend"})
    assert paths() == {"/", "/base", "/base/three"}


def test_yaml_and_open_api_3(gateway):
    """A definition may be YAML, and of the later version."""
    body = """
openapi: 3.0.1
info: {title: three, version: '1'}
paths:
  /mysfits/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      x-amazon-apigateway-integration:
        type: http_proxy
        httpMethod: GET
        uri: http://localhost:1/{id}
        requestParameters:
          integration.request.path.id: method.request.path.id
"""
    api = gateway.import_rest_api(body=body, failOnWarnings=True)["id"]
    paths = {each["path"] for each in gateway.get_resources(restApiId=api)["items"]}
    assert paths == {"/", "/mysfits", "/mysfits/{id}"}


def test_an_api_made_by_hand(gateway):
    """Resource by resource, as in a console; what does nothing is not deployed."""
    new = gateway.create_rest_api(name="hand")
    api = {"restApiId": new["id"]}
    part = gateway.create_resource(**api, parentId=new["rootResourceId"], pathPart="{id}")["id"]
    with refused("ConflictException"):
        gateway.create_resource(**api, parentId=new["rootResourceId"], pathPart="{id}")
    method = api | {"resourceId": part, "httpMethod": "GET"}

    def not_deployed():
        with refused("BadRequestException") as caught:
            gateway.create_deployment(**api, stageName="prod")
        return caught.value.response["Error"]["Message"]

    assert not_deployed() == "The REST API doesn't contain any methods"
    gateway.put_method(**method, authorizationType="NONE")
    assert not_deployed() == "No integration defined for method"
    gateway.put_method_response(**method, statusCode="200", responseParameters={ORIGIN: False})
    template = {"application/json": '{"statusCode": 200}'}
    gateway.put_integration(**method, type="MOCK", requestTemplates=template)
    gateway.put_integration_response(**method, statusCode="200", responseParameters={ORIGIN: "'*'"})
    gateway.create_deployment(**api, stageName="prod")
    gateway.delete_method(**method)
    with refused("NotFoundException"):
        gateway.get_method(**method)
    gateway.delete_resource(**api, resourceId=part)
    assert [each["path"] for each in gateway.get_resources(**api)["items"]] == ["/"]


def test_a_stage_has_variables_and_limits(gateway):
    """They stay when it shows another deployment."""
    api = made(gateway, {"/": {"get": mock()}})
    first = gateway.get_stage(**api, stageName="prod")["deploymentId"]
    patch = [
        {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "50"},
        {"op": "replace", "path": "/*/*/throttling/burstLimit", "value": "100"},
        {"op": "replace", "path": "/variables/a", "value": "b"},
    ]
    gateway.update_stage(**api, stageName="prod", patchOperations=patch)
    second = gateway.create_deployment(**api, stageName="prod", variables={"c": "d"})["id"]
    stage = gateway.get_stage(**api, stageName="prod")
    assert (stage["deploymentId"], stage["variables"]) == (second, {"a": "b", "c": "d"})
    limits = stage["methodSettings"]["*/*"]
    assert (limits["throttlingRateLimit"], limits["throttlingBurstLimit"]) == (50, 100)

    with refused("ConflictException"):
        gateway.create_stage(**api, stageName="prod", deploymentId=second)
    gateway.create_stage(**api, stageName="dev", deploymentId=first, tags=TAGS)
    stages = {each["stageName"]: each for each in gateway.get_stages(**api)["item"]}
    assert (stages.keys(), stages["dev"]["tags"]) == ({"prod", "dev"}, TAGS)
    gateway.delete_stage(**api, stageName="dev")
    with refused("NotFoundException"):
        gateway.get_stage(**api, stageName="dev")


def test_gateway_responses(gateway):
    """How the gateway answers itself is part of the definition, and can be put by itself."""
    header = "gatewayresponse.header.Access-Control-Allow-Origin"
    responses = {"DEFAULT_4XX": {"responseParameters": {header: "'*'"}}}
    api = made(
        gateway,
        {"/": {"get": mock()}},
        **{"x-amazon-apigateway-gateway-responses": responses},
    )
    get = lambda kind: gateway.get_gateway_response(**api, responseType=kind)
    assert get("DEFAULT_4XX")["responseParameters"] == {header: "'*'"}
    assert get("UNAUTHORIZED")["defaultResponse"] is True
    gateway.put_gateway_response(**api, responseType="UNAUTHORIZED", statusCode="418")
    assert get("UNAUTHORIZED")["statusCode"] == "418"
    gateway.delete_gateway_response(**api, responseType="UNAUTHORIZED")
    assert get("UNAUTHORIZED")["statusCode"] == "401"


def test_whoever_waits_deletes_the_next_api(start_cloud):
    """The half minute between two ends."""
    gateway = start_cloud(pace=0.02).client("apigateway")
    one, other = (gateway.create_rest_api(name="many")["id"] for _ in range(2))
    gateway.delete_rest_api(restApiId=one)

    def is_deleted():
        try:
            return gateway.delete_rest_api(restApiId=other)
        except ClientError as error:
            assert error.response["Error"]["Code"] == "TooManyRequestsException"
            return None

    until(is_deleted, "the other is deleted")
    assert gateway.get_rest_apis()["items"] == []


def test_a_link_that_goes_holds_its_load_balancer(start_cloud):
    """Until it is really gone."""
    cloud = start_cloud()
    elb, gateway, ec2 = (cloud.client(name) for name in ("elbv2", "apigateway", "ec2"))
    balancer = make_balancer(elb, make_network(ec2))["LoadBalancerArn"]
    link = gateway.create_vpc_link(name=LINK, targetArns=[balancer])["id"]
    # Made at once, but not gone at once.
    cloud.stop()
    cloud.pace = 0.02
    cloud.start()
    gateway.delete_vpc_link(vpcLinkId=link)
    assert gateway.get_vpc_link(vpcLinkId=link)["status"] == "DELETING"
    with refused("ResourceInUse"):
        elb.delete_load_balancer(LoadBalancerArn=balancer)
    until(lambda: not gateway.get_vpc_links()["items"], "the link is gone")
    elb.delete_load_balancer(LoadBalancerArn=balancer)


def test_accounts_and_regions_are_apart(cloud, gateway):
    """Each has its own APIs."""
    api = gateway.create_rest_api(name="mine")["id"]
    for other in [{"account": "111111111111"}, {"region": "eu-north-1"}]:
        elsewhere = cloud.client("apigateway", **other)
        assert elsewhere.get_rest_apis()["items"] == []
        with refused("NotFoundException"):
            elsewhere.get_rest_api(restApiId=api)
