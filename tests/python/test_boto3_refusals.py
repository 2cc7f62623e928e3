"""What AWS refuses at once, the local cloud does not take in silence, to fail later or never."""

import datetime
import json
from urllib.parse import urlencode

import pytest

from helpers import aws, web
from helpers.aws import create_bucket, refused, template
from helpers.balancers import make_balancer, make_group
from helpers.stacks import begin, events, settled
from helpers.tasks import CLUSTER, FAMILY, TRUST, definition, service

ROLE = "arn:aws:iam::000000000000:role/tasks"
LOCAL_IMAGE = "localhost:{port}/lab/service:latest"


@pytest.mark.parametrize("role", ["REPLACE_ME_ECS_TASK_ROLE_ARN", "arn:aws:iam::000000000000:user/x"])
@pytest.mark.parametrize("field", ["executionRoleArn", "taskRoleArn"])
def test_a_role_that_is_none(ecs, role, field):
    """The placeholder of the lab, left as it is, is no role."""
    with refused("ClientException") as caught:
        ecs.register_task_definition(**definition() | {field: role})
    assert "Role is not valid" in str(caught.value)


@pytest.mark.parametrize(
    ("task", "container", "words"),
    [
        ({}, {"memory": 1024}, "Invalid 'memory' setting for container"),
        ({}, {"memoryReservation": 513}, "Invalid 'memory' setting for container"),
        ({}, {"cpu": -1}, "Invalid 'cpu' setting for container"),
        ({}, {"cpu": 512}, "Invalid 'cpu' setting for container"),
        ({"requiresCompatibilities": ["FARGATE", "FOO"]}, {}, "FOO"),
    ],
)
def test_a_task_definition_that_fits_nothing(ecs, task, container, words):
    """Sizes beyond the task's own, and a kind of machine that AWS does not have."""
    with refused("ClientException") as caught:
        ecs.register_task_definition(**definition(**container) | task)
    assert words in str(caught.value)
    ecs.register_task_definition(**definition(memory=512, memoryReservation=512, cpu=256))


@pytest.mark.parametrize("image", [None, LOCAL_IMAGE])
def test_fargate_pulls_from_ecr_with_a_role(cloud, ecs, image):
    """Whether the registry has AWS's name or that of the local cloud."""
    given = definition(image=image and image.format(port=cloud.port))
    del given["executionRoleArn"], given["containerDefinitions"][0]["logConfiguration"]
    with refused("ClientException") as caught:
        ecs.register_task_definition(**given)
    assert "execution role ARN to support ECR images" in str(caught.value)
    given["containerDefinitions"][0]["image"] = "public.example/app"
    ecs.register_task_definition(**given)


def test_a_platform_that_is_none(ecs, network):
    """In a service and in a task of its own."""
    ecs.create_cluster(clusterName=CLUSTER)
    ecs.register_task_definition(**definition())
    wrong = {"platformVersion": "9.9"}
    with refused("PlatformUnknownException"):
        ecs.create_service(**service(network) | wrong)
    with refused("PlatformUnknownException"):
        ecs.run_task(
            cluster=CLUSTER, taskDefinition=FAMILY, networkConfiguration=network.settings(), **wrong
        )
    ecs.create_service(**service(network, platformVersion="1.4.0", desiredCount=0))
    with refused("PlatformUnknownException"):
        ecs.update_service(cluster=CLUSTER, service=service(network)["serviceName"], **wrong)


@pytest.mark.parametrize("mode", [{}, {"BillingMode": "PROVISIONED"}])
def test_a_table_has_a_throughput(dynamodb, mode):
    """Unless it is paid by request."""
    table = template("dynamodb-table.json", TABLE_NAME="Table")
    throughput = table.pop("ProvisionedThroughput")
    with refused("ValidationException") as caught:
        dynamodb.create_table(**table | mode)
    assert "ReadCapacityUnits and WriteCapacityUnits must both be specified" in str(caught.value)
    assert dynamodb.list_tables()["TableNames"] == []
    dynamodb.create_table(**table | mode, ProvisionedThroughput=throughput)


