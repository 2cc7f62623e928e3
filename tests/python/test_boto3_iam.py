"""Roles of the local cloud's IAM, as boto3 sees them: by calls, from the stack, and linked to services."""

import json

import pytest

from helpers.aws import refused, tags_of, wait
from helpers.stacks import CORE, LAB_CORE, NAME, create, outputs

ROLE = "AWSServiceRoleForECS"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
READ = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}


def create_role(iam, name="student", **more):
    """A role that tasks may assume."""
    return iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST), **more)["Role"]


def test_the_role_that_is_linked_to_ecs(iam):
    """It is made once; the second time is `InvalidInput`, in the words that the lab's students saw.

    Row: iam CreateServiceLinkedRole ecs
    Row: iam CreateServiceLinkedRole again -> InvalidInput
    Row: iam GetRole AWSServiceRoleForECS
    """
    with refused("NoSuchEntity"):
        iam.get_role(RoleName=ROLE)
    made = iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]
    path = "aws-service-role/ecs.amazonaws.com"
    assert made["Arn"] == f"arn:aws:iam::000000000000:role/{path}/{ROLE}"
    with refused("InvalidInput") as caught:
        iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")
    assert f"Service role name {ROLE} has been taken in this account" in str(caught.value)
    found = iam.get_role(RoleName=ROLE)["Role"]
    assert (found["Path"], found["RoleId"]) == (f"/{path}/", made["RoleId"])
    (statement,) = found["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "ecs.amazonaws.com"}


def test_a_linked_role_is_its_services_own(iam):
    """Nobody else changes or deletes it in the ways of other roles."""
    iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")
    for change in [
        lambda: iam.delete_role(RoleName=ROLE),
        lambda: iam.put_role_policy(
            RoleName=ROLE, PolicyName="mine", PolicyDocument=json.dumps(READ)
        ),
        lambda: iam.update_assume_role_policy(RoleName=ROLE, PolicyDocument=json.dumps(TRUST)),
    ]:
        with refused("UnmodifiableEntity"):
            change()
    assert iam.list_role_policies(RoleName=ROLE)["PolicyNames"] == []


def test_ecs_makes_its_role_itself(iam, ecs):
    """With the first cluster, as AWS does for who may make such roles."""
    ecs.create_cluster(clusterName="MythicalMysfits-Cluster")
    iam.get_role(RoleName=ROLE)
    with refused("InvalidInput"):
        iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")


def test_a_linked_role_is_deleted_in_its_own_way(iam):
    """A task deletes it, whose status tells the end.

    Row: cleanup DeleteServiceLinkedRole + status
    """
    iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")
    task = iam.delete_service_linked_role(RoleName=ROLE)["DeletionTaskId"]
    assert task.startswith(f"task/aws-service-role/ecs.amazonaws.com/{ROLE}/")
    status = iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"]
    assert status == "SUCCEEDED"
    with refused("NoSuchEntity"):
        iam.get_role(RoleName=ROLE)
    iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")


@pytest.mark.parametrize("template", [CORE, LAB_CORE], ids=["core.yml", "the lab's"])
def test_the_roles_of_the_stack(cloudformation, iam, template):
    """Their trust and inline policies come back as JSON, with functions filled in.

    Row: cfn IAM roles + inline policies from stack
    """
    tags = [{"Key": "mysfits:lab", "Value": "mythical-mysfits"}]
    stack = outputs(create(cloudformation, template, Tags=tags))
    inline = {
        "EcsServiceRole": "pull-and-log" if template is CORE else "ecs-service",
        "ECSTaskRole": "the-table" if template is CORE else "AmazonECSTaskRolePolicy",
    }
    for output, policy in inline.items():
        name = stack[output].rsplit("/", 1)[1]
        role = iam.get_role(RoleName=name)["Role"]
        assert role["Arn"] == stack[output]
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        services = statement["Principal"]["Service"]
        assert "ecs-tasks.amazonaws.com" in services
        assert iam.list_role_policies(RoleName=name)["PolicyNames"] == [policy]
        document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        assert {each["Effect"] for each in document["Statement"]} == {"Allow"}
        assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
        found = tags_of(iam.list_role_tags(RoleName=name)["Tags"])
        assert found["mysfits:lab"] == "mythical-mysfits"
    tables = [statement["Resource"] for statement in document["Statement"]]
    if template is CORE:
        name = "arn:aws:dynamodb:eu-west-1:000000000000:table/MysfitsTable"
        assert tables == [[name, f"{name}/index/*"], f"{name}Likes"]
    else:
        assert tables[-1] == "arn:aws:dynamodb:*:*:table/MysfitsTable*"
        for of in ["Build", "Pipeline"]:
            iam.get_role(RoleName=f"MythicalMysfitsServiceCode{of}ServiceRole")


def test_a_role_in_use_is_not_deleted(iam):
    """`DeleteConflict` while policies are attached or inline; then it goes."""
    create_role(iam)
    with refused("EntityAlreadyExists"):
        create_role(iam)
    wait(iam, "role_exists", RoleName="student")
    iam.put_role_policy(RoleName="student", PolicyName="read", PolicyDocument=json.dumps(READ))
    policy = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    iam.attach_role_policy(RoleName="student", PolicyArn=policy)
    with refused("DeleteConflict"):
        iam.delete_role(RoleName="student")
    iam.detach_role_policy(RoleName="student", PolicyArn=policy)
    with refused("DeleteConflict"):
        iam.delete_role(RoleName="student")
    assert iam.get_role_policy(RoleName="student", PolicyName="read")["PolicyDocument"] == READ
    iam.delete_role_policy(RoleName="student", PolicyName="read")
    iam.delete_role(RoleName="student")
    with refused("NoSuchEntity"):
        iam.get_role(RoleName="student")


def test_a_policy_that_a_student_attached_keeps_the_stack(cloudformation, iam):
    """The role cannot be deleted, and the stack says so: DELETE_FAILED, `DeleteConflict`'s words."""
    stack = create(cloudformation, CORE)
    role = outputs(stack)["ECSTaskRole"].rsplit("/", 1)[1]
    policy = "arn:aws:iam::aws:policy/AdministratorAccess"
    iam.attach_role_policy(RoleName=role, PolicyArn=policy)
    cloudformation.delete_stack(StackName=NAME)
    with pytest.raises(Exception, match="DELETE_FAILED"):
        wait(cloudformation, "stack_delete_complete", StackName=stack["StackId"])
    found = cloudformation.describe_stack_resource(StackName=NAME, LogicalResourceId="ECSTaskRole")
    reason = found["StackResourceDetail"]["ResourceStatusReason"]
    assert "must detach all policies first" in reason


def test_roles_are_the_accounts_in_every_region(cloud, iam):
    """IAM has no regions; another account has other roles."""
    create_role(iam, Tags=[{"Key": "owner", "Value": "anna"}])
    elsewhere = cloud.client("iam", region="us-east-1")
    assert tags_of(elsewhere.list_role_tags(RoleName="student")["Tags"]) == {"owner": "anna"}
    with refused("NoSuchEntity"):
        cloud.client("iam", "222222222222").get_role(RoleName="student")


def test_a_document_that_is_none(iam):
    """`MalformedPolicyDocument`, and no role."""
    with refused("MalformedPolicyDocument"):
        iam.create_role(RoleName="student", AssumeRolePolicyDocument="{")
    with refused("NoSuchEntity"):
        iam.get_role(RoleName="student")
