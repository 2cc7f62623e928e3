"""The local cloud's API Gateway, as boto3 sees it: links, the lab's own definition, stages, ends."""

import json

import pytest

from helpers.apis import definition
from helpers.aws import refused
from helpers.balancers import make_balancer
from helpers.network import make_network
from helpers.waiting import until

LIKE = "/mysfits/{mysfitId}/like"


@pytest.fixture
def gateway(cloud):
    """API Gateway of `cloud`."""
    return cloud.client("apigateway")


def test_a_link_takes_its_time(start_cloud):
    """It is PENDING first, then AVAILABLE, and DELETING before it is gone.

    Row: apigw CreateVpcLink (PENDING)
    Row: apigw GetVpcLink -> AVAILABLE
    Row: cleanup DeleteVpcLink until gone
    """
    cloud = start_cloud(pace=0.002)
    elb, gateway = cloud.client("elbv2"), cloud.client("apigateway")
    balancer = make_balancer(elb, make_network(cloud.client("ec2")))["LoadBalancerArn"]
    describe = lambda: elb.describe_load_balancers(LoadBalancerArns=[balancer])["LoadBalancers"][0]
    until(lambda: describe()["State"]["Code"] == "active", "the load balancer is active")
    made = gateway.create_vpc_link(name="link", targetArns=[balancer], tags={"mysfits:lab": "one"})
    assert (made["status"], made["targetArns"], made["tags"]) == (
        "PENDING",
        [balancer],
        {"mysfits:lab": "one"},
    )
    status = lambda: gateway.get_vpc_link(vpcLinkId=made["id"])["status"]
    until(lambda: status() == "AVAILABLE", "it is available")
    gateway.delete_vpc_link(vpcLinkId=made["id"])
    assert status() == "DELETING"
    gone = lambda: not gateway.get_vpc_links()["items"]
    until(gone, "it is gone")
    with refused("NotFoundException"):
        status()


def test_a_link_to_a_load_balancer_that_is_not_active_fails(start_cloud):
    """For good: it says why, and must be deleted and made again."""
    cloud = start_cloud(pace=0.02)
    elb, gateway = cloud.client("elbv2"), cloud.client("apigateway")
    balancer = make_balancer(elb, make_network(cloud.client("ec2")))["LoadBalancerArn"]
    made = gateway.create_vpc_link(name="link", targetArns=[balancer])
    get = lambda: gateway.get_vpc_link(vpcLinkId=made["id"])
    until(lambda: get()["status"] == "FAILED", "it has failed")
    assert "not in active state" in get()["statusMessage"]


def test_the_labs_own_definition(api):
    """Numeric version, a key twice, a stray one: it is imported, and nothing of it is lost.

    Row: apigw ImportRestApi swagger (REGIONAL)
    Row: apigw GetResources 5 paths
    Row: apigw GetAuthorizers COGNITO_USER_POOLS from swagger
    Row: apigw GetMethod like: COGNITO auth wired
    Row: apigw GetIntegration VPC_LINK HTTP_PROXY
    Row: apigw GetIntegration MOCK OPTIONS + response
    """
    found = api.gateway.get_rest_api(restApiId=api.id)
    assert (found["name"], found["endpointConfiguration"]["types"]) == ("MysfitsApi", ["REGIONAL"])
    items = api.gateway.get_resources(restApiId=api.id)["items"]
    with_methods = {item["path"] for item in items if item.get("resourceMethods")}
    assert with_methods == {"/", "/mysfits", "/mysfits/{mysfitId}", LIKE, "/mysfits/{mysfitId}/adopt"}
    (guard,) = api.gateway.get_authorizers(restApiId=api.id)["items"]
    assert guard["type"] == "COGNITO_USER_POOLS"
    arn = f"arn:aws:cognito-idp:eu-west-1:000000000000:userpool/{api.pool.id}"
    assert guard["providerARNs"] == [arn]

    like = api.method(LIKE, "POST")
    assert (like["authorizationType"], like["authorizerId"]) == ("COGNITO_USER_POOLS", guard["id"])
    leads = like["methodIntegration"]
    assert (leads["type"], leads["connectionType"], leads["connectionId"]) == (
        "HTTP_PROXY",
        "VPC_LINK",
        api.link,
    )
    assert leads["uri"].endswith(LIKE)
    assert leads["requestParameters"] == {
        "integration.request.path.mysfitId": "method.request.path.mysfitId"
    }
    mock = api.method("/mysfits", "OPTIONS")["methodIntegration"]
    assert mock["type"] == "MOCK"
    answer = mock["integrationResponses"]["200"]["responseParameters"]
    assert answer["method.response.header.Access-Control-Allow-Origin"] == "'*'"


