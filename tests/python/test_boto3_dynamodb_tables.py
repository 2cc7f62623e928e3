"""Tables of the local cloud's DynamoDB, as boto3 sees them."""

import pytest

from helpers.aws import create_table, put_mysfits, refused, template
from helpers.waiting import until

TABLE = "MysfitsTable"
LAB_TAG = {"Key": "mysfits:lab", "Value": "mythical-mysfits"}


def status(dynamodb):
    """The states of the table and of its indexes."""
    table = dynamodb.describe_table(TableName=TABLE)["Table"]
    indexes = {index["IndexStatus"] for index in table["GlobalSecondaryIndexes"]}
    return {table["TableStatus"]} | indexes


def test_a_table_is_created_with_both_indexes(dynamodb):
    """The lab's table: its keys, both indexes, 5 and 5 capacity units on each."""
    create_table(dynamodb)
    table = dynamodb.describe_table(TableName=TABLE)["Table"]
    assert table["KeySchema"] == [{"AttributeName": "MysfitId", "KeyType": "HASH"}]
    indexes = {index["IndexName"]: index for index in table["GlobalSecondaryIndexes"]}
    assert set(indexes) == {"GoodEvilIndex", "LawChaosIndex"}
    for name, index in indexes.items():
        hash_key, range_key = (key["AttributeName"] for key in index["KeySchema"])
        assert (hash_key, range_key) == (name.removesuffix("Index"), "MysfitId")
        assert index["Projection"] == {"ProjectionType": "ALL"}
    for throughput in [table, *indexes.values()]:
        units = throughput["ProvisionedThroughput"]
        assert (units["ReadCapacityUnits"], units["WriteCapacityUnits"]) == (5, 5)
    assert table["TableArn"] == f"arn:aws:dynamodb:eu-west-1:000000000000:table/{TABLE}"


def test_the_answer_to_create_table_says_creating(dynamodb):
    """AWS answers `CreateTable` before the table is there, whatever the pace.

    Row: dynamodb CreateTable 2 GSIs (status CREATING)
    """
    table = create_table(dynamodb)["TableDescription"]
    assert table["TableStatus"] == "CREATING"
    assert {index["IndexStatus"] for index in table["GlobalSecondaryIndexes"]} == {"CREATING"}


def test_the_waiters_of_boto3_end(dynamodb):
    """`table_exists` and `table_not_exists`.

    Row: dynamodb waiter table_exists
    Row: dynamodb DescribeTable GSIs ACTIVE
    """
    create_table(dynamodb)
    dynamodb.get_waiter("table_exists").wait(TableName=TABLE)
    assert status(dynamodb) == {"ACTIVE"}
    dynamodb.delete_table(TableName=TABLE)
    dynamodb.get_waiter("table_not_exists").wait(TableName=TABLE)
    with refused("ResourceNotFoundException"):
        dynamodb.describe_table(TableName=TABLE)


def test_a_table_takes_its_time(start_cloud):
    """With a pace, a table is CREATING and cannot be used, then ACTIVE; DELETING, then gone."""
    dynamodb = start_cloud(pace=0.5).client("dynamodb")
    create_table(dynamodb)
    assert status(dynamodb) == {"CREATING"}
    for use in [put_mysfits, lambda db: db.scan(TableName=TABLE)]:
        with refused("ResourceNotFoundException"):
            use(dynamodb)
    for change in [create_table, lambda db: db.delete_table(TableName=TABLE)]:
        with refused("ResourceInUseException"):
            change(dynamodb)
    until(lambda: status(dynamodb) == {"ACTIVE"}, "the table is active")
    put_mysfits(dynamodb)

    going = dynamodb.delete_table(TableName=TABLE)["TableDescription"]
    assert going["TableStatus"] == "DELETING"
    assert "DELETING" in status(dynamodb)
    with refused("ResourceInUseException"):
        create_table(dynamodb)
    until(lambda: TABLE not in dynamodb.list_tables()["TableNames"], "the table is gone")
    create_table(dynamodb)


def test_a_table_that_is_there_is_in_use(dynamodb):
    """`CreateTable` again is `ResourceInUseException`, and changes nothing.

    Row: dynamodb CreateTable again -> ResourceInUseException
    """
    create_table(dynamodb)
    put_mysfits(dynamodb)
    with refused("ResourceInUseException"):
        create_table(dynamodb)
    assert dynamodb.scan(TableName=TABLE, Select="COUNT")["Count"] == 12


