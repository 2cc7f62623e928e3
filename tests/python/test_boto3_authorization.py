"""Sessions of roles in the local cloud, as boto3 sees them: who may assume a role, and what its
policies let it do. The account's own keys may do everything."""

import json

import pytest

from helpers import aws
from helpers.aws import refused
from helpers.stacks import settled

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/tester"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/tester/session"
REGION = "eu-west-1"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more):
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def trust(principal, **more):
    return policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more})


OWN_ACCOUNT = trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})


def message(caught):
    return caught.value.response["Error"]["Message"]


class Someone:
    """A role, and clients that are sessions of it."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.iam = cloud.client("iam", ACCOUNT)
        self.sts = cloud.client("sts", ACCOUNT)
        self.iam.create_role(RoleName="tester", AssumeRolePolicyDocument=OWN_ACCOUNT)

    def may(self, *statements):
        """Replaces what the role may do."""
        document = policy(*statements)
        self.iam.put_role_policy(RoleName="tester", PolicyName="p", PolicyDocument=document)

    def assume(self, sts=None, **more):
        more = {"RoleArn": ROLE, "RoleSessionName": "session"} | more
        return (sts or self.sts).assume_role(**more)

    def client(self, service, region=REGION, keys=None, **more):
        keys = keys or self.assume(**more)["Credentials"]
        return aws.session().client(
            service,
            endpoint_url=self.cloud.url,
            region_name=region,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
            config=aws.CONFIG,
        )


@pytest.fixture
def tester(cloud):
    return Someone(cloud)


def test_a_session_is_a_principal_of_the_account(tester):
    assumed = tester.assume(DurationSeconds=900)
    keys = assumed["Credentials"]
    assert (keys["AccessKeyId"][:4], len(keys["AccessKeyId"])) == ("ASIA", 20)
    assert assumed["AssumedRoleUser"]["Arn"] == SESSION
    me = tester.client("sts", keys=keys).get_caller_identity()
    assert (me["Arn"], me["Account"]) == (SESSION, ACCOUNT)
    assert me["UserId"] == assumed["AssumedRoleUser"]["AssumedRoleId"]


def test_a_source_identity_needs_a_right_of_its_own(tester):
    """It stays with the sessions that a session begins."""
    with refused("AccessDenied") as caught:
        tester.assume(SourceIdentity="teacher")
    assert "is not authorized to perform: sts:SetSourceIdentity on resource: " in message(caught)
    both = ["sts:AssumeRole", "sts:SetSourceIdentity"]
    tester.iam.update_assume_role_policy(
        RoleName="tester", PolicyDocument=OWN_ACCOUNT.replace('"sts:AssumeRole"', json.dumps(both))
    )
    tester.may(allow(both))
    assumed = tester.assume(SourceIdentity="teacher")
    assert assumed["SourceIdentity"] == "teacher"
    again = tester.assume(tester.client("sts", keys=assumed["Credentials"]))
    assert again["SourceIdentity"] == "teacher"


def test_what_no_policy_allows_is_denied_in_the_words_of_each_service(tester):
    because = "because no identity-based policy allows the {} action"
    who = f"User: {SESSION} is not authorized to perform: "
    with refused("AccessDeniedException") as caught:
        tester.client("dynamodb").list_tables()
    action = "dynamodb:ListTables"
    assert message(caught) == f"{who}{action} on resource: * {because.format(action)}"
    with refused("UnauthorizedOperation") as caught:
        tester.client("ec2").describe_vpcs()
    start = f"You are not authorized to perform this operation. {who}"
    assert message(caught) == f"{start}ec2:DescribeVpcs {because.format('ec2:DescribeVpcs')}"
    with refused("AccessDenied") as caught:
        tester.client("s3").put_object(Bucket="some-bucket", Key="a/b")
    action, where = "s3:PutObject", '"arn:aws:s3:::some-bucket/a/b"'
    assert message(caught) == f"{who}{action} on resource: {where} {because.format(action)}"
    with refused("AccessDenied") as caught:
        tester.client("cloudformation").describe_stacks(StackName="s")
    where = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/s/*"
    assert f"cloudformation:DescribeStacks on resource: {where} because" in message(caught)
    with refused("AccessDenied"):
        tester.client("elbv2").describe_load_balancers()
    with refused("AccessDeniedException"):
        tester.client("cognito-idp").list_user_pools(MaxResults=1)
    with refused("AccessDeniedException") as caught:
        tester.client("resourcegroupstaggingapi").get_resources()
    assert "tag:GetResources" in message(caught)


def test_policies_allow_by_action_resource_and_condition(tester):
    tester.may(
        allow(["s3:Create*", "s3:PutObject"], ["arn:aws:s3:::mine", "arn:aws:s3:::mine/in/?"]),
        allow(
            "ecs:ListClusters",
            Condition={"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-west-3"]}},
        ),
        deny("s3:PutObject", "arn:aws:s3:::mine/in/x"),
    )
    s3 = tester.client("s3")
    s3.create_bucket(
        Bucket="mine", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    s3.put_object(Bucket="mine", Key="in/a")
    for key in ["in/ab", "out/a", "in/x"]:
        with refused("AccessDenied") as caught:
            s3.put_object(Bucket="mine", Key=key)
    assert message(caught).endswith("with an explicit deny in an identity-based policy")
    with refused("AccessDenied"):
        s3.list_objects_v2(Bucket="mine")
    tester.client("ecs").list_clusters()
    with refused("AccessDeniedException"):
        tester.client("ecs", region="eu-west-2").list_clusters()


def test_attached_policies_count_and_are_named(tester):
    iam = tester.iam
    aws_policy = "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"
    iam.attach_role_policy(RoleName="tester", PolicyArn=aws_policy)
    tester.client("dynamodb").list_tables()
    document = policy(deny("dynamodb:List*"))
    own = iam.create_policy(PolicyName="no-lists", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="tester", PolicyArn=own)
    with refused("AccessDeniedException") as caught:
        tester.client("dynamodb").list_tables()
    assert message(caught).endswith(f"explicit deny in an identity-based policy: {own}")
    iam.detach_role_policy(RoleName="tester", PolicyArn=own)
    tester.client("dynamodb").list_tables()


def test_a_boundary_and_session_policies_only_take_away(tester):
    tester.may(allow("*"))
    only = policy(allow("ecs:*"))
    tester.client("ecs", Policy=only).list_clusters()
    with refused("AccessDeniedException") as caught:
        tester.client("ecr", Policy=only).describe_repositories()
    assert message(caught).endswith(
        "because no session policy allows the ecr:DescribeRepositories action"
    )
    read_only = [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]
    tester.client("ecr", PolicyArns=read_only).describe_repositories()
    with refused("AccessDeniedException"):
        tester.client("ecr", PolicyArns=read_only).create_repository(repositoryName="repo")
    with refused("MalformedPolicyDocument"):
        tester.assume(Policy="{")


def test_roles_are_passed_to_the_services_that_may_have_them(tester):
    to = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    tester.may(allow("ecs:*"), allow("iam:PassRole", f"{ROLE}", Condition=to))
    task = {
        "family": "f",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [{"name": "c", "image": "i"}],
    }
    tester.client("ecs").register_task_definition(**task, executionRoleArn=ROLE)
    other = f"arn:aws:iam::{ACCOUNT}:role/other"
    with refused("AccessDeniedException") as caught:
        tester.client("ecs").register_task_definition(**task, taskRoleArn=other)
    assert message(caught) == (
        f"User: {SESSION} is not authorized to perform: iam:PassRole on resource: {other} "
        "because no identity-based policy allows the iam:PassRole action"
    )


def test_who_is_not_trusted_does_not_get_in(tester):
    """AWS does not tell whether there is such a role."""
    tester.may(allow("sts:AssumeRole"))
    denied = f"User: {SESSION} is not authorized to perform: sts:AssumeRole on resource: "
    sts = tester.client("sts")
    for name, document in [
        ("service", trust({"Service": "ecs-tasks.amazonaws.com"})),
        ("stranger", trust({"AWS": "210987654321"})),
        ("absent", None),
    ]:
        if document:
            tester.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
        arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
        with refused("AccessDenied") as caught:
            tester.assume(sts, RoleArn=arn)
        assert message(caught) == denied + arn
    tester.assume(sts)


def test_an_account_trusts_another_one_with_an_external_id(tester):
    """The external id is that of the trust policy, and the caller needs the permission too."""
    condition = {"StringEquals": {"sts:ExternalId": "class-7"}}
    student = tester.cloud.client("iam", "210987654321")
    student.create_role(
        RoleName="for-teachers",
        AssumeRolePolicyDocument=trust({"AWS": ACCOUNT}, Condition=condition),
    )
    arn = "arn:aws:iam::210987654321:role/for-teachers"
    assumed = tester.assume(RoleArn=arn, ExternalId="class-7")
    me = tester.client("sts", keys=assumed["Credentials"]).get_caller_identity()
    assert me["Account"] == "210987654321"
    for wrong in [{}, {"ExternalId": "class-8"}]:
        with refused("AccessDenied"):
            tester.assume(RoleArn=arn, **wrong)
    with refused("AccessDenied") as caught:
        tester.assume(tester.client("sts"), RoleArn=arn, ExternalId="class-7")
    assert message(caught).endswith(
        "because no identity-based policy allows the sts:AssumeRole action"
    )


def test_what_is_wrong_with_a_session_is_said(tester):
    start = "1 validation error detected: Value "
    for wrong, said in [
        ({"RoleSessionName": "a b"}, f"{start}'a b' at 'roleSessionName' failed to satisfy"),
        ({"DurationSeconds": 43201}, f"{start}'43201' at 'durationSeconds' failed to satisfy"),
        ({"SourceIdentity": "a:b"}, f"{start}'a:b' at 'sourceIdentity' failed to satisfy"),
        ({"ExternalId": "a b"}, f"{start}'a b' at 'externalId' failed to satisfy"),
        ({"RoleArn": "arn:aws:iam::nobody:user/x"}, "arn:aws:iam::nobody:user/x is invalid"),
        (
            {"DurationSeconds": 7200},
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ),
    ]:
        with refused("ValidationError") as caught:
            tester.assume(**wrong)
        assert message(caught).startswith(said)
    tester.may(allow("sts:AssumeRole"))
    with refused("ValidationError") as caught:
        tester.assume(tester.client("sts"), DurationSeconds=3601)
    assert "role chaining" in message(caught)


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "code"),
    [
        ("sts", "get_caller_identity", {}, "ExpiredToken"),
        ("s3", "list_buckets", {}, "ExpiredToken"),
        ("ecs", "list_clusters", {}, "ExpiredTokenException"),
        ("dynamodb", "list_tables", {}, "ExpiredTokenException"),
        ("ec2", "describe_vpcs", {}, "RequestExpired"),
        ("apigateway", "get_rest_apis", {}, "ExpiredTokenException"),
    ],
)
def test_keys_expire(tester, service, operation, arguments, code):
    """Their end is brought forward while the local cloud is stopped."""
    tester.may(allow("*"))
    keys = tester.assume()["Credentials"]
    tester.cloud.stop()
    sessions = tester.cloud.folder / "state" / "sts" / "sessions.json"
    kept = json.loads(sessions.read_text())
    kept[keys["AccessKeyId"]]["expires"] = 1
    sessions.write_text(json.dumps(kept))
    tester.cloud.start()
    with refused(code):
        getattr(tester.client(service, keys=keys), operation)(**arguments)


def test_sessions_survive_a_restart_and_end_with_their_role(tester):
    tester.may(allow("ecs:*"))
    keys = tester.assume()["Credentials"]
    tester.cloud.stop()
    tester.cloud.start()
    tester.client("ecs", keys=keys).list_clusters()
    tester.iam.delete_role_policy(RoleName="tester", PolicyName="p")
    with refused("AccessDeniedException"):
        tester.client("ecs", keys=keys).list_clusters()


STACK = json.dumps(
    {"Resources": {"V": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}}}
)


def test_cloudformation_works_in_the_name_of_its_caller(tester):
    everything = [allow("cloudformation:*"), allow("ec2:*")]
    tester.may(allow("cloudformation:*"))
    cloudformation = tester.client("cloudformation")
    cloudformation.create_stack(StackName="no", TemplateBody=STACK)
    assert settled(cloudformation, "no")["StackStatus"] == "ROLLBACK_COMPLETE"
    events = cloudformation.describe_stack_events(StackName="no")["StackEvents"]
    reasons = " ".join(event.get("ResourceStatusReason", "") for event in events)
    assert f"{SESSION} is not authorized to perform: ec2:CreateVpc on resource: " in reasons
    tester.may(*everything)
    cloudformation.create_stack(StackName="yes", TemplateBody=STACK)
    assert settled(cloudformation, "yes")["StackStatus"] == "CREATE_COMPLETE"
    tester.may(*everything, deny("ec2:DeleteVpc"))
    cloudformation.delete_stack(StackName="yes")
    assert settled(cloudformation, "yes")["StackStatus"] == "DELETE_FAILED"
    tester.may(*everything)
    stack = cloudformation.describe_stacks(StackName="yes")["Stacks"][0]["StackId"]
    cloudformation.delete_stack(StackName="yes")
    assert settled(cloudformation, stack)["StackStatus"] == "DELETE_COMPLETE"


def test_a_dry_run_says_whether_it_may(tester):
    tester.may(allow("ec2:CreateVpc"))
    ec2 = tester.client("ec2")
    with refused("DryRunOperation") as caught:
        ec2.create_vpc(CidrBlock="10.0.0.0/16", DryRun=True)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
    with refused("UnauthorizedOperation") as caught:
        ec2.describe_subnets(DryRun=True)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    tester.may(allow("ec2:Describe*"))
    assert ec2.describe_vpcs()["Vpcs"] == []


def test_tags_at_creation_need_the_right_to_tag(tester):
    tester.may(allow("ec2:CreateVpc"))
    tags = [{"ResourceType": "vpc", "Tags": [{"Key": "a", "Value": "b"}]}]
    with refused("UnauthorizedOperation") as caught:
        tester.client("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tags)
    assert "ec2:CreateTags on resource: " in message(caught)


def simulated(iam, source, actions, **more):
    pages = iam.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=source, ActionNames=actions, **more
    )
    return [result for page in pages for result in page["EvaluationResults"]]


def test_a_simulation_says_what_calls_would_get(tester):
    tester.may(allow("ecs:*"), allow("s3:GetObject", "arn:aws:s3:::a/*"), deny("ecs:Delete*"))
    actions = ["ecs:ListClusters", "ecs:DeleteCluster", "ec2:CreateVpc"]
    results = simulated(tester.iam, ROLE, actions)
    assert [result["EvalActionName"] for result in results] == actions
    decisions = [result["EvalDecision"] for result in results]
    assert decisions == ["allowed", "explicitDeny", "implicitDeny"]
    paged = simulated(tester.iam, ROLE, actions, PaginationConfig={"PageSize": 1})
    assert [result["EvalDecision"] for result in paged] == decisions
    [result] = simulated(
        tester.iam, ROLE, ["s3:GetObject"], ResourceArns=["arn:aws:s3:::a/b", "arn:aws:s3:::b/b"]
    )
    assert {
        one["EvalResourceName"]: one["EvalResourceDecision"]
        for one in result["ResourceSpecificResults"]
    } == {"arn:aws:s3:::a/b": "allowed", "arn:aws:s3:::b/b": "implicitDeny"}


def test_a_simulation_knows_the_conditions_that_it_is_told(tester):
    to = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    tester.may(allow("iam:PassRole", Condition=to))
    entry = {
        "ContextKeyName": "iam:PassedToService",
        "ContextKeyValues": ["ecs-tasks.amazonaws.com"],
        "ContextKeyType": "string",
    }
    [without] = simulated(tester.iam, ROLE, ["iam:PassRole"])
    [told] = simulated(tester.iam, ROLE, ["iam:PassRole"], ContextEntries=[entry])
    assert (without["EvalDecision"], told["EvalDecision"]) == ("implicitDeny", "allowed")


def test_who_can_be_simulated(tester):
    owner = f"arn:aws:iam::{ACCOUNT}:user/student"
    [result] = simulated(tester.iam, owner, ["iam:CreateRole"])
    assert result["EvalDecision"] == "allowed"
    with refused("InvalidInput") as caught:
        simulated(tester.iam, SESSION, ["ec2:CreateVpc"])
    assert message(caught) == (
        f"Invalid Entity Arn: {SESSION} does not clearly define entity type and name."
    )
    with refused("NoSuchEntity"):
        simulated(tester.iam, f"arn:aws:iam::{ACCOUNT}:role/none", ["ec2:CreateVpc"])
    with refused("InvalidInput"):
        simulated(tester.iam, ROLE, ["nonsense"])
    with refused("AccessDenied") as caught:
        simulated(tester.client("iam"), ROLE, ["ec2:CreateVpc"])
    assert "iam:SimulatePrincipalPolicy" in message(caught)


def test_the_keys_of_an_account_are_its_owners(tester):
    """They are never evaluated."""
    tester.cloud.client("ec2", ACCOUNT).create_vpc(CidrBlock="10.0.0.0/16")
    me = tester.sts.get_caller_identity()
    assert me["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/student"
