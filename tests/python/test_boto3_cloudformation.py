"""Stacks of the local cloud's CloudFormation, as boto3 sees them.

What the stack makes in EC2 and IAM is looked at in `test_boto3_ec2.py` and `test_boto3_iam.py`.
"""

import re

import pytest

from helpers.aws import refused, tags_of, wait
from helpers.stacks import (
    CORE,
    LAB_CORE,
    NAME,
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

LAB = [{"Key": "mysfits:lab", "Value": "mythical-mysfits"}]
both = pytest.mark.parametrize("template", [CORE, LAB_CORE], ids=["core.yml", "the lab's"])
# What is well-formed in an output of this name.
SHAPES = {
    "CurrentRegion": "eu-west-1",
    "CurrentAccount": "0{12}",
    "EcsServiceRole": "arn:aws:iam::0{12}:role/MythicalMysfitsCoreStack-EcsServiceRole-.+",
    "ECSTaskRole": "arn:aws:iam::0{12}:role/MythicalMysfitsCoreStack-ECSTaskRole-.+",
    "VPCId": "vpc-[0-9a-f]{17}",
    "PublicSubnetOne": "subnet-[0-9a-f]{17}",
    "PublicSubnetTwo": "subnet-[0-9a-f]{17}",
    "PrivateSubnetOne": "subnet-[0-9a-f]{17}",
    "PrivateSubnetTwo": "subnet-[0-9a-f]{17}",
    "FargateContainerSecurityGroup": "sg-[0-9a-f]{17}",
}
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


@both
def test_a_template_says_what_consent_it_needs(cloudformation, template):
    """A role alone needs CAPABILITY_IAM, a role with a name CAPABILITY_NAMED_IAM.

    Row: cfn ValidateTemplate reports CAPABILITY_NAMED_IAM
    """
    found = cloudformation.validate_template(TemplateBody=template)
    named = template is LAB_CORE
    assert found["Capabilities"] == ["CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM"]
    assert "AWS::IAM::Role" in found["CapabilitiesReason"]
    parameters = {parameter["ParameterKey"] for parameter in found["Parameters"]}
    assert ("Topology" in parameters) != named
    with refused("ValidationError"):
        cloudformation.validate_template(TemplateBody="Resources: {}")


@pytest.mark.parametrize(
    ("template", "given"), [(CORE, []), (LAB_CORE, []), (LAB_CORE, ["CAPABILITY_IAM"])]
)
def test_without_consent_there_is_no_stack(cloudformation, template, given):
    """CAPABILITY_IAM is not enough for a role with a name.

    Row: cfn CreateStack without capability -> InsufficientCapabilities
    """
    with refused("InsufficientCapabilitiesException") as caught:
        begin(cloudformation, template, Capabilities=given)
    needed = "CAPABILITY_NAMED_IAM" if template is LAB_CORE else "CAPABILITY_IAM"
    assert needed in str(caught.value)
    assert cloudformation.describe_stacks()["Stacks"] == []


def test_what_is_not_there_is_a_validation_error(cloudformation):
    """CloudFormation has no other word for it.

    Row: cfn DescribeStacks unknown -> ValidationError
    """
    with refused("ValidationError") as caught:
        describe(cloudformation)
    assert f"Stack with id {NAME} does not exist" in str(caught.value)
    for ask in ["describe_stack_events", "list_stack_resources", "get_template", "update_stack"]:
        with refused("ValidationError"):
            getattr(cloudformation, ask)(StackName=NAME)
    # What is not there need not be deleted.
    cloudformation.delete_stack(StackName=NAME)


@both
def test_the_core_stack(cloudformation, template):
    """Every output is of its shape, names the placeholder that it fills, and is exported.

    Row: cfn CreateStack core (NAMED_IAM, tags)
    Row: cfn waiter stack_create_complete
    Row: cfn DescribeStacks 11 outputs well-formed, tags
    Row: cfn ListStackResources all CREATE_COMPLETE
    """
    stack = create(cloudformation, template, Tags=LAB)
    assert (stack["StackStatus"], stack["Tags"]) == ("CREATE_COMPLETE", LAB)
    found = outputs(stack)
    for name, shape in SHAPES.items():
        assert re.fullmatch(shape, found[name]), f"{name}: {found[name]}"
    assert len({found[name] for name in SHAPES}) == len(SHAPES)
    for output in stack["Outputs"]:
        assert re.fullmatch("REPLACE_ME_[A-Z_]+", output["Description"])
        assert output["ExportName"].startswith(f"{NAME}:")
    made = resources(cloudformation)
    assert {each["ResourceStatus"] for each in made.values()} == {"CREATE_COMPLETE"}
    assert made["VPC"]["PhysicalResourceId"] == found["VPCId"]
    if template is LAB_CORE:
        assert len(made) == 27 and len(found) == 12
        assert found["CodeBuildRole"].endswith(":role/MythicalMysfitsServiceCodeBuildServiceRole")
    assert cloudformation.get_template(StackName=NAME)["TemplateBody"] == template


def test_economy_has_no_nat_gateways(cloudformation):
    """What a condition excludes is not made, and outputs follow it."""
    parameters = [{"ParameterKey": "Topology", "ParameterValue": "economy"}]
    found = outputs(create(cloudformation, CORE, Parameters=parameters))
    assert found["TaskSubnetOne"] == found["PublicSubnetOne"]
    assert found["AssignPublicIp"] == "ENABLED"
    kinds = [each["ResourceType"] for each in resources(cloudformation).values()]
    assert not {"AWS::EC2::NatGateway", "AWS::EC2::EIP"} & set(kinds)
    with refused("ValidationError"):
        parameters[0]["ParameterValue"] = "luxury"
        begin(cloudformation, CORE, "another", Parameters=parameters)


def test_a_stack_takes_its_time(start_cloud):
    """First CREATE_IN_PROGRESS, with resources in several states; the waiter sees its end.

    Row: cfn DescribeStacks shows CREATE_IN_PROGRESS first
    """
    cloudformation = start_cloud(pace=0.02).client("cloudformation")
    stack = begin(cloudformation, LAB_CORE)
    assert describe(cloudformation)["StackStatus"] == "CREATE_IN_PROGRESS"
    assert "Outputs" not in describe(cloudformation)
    with refused("AlreadyExistsException"):
        begin(cloudformation, LAB_CORE)

    def in_progress():
        return {each["ResourceStatus"] for each in resources(cloudformation).values()}

    until(lambda: in_progress() == {"CREATE_COMPLETE", "CREATE_IN_PROGRESS"}, "some are there")
    wait(cloudformation, "stack_create_complete", StackName=stack)
    assert len(describe(cloudformation)["Outputs"]) == 12

    cloudformation.delete_stack(StackName=NAME)
    assert describe(cloudformation)["StackStatus"] == "DELETE_IN_PROGRESS"
    wait(cloudformation, "stack_delete_complete", StackName=stack)


def test_a_name_is_one_stack(cloudformation):
    """A second stack is refused; the same call again, with its token, is not.

    Row: cfn CreateStack again -> AlreadyExistsException
    """
    stack = begin(cloudformation, CORE, ClientRequestToken="first")
    assert begin(cloudformation, CORE, ClientRequestToken="first") == stack
    settled(cloudformation)
    for token in [{}, {"ClientRequestToken": "second"}]:
        with refused("AlreadyExistsException"):
            begin(cloudformation, CORE, **token)
    assert begin(cloudformation, CORE, ClientRequestToken="first") == stack
    assert len(cloudformation.describe_stacks()["Stacks"]) == 1


@both
def test_events_tell_the_story(cloudformation, template):
    """Newest first; each resource begins after all that it refers to is complete.

    Row: cfn DescribeStackEvents
    """
    stack = create(cloudformation, template)
    newest = cloudformation.describe_stack_events(StackName=NAME)["StackEvents"][0]
    assert (newest["LogicalResourceId"], newest["ResourceStatus"]) == (NAME, "CREATE_COMPLETE")
    story = events(cloudformation)
    assert len({event["EventId"] for event in story}) == len(story)
    # Three of each resource: it is begun, it has its id, it is there.
    assert len(story) == 3 * len(resources(cloudformation)) + 2
    assert [event["Timestamp"] for event in story] == sorted(event["Timestamp"] for event in story)
    assert story[0]["ResourceStatusReason"] == "User Initiated"
    assert story[0]["PhysicalResourceId"] == stack["StackId"]

    steps = [(event["LogicalResourceId"], event["ResourceStatus"]) for event in story]
    gateway = "GatewayAttachment" if template is CORE else "GatewayAttachement"
    address = "NatGatewayOneAddress" if template is CORE else "NatGatewayOneAttachment"
    for before, after in [
        ("VPC", "PublicSubnetOne"),
        ("VPC", "FargateContainerSecurityGroup"),
        ("InternetGateway", gateway),
        (gateway, "PublicRoute"),
        (gateway, address),
        (address, "NatGatewayOne"),
        ("NatGatewayOne", "PrivateRouteOne"),
        ("PrivateRouteTableTwo", "DynamoDBEndpoint"),
    ]:
        assert steps.index((before, "CREATE_COMPLETE")) < steps.index((after, "CREATE_IN_PROGRESS"))


def test_exports(cloudformation):
    """Every export names its stack; one in use keeps its stack.

    Row: cfn ListExports
    """
    stack = create(cloudformation, LAB_CORE)
    pages = cloudformation.get_paginator("list_exports").paginate()
    exports = {export["Name"]: export for page in pages for export in page["Exports"]}
    wanted = {f"{NAME}:{name}" for name in outputs(stack)}
    wanted -= {f"{NAME}:CodeBuildRole", f"{NAME}:CodePipelineRole"}
    wanted |= {f"{NAME}:MythicalMysfitsServiceCode{of}ServiceRole" for of in ("Build", "Pipeline")}
    assert set(exports) == wanted
    assert exports[f"{NAME}:VPCId"]["Value"] == outputs(stack)["VPCId"]
    assert {export["ExportingStackId"] for export in exports.values()} == {stack["StackId"]}

    user = f"""
    Resources:
      Group:
        Type: AWS::EC2::SecurityGroup
        Properties: {{GroupDescription: x, VpcId: !ImportValue '{NAME}:VPCId'}}
    """
    create(cloudformation, user, "user")
    assert cloudformation.list_imports(ExportName=f"{NAME}:VPCId")["Imports"] == ["user"]
    cloudformation.delete_stack(StackName=NAME)
    assert settled(cloudformation)["StackStatus"] == "CREATE_COMPLETE"
    newest = cloudformation.describe_stack_events(StackName=NAME)["StackEvents"][0]
    assert "cannot be deleted as it is in use by user" in newest["ResourceStatusReason"]
    delete(cloudformation, "user")
    delete(cloudformation)
    assert cloudformation.list_exports()["Exports"] == []


@both
def test_an_update_that_changes_nothing(cloudformation, template):
    """It is an error; one that changes something is not.

    Row: cfn UpdateStack no change -> ValidationError
    """
    stack = create(cloudformation, template, Tags=LAB)
    consent = {"Capabilities": ["CAPABILITY_NAMED_IAM"]}
    for unchanged in [{"TemplateBody": template}, {"UsePreviousTemplate": True}]:
        with refused("ValidationError") as caught:
            cloudformation.update_stack(StackName=NAME, Tags=LAB, **unchanged, **consent)
        assert "No updates are to be performed." in str(caught.value)
    assert describe(cloudformation)["StackStatus"] == "CREATE_COMPLETE"
    longer = template + "  More:\n    Value: more\n"
    cloudformation.update_stack(StackName=NAME, Tags=LAB, TemplateBody=longer, **consent)
    wait(cloudformation, "stack_update_complete", StackName=NAME)
    assert outputs(describe(cloudformation)) == outputs(stack) | {"More": "more"}


def test_an_update_to_the_other_topology_and_back(cloudformation, ec2):
    """What a condition takes away is deleted, what it brings back is made; the rest stays."""

    def change_to(topology):
        cloudformation.update_stack(
            StackName=NAME,
            UsePreviousTemplate=True,
            Parameters=[{"ParameterKey": "Topology", "ParameterValue": topology}],
            Capabilities=["CAPABILITY_IAM"],
        )
        wait(cloudformation, "stack_update_complete", StackName=NAME)
        states = [nat["State"] for nat in ec2.describe_nat_gateways()["NatGateways"]]
        return outputs(describe(cloudformation)), states.count("available")

    first = outputs(create(cloudformation, CORE))
    economy, gateways = change_to("economy")
    assert (economy["TaskSubnetOne"], gateways) == (first["PublicSubnetOne"], 0)
    assert ec2.describe_addresses()["Addresses"] == []
    again, gateways = change_to("classic")
    assert (again, gateways) == (first, 2)
    assert len(ec2.describe_vpc_endpoints()["VpcEndpoints"]) == 1


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
    stack = begin(cloudformation, CORE, Tags=LAB)
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
