"""What an account may have, its plan, and its Block Public Access, as boto3 sees them."""

import re

import pytest

from helpers import web
from helpers.aws import ALL_ON, create_bucket, make_public, refused

ACCOUNT = "000000000000"
BUCKET = "mysfits-of-anna"


@pytest.fixture
def control(cloud):
    """S3 Control. Its clients put the account before the host, which loopback does not have."""
    control = cloud.client("s3control")

    def without_account(request, **_):
        request.url = re.sub(r"//\d{12}\.", "//", request.url)

    control.meta.events.register("before-sign.s3-control", without_account)
    return control


def test_quotas(cloud):
    """AWS's defaults, by their codes; nobody has asked for more.

    Row: service-quotas GetServiceQuota
    """
    quotas = cloud.client("service-quotas")
    for read in (quotas.get_service_quota, quotas.get_aws_default_service_quota):
        quota = read(ServiceCode="ec2", QuotaCode="L-0263D0A3")["Quota"]
        assert (quota["QuotaName"], quota["Value"]) == ("EC2-VPC Elastic IPs", 5.0)
    listed = quotas.list_service_quotas(ServiceCode="vpc")["Quotas"]
    assert {quota["QuotaCode"]: quota["Value"] for quota in listed} == {
        "L-F678F1CE": 5.0,
        "L-A4707A72": 5.0,
        "L-FE5A380F": 5.0,
    }
    with refused("NoSuchResourceException"):
        quotas.get_service_quota(ServiceCode="ec2", QuotaCode="L-00000000")


def test_plan(cloud):
    """The local cloud sends no bill.

    Row: freetier GetAccountPlanState
    """
    plan = cloud.client("freetier").get_account_plan_state()
    assert (plan["accountId"], plan["accountPlanType"]) == (ACCOUNT, "PAID")


def test_public_access_of_the_account(cloud, s3, control):
    """It is above that of every bucket.

    Row: s3control PutPublicAccessBlock
    """
    with refused("NoSuchPublicAccessBlockConfiguration"):
        control.get_public_access_block(AccountId=ACCOUNT)
    create_bucket(s3, BUCKET)
    s3.put_object(Bucket=BUCKET, Key="page", Body=b"hello")
    make_public(s3, BUCKET)
    page = f"{cloud.url}/{BUCKET}/page"
    assert web.get(page).status == 200
    control.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=ALL_ON)
    read = control.get_public_access_block(AccountId=ACCOUNT)
    assert read["PublicAccessBlockConfiguration"] == ALL_ON
    assert web.get(page).status == 403
    with refused("AccessDenied"):
        make_public(s3, BUCKET)
    control.delete_public_access_block(AccountId=ACCOUNT)
    assert web.get(page).status == 200
    with refused("AccessDenied"):
        control.get_public_access_block(AccountId="111111111111")
