"""Items of the local cloud's DynamoDB, as boto3 sees them."""

from decimal import Decimal

import pytest
from boto3.dynamodb.types import TypeDeserializer

from helpers.aws import create_table, put_mysfits, refused

TABLE = "MysfitsTable"
COCO = {"MysfitId": {"S": "0e37d916-f960-4772-a25a-01b762b5c1bd"}}
NOBODY = {"MysfitId": {"S": "nobody"}}


@pytest.fixture
def table(dynamodb):
    """DynamoDB with the lab's table and the twelve mysfits in it."""
    create_table(dynamodb)
    assert put_mysfits(dynamodb)["UnprocessedItems"] == {}
    return dynamodb


def names(answer):
    """The names of the mysfits in an answer."""
    return {item["Name"]["S"] for item in answer["Items"]}


def test_twelve_mysfits(table):
    """`BatchWriteItem` took all twelve, with every attribute as it was sent.

    Row: dynamodb BatchWriteItem 12 -> UnprocessedItems {}
    Row: dynamodb Scan Count=12
    """
    answer = table.scan(TableName=TABLE)
    assert answer["Count"] == answer["ScannedCount"] == 12
    coco = table.get_item(TableName=TABLE, Key=COCO)["Item"]
    coco = {name: TypeDeserializer().deserialize(value) for name, value in coco.items()}
    assert coco["Name"] == "CoCo"
    assert (coco["Age"], coco["Likes"], coco["Adopted"]) == (Decimal(501), Decimal(0), False)
    assert len(coco) == 11
    gretta = table.scan(
        TableName=TABLE,
        FilterExpression="#n = :n",
        ExpressionAttributeNames={"#n": "Name"},
        ExpressionAttributeValues={":n": {"S": "Gretta"}},
    )
    assert (gretta["Count"], gretta["ScannedCount"]) == (1, 12)
    assert "’" in gretta["Items"][0]["Description"]["S"]


def put_requests(count):
    """So many small items for one `BatchWriteItem`."""
    items = ({"MysfitId": {"S": f"mysfit-{number}"}} for number in range(count))
    return {TABLE: [{"PutRequest": {"Item": item}} for item in items]}


def test_at_most_25_items_at_once(dynamodb):
    """25 items are taken; 26 are `ValidationException`, and none of them is written.

    Row: dynamodb BatchWriteItem 26 -> ValidationException
    """
    create_table(dynamodb)
    with refused("ValidationException"):
        dynamodb.batch_write_item(RequestItems=put_requests(26))
    assert dynamodb.scan(TableName=TABLE)["Count"] == 0
    dynamodb.batch_write_item(RequestItems=put_requests(25))
    assert dynamodb.scan(TableName=TABLE)["Count"] == 25


@pytest.mark.parametrize(
    "wrong",
    [
        {"Name": {"S": "no key"}},
        {"MysfitId": {"N": "7"}},
        {"MysfitId": {"S": ""}},
        {"MysfitId": {"S": "index key of another type"}, "GoodEvil": {"N": "1"}},
    ],
    ids=["no key", "key of another type", "empty key", "index key of another type"],
)
def test_keys_are_checked(dynamodb, wrong):
    """`ValidationException` for the whole batch, also for its good items.

    Row: dynamodb BatchWriteItem missing key -> ValidationException
    """
    create_table(dynamodb)
    requests = put_requests(1)
    requests[TABLE].append({"PutRequest": {"Item": wrong}})
    with refused("ValidationException"):
        dynamodb.batch_write_item(RequestItems=requests)
    assert dynamodb.scan(TableName=TABLE)["Count"] == 0


def test_scan_in_pages(table):
    """`LastEvaluatedKey` leads through all items, none twice.

    Row: dynamodb Scan pagination (LastEvaluatedKey)
    """
    pages = list(
        table.get_paginator("scan").paginate(TableName=TABLE, PaginationConfig={"PageSize": 5})
    )
    assert [page["Count"] for page in pages][:2] == [5, 5]
    assert len(set.union(*map(names, pages))) == sum(page["Count"] for page in pages) == 12
    assert "LastEvaluatedKey" not in pages[-1]


