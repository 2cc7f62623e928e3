"""The local cloud's AWS Organizations and aliases of accounts, as boto3 sees them."""

import json

import pytest

from helpers import aws
from helpers.aws import create_bucket, refused

MANAGER = "111111111111"
OTHER = "222222222222"
ROLE = "OrganizationAccountAccessRole"
READS = {
    "list_accounts": {},
    "list_roots": {},
    "list_accounts_for_parent": {"ParentId": "r-0000"},
    "list_organizational_units_for_parent": {"ParentId": "r-0000"},
    "list_parents": {"ChildId": MANAGER},
    "describe_account": {"AccountId": MANAGER},
}


@pytest.fixture
def organizations(cloud):
    return cloud.client("organizations", MANAGER)


def message(caught):
    return caught.value.response["Error"]["Message"]


def created(organizations, name, **more):
    """The id of a new account."""
    email = f"{name}@example.com"
    status = organizations.create_account(AccountName=name, Email=email, **more)
    status = status["CreateAccountStatus"]
    status = organizations.describe_create_account_status(CreateAccountRequestId=status["Id"])
    return status["CreateAccountStatus"]["AccountId"]


def listed(organizations, operation="list_accounts", **given):
    """All pages of a list of accounts, by id."""
    pages = organizations.get_paginator(operation).paginate(**given)
    return {account["Id"]: account for page in pages for account in page["Accounts"]}


def test_without_an_organization_there_is_none(organizations):
    """Row: organizations DescribeOrganization"""
    for operation, given in {"describe_organization": {}, **READS}.items():
        with refused("AWSOrganizationsNotInUseException") as caught:
            getattr(organizations, operation)(**given)
        assert message(caught) == "Your account is not a member of an organization."


def test_accounts_in_which_something_was_made_are_members(cloud, organizations):
    """From then on, whether that is before the organization or after it, and after a restart."""
    create_bucket(cloud.client("s3", "222222222222"), "mysfits-of-anna")
    cloud.client("s3", "444444444444").list_buckets()
    made = organizations.create_organization(FeatureSet="ALL")["Organization"]
    assert made["MasterAccountId"] == MANAGER
    create_bucket(cloud.client("s3", "333333333333"), "mysfits-of-bert")
    accounts = listed(organizations)
    assert sorted(accounts) == [MANAGER, "222222222222", "333333333333"]
    assert {account["State"] for account in accounts.values()} == {"ACTIVE"}
    assert accounts["222222222222"]["JoinedMethod"] == "INVITED"
    cloud.stop()
    cloud.start()
    assert listed(cloud.client("organizations", MANAGER)) == accounts
    with refused("AlreadyInOrganizationException"):
        cloud.client("organizations", "222222222222").create_organization()


def test_members_know_who_manages_them_and_nothing_else(cloud, organizations):
    """AWS does not tell them why.

    Row: organizations ListAccounts
    """
    create_bucket(cloud.client("s3", "222222222222"), "mysfits-of-anna")
    made = organizations.create_organization()["Organization"]
    with refused("AWSOrganizationsNotInUseException"):
        cloud.client("organizations", "333333333333").describe_organization()
    member = cloud.client("organizations", "222222222222")
    seen = member.describe_organization()["Organization"]
    assert (seen["Id"], seen["MasterAccountArn"]) == (made["Id"], made["MasterAccountArn"])
    assert made["MasterAccountArn"].endswith(f":account/{made['Id']}/{MANAGER}")
    more = {"create_account": {"AccountName": "a", "Email": "a@example.com"}}
    for operation, given in (READS | more).items():
        with refused("AccessDeniedException") as caught:
            getattr(member, operation)(**given)
        assert message(caught) == "You don't have permissions to access this resource."


def test_lists_have_pages_of_twenty_accounts(organizations):
    organizations.create_organization()
    made = {created(organizations, f"student-{number:02}") for number in range(45)}
    sizes = [len(page["Accounts"]) for page in organizations.get_paginator("list_accounts").paginate()]
    assert sizes == [20, 20, 6]
    assert set(listed(organizations)) == made | {MANAGER}
    small = organizations.list_accounts(MaxResults=3)
    assert len(small["Accounts"]) == 3
    for wrong in ({"MaxResults": 21}, {"MaxResults": 3, "NextToken": "made-up"}):
        with refused("InvalidInputException"):
            aws.unchecked(organizations, MANAGER)._make_api_call("ListAccounts", wrong)


