"""The life of a lab in which the program calls everything that it can call, recorded."""

from helpers.stacks import NAME as STACK
from helpers.tasks import CLUSTER, LOGS
from long.lab import CLEANUP, DEPLOY
from long.proxy import Proxy

BUCKET = "mysfits-000000000000-eu-west-1"
TABLE = "MysfitsTable"
LIKED = "4e53920c-505a-4a90-a694-b9300791f0ae"
READS = [("plan", "all"), ("status", "all"), ("labs",), ("logs",)]


class Recorder:
    """The program with a proxy between it and its cloud."""

    def __init__(self, lab):
        self.lab = lab
        self.proxy = Proxy(lab.cloud.port)
        self.program = lab.program_at(lab.program.home, self.proxy.port)
        # Every lab has its own port, and the address of its cloud is in the plan.
        self.program.environment["MYSFITS_LOCAL_DIR"] = str(lab.cloud.folder)

    def run(self, *command, **environment):
        """The requests of a command that ends well."""
        before = len(self.proxy.met)
        self.program.run(*command, **environment).expect(0)
        met = self.proxy.met[before:]
        return [it.request for it in met if it.door == "cloud" and it.answer is not None]

    def stop(self):
        """Ends the proxy."""
        self.proxy.stop()


def look(recorder):
    """The requests of all commands that only look."""
    return [it for command in READS for it in recorder.run(*command, "--local")]


def live(recorder, newer):
    """The requests of a lab's whole life. `newer` is another backend."""
    requests = recorder.run(*DEPLOY)
    requests += look(recorder)
    change_everything(recorder.lab.cloud)
    requests += recorder.run(
        *DEPLOY, "--topology", "economy", "--adopt", MYSFITS_SERVICE_BINARY=str(newer)
    )
    leave_something(recorder.lab.cloud)
    return requests + recorder.run(*CLEANUP)


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
