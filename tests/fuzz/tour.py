"""Calls of all services that succeed, in an account of their own, so that they are recorded: what a lab
does not call, and in more ways than it does."""

import copy
import tempfile
from pathlib import Path

from fuzz import tour_data, tour_texts
from helpers.apis import Api
from helpers.answering import echo
from helpers.cognito import EMAIL, Pool
from helpers.network import make_network
from helpers.tasks import CLUSTER, FAMILY, REPOSITORY, Surroundings

ACCOUNT = "111111111111"
TAGS = [{"Key": "a", "Value": "b"}]


def tour(cloud):
    """Calls what there is of a cloud."""
    elsewhere = _Elsewhere(cloud)
    network = make_network(elsewhere.client("ec2"))
    _network(elsewhere.client("ec2"), network)
    _running(elsewhere, network)
    _api(elsewhere, network)
    _people(elsewhere)
    tour_data.tour(elsewhere)
    tour_texts.tour(elsewhere)


class _Elsewhere:
    """A cloud in which clients have another account by default."""

    def __init__(self, cloud):
        self.__dict__ |= copy.copy(cloud).__dict__
        self.url, self.cloud = cloud.url, cloud

    def client(self, service):
        """A client of the other account."""
        return self.cloud.client(service, ACCOUNT)


def _network(ec2, network):
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.create_nat_gateway(SubnetId=network.public[0], AllocationId=address)
    ec2.create_vpc_endpoint(
        VpcId=network.vpc,
        ServiceName="com.amazonaws.eu-west-1.dynamodb",
        RouteTableIds=[network.table],
    )
    ec2.create_tags(Resources=[network.vpc, address], Tags=TAGS)
    ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsHostnames={"Value": True})
    ec2.modify_subnet_attribute(SubnetId=network.public[0], MapPublicIpOnLaunch={"Value": True})
    filters = [
        {"Name": "vpc-id", "Values": [network.vpc, "vpc-*"]},
        {"Name": "tag:a", "Values": ["b"]},
    ]
    for look in (
        "subnets",
        "route_tables",
        "security_groups",
        "network_interfaces",
        "vpc_endpoints",
        "vpcs",
    ):
        getattr(ec2, f"describe_{look}")(Filters=filters, MaxResults=5)
    ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [network.group]}])
    ec2.describe_availability_zones(ZoneNames=["eu-west-1a"])


def _running(cloud, network):
    with tempfile.NamedTemporaryFile() as program:
        Path(program.name).write_bytes(b"#!/bin/sh\n")
        around = Surroundings(cloud, network, Path(program.name))
    around.serve(desiredCount=0)
    ecs, ecr, elb = around.ecs, around.ecr, around.elb
    task = ecs.run_task(
        cluster=CLUSTER,
        taskDefinition=FAMILY,
        launchType="FARGATE",
        networkConfiguration=network.settings(),
    )
    arn = task["tasks"][0]["taskArn"]
    ecs.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "b"}])
    ecs.stop_task(cluster=CLUSTER, task=arn, reason="a")
    ecs.update_cluster_settings(
        cluster=CLUSTER, settings=[{"name": "containerInsights", "value": "disabled"}]
    )
    ecr.put_lifecycle_policy(
        repositoryName=REPOSITORY,
        lifecyclePolicyText='{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":'
        '"imageCountMoreThan","countNumber":3},"action":{"type":"expire"}}]}',
    )
    manifest = ecr.batch_get_image(repositoryName=REPOSITORY, imageIds=[{"imageTag": "latest"}])[
        "images"
    ][0]
    ecr.put_image(
        repositoryName=REPOSITORY, imageManifest=manifest["imageManifest"], imageTag="again"
    )
    upload = ecr.initiate_layer_upload(repositoryName=REPOSITORY)["uploadId"]
    ecr.upload_layer_part(
        repositoryName=REPOSITORY,
        uploadId=upload,
        partFirstByte=0,
        partLastByte=2,
        layerPartBlob=b"abc",
    )
    elb.add_tags(ResourceArns=[around.group, around.balancer["LoadBalancerArn"]], Tags=TAGS)
    elb.register_targets(TargetGroupArn=around.group, Targets=[{"Id": "10.0.0.9", "Port": 80}])
    elb.describe_target_health(TargetGroupArn=around.group)
    elb.set_subnets(LoadBalancerArn=around.balancer["LoadBalancerArn"], Subnets=network.public)
    elb.delete_load_balancer(LoadBalancerArn=around.balancer["LoadBalancerArn"])
    elb.delete_target_group(TargetGroupArn=around.group)