def test_a_closed_account_stays_in_the_lists(organizations):
    """As AWS has it: its state is new, its status the one before."""
    organizations.create_organization()
    anna, bert = created(organizations, "anna"), created(organizations, "bert")
    organizations.close_account(AccountId=bert)
    accounts = listed(organizations)
    assert (accounts[bert]["State"], accounts[bert]["Status"]) == ("CLOSED", "SUSPENDED")
    assert accounts[anna]["State"] == "ACTIVE"
    with refused("AccountAlreadyClosedException"):
        organizations.close_account(AccountId=bert)
    with refused("ConstraintViolationException"):
        organizations.close_account(AccountId=MANAGER)
    for number in ("999999999999", "12"):
        code = "AccountNotFoundException" if len(number) == 12 else "InvalidInputException"
        with refused(code):
            organizations.close_account(AccountId=number)


def test_an_e_mail_is_of_one_account(organizations):
    """That it is taken is said afterwards."""
    organizations.create_organization()
    created(organizations, "anna")
    twice = organizations.create_account(AccountName="again", Email="ANNA@example.com")
    request = twice["CreateAccountStatus"]["Id"]
    status = organizations.describe_create_account_status(CreateAccountRequestId=request)
    status = status["CreateAccountStatus"]
    assert (status["State"], status["FailureReason"]) == ("FAILED", "EMAIL_ALREADY_EXISTS")
    assert len(listed(organizations)) == 2
    with refused("CreateAccountStatusNotFoundException"):
        organizations.describe_create_account_status(CreateAccountRequestId="car-00000000")


def test_units_are_in_units(organizations):
    """Row: organizations ListOrganizationalUnitsForParent"""
    organizations.create_organization()
    [root] = organizations.list_roots()["Roots"]
    root = root["Id"]

    def unit(name, parent):
        made = organizations.create_organizational_unit(ParentId=parent, Name=name)
        return made["OrganizationalUnit"]["Id"]

    courses = unit("Courses", root)
    cloud_course = unit("Cloud", courses)
    assert courses.startswith(f"ou-{root[2:]}-")
    with refused("DuplicateOrganizationalUnitException"):
        unit("Courses", root)
    anna, bert = created(organizations, "anna"), created(organizations, "bert")

    def move(account, source, target):
        organizations.move_account(
            AccountId=account, SourceParentId=source, DestinationParentId=target
        )

    move(anna, root, cloud_course)
    units = organizations.list_organizational_units_for_parent
    assert [it["Name"] for it in units(ParentId=root)["OrganizationalUnits"]] == ["Courses"]
    assert [it["Id"] for it in units(ParentId=courses)["OrganizationalUnits"]] == [cloud_course]
    of = "list_accounts_for_parent"
    assert sorted(listed(organizations, of, ParentId=root)) == sorted([MANAGER, bert])
    assert list(listed(organizations, of, ParentId=cloud_course)) == [anna]
    assert listed(organizations, of, ParentId=courses) == {}
    [parent] = organizations.list_parents(ChildId=anna)["Parents"]
    assert parent == {"Id": cloud_course, "Type": "ORGANIZATIONAL_UNIT"}
    for code, source, target in [
        ("SourceParentNotFoundException", root, courses),
        ("DestinationParentNotFoundException", cloud_course, "ou-0000-00000000"),
        ("DuplicateAccountException", cloud_course, cloud_course),
    ]:
        with refused(code):
            move(anna, source, target)
    with refused("ParentNotFoundException"):
        units(ParentId="ou-0000-00000000")
    with refused("InvalidInputException"):
        aws.unchecked(organizations, MANAGER).list_accounts_for_parent(ParentId="Courses")


def test_the_manager_has_a_role_in_the_accounts_that_it_creates(cloud, organizations):
    """Which is an administrator there, and which nobody else can assume."""
    organizations.create_organization()
    anna = created(organizations, "anna")
    bert = created(organizations, "bert", RoleName="Teacher")
    for account, name in ((anna, ROLE), (bert, "Teacher")):
        role = {"RoleArn": f"arn:aws:iam::{account}:role/{name}", "RoleSessionName": "teacher"}
        keys = cloud.client("sts", MANAGER).assume_role(**role)["Credentials"]
        s3 = session_of(cloud, keys, "s3")
        create_bucket(s3, f"mysfits-{account}")
        assert cloud.client("s3", account).list_buckets()["Buckets"][0]["Name"].endswith(account)
        with refused("AccessDenied"):
            cloud.client("sts", "222222222222").assume_role(**role)