@pytest.mark.parametrize(
    ("arn", "code", "words"),
    [
        ("arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy", "NoSuchEntity", "attachable"),
        ("arn:aws:iam::aws:policy/AdministratorAcess", "NoSuchEntity", "does not exist"),
        ("arn:aws:iam::aws:policy/service-role/ReadOnlyAccess", "NoSuchEntity", "attachable"),
        ("arn:aws:iam::aws:policy/aws-service-role/X", "PolicyNotAttachable", "Service Role"),
        ("AmazonECSTaskExecutionRolePolicy", "ValidationError", "Invalid ARN"),
    ],
)
def test_a_policy_that_is_none(iam, arn, code, words):
    """The first lacks the path of the policy, an error that many make."""
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=TRUST)
    with refused(code) as caught:
        iam.attach_role_policy(RoleName="role", PolicyArn=arn)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        "AdministratorAccess",
        "ReadOnlyAccess",
        "service-role/AmazonECSTaskExecutionRolePolicy",
        "job-function/ViewOnlyAccess",
        "service-role/AddedNextWeek",
    ],
)
def test_policies_of_aws(iam, name):
    """Those that exist can be attached, and those that may."""
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(RoleName="role", PolicyArn=f"arn:aws:iam::aws:policy/{name}")


@pytest.mark.parametrize("principals", ["", "Users: [nobody]", "Groups: [nobody]"])
def test_a_policy_in_a_template_is_somebodys(cloudformation, principals):
    """`AWS::IAM::Policy` without anybody who has it does not come to be."""
    begin(
        cloudformation,
        f"""
        Resources:
          Policy:
            Type: AWS::IAM::Policy
            Properties:
              PolicyName: lonely
              PolicyDocument:
                Version: "2012-10-17"
                Statement: [{{Effect: Allow, Action: "s3:*", Resource: "*"}}]
              {principals}
        """,
        Capabilities=["CAPABILITY_IAM"],
    )
    assert settled(cloudformation)["StackStatus"] == "ROLLBACK_COMPLETE"
    reasons = [event.get("ResourceStatusReason", "") for event in events(cloudformation)]
    wanted = "cannot be found" if principals else "At least one of [Groups,Roles,Users] must be"
    assert any(wanted in reason for reason in reasons), reasons


@pytest.mark.parametrize(
    ("operation", "field", "kind"),
    [
        ("delete_load_balancer", "LoadBalancerArn", "load balancer"),
        ("describe_load_balancer_attributes", "LoadBalancerArn", "load balancer"),
        ("delete_target_group", "TargetGroupArn", "target group"),
        ("describe_target_health", "TargetGroupArn", "target group"),
        ("delete_listener", "ListenerArn", "listener"),
    ],
)
def test_a_name_is_no_arn(elb, operation, field, kind):
    """It would be a success that deletes nothing."""
    for name in ["mysfits-nlb", "arn:aws:elasticloadbalancing:eu-west-1:000000000000:x/y/z"]:
        with refused("ValidationError") as caught:
            getattr(elb, operation)(**{field: name})
        assert f"'{name}' is not a valid {kind} ARN" in str(caught.value)


def test_what_is_absent_is_deleted(elb, network):
    """A well-formed ARN of something that is gone is a success, as on AWS."""
    balancer = make_balancer(elb, network)["LoadBalancerArn"]
    group = make_group(elb, network)
    for _ in range(2):
        elb.delete_load_balancer(LoadBalancerArn=balancer)
        elb.delete_target_group(TargetGroupArn=group)


