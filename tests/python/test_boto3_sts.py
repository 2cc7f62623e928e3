"""The local cloud's STS, as boto3 sees it."""

import pytest


def test_who_am_i(cloud):
    """`GetCallerIdentity` answers with account, ARN and user id that belong together.

    Row: sts GetCallerIdentity
    """
    me = cloud.client("sts", "123456789012").get_caller_identity()
    assert me["Account"] == "123456789012"
    assert me["Arn"].startswith("arn:aws:iam::123456789012:user/")
    assert me["UserId"].startswith("AIDA")


@pytest.mark.parametrize("key", ["test", "AKIAIOSFODNN7EXAMPLE", "12345", "1234567890123"])
def test_any_other_key_is_the_default_account(cloud, key):
    """An access key of twelve digits is the account; every other key is the account of zeros."""
    assert cloud.client("sts", key).get_caller_identity()["Account"] == "000000000000"
