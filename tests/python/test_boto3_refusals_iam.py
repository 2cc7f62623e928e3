"""What IAM refuses at once: policy documents that are none, and those that are too large."""

import json

import pytest

from helpers import aws
from helpers.aws import refused
from helpers.tasks import TRUST

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}
SYNTAX = "Syntax errors in policy."
VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."


def document(*statements, **more):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)} | more)


@pytest.fixture
def role(iam):
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=TRUST)
    return {"RoleName": "role"}


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ({"Action": "s3"}, VENDOR),
        ({"Action": ["s3:GetObject", "GetObject"]}, VENDOR),
        ({"Action": "a:b:c"}, "Actions/Condition can contain only one colon."),
        ({"Action": "a_b:c"}, "Vendor a_b is not valid"),
        ({"Action": []}, "Policy statement must contain actions."),
        ({"Action": 1}, SYNTAX),
        ({"NotAction": "s3:*"}, SYNTAX),
        ({"Resource": "foo"}, 'Resource foo must be in ARN format or "*".'),
        ({"Resource": ["*", "foo"]}, 'Resource foo must be in ARN format or "*".'),
        (
            {"Resource": "arn:awx:s3:::b"},
            'Partition "awx" is not valid for resource "arn:awx:s3:::b".',
        ),
        (
            {"Resource": "arn:aws"},
            "Resource vendor must be fully qualified and cannot contain regexes.",
        ),
        (
            {"Resource": "arn:aws:s3:eu-west-1:000000000000:b"},
            "can not contain region information.",
        ),
        ({"Resource": "arn:aws:s3::bucket"}, "The policy failed legacy parsing"),
        (
            {"Resource": "arn:aws:iam:::foo"},
            'IAM resource path must either be "*" or start with user/,',
        ),
        ({"Resource": []}, "Policy statement must contain resources."),
        ({"Resource": {"a": "b"}}, SYNTAX),
        ({"Effect": "Maybe"}, SYNTAX),
        ({"Effect": "allow"}, "The policy failed legacy parsing"),
        ({"Foo": "bar"}, SYNTAX),
        ({"Sid": 1}, SYNTAX),
        (
            {"Sid": "a b"},
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
        ),
        ({"Condition": []}, SYNTAX),
        ({"Condition": {"StringIs": {"a": "b"}}}, SYNTAX),
        ({"Condition": {"StringEquals": "a"}}, SYNTAX),
        ({"Principal": "*"}, "Policy document should not specify a principal."),
    ],
)
def test_a_statement_says_something(iam, role, statement, words):
    """In policies of their own and in those of a role."""
    policy = document(ALLOW | statement)
    with refused("MalformedPolicyDocument") as caught:
        iam.create_policy(PolicyName="policy", PolicyDocument=policy)
    assert words in str(caught.value)
    with refused("MalformedPolicyDocument"):
        iam.put_role_policy(**role, PolicyName="policy", PolicyDocument=policy)
    assert iam.list_role_policies(**role)["PolicyNames"] == []


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("{", "This policy contains invalid Json"),
        ("[]", "This policy contains invalid Json"),
        (document(ALLOW, Version="2012-10-18"), SYNTAX),
        (document(ALLOW, Foo="bar"), SYNTAX),
        (document(ALLOW, Id=1), SYNTAX),
        (document(), SYNTAX),
        (document("x"), SYNTAX),
        (
            document(ALLOW | {"Sid": "a"}, ALLOW | {"Sid": "a"}),
            "Statement IDs (SID) in a single policy must be unique.",
        ),
    ],
)
def test_a_document_is_a_policy(iam, role, policy, words):
    """By its form; a role's own policies and versions are held to the same."""
    with refused("MalformedPolicyDocument") as caught:
        iam.create_policy(PolicyName="policy", PolicyDocument=policy)
    assert words in str(caught.value)
    with refused("MalformedPolicyDocument"):
        iam.put_role_policy(**role, PolicyName="policy", PolicyDocument=policy)


@pytest.mark.parametrize("policy", [document(ALLOW, Version="2008-10-17"), json.dumps({"Statement": ALLOW})])
def test_a_policy_of_its_own_is_in_the_present_version(iam, role, policy):
    """Those in roles are older than it."""
    with refused("MalformedPolicyDocument") as caught:
        iam.create_policy(PolicyName="policy", PolicyDocument=policy)
    assert "Policy document must be version 2012-10-17 or greater." in str(caught.value)
    iam.put_role_policy(**role, PolicyName="policy", PolicyDocument=policy)


