"""The life of a lab in which the program calls everything that it can call, recorded."""

import json
import platform
from contextlib import contextmanager
from typing import NamedTuple

from helpers.aws import REGION
from helpers.places import BACKEND, MYSFITS
from helpers.program import Program
from helpers.tasks import CLUSTER, LOGS
from long.lab import CLEANUP, DEPLOY
from long.names import service_of
from long.proxy import Proxy

BUCKET = "mysfits-000000000000-eu-west-1"
TABLE = "MysfitsTable"
LIKED = "4e53920c-505a-4a90-a694-b9300791f0ae"
# The id of a request that nobody has made.
NOBODYS = "4b6c1a30-0000-4000-8000-000000000000"
READS = [("plan", "all"), ("status", "all"), ("check", "all"), ("labs",), ("logs",), ("logs", "--request", NOBODYS), ("cost",), ("doctor",)]


class Recorder:
    """The program with a proxy between it and its cloud."""

    def __init__(self, lab):
        self.lab = lab
        self.proxy = Proxy(lab.cloud.port)
        self.program = lab.program_at(lab.program.home, self.proxy.port)

    def run(self, *command, code=0, **environment):
        """The requests of a command that ends with this code."""
        before = len(self.proxy.met)
        self.program.run(*command, **environment).expect(code)
        met = self.proxy.met[before:]
        asked = [it.request for it in met if it.door == "cloud" and it.answer is not None]
        return [it for it in asked if not is_of_backend(it)]

    def stop(self):
        """Ends the proxy."""
        self.proxy.stop()


def is_of_backend(request):
    """Whether the backend asks its tables because the program has asked it: with the session of its role."""
    return service_of(request) == "dynamodb" and bool(request.header("x-amz-security-token"))


class Life(NamedTuple):
    """Requests: of the commands that only look, and of all."""

    looks: list
    all: list


def live(recorder, folder):
    """The requests of a lab's whole life, which begins with trouble."""
    cloud = recorder.lab.cloud
    with all_addresses_taken(cloud):
        requests = recorder.run(*DEPLOY, code=1)
    foreign = {"MYSFITS_SERVICE_BINARY": str(backend_for_another_processor(folder))}
    requests += recorder.run(*DEPLOY, code=1, **foreign)
    requests += recorder.run(*DEPLOY)
    read = [it for command in READS for it in recorder.run(*command, "--local")]
    # Of most quotas an account has no value of its own.
    cloud.refuse("servicequotas", "GetServiceQuota", "NoSuchResourceException")
    read += recorder.run("doctor", "--local")
    cloud.release()
    # A dry run needs the permission to write.
    looks = [it for it in read if b"DryRun=true" not in it.body]
    requests += [it for it in read if it not in looks]
    change_everything(cloud)
    requests += recorder.run(*DEPLOY, "--topology", "economy", "--adopt")
    leave_something(cloud)
    return Life(looks, looks + requests + recorder.run(*CLEANUP))


@contextmanager
def all_addresses_taken(cloud):
    """The account has no address left, so that the stack fails: whoever may see that deploys nothing."""
    ec2 = cloud.client("ec2")
    taken = [ec2.allocate_address(Domain="vpc")["AllocationId"] for _ in range(5)]
    cloud.deny("ec2", "DescribeAddresses")
    yield
    cloud.release()
    for address in taken:
        ec2.release_address(AllocationId=address)


def backend_for_another_processor(folder):
    """A backend that no task can start."""
    binary = bytearray(BACKEND.read_bytes())
    # `e_machine` of an ELF header: 0x3e is x86-64, 0xb7 is AArch64.
    binary[18] = 0xB7 if platform.machine() == "x86_64" else 0x3E
    (folder / "other").write_bytes(binary)
    return folder / "other"


def change_everything(cloud):
    """Whatever the program would change back."""
    _change_data(cloud)
    _change_backend(cloud)
    _change_balancing(cloud)
    _change_sign_up(cloud)


