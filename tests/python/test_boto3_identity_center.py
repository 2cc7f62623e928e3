"""The portal of the local IAM Identity Center, as boto3 sees it."""

import pytest

from helpers import aws, web
from helpers.aws import refused

MANAGER = "111111111111"
STUDENTS = [f"2222222222{number:02}" for number in range(12)]
ROLE = "AdministratorAccess"


@pytest.fixture
def portal(cloud):
    """The portal of an organization with some accounts; its client has no keys."""
    for account in STUDENTS:
        cloud.client("iam", account).create_service_linked_role(AWSServiceName="ecs.amazonaws.com")
    cloud.client("organizations", MANAGER).create_organization()
    return cloud.client("sso")


def test_the_token_of_a_login_lists_the_accounts(cloud, portal):
    """In pages, and without those that are closed.

    Row: sso ListAccounts
    """
    cloud.client("organizations", MANAGER).close_account(AccountId=STUDENTS[3])
    pages = portal.get_paginator("list_accounts").paginate(
        accessToken=MANAGER, PaginationConfig={"PageSize": 5}
    )
    pages = [page["accountList"] for page in pages]
    assert [len(page) for page in pages] == [5, 5, 2]
    accounts = {account["accountId"]: account for page in pages for account in page}
    assert sorted(accounts) == sorted({MANAGER, *STUDENTS} - {STUDENTS[3]})
    assert accounts[STUDENTS[0]]["emailAddress"] == f"account-{STUDENTS[0]}@example.com"
    with refused("InvalidRequestException"):
        portal.list_accounts(accessToken=MANAGER, nextToken="made-up")
    with refused("InvalidRequestException"):
        aws.unchecked(portal).list_accounts(accessToken=MANAGER, maxResults=101)


@pytest.mark.parametrize("token", ["a-token", STUDENTS[0], "999999999999"])
def test_another_token_is_none(portal, token):
    """Also that of an account that manages no other."""
    for operation, given in [
        ("list_accounts", {}),
        ("list_account_roles", {"accountId": STUDENTS[0]}),
        ("get_role_credentials", {"accountId": STUDENTS[0], "roleName": ROLE}),
    ]:
        with refused("UnauthorizedException") as caught:
            getattr(portal, operation)(accessToken=token, **given)
        answer = caught.value.response
        assert answer["Error"]["Message"] == "Session token not found or invalid"
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 401


def test_roles_and_their_keys(cloud, portal):
    """Row: sso GetRoleCredentials"""
    roles = portal.list_account_roles(accessToken=MANAGER, accountId=STUDENTS[1])["roleList"]
    assert roles == [{"roleName": ROLE, "accountId": STUDENTS[1]}]
    given = {"accessToken": MANAGER, "accountId": STUDENTS[1], "roleName": ROLE}
    keys = portal.get_role_credentials(**given)["roleCredentials"]
    sts = cloud.client("sts", keys["accessKeyId"])
    assert sts.get_caller_identity()["Account"] == STUDENTS[1]
    assert keys["expiration"] > 1_700_000_000_000
    for other in ({"roleName": "Reader"}, {"accountId": "999999999999"}):
        with refused("ForbiddenException") as caught:
            portal.get_role_credentials(**given | other)
        assert caught.value.response["Error"]["Message"] == "No access"


def test_without_a_token_it_is_a_path_of_s3(cloud, portal):
    """A bucket may have this name."""
    answer = web.get(f"{cloud.url}/assignment/accounts")
    assert (answer.status, "NoSuchBucket" in answer.text) == (404, True)