def test_a_session_needs_the_permission(cloud, organizations):
    """Of the manager's account."""
    organizations.create_organization()
    iam = cloud.client("iam", MANAGER)

    def document(**statement):
        return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})

    trust = document(Principal={"AWS": f"arn:aws:iam::{MANAGER}:root"}, Action="sts:AssumeRole")
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    sts = cloud.client("sts", MANAGER)
    keys = sts.assume_role(RoleArn=role, RoleSessionName="reader")["Credentials"]
    reader = session_of(cloud, keys, "organizations")
    with refused("AccessDeniedException") as caught:
        reader.list_accounts()
    assert "is not authorized to perform: organizations:ListAccounts" in message(caught)
    allowed = document(Action=["organizations:List*", "organizations:Describe*"], Resource="*")
    iam.put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=allowed)
    assert list(listed(reader)) == [MANAGER]
    with refused("AccessDeniedException"):
        reader.close_account(AccountId="222222222222")


def session_of(cloud, keys, service):
    """A client with the keys of a session."""
    return aws.session().client(
        service,
        endpoint_url=cloud.url,
        region_name=aws.REGION,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        config=aws.CONFIG,
    )


def test_an_organization_and_its_accounts(cloud):
    """Only the account that manages it sees the others; one that is closed is no longer active."""
    manager = cloud.client("organizations", account=MANAGER)
    with refused("AWSOrganizationsNotInUseException"):
        manager.describe_organization()
    created = manager.create_organization(FeatureSet="ALL")["Organization"]
    assert created["MasterAccountId"] == MANAGER
    with refused("AlreadyInOrganizationException"):
        manager.create_organization()
    made = [
        manager.create_account(AccountName=f"s{number}", Email=f"s{number}@example.com")
        for number in range(25)
    ]
    made = [it["CreateAccountStatus"] for it in made]
    assert {it["State"] for it in made} == {"SUCCEEDED"}
    again = manager.describe_create_account_status(CreateAccountRequestId=made[0]["Id"])
    assert again["CreateAccountStatus"]["AccountId"] == made[0]["AccountId"]
    pages = list(manager.get_paginator("list_accounts").paginate())
    assert len(pages) == 2
    states = {it["Id"]: it["State"] for page in pages for it in page["Accounts"]}
    assert states == {it["AccountId"]: "ACTIVE" for it in made} | {MANAGER: "ACTIVE"}

    member = cloud.client("organizations", account=made[0]["AccountId"])
    assert member.describe_organization()["Organization"]["Id"] == created["Id"]
    with refused("AccessDeniedException"):
        member.list_accounts()
    manager.close_account(AccountId=made[0]["AccountId"])
    with refused("AccountAlreadyClosedException"):
        manager.close_account(AccountId=made[0]["AccountId"])
    with refused("AccountNotFoundException"):
        manager.close_account(AccountId=OTHER)
    with refused("ConstraintViolationException"):
        manager.close_account(AccountId=MANAGER)
    pages = manager.get_paginator("list_accounts").paginate()
    states = {it["Id"]: it["State"] for page in pages for it in page["Accounts"]}
    assert states[made[0]["AccountId"]] == "CLOSED"


def test_an_account_has_one_alias(cloud):
    """A second one takes the place of the first."""
    iam = cloud.client("iam", account=MANAGER)
    assert iam.list_account_aliases()["AccountAliases"] == []
    iam.create_account_alias(AccountAlias="class-7")
    iam.create_account_alias(AccountAlias="class-8")
    assert iam.list_account_aliases()["AccountAliases"] == ["class-8"]
    assert cloud.client("iam", account=OTHER).list_account_aliases()["AccountAliases"] == []
    with refused("NoSuchEntity"):
        iam.delete_account_alias(AccountAlias="class-7")
    with refused("ValidationError"):
        iam.create_account_alias(AccountAlias="Class--7")
    iam.delete_account_alias(AccountAlias="class-8")
    assert iam.list_account_aliases()["AccountAliases"] == []
