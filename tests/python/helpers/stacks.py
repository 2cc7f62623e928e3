"""CloudFormation's stacks: the lab's, and what tests ask of any."""

from helpers.aws import wait
from helpers.places import LAB, TEMPLATES
from helpers.waiting import until

NAME = "MythicalMysfitsCoreStack"
TAGS = [{"Key": "mysfits:lab", "Value": "mythical-mysfits"}]

# The repository's own template, and one of the shape of the lab's, which names two roles.
CORE = (TEMPLATES / "core.yml").read_text()
LAB_CORE = (LAB / "core.yml").read_text()
CONSENT = {CORE: ["CAPABILITY_IAM"], LAB_CORE: ["CAPABILITY_NAMED_IAM"]}


def begin(cloudformation, template, name=NAME, **more):
    """Begins to create a stack; its id."""
    settings = {"Capabilities": CONSENT.get(template, [])} | more
    return cloudformation.create_stack(StackName=name, TemplateBody=template, **settings)["StackId"]


def create(cloudformation, template, name=NAME, **more):
    """Creates a stack and waits as boto3 waits; its description."""
    stack = begin(cloudformation, template, name, **more)
    wait(cloudformation, "stack_create_complete", StackName=stack)
    return describe(cloudformation, stack)


def delete(cloudformation, name=NAME):
    """Deletes a stack and waits as boto3 waits."""
    stack = describe(cloudformation, name)["StackId"]
    cloudformation.delete_stack(StackName=name)
    wait(cloudformation, "stack_delete_complete", StackName=stack)


def describe(cloudformation, name=NAME):
    """A stack's description."""
    return cloudformation.describe_stacks(StackName=name)["Stacks"][0]


def settled(cloudformation, name=NAME):
    """A stack's description once nothing is in progress any more, however that ended."""

    def done():
        stack = describe(cloudformation, name)
        return None if stack["StackStatus"].endswith("IN_PROGRESS") else stack

    return until(done, f"stack {name} is settled")


def outputs(stack):
    """A stack's outputs by their names."""
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def events(cloudformation, name=NAME):
    """A stack's events, the oldest first."""
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=name)
    return [event for page in pages for event in page["StackEvents"]][::-1]


def resources(cloudformation, name=NAME):
    """A stack's resources by their logical ids."""
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    found = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return {resource["LogicalResourceId"]: resource for resource in found}
