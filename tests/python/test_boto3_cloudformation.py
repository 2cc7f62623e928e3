"""Stacks of the local cloud's CloudFormation, as boto3 sees them: made, changed, and what they show.

What the stack makes in EC2 and IAM is looked at in `test_boto3_ec2.py` and `test_boto3_iam.py`.
"""

import re

import pytest

from helpers.aws import refused, wait
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
    stack = create(cloudformation, template, Tags=TAGS)
    assert (stack["StackStatus"], stack["Tags"]) == ("CREATE_COMPLETE", TAGS)
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
    stack = create(cloudformation, template, Tags=TAGS)
    consent = {"Capabilities": ["CAPABILITY_NAMED_IAM"]}
    for unchanged in [{"TemplateBody": template}, {"UsePreviousTemplate": True}]:
        with refused("ValidationError") as caught:
            cloudformation.update_stack(StackName=NAME, Tags=TAGS, **unchanged, **consent)
        assert "No updates are to be performed." in str(caught.value)
    assert describe(cloudformation)["StackStatus"] == "CREATE_COMPLETE"
    longer = template + "  More:\n    Value: more\n"
    cloudformation.update_stack(StackName=NAME, Tags=TAGS, TemplateBody=longer, **consent)
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
