"""What CloudFormation asks IAM in the caller's name for the core stack: for a request that creates, changes
or deletes it, what the handlers of all its types declare."""

from helpers.aws import REGION
from helpers.iam_data import action, handlers, types_of_the_template
from helpers.iam_matcher import Asked
from helpers.iam_requests import ACCOUNT, ID
from helpers.stacks import NAME as STACK

HANDLERS = {
    "CreateStack": ("create", "read"),
    "UpdateStack": ("create", "read", "update", "delete"),
    "DeleteStack": ("read", "delete"),
}
# What a function of the template asks for, and no handler.
ZONES = {"ec2:DescribeAvailabilityZones", "ec2:DescribeAccountAttributes"}

# What handlers declare for properties that the template does not have.
NOT_USED = {
    "ec2:AcceptAddressTransfer": "an address of another account",
    "ec2:AssociateAddress": "an address of an instance; a NAT gateway takes its own",
    "ec2:DisassociateAddress": "an address of an instance; a NAT gateway gives its own back",
    "ec2:AssociateNatGatewayAddress": "a second address of a NAT gateway",
    "ec2:DisassociateNatGatewayAddress": "a second address of a NAT gateway",
    "ec2:AssignPrivateNatGatewayAddress": "a private NAT gateway",
    "ec2:UnassignPrivateNatGatewayAddress": "a private NAT gateway",
    "ec2:AssociateSubnetCidrBlock": "IPv6",
    "ec2:DisassociateSubnetCidrBlock": "IPv6",
    "ec2:AttachVpnGateway": "a VPN",
    "ec2:DetachVpnGateway": "a VPN",
    "ec2:CreateVpcEncryptionControl": "encryption controls",
    "ec2:ModifyVpcTenancy": "the tenancy is never changed",
    "vpc-lattice:CreateServiceNetworkVpcEndpointAssociation": "an endpoint of a service network",
    "vpc-lattice:DescribeServiceNetworkVpcEndpointAssociation": "an endpoint of a service network",
    "vpce:AllowMultiRegion": "an endpoint of another region",
    "iam:AttachRolePolicy": "a managed policy; the roles have policies of their own",
    "iam:DetachRolePolicy": "a managed policy; the roles have policies of their own",
    "iam:PutRolePermissionsBoundary": "a permissions boundary",
    "iam:DeleteRolePermissionsBoundary": "a permissions boundary",
}


def declared(*names):
    """What these handlers of all types of the template declare."""
    of_each = [handlers(kind) for kind in types_of_the_template()]
    return set().union(*(one[name] for one in of_each for name in names if name in one))


def asked_of_stack(operation):
    """What IAM is asked for an operation on the stack."""
    names = HANDLERS.get(operation, ())
    actions = (declared(*names) - set(NOT_USED)) | (ZONES if "create" in names else set())
    return [asked for name in sorted(actions) for asked in _asked(name)]


def _asked(name):
    service, _, operation = name.partition(":")
    if service == "iam":
        return [Asked(name, f"arn:aws:iam::{ACCOUNT}:role/{STACK}-EcsServiceRole-{ID}")]
    types = [it for it in action(name)["resourceTypes"] if it["name"] in OF_THE_NETWORK]
    if not types:
        return [Asked(name, "*")]
    return [
        Asked(name, f"arn:aws:ec2:{REGION}:{ACCOUNT}:{it['name']}/x-{ID}", _tags(operation, it))
        for it in types
    ]


def _tags(operation, kind):
    """CloudFormation's tag on what exists. What is being created has no tags to be asked for, and what
    was created a moment ago may have none yet."""
    has_tags = any("aws:ResourceTag" in key for key in kind["conditionKeys"])
    is_new = operation.startswith(("Create", "Modify", "Authorize", "Revoke", "Update"))
    is_made_before = operation in ("CreateRoute", "ModifyVpcEndpoint") or not is_new
    if not has_tags or not is_made_before:
        return ()
    return (("aws:ResourceTag/aws:cloudformation:stack-name", STACK),)


OF_THE_NETWORK = {
    "vpc", "subnet", "internet-gateway", "route-table", "elastic-ip", "natgateway",
    "vpc-endpoint", "security-group", "security-group-rule",
}  # fmt: skip
