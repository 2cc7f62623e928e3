"""Stacks of the local cloud's CloudFormation that fail, are deleted, or were never right."""

import re

import pytest

from helpers.aws import refused, tags_of, wait
from helpers.stacks import (
    CORE,
    LAB_CORE,
    NAME,
    TAGS,
    begin,
    create,
    delete,
    describe,
    events,
    outputs,
    resources,
    settled,
)
from helpers.waiting import until

FAILS = """
Resources:
  VPC: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref VPC, CidrBlock: 192.168.0.0/24}
  Gateway: {Type: AWS::EC2::InternetGateway}
  Role:
    Type: AWS::IAM::Role
    DependsOn: Subnet
    Properties: {AssumeRolePolicyDocument: {Statement: []}}
"""
BUCKETLESS = "Resources: {Gateway: {Type: AWS::EC2::InternetGateway}}"


def test_a_failing_resource_rolls_the_stack_back(cloudformation, ec2):
    """The first failure has a reason, the others are cancelled, and nothing is left.

    Row: cfn CreateStack failing resource -> ROLLBACK_COMPLETE
    """
    begin(cloudformation, FAILS, Capabilities=["CAPABILITY_IAM"])
    with pytest.raises(Exception, match="ROLLBACK_COMPLETE"):
        wait(cloudformation, "stack_create_complete", StackName=NAME)
    story = events(cloudformation)
    failed = [event for event in story if event["ResourceStatus"].endswith("_FAILED")]
    assert failed[0]["LogicalResourceId"] == "Subnet"
    assert "InvalidSubnet.Range" in failed[0]["ResourceStatusReason"] or (
        "192.168.0.0/24" in failed[0]["ResourceStatusReason"]
    )
    for echo in failed[1:]:
        assert echo["ResourceStatusReason"] == "Resource creation cancelled"
    turns = [
        event["ResourceStatus"] for event in story if event["LogicalResourceId"] == NAME
    ]
    assert turns == ["CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"]
    # The role was to come after the subnet, so nobody ever began it.
    assert "Role" not in {event["LogicalResourceId"] for event in story}
    assert [vpc for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]] == []
    assert [
        gateway
        for gateway in ec2.describe_internet_gateways()["InternetGateways"]
        if gateway["Tags"]
    ] == []

    with refused("ValidationError") as caught:
        cloudformation.update_stack(StackName=NAME, TemplateBody=BUCKETLESS)
    assert "ROLLBACK_COMPLETE state and can not be updated" in str(caught.value)
    with refused("AlreadyExistsException"):
        begin(cloudformation, BUCKETLESS)
    delete(cloudformation)
    create(cloudformation, BUCKETLESS)


def test_a_name_that_is_taken_rolls_the_lab_back(cloudformation):
    """The lab's two named roles allow one stack an account, as its students found out."""
    create(cloudformation, LAB_CORE)
    begin(cloudformation, LAB_CORE, "of-another-student")
    assert settled(cloudformation, "of-another-student")["StackStatus"] == "ROLLBACK_COMPLETE"
    reasons = [
        event["ResourceStatusReason"]
        for event in events(cloudformation, "of-another-student")
        if event["ResourceStatus"] == "CREATE_FAILED"
    ]
    assert re.search("MythicalMysfitsServiceCode.+ServiceRole already exists", reasons[0])
    assert describe(cloudformation)["StackStatus"] == "CREATE_COMPLETE"


@pytest.mark.parametrize(
    ("on_failure", "end"), [("DO_NOTHING", "CREATE_FAILED"), ("DELETE", "DELETE_COMPLETE")]
)
def test_what_happens_after_a_failure_can_be_chosen(cloudformation, on_failure, end):
    """The other two choices than to roll back."""
    consent = {"Capabilities": ["CAPABILITY_IAM"]}
    stack = begin(cloudformation, FAILS, OnFailure=on_failure, **consent)
    assert settled(cloudformation, stack)["StackStatus"] == end


