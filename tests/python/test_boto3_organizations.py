"""Organizations, and the aliases of accounts, as far as classes ask for them."""

from helpers.aws import refused

MANAGER = "111111111111"
OTHER = "222222222222"


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
    assert states[made[0]["AccountId"]] == "SUSPENDED"


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
