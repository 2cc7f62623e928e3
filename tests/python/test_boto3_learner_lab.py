"""A local cloud that rehearses a Learner Lab of AWS Academy, as boto3 sees it: with no owner's
rights, and AWS's words for what the lab withholds."""

import json

import pytest

from helpers import web
from helpers.aws import refused
from helpers.stacks import settled

ACCOUNT = "123456789012"
STUDENT = f"arn:aws:sts::{ACCOUNT}:assumed-role/voclabs/user123456=Student"
REGION = "us-east-1"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
ROLE_STACK = json.dumps(
    {
        "Resources": {
            "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
            "Role": {
                "Type": "AWS::IAM::Role",
                "DependsOn": "Vpc",
                "Properties": {"AssumeRolePolicyDocument": json.loads(TRUST)},
            },
        }
    }
)


def denied(action, where="", policy="Pvoclabs2"):
    """AWS's message to a student."""
    return (
        f"User: {STUDENT} is not authorized to perform: {action}{where} with an explicit deny in "
        f"an identity-based policy: {POLICY}/{policy}"
    )


def message(caught):
    return caught.value.response["Error"]["Message"]


@pytest.fixture
def lab(start_cloud):
    """A Learner Lab."""
    return start_cloud(options=["--as", "learner-lab"])


def of(cloud, service, region=REGION):
    return cloud.client(service, ACCOUNT, region)


def test_a_student_is_a_session_of_voclabs(lab):
    me = of(lab, "sts").get_caller_identity()
    assert (me["Arn"], me["Account"]) == (STUDENT, ACCOUNT)
    role, session = me["UserId"].split(":")
    assert (role[:4], len(role), session) == ("AROA", 21, "user123456=Student")
    assert of(lab, "sts", "eu-west-1").get_caller_identity()["Arn"] == STUDENT