def test_a_deleted_stack_is_known_by_its_id_alone(cloudformation):
    """Its name is free, its id tells its end, and the list still has it.

    Row: cleanup DeleteStack
    Row: cleanup waiter stack_delete_complete
    """
    stack = create(cloudformation, LAB_CORE)["StackId"]
    delete(cloudformation)
    with refused("ValidationError"):
        describe(cloudformation)
    assert describe(cloudformation, stack)["StackStatus"] == "DELETE_COMPLETE"
    assert events(cloudformation, stack)[-1]["ResourceStatus"] == "DELETE_COMPLETE"
    listed = cloudformation.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    assert [each["StackId"] for each in listed] == [stack]
    assert create(cloudformation, LAB_CORE)["StackId"] != stack


def test_resources_are_deleted_in_reverse(cloudformation):
    """Each goes before what it refers to, as AWS's own rules demand."""
    stack = create(cloudformation, LAB_CORE)["StackId"]
    delete(cloudformation)
    steps = [
        (event["LogicalResourceId"], event["ResourceStatus"])
        for event in events(cloudformation, stack)
    ]
    for before, after in [
        ("PrivateRouteOne", "NatGatewayOne"),
        ("NatGatewayOne", "NatGatewayOneAttachment"),
        ("NatGatewayOneAttachment", "GatewayAttachement"),
        ("PublicRoute", "GatewayAttachement"),
        ("GatewayAttachement", "InternetGateway"),
        ("NatGatewayOne", "PublicSubnetOne"),
        ("PublicSubnetOne", "VPC"),
        ("DynamoDBEndpoint", "VPC"),
    ]:
        assert steps.index((before, "DELETE_COMPLETE")) < steps.index((after, "DELETE_IN_PROGRESS"))


def test_what_blocks_a_stack_makes_its_deletion_fail(cloudformation, ec2):
    """DELETE_FAILED names the resource and why; when the cause is gone, a second try succeeds."""
    stack = create(cloudformation, LAB_CORE)
    vpc, stack = outputs(stack)["VPCId"], stack["StackId"]
    group = ec2.create_security_group(GroupName="mine", Description="mine", VpcId=vpc)["GroupId"]
    cloudformation.delete_stack(StackName=NAME)
    with pytest.raises(Exception, match="DELETE_FAILED"):
        wait(cloudformation, "stack_delete_complete", StackName=stack)
    reason = describe(cloudformation)["StackStatusReason"]
    assert "The following resource(s) failed to delete: [VPC]" in reason
    left = resources(cloudformation)
    failed = [name for name, each in left.items() if each["ResourceStatus"] == "DELETE_FAILED"]
    assert failed == ["VPC"]
    assert "has dependencies and cannot be deleted" in left["VPC"]["ResourceStatusReason"]
    with refused("ValidationError"):
        cloudformation.update_stack(StackName=NAME, TemplateBody=BUCKETLESS)
    ec2.delete_security_group(GroupId=group)
    delete(cloudformation)
    assert describe(cloudformation, stack)["StackStatus"] == "DELETE_COMPLETE"


def test_resources_are_left_only_after_a_failure(cloudformation, ec2):
    """`RetainResources` is for DELETE_FAILED; then the stack goes and the resource stays."""
    vpc = outputs(create(cloudformation, LAB_CORE))["VPCId"]
    with refused("ValidationError"):
        cloudformation.delete_stack(StackName=NAME, RetainResources=["VPC"])
    ec2.create_security_group(GroupName="mine", Description="mine", VpcId=vpc)
    cloudformation.delete_stack(StackName=NAME)
    assert settled(cloudformation)["StackStatus"] == "DELETE_FAILED"
    stack = describe(cloudformation)["StackId"]
    cloudformation.delete_stack(StackName=NAME, RetainResources=["VPC"])
    wait(cloudformation, "stack_delete_complete", StackName=stack)
    assert ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]


def test_a_protected_stack_stays(cloudformation):
    """`ValidationError` until the protection is off."""
    create(cloudformation, BUCKETLESS, EnableTerminationProtection=True)
    assert describe(cloudformation)["EnableTerminationProtection"] is True
    with refused("ValidationError") as caught:
        cloudformation.delete_stack(StackName=NAME)
    assert "TerminationProtection is enabled" in str(caught.value)
    cloudformation.update_termination_protection(
        StackName=NAME, EnableTerminationProtection=False
    )
    delete(cloudformation)


