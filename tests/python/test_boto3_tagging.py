"""The local cloud's Resource Groups Tagging API, as boto3 sees it."""

import pytest

from helpers.aws import create_bucket, create_table

LAB = [{"Key": "mysfits:lab", "Value": "mythical-mysfits"}]


@pytest.fixture
def tagging(cloud):
    """The tagging API of `cloud`."""
    return cloud.client("resourcegroupstaggingapi")


def found(tagging, **filters):
    """The ARNs of the tagged resources."""
    pages = tagging.get_paginator("get_resources").paginate(**filters)
    return {entry["ResourceARN"] for page in pages for entry in page["ResourceTagMappingList"]}


def test_tagged_resources_are_found(s3, dynamodb, tagging):
    """The bucket and the table by the lab's tag; not what has no tag or another value."""
    create_bucket(s3, "mine", Tags=LAB)
    create_bucket(s3, "nobodys")
    create_bucket(s3, "anothers", Tags=[{"Key": "mysfits:lab", "Value": "team-7"}])
    arn = create_table(dynamodb, Tags=LAB)["TableDescription"]["TableArn"]
    lab = [{"Key": "mysfits:lab", "Values": ["mythical-mysfits"]}]
    assert found(tagging, TagFilters=lab) == {"arn:aws:s3:::mine", arn}
    assert found(tagging, TagFilters=lab, ResourceTypeFilters=["dynamodb:table"]) == {arn}
    assert found(tagging, TagFilters=[{"Key": "mysfits:lab"}]) == {
        "arn:aws:s3:::mine",
        "arn:aws:s3:::anothers",
        arn,
    }


def test_what_was_deleted_is_not_found(s3, dynamodb, tagging):
    """A resource goes out of the list with its end."""
    create_bucket(s3, "mine", Tags=LAB)
    create_table(dynamodb, Tags=LAB)
    s3.delete_bucket(Bucket="mine")
    dynamodb.delete_table(TableName="MysfitsTable")
    assert found(tagging) == set()


def test_the_list_has_pages(s3, tagging):
    """`PaginationToken` leads through all resources, none twice."""
    for number in range(5):
        create_bucket(s3, f"bucket-{number}", Tags=LAB)
    pages = tagging.get_paginator("get_resources").paginate(ResourcesPerPage=2)
    pages = [[entry["ResourceARN"] for entry in page["ResourceTagMappingList"]] for page in pages]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert len(set(sum(pages, []))) == 5


def test_regions_are_told_apart(s3, cloud):
    """The API answers for one region; a bucket is in one."""
    create_bucket(s3, "mine", Tags=LAB)
    elsewhere = cloud.client("resourcegroupstaggingapi", region="eu-north-1")
    assert found(elsewhere) == set()