@pytest.mark.parametrize(
    "statement",
    [
        {"Action": "*", "Resource": "*"},
        {"Action": ["s3:Get*", "logs:PutLogEvents", "execute-api:*"]},
        {"Resource": ["arn:aws:s3:::bucket", "arn:*:dynamodb:*:*:table/x", "arn:aws-cn:s3:::b"]},
        {"Resource": "arn:aws:iam::000000000000:role/x"},
        {"Resource": "arn:aws:iam::000000000000:*"},
        {"Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}, "Bool": {"aws:SecureTransport": True}}},
        {"Condition": {"ForAllValues:StringLike": {"a:b": ["c"]}, "NumericLessThan": {"s3:max-keys": 10}}},
        {"Sid": ""},
        {"Sid": "Az09"},
    ],
)
def test_what_is_a_policy_is_taken(iam, role, statement):
    """Forms that AWS's own policies have."""
    policy = document(ALLOW | statement)
    iam.create_policy(PolicyName="policy", PolicyDocument=policy)
    iam.put_role_policy(**role, PolicyName="policy", PolicyDocument=policy)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"Principal": {"Service": "ecs-task.amazonaws.com"}},
            'Invalid principal in policy: "SERVICE":"ecs-task.amazonaws.com"',
        ),
        (
            {"Principal": {"Service": ["ecs.amazonaws.com", "ecs"]}},
            'Invalid principal in policy: "SERVICE":"ecs"',
        ),
        ({"Principal": {"Servise": "ecs.amazonaws.com"}}, "Invalid principal in policy"),
        ({"Principal": {"AWS": "me"}}, 'Invalid principal in policy: "AWS":"me"'),
        ({"Principal": "ecs.amazonaws.com"}, "Invalid principal in policy"),
        ({"Action": "s3:GetObject"}, "AssumeRole policy may only specify STS AssumeRole actions."),
        ({"Action": "AssumeRole"}, VENDOR),
        ({"Resource": "*"}, "Has prohibited field Resource"),
    ],
)
def test_a_role_trusts_somebody(iam, role, change, words):
    """A new role and a changed one; a service's name is a service's."""
    trusted = {"Effect": "Allow", "Principal": {"Service": "ecs.amazonaws.com"}, "Action": "sts:AssumeRole"}
    with refused("MalformedPolicyDocument") as caught:
        iam.create_role(RoleName="new", AssumeRolePolicyDocument=document(trusted | change))
    assert words in str(caught.value)
    with refused("MalformedPolicyDocument"):
        iam.update_assume_role_policy(**role, PolicyDocument=document(trusted | change))
    for principal in [
        {"Service": ["ecs.amazonaws.com", "ecs-tasks.amazonaws.com", "states.eu-west-1.amazonaws.com"]},
        {"Service": "elasticloadbalancing.amazonaws.com"},
        {"AWS": ["000000000000", "arn:aws:iam::000000000000:root"]},
        {"AWS": "*"},
        "*",
    ]:
        iam.update_assume_role_policy(**role, PolicyDocument=document(trusted | {"Principal": principal}))


def of_size(size, trust=False):
    """A document of this many characters that count: white space does not."""
    statement = ALLOW if not trust else json.loads(TRUST)["Statement"][0]
    short = json.loads(document(statement | {"Sid": ""}))
    missing = size - len(json.dumps(short, separators=(",", ":")))
    short["Statement"][0]["Sid"] = "x" * missing
    return json.dumps(short, separators=(",", ":"))


def test_documents_have_a_size(iam, role):
    """Of a policy, of all that a role has of its own, of the one that trusts; without white space."""
    with refused("LimitExceeded") as caught:
        iam.create_policy(PolicyName="policy", PolicyDocument=of_size(6145))
    assert "Cannot exceed quota for PolicySize: 6144" in str(caught.value)
    iam.create_policy(PolicyName="policy", PolicyDocument=of_size(6144) + " " * 1000)
    with refused("LimitExceeded") as caught:
        iam.put_role_policy(**role, PolicyName="a", PolicyDocument=of_size(10241))
    assert "Maximum policy size of 10240 bytes exceeded for role role" in str(caught.value)
    iam.put_role_policy(**role, PolicyName="a", PolicyDocument=of_size(9000))
    iam.put_role_policy(**role, PolicyName="a", PolicyDocument=of_size(10040))
    with refused("LimitExceeded"):
        iam.put_role_policy(**role, PolicyName="b", PolicyDocument=of_size(201))
    iam.put_role_policy(**role, PolicyName="b", PolicyDocument=of_size(200))
    with refused("LimitExceeded") as caught:
        iam.update_assume_role_policy(**role, PolicyDocument=of_size(2049, trust=True))
    assert "Cannot exceed quota for ACLSizePerRole: 2048" in str(caught.value)
    with refused("LimitExceeded"):
        iam.create_role(RoleName="new", AssumeRolePolicyDocument=of_size(2049, trust=True))
    iam.update_assume_role_policy(**role, PolicyDocument=of_size(2048, trust=True))


def test_no_document_is_longer_than_a_parameter(iam, role):
    """White space counts there."""
    iam = aws.unchecked(iam)
    long = document(ALLOW).ljust(131_073)
    for call in [
        lambda: iam.create_policy(PolicyName="policy", PolicyDocument=long),
        lambda: iam.put_role_policy(**role, PolicyName="a", PolicyDocument=long),
        lambda: iam.update_assume_role_policy(**role, PolicyDocument=TRUST.ljust(131_073)),
        lambda: iam.create_role(RoleName="new", AssumeRolePolicyDocument=TRUST.ljust(131_073)),
    ]:
        with refused("ValidationError") as caught:
            call()
        assert "Member must have length less than or equal to 131072" in str(caught.value)
    iam.create_policy(PolicyName="policy", PolicyDocument=long[:-1])