@pytest.mark.parametrize(
    ("attribute", "value", "expected"),
    [
        ("GoodEvil", "Good", {"CoCo", "Hasla", "Twilight Glitter", "Cole"}),
        ("GoodEvil", "Evil", {"Evangeline", "Gretta", "Snowflake", "Rujin"}),
        ("LawChaos", "Lawful", {"Evangeline", "Pauly", "Twilight Glitter"}),
        ("LawChaos", "Neutral", {"Gretta", "Hasla", "Snowflake", "Nessi", "Atlantis"}),
        ("LawChaos", "Undecided", set()),
    ],
)
def test_both_indexes_answer(table, attribute, value, expected):
    """By expression, and by the older `KeyConditions` that the lab's service sends.

    Row: dynamodb Query GSIs (expression + legacy KeyConditions)
    """
    index = {"TableName": TABLE, "IndexName": f"{attribute}Index"}
    by_expression = table.query(
        **index,
        KeyConditionExpression="#a = :v",
        ExpressionAttributeNames={"#a": attribute},
        ExpressionAttributeValues={":v": {"S": value}},
    )
    condition = {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": value}]}
    by_condition = table.query(**index, KeyConditions={attribute: condition})
    assert names(by_expression) == names(by_condition) == expected
    assert by_expression["Count"] == len(expected)


def test_query_in_pages(table):
    """A query of an index continues where its last page ended, in the order of the range key."""
    pages = table.get_paginator("query").paginate(
        TableName=TABLE,
        IndexName="LawChaosIndex",
        KeyConditionExpression="LawChaos = :v",
        ExpressionAttributeValues={":v": {"S": "Neutral"}},
        PaginationConfig={"PageSize": 2},
    )
    pages = [[item["MysfitId"]["S"] for item in page["Items"]] for page in pages]
    found = sum(pages, [])
    assert [len(page) for page in pages][:2] == [2, 2]
    assert (len(found), found) == (5, sorted(found))


def test_no_such_index(table):
    """The lab's text speaks of an index that no version of it has."""
    with refused("ValidationException"):
        table.query(
            TableName=TABLE,
            IndexName="SpeciesIndex",
            KeyConditionExpression="Species = :v",
            ExpressionAttributeValues={":v": {"S": "Yeti"}},
        )


def like(dynamodb, key, **more):
    """One more like, as the lab's service writes it."""
    return dynamodb.update_item(
        TableName=TABLE,
        Key=key,
        UpdateExpression="SET Likes = Likes + :n",
        ExpressionAttributeValues={":n": {"N": "1"}},
        **more,
    )


def test_like_and_adopt(table):
    """An update expression that counts, and one that sets; the indexes see both.

    Row: dynamodb UpdateItem like +1 / GetItem
    """
    like(table, COCO)
    answer = like(table, COCO, ReturnValues="UPDATED_NEW")
    assert answer["Attributes"] == {"Likes": {"N": "2"}}
    table.update_item(
        TableName=TABLE,
        Key=COCO,
        UpdateExpression="SET Adopted = :b",
        ExpressionAttributeValues={":b": {"BOOL": True}},
    )
    coco = table.get_item(TableName=TABLE, Key=COCO, ConsistentRead=True)["Item"]
    assert (coco["Likes"], coco["Adopted"]) == ({"N": "2"}, {"BOOL": True})
    good = table.query(
        TableName=TABLE,
        IndexName="GoodEvilIndex",
        KeyConditionExpression="GoodEvil = :g",
        FilterExpression="Adopted = :t",
        ExpressionAttributeValues={":g": {"S": "Good"}, ":t": {"BOOL": True}},
    )
    assert names(good) == {"CoCo"}


def test_a_like_for_nobody(table):
    """`Likes + 1` of an item without likes is `ValidationException`, and makes no item."""
    with refused("ValidationException"):
        like(table, NOBODY)
    assert "Item" not in table.get_item(TableName=TABLE, Key=NOBODY)


def test_conditions(table):
    """A condition that does not hold is `ConditionalCheckFailedException`, and nothing changes.

    Row: dynamodb UpdateItem failing condition -> ConditionalCheckFailed
    """
    with refused("ConditionalCheckFailedException"):
        like(table, NOBODY, ConditionExpression="attribute_exists(MysfitId)")
    with refused("ConditionalCheckFailedException"):
        table.put_item(
            TableName=TABLE, Item=COCO, ConditionExpression="attribute_not_exists(MysfitId)"
        )
    with refused("ConditionalCheckFailedException") as caught:
        table.delete_item(
            TableName=TABLE,
            Key=COCO,
            ConditionExpression="Likes > :n",
            ExpressionAttributeValues={":n": {"N": "10"}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert caught.value.response["Item"]["Name"] == {"S": "CoCo"}
    assert table.scan(TableName=TABLE)["Count"] == 12


def test_change_item_by_item(table):
    """Put, read several, delete."""
    table.put_item(TableName=TABLE, Item=NOBODY | {"Name": {"S": "Nobody"}})
    keys = [COCO, NOBODY, {"MysfitId": {"S": "absent"}}]
    wanted = {TABLE: {"Keys": keys, "ProjectionExpression": "MysfitId"}}
    found = table.batch_get_item(RequestItems=wanted)
    assert found["UnprocessedKeys"] == {}
    assert sorted(item["MysfitId"]["S"] for item in found["Responses"][TABLE]) == sorted(
        key["MysfitId"]["S"] for key in [COCO, NOBODY]
    )
    old = table.delete_item(TableName=TABLE, Key=NOBODY, ReturnValues="ALL_OLD")
    assert old["Attributes"]["Name"] == {"S": "Nobody"}
    table.delete_item(TableName=TABLE, Key=NOBODY)
    assert table.scan(TableName=TABLE)["Count"] == 12


def test_all_or_nothing(table):
    """A transaction with a condition that does not hold changes nothing."""
    put = {"Put": {"TableName": TABLE, "Item": NOBODY}}
    check = {"TableName": TABLE, "Key": COCO, "ConditionExpression": "attribute_not_exists(Species)"}
    with refused("TransactionCanceledException"):
        table.transact_write_items(TransactItems=[put, {"ConditionCheck": check}])
    assert table.scan(TableName=TABLE)["Count"] == 12
