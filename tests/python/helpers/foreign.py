"""What others have in the same account and region: of the same kinds as the lab's resources, with names like
theirs, tagged for another lab or not at all."""

import json

from helpers.aws import create_bucket
from helpers.balancers import GROUP, make_balancer, make_group, make_listener
from helpers.network import make_network
from helpers.stacks import CORE, begin, wait
from helpers.tasks import CLUSTER, FAMILY, LOGS, REPOSITORY, TRUST, definition

OTHER = "bert"
KEY = "mysfits:lab"
PAIRS = [{"Key": KEY, "Value": OTHER}]
LOWER = [{"key": KEY, "value": OTHER}]
MAP = {KEY: OTHER}
BUCKET = "mysfits-000000000000-eu-west-1"
TABLE = "MysfitsTable"
POOL, LINK, API = "MysfitsUserPool", "MysfitsApiVpcLink", "MysfitsApi"
STACK = f"MythicalMysfitsCoreStack-{OTHER}"
BARE = json.dumps({"Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}}}})


class Foreign:
    """All of it, in a cloud in which a lab stands."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.network = make_network(cloud.client("ec2"))

    def seeded(self):
        """This, once everything of it is there."""
        for seed in (self.data, self.stacks, self.running, self.balancing, self.gateway, self.lonely):
            seed()
        return self

    def data(self):
        """Buckets with an object, tables, log groups, repositories."""
        s3, dynamodb = self.cloud.client("s3"), self.cloud.client("dynamodb")
        for name in (f"{BUCKET}-{OTHER}", f"{BUCKET}2", "mysfits-of-somebody"):
            create_bucket(s3, name, **({"Tags": PAIRS} if name.endswith(OTHER) else {}))
            s3.put_object(Bucket=name, Key="theirs.txt", Body=b"theirs")
        for name in (f"{TABLE}-{OTHER}", f"{TABLE}Likes-{OTHER}", f"{TABLE}2", "Mysfits"):
            dynamodb.create_table(
                TableName=name,
                KeySchema=[{"AttributeName": "Id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "Id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
                **({"Tags": PAIRS} if name.endswith(OTHER) else {}),
            )
        logs, ecr = self.cloud.client("logs"), self.cloud.client("ecr")
        insights = f"/aws/ecs/containerinsights/{CLUSTER}-{OTHER}/performance"
        logs.create_log_group(logGroupName=f"{LOGS}-{OTHER}", tags=MAP)
        for name in (f"{LOGS}-archive", f"{LOGS}2", insights):
            logs.create_log_group(logGroupName=name)
        ecr.create_repository(repositoryName=f"{REPOSITORY}-{OTHER}", tags=PAIRS)
        ecr.create_repository(repositoryName=f"{REPOSITORY}2")

    def stacks(self):
        """Another lab's network with its roles, and a stack whose name begins like the lab's."""
        cloudformation = self.cloud.client("cloudformation")
        for name, template, tags in [(STACK, CORE, PAIRS), (f"{STACK}s", BARE, [])]:
            stack = begin(cloudformation, template, name, Tags=tags)
            wait(cloudformation, "stack_create_complete", StackName=stack)

    def running(self):
        """Clusters, revisions of families like the lab's and of the very same, and a service."""
        ecs, iam = self.cloud.client("ecs"), self.cloud.client("iam")
        role = iam.create_role(RoleName="mysfits-of-somebody", AssumeRolePolicyDocument=TRUST)
        ecs.create_cluster(clusterName=f"{CLUSTER}-{OTHER}", tags=LOWER)
        ecs.create_cluster(clusterName=f"{CLUSTER}2")
        for family, tags in [(f"{FAMILY}-{OTHER}", LOWER), (f"{FAMILY}2", [])]:
            settings = definition(role["Role"]["Arn"]) | {"family": family}
            ecs.register_task_definition(**settings, **({"tags": tags} if tags else {}))
        ecs.create_service(
            cluster=f"{CLUSTER}2",
            serviceName="MythicalMysfits-Service",
            taskDefinition=f"{FAMILY}2",
            desiredCount=0,
            launchType="FARGATE",
            networkConfiguration=self.network.settings(),
        )

    def balancing(self):
        """Load balancers with a listener each, and target groups, used and not."""
        elb = self.cloud.client("elbv2")
        for name, tags in [(f"mysfits-nlb-{OTHER}", {"Tags": PAIRS}), ("mysfits-nlb2", {})]:
            balancer = make_balancer(elb, self.network, name, **tags)["LoadBalancerArn"]
            group = make_group(elb, self.network, f"{name}-targets", **tags)
            make_listener(elb, balancer, group)
        self.balancer = balancer
        make_group(elb, self.network, f"{GROUP}2")

    def gateway(self):
        """Pools, links and APIs with the very names of the lab's: these need not be unique."""
        cognito, gateway = self.cloud.client("cognito-idp"), self.cloud.client("apigateway")
        for tags in (MAP, {}):
            pool = cognito.create_user_pool(PoolName=POOL, UserPoolTags=tags)["UserPool"]["Id"]
            cognito.create_user_pool_client(UserPoolId=pool, ClientName="MysfitsUserPoolClient")
            gateway.create_vpc_link(name=LINK, targetArns=[self.balancer], tags=tags)
            gateway.create_rest_api(name=API, tags=tags)
        cognito.create_user_pool(PoolName=f"{POOL}2")
        gateway.create_rest_api(name=f"{API}2")

    def lonely(self):
        """An interface, an endpoint and an address."""
        ec2 = self.cloud.client("ec2")
        ec2.create_network_interface(SubnetId=self.network.closed, Description=f"ELB net/mysfits-nlb-{OTHER}/1")
        ec2.create_vpc_endpoint(
            VpcId=self.network.vpc, ServiceName="com.amazonaws.eu-west-1.s3", RouteTableIds=[self.network.table]
        )
        ec2.allocate_address(Domain="vpc")


def without(kinds, others):
    """What of these is not among the others, by kind."""
    rest = {kind: sorted(set(found) - set(others.get(kind, []))) for kind, found in kinds.items()}
    return {kind: found for kind, found in rest.items() if found}