def test_a_port_that_is_none(elb, network):
    """Of targets; nothing would ever be there."""
    group = make_group(elb, network)
    for change in [elb.register_targets, elb.deregister_targets]:
        with refused("ValidationError") as caught:
            change(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9", "Port": 99999}])
        assert "Value '99999' at 'targets.1.member.port'" in str(caught.value)


def test_a_presigned_address_expires(cloud, s3):
    """With AWS's words and times; one that has time left is good."""
    create_bucket(s3, "bucket")
    s3.put_object(Bucket="bucket", Key="key", Body=b"body")

    def answer(date, seconds, headers=None):
        scope = f"000000000000/20200229/{aws.REGION}/s3/aws4_request"
        query = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": scope,
            "X-Amz-Date": date,
            "X-Amz-Expires": seconds,
            "X-Amz-SignedHeaders": "host",
            "X-Amz-Signature": "0",
        }
        return web.get(f"{cloud.url}/bucket/key?{urlencode(query)}", headers)

    now = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
    assert answer(now, 3600).text == "body"
    typed = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}
    assert answer(now, 3600, typed).text == "body", "a browser may open it"
    expired = answer("20200229T235930Z", 60)
    assert expired.status == 403
    for part in [
        "<Code>AccessDenied</Code><Message>Request has expired</Message>",
        "<X-Amz-Expires>60</X-Amz-Expires>",
        "<Expires>2020-03-01T00:00:30Z</Expires>",
        "<ServerTime>",
    ]:
        assert part in expired.text
    for date, seconds in [(now, 604801), (now, "soon"), (now, -1), ("yesterday", 60)]:
        wrong = answer(date, seconds)
        assert (wrong.status, "AuthorizationQueryParametersError" in wrong.text) == (400, True)


def test_variable_parts_have_no_siblings(cloud):
    """`{proxy+}` is one too, in either order."""
    gateway = cloud.client("apigateway")
    for first, second in [("{proxy+}", "{dynamic}"), ("{dynamic}", "{proxy+}")]:
        new = gateway.create_rest_api(name="api")
        api = {"restApiId": new["id"], "parentId": new["rootResourceId"]}
        gateway.create_resource(**api, pathPart=first)
        with refused("BadRequestException") as caught:
            gateway.create_resource(**api, pathPart=second)
        assert f"A sibling ({first}) of this resource already has a variable" in str(caught.value)


def test_an_authorization_type_in_small_letters(cloud):
    """AWS reads it without regard to case."""
    gateway = cloud.client("apigateway")
    new = gateway.create_rest_api(name="api")
    method = {"restApiId": new["id"], "resourceId": new["rootResourceId"], "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="none")
    assert gateway.get_method(**method)["authorizationType"] == "NONE"


def test_a_method_that_is_not_there_falls_through(cloud):
    """To `{proxy+}`, when that has it: a resource beside it does not hide it."""
    mock = {"type": "mock", "requestTemplates": {"application/json": '{"statusCode": 200}'}}
    part = {"x-amazon-apigateway-integration": mock, "responses": {"200": {"description": ""}}}
    body = {
        "swagger": "2.0",
        "info": {"title": "api"},
        "paths": {"/test": {"post": part}, "/{proxy+}": {"options": part}},
    }
    gateway = cloud.client("apigateway")
    api = gateway.import_rest_api(body=json.dumps(body))["id"]
    gateway.create_deployment(restApiId=api, stageName="prod")
    base = f"{cloud.url}/_execute-api/{api}/prod"
    found = {
        (verb, path): web.request(verb, f"{base}{path}").status
        for verb, path in [("OPTIONS", "/test"), ("OPTIONS", "/x"), ("GET", "/test")]
    }
    assert found[("OPTIONS", "/x")] == found[("OPTIONS", "/test")] != 403
    assert found[("GET", "/test")] == 403


def test_a_target_outside_of_the_network(elb, network):
    """In another network it is named as such, and in this one it is not."""
    group = make_group(elb, network)

    def register(**target):
        elb.register_targets(TargetGroupArn=group, Targets=[target])

    for outside in ["10.1.0.9", "10.0.200.9", "192.168.0.1"]:
        with refused("ValidationError") as caught:
            register(Id=outside)
        words = f"The Availability Zone is required for IP address '{outside}' because it is not"
        assert words in str(caught.value)
        register(Id=outside, AvailabilityZone="all")
    with refused("ValidationError") as caught:
        register(Id="10.0.0.9", AvailabilityZone="all")
    words = "within the VPC, and cannot have its Availability Zone overridden to 'all' from"
    assert words in str(caught.value)
    for public in ["8.8.8.8", "198.18.0.1"]:
        with refused("InvalidTarget"):
            register(Id=public, AvailabilityZone="all")
    register(Id="10.0.0.9")
    register(Id="127.0.0.1")
    found = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert len(found) == 5