def test_lab_role_is_there_for_what_students_start(lab):
    role = of(lab, "iam").get_role(RoleName="LabRole")["Role"]
    assert role["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/LabRole"
    trust = role["AssumeRolePolicyDocument"]
    trusted = trust["Statement"][0]["Principal"]["Service"]
    for service in ["ecs-tasks", "ecs", "apigateway", "cloudformation"]:
        assert f"{service}.amazonaws.com" in trusted
    assert {role["RoleName"] for role in of(lab, "iam").list_roles()["Roles"]} == {
        "LabRole",
        "voclabs",
    }
    attached = of(lab, "iam").list_attached_role_policies(RoleName="LabRole")
    names = {policy["PolicyName"] for policy in attached["AttachedPolicies"]}
    assert "AmazonEC2ContainerRegistryReadOnly" in names


@pytest.mark.parametrize(
    ("operation", "action", "where", "arguments"),
    [
        (
            "create_role",
            "iam:CreateRole",
            f"arn:aws:iam::{ACCOUNT}:role/mine",
            {"RoleName": "mine", "AssumeRolePolicyDocument": TRUST},
        ),
        (
            "attach_role_policy",
            "iam:AttachRolePolicy",
            "role LabRole",
            {"RoleName": "LabRole", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
        ),
        (
            "detach_role_policy",
            "iam:DetachRolePolicy",
            "role LabRole",
            {"RoleName": "LabRole", "PolicyArn": f"{POLICY}/VocLabPolicy1"},
        ),
        (
            "put_role_policy",
            "iam:PutRolePolicy",
            "role LabRole",
            {"RoleName": "LabRole", "PolicyName": "p", "PolicyDocument": "{}"},
        ),
        ("get_role", "iam:GetRole", "role voclabs", {"RoleName": "voclabs"}),
        (
            "get_policy",
            "iam:GetPolicy",
            f"policy {POLICY}/Pvoclabs2",
            {"PolicyArn": f"{POLICY}/Pvoclabs2"},
        ),
    ],
)
def test_what_the_lab_withholds_of_iam(lab, operation, action, where, arguments):
    with refused("AccessDenied") as caught:
        getattr(of(lab, "iam"), operation)(**arguments)
    assert message(caught) == denied(action, f" on resource: {where}")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


@pytest.mark.parametrize("role", ["LabRole", "voclabs", "none"])
def test_students_assume_no_role(lab, role):
    arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
    with refused("AccessDenied") as caught:
        of(lab, "sts").assume_role(RoleArn=arn, RoleSessionName="me")
    assert message(caught) == (
        f"User: {STUDENT} is not authorized to perform: sts:AssumeRole on resource: {arn}"
    )


def test_a_stack_makes_its_roles_in_the_name_of_the_student(lab):
    cloudformation = of(lab, "cloudformation")
    cloudformation.create_stack(
        StackName="roles", TemplateBody=ROLE_STACK, Capabilities=["CAPABILITY_IAM"]
    )
    assert settled(cloudformation, "roles")["StackStatus"] == "ROLLBACK_COMPLETE"
    events = cloudformation.describe_stack_events(StackName="roles")["StackEvents"]
    [reason] = [
        event["ResourceStatusReason"]
        for event in events
        if (event["LogicalResourceId"], event["ResourceStatus"]) == ("Role", "CREATE_FAILED")
    ]
    assert reason.startswith(
        f'Resource handler returned message: "User: {STUDENT} is not authorized to perform: '
        f"iam:CreateRole on resource: arn:aws:iam::{ACCOUNT}:role/roles-Role-"
    )
    assert f"with an explicit deny in an identity-based policy: {POLICY}/Pvoclabs2" in reason
    assert "(Service: Iam, Status Code: 403, " in reason
    assert reason.endswith("HandlerErrorCode: AccessDenied)")
    assert of(lab, "ec2").describe_vpcs()["Vpcs"] == []


def test_only_two_regions_are_there(lab):
    """Each service denies in its own way."""
    west = "eu-west-1"
    of(lab, "ec2", "us-west-2").describe_vpcs()
    of(lab, "iam", west).get_role(RoleName="LabRole")
    with refused("UnauthorizedOperation") as caught:
        of(lab, "ec2", west).describe_vpcs()
    start = "You are not authorized to perform this operation. "
    assert message(caught) == start + denied("ec2:DescribeVpcs")
    with refused("UnauthorizedOperation") as caught:
        of(lab, "ec2", west).create_vpc(CidrBlock="10.0.0.0/16")
    where = f" on resource: arn:aws:ec2:{west}:{ACCOUNT}:vpc/*"
    assert message(caught) == start + denied("ec2:CreateVpc", where)
    with refused("AccessDenied") as caught:
        of(lab, "s3", west).create_bucket(
            Bucket="some-bucket", CreateBucketConfiguration={"LocationConstraint": west}
        )
    where = ' on resource: "arn:aws:s3:::some-bucket"'
    assert message(caught) == denied("s3:CreateBucket", where)
    with refused("AccessDeniedException") as caught:
        of(lab, "ecs", west).list_clusters()
    assert message(caught) == denied("ecs:ListClusters", " on resource: *")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    with refused("AccessDeniedException") as caught:
        of(lab, "dynamodb", west).describe_table(TableName="t")
    where = f" on resource: arn:aws:dynamodb:{west}:{ACCOUNT}:table/t"
    assert message(caught) == denied("dynamodb:DescribeTable", where)
    with refused("AccessDeniedException") as caught:
        of(lab, "apigateway", west).get_rest_apis()
    where = f" on resource: arn:aws:apigateway:{west}::/restapis"
    assert message(caught) == denied("apigateway:GET", where)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def vpc_link(cloud):
    """Asks for a VPC link to a load balancer that is not there."""
    target = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/net/none/0123456789abcdef"
    of(cloud, "apigateway").create_vpc_link(name="link", targetArns=[target])


def test_vpc_links_are_withheld_in_some_labs(lab, start_cloud):
    with pytest.raises(of(lab, "apigateway").exceptions.ClientError) as caught:
        vpc_link(lab)
    assert caught.value.response["Error"]["Code"] != "AccessDeniedException"
    other = start_cloud(options=["--as", "learner-lab:no-vpc-link"])
    with refused("AccessDeniedException") as caught:
        vpc_link(other)
    where = f" on resource: arn:aws:apigateway:{REGION}::/vpclinks"
    assert message(caught) == denied("apigateway:POST", where)
    of(other, "apigateway").get_vpc_links()


def test_a_session_ends_and_the_next_one_goes_on(start_cloud):
    """After its last call only `GetCallerIdentity` works. What was made stays."""
    lab = start_cloud(options=["--as", "learner-lab", "--session-calls", "2"])
    of(lab, "s3").create_bucket(Bucket="kept")
    of(lab, "sts").get_caller_identity()
    of(lab, "ecr").describe_repositories()
    for _ in range(2):
        with refused("AccessDeniedException") as caught:
            of(lab, "ecr").describe_repositories()
        where = f" on resource: arn:aws:ecr:{REGION}:{ACCOUNT}:repository/*"
        assert message(caught) == denied("ecr:DescribeRepositories", where, "voc-cancel-cred")
    with refused("AccessDenied") as caught:
        of(lab, "iam").get_role(RoleName="LabRole")
    assert "policy/voc-cancel-cred" in message(caught)
    assert of(lab, "sts").get_caller_identity()["Arn"] == STUDENT
    lab.stop()
    lab.start()
    assert [bucket["Name"] for bucket in of(lab, "s3").list_buckets()["Buckets"]] == ["kept"]
    for _ in range(5):
        of(lab, "ecr").describe_repositories()


def test_a_session_is_ended_and_begun_by_hand(lab):
    session = f"{lab.url}/_local/session"
    assert web.request("POST", f"{session}?calls=0").status == 200
    with refused("AccessDenied") as caught:
        of(lab, "s3").list_buckets()
    assert "policy/voc-cancel-cred" in message(caught)
    assert web.request("POST", session).status == 200
    of(lab, "s3").list_buckets()
    assert web.request("POST", f"{session}?calls=many").status == 400


def test_without_a_rehearsal_there_are_no_sessions(cloud):
    assert web.request("POST", f"{cloud.url}/_local/session").status == 409


def test_the_end_of_a_session_stops_a_stack(lab):
    """CloudFormation works with the rights of who called it."""
    cloudformation = of(lab, "cloudformation")
    lab.hold("cloudformation", "CreateStack")
    template = json.dumps({"Resources": {"V": json.loads(ROLE_STACK)["Resources"]["Vpc"]}})
    cloudformation.create_stack(StackName="late", TemplateBody=template)
    assert web.request("POST", f"{lab.url}/_local/session?calls=0").status == 200
    with refused("AccessDenied"):
        cloudformation.describe_stacks(StackName="late")
    lab.release()
    assert web.request("POST", f"{lab.url}/_local/session").status == 200
    # The next session began before the stack was released, or after: its stack is of the old one.
    assert settled(cloudformation, "late")["StackStatus"] == "ROLLBACK_COMPLETE"
    events = cloudformation.describe_stack_events(StackName="late")["StackEvents"]
    reasons = " ".join(event.get("ResourceStatusReason", "") for event in events)
    assert "ec2:CreateVpc" in reasons
    assert "policy/voc-cancel-cred" in reasons


def test_the_choice_stays_until_a_reset(start_cloud, program_for):
    lab = start_cloud(options=["--as", "learner-lab"])
    mysfits = program_for(lab)
    assert "learner-lab" in mysfits.run("local", "status").expect(0).out
    lab.stop()
    lab.start()
    assert of(lab, "sts").get_caller_identity()["Arn"] == STUDENT
    mysfits.run("local", "reset").expect(0)
    assert of(lab, "sts").get_caller_identity()["Arn"].endswith(":user/student")
    assert "learner-lab" not in mysfits.run("local", "status").expect(0).out
    of(lab, "iam").create_role(RoleName="mine", AssumeRolePolicyDocument=TRUST)


def test_images_are_pulled_with_the_right_to_read(lab):
    """Students write to ECR; LabRole, as which their tasks pull, only reads."""
    ecr = of(lab, "ecr")
    ecr.create_repository(repositoryName="repo")
    assert ecr.get_authorization_token()["authorizationData"]
