"""A lab of which somebody has deleted a part by hand: cleanup finds the rest, and leaves nothing."""

import pytest

from helpers.account import everything
from helpers.aws import wait
from helpers.balancers import BALANCER
from helpers.foreign import without
from helpers.network import make_network
from helpers.stacks import describe, outputs
from helpers.tasks import CLUSTER, FAMILY, LOGS, SERVICE

WHERE = ["--local", "--yes"]


def balancing(cloud):
    """The load balancer with its listener: its target group is an orphan."""
    elb = cloud.client("elbv2")
    (balancer,) = elb.describe_load_balancers(Names=[BALANCER])["LoadBalancers"]
    gateway(cloud)
    elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    wait(elb, "load_balancers_deleted", LoadBalancerArns=[balancer["LoadBalancerArn"]])


def gateway(cloud):
    """The stage and the link: the API has a deployment, and more than one, without a stage."""
    apis = cloud.client("apigateway")
    (api,) = [each["id"] for each in apis.get_rest_apis()["items"]]
    apis.create_deployment(restApiId=api)
    apis.delete_stage(restApiId=api, stageName="prod")
    assert len(apis.get_deployments(restApiId=api)["items"]) > 1
    (link,) = [each["id"] for each in apis.get_vpc_links()["items"]]
    apis.delete_vpc_link(vpcLinkId=link)


def running(cloud):
    """The service, the cluster and all that tasks wrote; a revision is deregistered only."""
    ecs = cloud.client("ecs")
    ecs.delete_service(cluster=CLUSTER, service=SERVICE, force=True)
    wait(ecs, "services_inactive", cluster=CLUSTER, services=[SERVICE])
    ecs.delete_cluster(cluster=CLUSTER)
    ecs.deregister_task_definition(taskDefinition=f"{FAMILY}:1")
    cloud.client("logs").delete_log_group(logGroupName=LOGS)


def data(cloud):
    """One table of the two, and the pool's client."""
    cloud.client("dynamodb").delete_table(TableName="MysfitsTable")
    cognito = cloud.client("cognito-idp")
    (pool,) = [each["Id"] for each in cognito.list_user_pools(MaxResults=60)["UserPools"]]
    (client,) = cognito.list_user_pool_clients(UserPoolId=pool)["UserPoolClients"]
    cognito.delete_user_pool_client(UserPoolId=pool, ClientId=client["ClientId"])


@pytest.mark.parametrize("delete", [balancing, gateway, running, data])
def test_the_rest_goes(cloud, mysfits, backend, delete):
    """And cleanup says that nothing is left."""
    before = everything(cloud)
    mysfits.run("deploy", "all", *WHERE, MYSFITS_SERVICE_BINARY=str(backend)).expect(0)
    delete(cloud)
    ended = mysfits.run("cleanup", "all", *WHERE).expect(0)
    left = set(without(everything(cloud), before)) - {"task definitions, DELETE_IN_PROGRESS"}
    assert left == set(), ended.out + ended.err
    assert "nothing of lab `mythical-mysfits` is left" in ended.out


def test_what_is_in_the_way_is_named_with_the_reason(cloud, mysfits, backend):
    """An interface that somebody made in the lab's network keeps that; one elsewhere is nobody's business."""
    mysfits.run("deploy", "all", *WHERE, MYSFITS_SERVICE_BINARY=str(backend)).expect(0)
    ec2 = cloud.client("ec2")
    stack = outputs(describe(cloud.client("cloudformation")))
    elsewhere = make_network(ec2)

    def interface(subnet):
        made = ec2.create_network_interface(SubnetId=subnet, Description="of bert")
        return made["NetworkInterface"]["NetworkInterfaceId"]

    theirs, other = interface(stack["PublicSubnetOne"]), interface(elsewhere.closed)
    ended = mysfits.run("cleanup", "all", *WHERE).expect(3)
    reason = f"it is in the lab's VPC `{stack['VPCId']}`, which cannot go before it; nothing uses it"
    assert f"network interface `{theirs}` (of bert): {reason}" in ended.out
    assert other not in ended.out
    found = ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert {theirs, other} <= {each["NetworkInterfaceId"] for each in found}

    ec2.delete_network_interface(NetworkInterfaceId=theirs)
    mysfits.run("cleanup", "all", *WHERE).expect(0)
    vpcs = [each["VpcId"] for each in ec2.describe_vpcs()["Vpcs"]]
    assert stack["VPCId"] not in vpcs and elsewhere.vpc in vpcs