def _api(cloud, network):
    with echo() as port:
        api = Api(cloud, cloud.client("elbv2"), network, port).deployed()
        for path in ("/mysfits", "/mysfits?filter=a&value=b"):
            api.call("GET", path, headers={"Origin": "http://a.localhost"})
    gateway = api.gateway
    items = gateway.get_resources(restApiId=api.id)["items"]
    (root,) = [item["id"] for item in items if item["path"] == "/"]
    part = gateway.create_resource(restApiId=api.id, parentId=root, pathPart="{a}")["id"]
    at = {"restApiId": api.id, "resourceId": part, "httpMethod": "GET"}
    gateway.put_method(
        **at, authorizationType="NONE", requestParameters={"method.request.path.a": True}
    )
    gateway.put_integration(
        **at, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'}
    )
    gateway.put_method_response(
        **at, statusCode="200", responseParameters={"method.response.header.A": True}
    )
    template = (
        '{"a": "$input.params(\'a\')", "b": $input.json(\'$.b[0]\'), "c": "$context.requestId"}'
    )
    gateway.put_integration_response(
        **at,
        statusCode="200",
        selectionPattern="2..",
        responseTemplates={"application/json": template},
    )
    gateway.put_gateway_response(
        restApiId=api.id,
        responseType="DEFAULT_4XX",
        statusCode="404",
        responseTemplates={"application/json": template},
    )
    issuer = f"arn:aws:cognito-idp:eu-west-1:{ACCOUNT}:userpool/{api.pool.id}"
    gateway.create_authorizer(
        restApiId=api.id,
        name="more",
        type="COGNITO_USER_POOLS",
        providerARNs=[issuer],
        identitySource="method.request.header.Authorization",
    )
    gateway.create_deployment(restApiId=api.id, stageName="more", variables={"a": "b"})
    change = {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "9"}
    gateway.update_stage(restApiId=api.id, stageName="more", patchOperations=[change])
    gateway.update_rest_api(
        restApiId=api.id, patchOperations=[{"op": "replace", "path": "/name", "value": "a"}]
    )
    gateway.delete_stage(restApiId=api.id, stageName="more")


def _people(cloud):
    pool = Pool(cloud).with_visitor()
    cognito, at = pool.cognito, {"UserPoolId": pool.id, "Username": EMAIL}
    cognito.list_users(UserPoolId=pool.id, Filter='email ^= "visitor"', AttributesToGet=["email"])
    cognito.admin_update_user_attributes(**at, UserAttributes=[{"Name": "name", "Value": "A"}])
    cognito.admin_create_user(
        UserPoolId=pool.id, Username="b@example.com", TemporaryPassword="Griffin-2"
    )
    cognito.admin_set_user_password(
        UserPoolId=pool.id, Username="b@example.com", Password="Griffin-3", Permanent=True
    )
    cognito.forgot_password(ClientId=pool.client_id, Username=EMAIL)
    cognito.admin_disable_user(**at)
    cognito.admin_enable_user(**at)
    cognito.create_user_pool_domain(Domain="a-domain", UserPoolId=pool.id)
    cognito.update_user_pool(UserPoolId=pool.id, Policies={"PasswordPolicy": {"MinimumLength": 8}})