def test_what_is_wrong_with_a_definition(gateway):
    """It is not imported, and no API is left.

    Row: apigw ImportRestApi invalid integration -> BadRequest
    """
    bad = json.loads(definition(COGNITO_USER_POOL_ID="eu-west-1_A", VPC_LINK_ID="a", NLB_DNS="b"))
    bad["paths"]["/"]["get"]["x-amazon-apigateway-integration"]["type"] = "carrier-pigeon"
    with refused("BadRequestException"):
        gateway.import_rest_api(body=json.dumps(bad), failOnWarnings=True)
    with refused("BadRequestException"):
        gateway.import_rest_api(body="no definition")
    assert gateway.get_rest_apis()["items"] == []


def test_a_stage_is_a_snapshot(api):
    """What is put afterwards is seen only when it is deployed.

    Row: apigw CreateDeployment stage prod
    Row: apigw GetStage prod
    """
    api.deployed()
    stage = api.gateway.get_stage(restApiId=api.id, stageName="prod")
    (deployment,) = api.gateway.get_deployments(restApiId=api.id)["items"]
    assert stage["deploymentId"] == deployment["id"]
    items = api.gateway.get_resources(restApiId=api.id)["items"]
    (mysfits,) = [item["id"] for item in items if item["path"] == "/mysfits"]
    api.gateway.delete_method(restApiId=api.id, resourceId=mysfits, httpMethod="GET")
    assert api.call("GET", "/mysfits").status == 200
    api.deployed()
    assert api.call("GET", "/mysfits").status == 403
    with refused("BadRequestException"):
        used = api.gateway.get_stage(restApiId=api.id, stageName="prod")["deploymentId"]
        api.gateway.delete_deployment(restApiId=api.id, deploymentId=used)
    api.gateway.delete_deployment(restApiId=api.id, deploymentId=deployment["id"])


def test_everything_is_in_the_way_of_something(api):
    """The stage of the link, the link of the load balancer: they go in this order only.

    Row: cleanup DeleteLoadBalancer while VPC link uses it -> ResourceInUse
    Row: cleanup DeleteVpcLink in use -> BadRequest
    Row: cleanup DeleteRestApi
    Row: cleanup DeleteVpcLink until gone
    """
    api.deployed()
    with refused("ResourceInUse") as said:
        api.elb.delete_load_balancer(LoadBalancerArn=api.balancer)
    assert "associated with another service" in str(said.value)
    with refused("BadRequestException") as said:
        api.gateway.delete_vpc_link(vpcLinkId=api.link)
    assert f"{api.id}:POST:" in str(said.value) and ":prod" in str(said.value)
    api.gateway.delete_rest_api(restApiId=api.id)
    assert api.call("GET", "/mysfits").status == 403
    api.gateway.delete_vpc_link(vpcLinkId=api.link)
    until(lambda: not api.gateway.get_vpc_links()["items"], "the link is gone")
    api.elb.delete_load_balancer(LoadBalancerArn=api.balancer)


def test_tags_are_found_again(api):
    """The Resource Groups Tagging API lists APIs, stages and links by theirs."""
    api.deployed()
    begin = "arn:aws:apigateway:eu-west-1::"
    arns = [f"/restapis/{api.id}", f"/restapis/{api.id}/stages/prod", f"/vpclinks/{api.link}"]
    for arn in arns:
        api.gateway.tag_resource(resourceArn=begin + arn, tags={"mysfits:lab": "one"})
    found = api.cloud.client("resourcegroupstaggingapi").get_resources(
        TagFilters=[{"Key": "mysfits:lab", "Values": ["one"]}]
    )
    found = {each["ResourceARN"] for each in found["ResourceTagMappingList"]}
    assert found == {begin + arn for arn in arns}


def test_one_api_is_deleted_in_half_a_minute(start_cloud):
    """Scaled by the pace; whoever comes too early is told so."""
    gateway = start_cloud(pace=0.05).client("apigateway")
    one, two = (gateway.create_rest_api(name=name)["id"] for name in ("one", "two"))
    gateway.delete_rest_api(restApiId=one)
    with refused("TooManyRequestsException"):
        gateway.delete_rest_api(restApiId=two)