@pytest.mark.parametrize(
    ("template", "wrong"),
    [
        ("Resources: {A: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref Nobody}}}", "Nobody"),
        ("Resources: {A: {Type: AWS::Nobody::Makes}}", "AWS::Nobody::Makes"),
        ("Resources: {A: {Type: AWS::EC2::VPC, DependsOn: B}}", "B"),
        ("Resources: [", "format"),
        ("Outputs: {}", "Resources"),
        (BUCKETLESS + "\n" + "#" * 51_200, "51200"),
    ],
    ids=["unknown reference", "unknown type", "unknown dependency", "no YAML", "empty", "too long"],
)
def test_a_template_that_is_none(cloudformation, template, wrong):
    """`ValidationError` that names what is wrong, and no stack."""
    with refused("ValidationError") as caught:
        begin(cloudformation, template)
    assert wrong.lower() in str(caught.value).lower()
    assert cloudformation.describe_stacks()["Stacks"] == []


def test_two_resources_that_wait_for_each_other(cloudformation):
    """A circle is found before anything is made."""
    circle = """
    Resources:
      A: {Type: AWS::EC2::InternetGateway, DependsOn: B}
      B: {Type: AWS::EC2::InternetGateway, DependsOn: A}
    """
    with refused("ValidationError") as caught:
        begin(cloudformation, circle)
    assert "Circular dependency" in str(caught.value)


def test_a_change_set_makes_the_stack(cloudformation):
    """As `aws cloudformation deploy` does it: look at the changes, then make them."""
    change = {"StackName": NAME, "ChangeSetName": "first", "Capabilities": ["CAPABILITY_NAMED_IAM"]}
    cloudformation.create_change_set(ChangeSetType="CREATE", TemplateBody=LAB_CORE, **change)
    wait(cloudformation, "change_set_create_complete", StackName=NAME, ChangeSetName="first")
    found = cloudformation.describe_change_set(StackName=NAME, ChangeSetName="first")
    assert len(found["Changes"]) == 27
    assert {each["ResourceChange"]["Action"] for each in found["Changes"]} == {"Add"}
    assert describe(cloudformation)["StackStatus"] == "REVIEW_IN_PROGRESS"
    cloudformation.execute_change_set(StackName=NAME, ChangeSetName="first")
    wait(cloudformation, "stack_create_complete", StackName=NAME)

    again = change | {"ChangeSetName": "second", "UsePreviousTemplate": True}
    cloudformation.create_change_set(ChangeSetType="UPDATE", **again)
    found = cloudformation.describe_change_set(StackName=NAME, ChangeSetName="second")
    assert (found["Status"], found["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")


def test_a_restart_goes_on_with_the_stack(start_cloud):
    """A stack that was being made when the local cloud ended is made all the same."""
    cloud = start_cloud(pace=0.05)
    cloudformation = cloud.client("cloudformation")
    stack = begin(cloudformation, CORE, Tags=TAGS)
    until(lambda: resources(cloudformation), "it has begun")
    cloud.stop()
    cloud.start()
    assert describe(cloudformation)["StackStatus"] == "CREATE_IN_PROGRESS"
    wait(cloudformation, "stack_create_complete", StackName=stack)
    assert tags_of(describe(cloudformation)["Tags"]) == {"mysfits:lab": "mythical-mysfits"}
    names = [event["LogicalResourceId"] for event in events(cloudformation)]
    # Nothing was begun twice.
    assert names.count("VPC") == 3


def test_accounts_and_regions_are_told_apart(cloud, cloudformation):
    """A stack is one account's in one region; the roles' names are the account's everywhere."""
    create(cloudformation, LAB_CORE)
    other = cloud.client("cloudformation", "222222222222")
    assert outputs(create(other, LAB_CORE))["CurrentAccount"] == "222222222222"
    north = cloud.client("cloudformation", region="eu-north-1")
    with refused("ValidationError"):
        describe(north)
    begin(north, LAB_CORE)
    assert settled(north)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert outputs(create(north, CORE, "core"))["CurrentRegion"] == "eu-north-1"