def test_what_is_not_there_is_not_found(dynamodb):
    """Every call about a table that is not there says so."""
    arn = f"arn:aws:dynamodb:eu-west-1:000000000000:table/{TABLE}"
    for call in [
        lambda: dynamodb.describe_table(TableName=TABLE),
        lambda: dynamodb.delete_table(TableName=TABLE),
        lambda: dynamodb.scan(TableName=TABLE),
        lambda: dynamodb.list_tags_of_resource(ResourceArn=arn),
    ]:
        with refused("ResourceNotFoundException"):
            call()


def test_tags(dynamodb):
    """Tags come with the table, are added, replaced and removed.

    Row: dynamodb ListTagsOfResource
    """
    arn = create_table(dynamodb, Tags=[LAB_TAG])["TableDescription"]["TableArn"]

    def tags():
        answer = dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]
        return {tag["Key"]: tag["Value"] for tag in answer}

    assert tags() == {"mysfits:lab": "mythical-mysfits"}
    more = [{"Key": "mysfits:lab", "Value": "team-7"}, {"Key": "owner", "Value": "anna"}]
    dynamodb.tag_resource(ResourceArn=arn, Tags=more)
    assert tags() == {"mysfits:lab": "team-7", "owner": "anna"}
    dynamodb.untag_resource(ResourceArn=arn, TagKeys=["mysfits:lab"])
    assert tags() == {"owner": "anna"}


def test_accounts_and_regions_are_told_apart(cloud):
    """A table belongs to one account in one region; the access key of 12 digits is the account."""
    mine = cloud.client("dynamodb", "111111111111")
    arn = create_table(mine)["TableDescription"]["TableArn"]
    assert arn == f"arn:aws:dynamodb:eu-west-1:111111111111:table/{TABLE}"
    for other in [
        cloud.client("dynamodb", "222222222222"),
        cloud.client("dynamodb", "111111111111", "eu-north-1"),
    ]:
        assert other.list_tables()["TableNames"] == []
        create_table(other)
    mine.delete_table(TableName=TABLE)
    assert cloud.client("dynamodb", "222222222222").list_tables()["TableNames"] == [TABLE]


def test_the_list_of_tables_has_pages(dynamodb):
    """`ListTables` continues where the last page ended."""
    names = [f"table-{number}" for number in range(5)]
    for name in names:
        create_table(dynamodb, name)
    pages = dynamodb.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 2})
    pages = [page["TableNames"] for page in pages]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sum(pages, []) == names


def test_the_capacity_can_be_changed(dynamodb):
    """`UpdateTable` sets the capacity of the table."""
    create_table(dynamodb)
    units = {"ReadCapacityUnits": 7, "WriteCapacityUnits": 6}
    dynamodb.update_table(TableName=TABLE, ProvisionedThroughput=units)
    until(lambda: status(dynamodb) == {"ACTIVE"}, "the table is active")
    found = dynamodb.describe_table(TableName=TABLE)["Table"]["ProvisionedThroughput"]
    assert (found["ReadCapacityUnits"], found["WriteCapacityUnits"]) == (7, 6)


def test_a_protected_table_stays(dynamodb):
    """Deletion protection: `ValidationException`, and the table is still there."""
    create_table(dynamodb, DeletionProtectionEnabled=True)
    with refused("ValidationException") as caught:
        dynamodb.delete_table(TableName=TABLE)
    assert "deletion protection" in str(caught.value).lower()
    assert dynamodb.list_tables()["TableNames"] == [TABLE]


@pytest.mark.parametrize(
    "wrong",
    [
        {"KeySchema": [{"AttributeName": "Unknown", "KeyType": "HASH"}]},
        {"BillingMode": "PAY_PER_REQUEST"},
    ],
    ids=["a key that is not defined", "capacity with pay per request"],
)
def test_a_definition_that_is_not_valid(dynamodb, wrong):
    """`ValidationException`, and no table."""
    definition = template("dynamodb-table.json", TABLE_NAME=TABLE) | wrong
    with refused("ValidationException"):
        dynamodb.create_table(**definition)
    assert dynamodb.list_tables()["TableNames"] == []


def test_everything_survives_a_restart(cloud, dynamodb):
    """The state is on disk: table, indexes, tags, items and their changes."""
    arn = create_table(dynamodb, Tags=[LAB_TAG])["TableDescription"]["TableArn"]
    put_mysfits(dynamodb)
    before = dynamodb.scan(TableName=TABLE)["Items"]
    cloud.stop()
    cloud.start()
    assert status(dynamodb) == {"ACTIVE"}
    assert dynamodb.scan(TableName=TABLE)["Items"] == before
    assert dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"] == [LAB_TAG]