def _change_data(cloud):
    s3, dynamodb = cloud.client("s3"), cloud.client("dynamodb")
    s3.delete_bucket_tagging(Bucket=BUCKET)
    s3.delete_bucket_website(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="index.html", Body=b"mine")
    s3.put_object(Bucket=BUCKET, Key="js/old.js", Metadata={"mysfits-site": "0.0.1"})
    dynamodb.update_table(
        TableName=TABLE, ProvisionedThroughput={"ReadCapacityUnits": 7, "WriteCapacityUnits": 7}
    )
    dynamodb.update_item(
        TableName=TABLE,
        Key={"MysfitId": {"S": LIKED}},
        UpdateExpression="SET Likes = Likes + :one ADD LikedBy :who",
        ExpressionAttributeValues={":one": {"N": "1"}, ":who": {"SS": ["visitor"]}},
    )


def _change_backend(cloud):
    ecs, logs = cloud.client("ecs"), cloud.client("logs")
    on = [{"name": "containerInsights", "value": "enabled"}]
    ecs.update_cluster_settings(cluster=CLUSTER, settings=on)
    logs.delete_retention_policy(logGroupName=LOGS)


def _change_balancing(cloud):
    elb = cloud.client("elbv2")
    balancer = elb.describe_load_balancers()["LoadBalancers"][0]
    group = elb.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
    listener = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"][0]
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "false"}],
    )
    elb.modify_target_group(TargetGroupArn=group, HealthCheckIntervalSeconds=25)
    elb.modify_target_group_attributes(
        TargetGroupArn=group,
        Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "250"}],
    )
    other = elb.create_target_group(Name="other", Protocol="TCP", Port=80, VpcId=balancer["VpcId"])
    other = other["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": other}]
    elb.modify_listener(ListenerArn=listener["ListenerArn"], DefaultActions=forward)


def _change_sign_up(cloud):
    cognito, gateway = cloud.client("cognito-idp"), cloud.client("apigateway")
    pool = cognito.list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    # What is not named goes back to Cognito's own.
    cognito.update_user_pool(UserPoolId=pool, UserPoolTags={"mysfits:lab": "mythical-mysfits"})
    client = cognito.list_user_pool_clients(UserPoolId=pool)["UserPoolClients"][0]["ClientId"]
    cognito.update_user_pool_client(UserPoolId=pool, ClientId=client, ExplicitAuthFlows=[])
    cognito.create_user_pool_client(UserPoolId=pool, ClientName="MysfitsUserPoolClient")
    api = gateway.get_rest_apis()["items"][0]["id"]
    gateway.delete_stage(restApiId=api, stageName="prod")


def leave_something(cloud):
    """What cleanup has to remove besides what it has made."""
    cloud.client("s3").create_multipart_upload(Bucket=BUCKET, Key="big")
    cloud.client("s3").put_bucket_versioning(
        Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"}
    )
    cloud.client("s3").put_object(Bucket=BUCKET, Key="index.html", Body=b"newer")
    cognito = cloud.client("cognito-idp")
    pool = cognito.list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    cognito.create_user_pool_domain(UserPoolId=pool, Domain="mysfits-of-anna")
    group = next(
        it for it in cloud.client("elbv2").describe_target_groups()["TargetGroups"]
        if it["TargetGroupName"] == "other"
    )
    cloud.client("elbv2").delete_target_group(TargetGroupArn=group["TargetGroupArn"])


class Session:
    """A session of a role with policies, and the program with its keys."""

    ROLE = "operator"

    def __init__(self, cloud, home, documents):
        account = cloud.client("sts").get_caller_identity()["Account"]
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        iam = cloud.client("iam")
        role = iam.create_role(RoleName=self.ROLE, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
        for number, document in enumerate(documents):
            made = iam.create_policy(PolicyName=f"own-{number}", PolicyDocument=json.dumps(document))
            iam.attach_role_policy(RoleName=self.ROLE, PolicyArn=made["Policy"]["Arn"])
        sts = cloud.client("sts")
        keys = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="anna")["Credentials"]
        self.url = cloud.url
        self.program = Program(
            home,
            MYSFITS,
            AWS_ACCESS_KEY_ID=keys["AccessKeyId"],
            AWS_SECRET_ACCESS_KEY=keys["SecretAccessKey"],
            AWS_SESSION_TOKEN=keys["SessionToken"],
            AWS_REGION=REGION,
            MYSFITS_SERVICE_BINARY=BACKEND,
        )

    def run(self, *command):
        """Runs the program as this session."""
        return self.program.run(*command, "--endpoint-url", self.url)
