"""What the local cloud's DynamoDB keeps and returns in the corners that its engine sees otherwise."""

import pytest

from helpers.aws import refused

KEYED = {
    "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
NAME = {"TableName": "Table"}


def key(text):
    """The key of an item."""
    return {"p": {"S": text}}


@pytest.fixture
def table(dynamodb):
    """DynamoDB with a table of one key and one item, `here`, with `a` and `set`."""
    dynamodb.create_table(**NAME, **KEYED)
    item = key("here") | {"a": {"N": "1"}, "set": {"SS": ["x", "y"]}}
    dynamodb.put_item(**NAME, Item=item)
    return dynamodb


def item(table, text):
    """An item without its key; `None` when it is not there."""
    found = table.get_item(**NAME, Key=key(text)).get("Item")
    return found and {name: value for name, value in found.items() if name != "p"}


REMOVALS = [
    {"UpdateExpression": "REMOVE a"},
    {"UpdateExpression": "remove #a, b", "ExpressionAttributeNames": {"#a": "a"}},
    {"UpdateExpression": "DELETE #s :v REMOVE a", "ExpressionAttributeNames": {"#s": "set"}}
    | {"ExpressionAttributeValues": {":v": {"SS": ["x"]}}},
]
LEGACY = [
    {"AttributeUpdates": {"a": {"Action": "DELETE"}}},
    {"AttributeUpdates": {"set": {"Action": "DELETE", "Value": {"SS": ["x"]}}}},
]


@pytest.mark.parametrize("removal", REMOVALS + LEGACY)
def test_removing_creates_no_item(table, removal):
    """What only takes away makes nothing of an item that is not there, and changes one that is."""
    answer = table.update_item(**NAME, Key=key("new"), ReturnValues="ALL_NEW", **removal)
    assert "Attributes" not in answer
    assert item(table, "new") is None
    table.update_item(**NAME, Key=key("here"), **removal)
    assert item(table, "here") != {"a": {"N": "1"}, "set": {"SS": ["x", "y"]}}
    table.update_item(**NAME, Key=key("new"))
    assert item(table, "new") == {}, "an update of nothing creates the item"


@pytest.mark.parametrize("removal", REMOVALS)
def test_removing_in_a_transaction_creates_no_item(table, removal):
    """The other actions of the transaction are carried out."""
    actions = [
        {"Update": NAME | {"Key": key("new")} | removal},
        {"Put": NAME | {"Item": key("other")}},
    ]
    table.transact_write_items(TransactItems=actions)
    assert (item(table, "new"), item(table, "other")) == (None, {})


def test_the_condition_of_a_removal_counts(table):
    """Also when the item is not there; the rest of the request is looked at as ever."""
    update = NAME | {"Key": key("new"), "UpdateExpression": "REMOVE a, #b"}
    update |= {"ExpressionAttributeNames": {"#b": "b", "#p": "p"}}
    with refused("ConditionalCheckFailedException"):
        table.update_item(**update, ConditionExpression="attribute_exists(#p)")
    table.update_item(**update, ConditionExpression="attribute_not_exists(#p)")
    action = {"Update": update | {"ConditionExpression": "attribute_exists(#p)"}}
    with refused("TransactionCanceledException"):
        table.transact_write_items(TransactItems=[action])
    with refused("ConditionalCheckFailedException"):
        expected = {"a": {"Exists": True, "Value": {"N": "1"}}}
        table.update_item(**NAME, Key=key("new"), **LEGACY[0], Expected=expected)
    for wrong in ["REMOVE p", "REMOVE a.b", "REMOVE a[0]", "REMOVE a, a", "REMOVE", "REMOVE #c"]:
        with refused("ValidationException"):
            table.update_item(**NAME, Key=key("new"), UpdateExpression=wrong)
    with refused("ValidationException") as caught:
        table.update_item(**update)
    assert "unused in expressions" in str(caught.value), "#p"
    assert item(table, "new") is None


def test_the_old_values_of_a_new_item(table):
    """There are none; one that had only its key had that."""
    update = NAME | {"UpdateExpression": "SET b = :v", "ReturnValues": "ALL_OLD"}
    update |= {"ExpressionAttributeValues": {":v": {"S": "b"}}}
    assert "Attributes" not in table.update_item(**update, Key=key("new"))
    table.put_item(**NAME, Item=key("bare"))
    assert table.update_item(**update, Key=key("bare"))["Attributes"] == key("bare")
    for kind in ["UPDATED_OLD", "NONE"]:
        answer = table.update_item(**update | {"ReturnValues": kind}, Key=key(kind))
        assert "Attributes" not in answer


def test_a_transaction_reads_what_it_projects(table):
    """And not also the key."""

    def got(projection, **names):
        get = NAME | {"Key": key("here"), "ProjectionExpression": projection}
        if names:
            get["ExpressionAttributeNames"] = {f"#{name}": real for name, real in names.items()}
        return table.transact_get_items(TransactItems=[{"Get": get}])["Responses"]

    assert got("a") == [{"Item": {"a": {"N": "1"}}}]
    assert got("a, #k", k="p") == got("p,a") == [{"Item": key("here") | {"a": {"N": "1"}}}]
    assert got("p") == [{"Item": key("here")}]
    assert got("b") == [{}]


INDEXED = [{"AttributeName": name, "AttributeType": kind} for name, kind in [("p", "S"), ("x", "S")]]


def test_a_new_index_has_only_items_of_its_type(table):
    """The others stay in the table, and none can be added any more."""
    for number in range(3):
        table.put_item(**NAME, Item=key(f"text {number}") | {"x": {"S": "same"}})
        table.put_item(**NAME, Item=key(f"number {number}") | {"x": {"N": str(number)}})
        table.put_item(**NAME, Item=key(f"none {number}"))
    index = {
        "IndexName": "Index",
        "KeySchema": [{"AttributeName": "x", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    ranged = index | {
        "IndexName": "Ranged",
        "KeySchema": [
            {"AttributeName": "p", "KeyType": "HASH"},
            {"AttributeName": "x", "KeyType": "RANGE"},
        ],
    }
    for new in [index, ranged]:
        table.update_table(
            **NAME,
            AttributeDefinitions=INDEXED,
            GlobalSecondaryIndexUpdates=[{"Create": new}],
        )
        found = table.scan(**NAME, IndexName=new["IndexName"])
        assert (found["Count"], found["ScannedCount"]) == (3, 3)
        assert {entry["x"]["S"] for entry in found["Items"]} == {"same"}
    assert table.scan(**NAME)["Count"] == 10
    with refused("ValidationException") as caught:
        table.put_item(**NAME, Item=key("late") | {"x": {"N": "1"}})
    assert "Type mismatch for Index Key x" in str(caught.value)
    table.put_item(**NAME, Item=key("number 0") | {"x": {"S": "same"}})
    assert table.scan(**NAME, IndexName="Index")["Count"] == 4


@pytest.fixture
def local(dynamodb):
    """DynamoDB with a table that has a local index of keys, and one of keys and `a`."""
    names = [("p", "S"), ("c", "S"), ("b", "S")]
    only_keys = {"ProjectionType": "KEYS_ONLY"}
    with_a = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]}

    def schema(*keys):
        kinds = zip(keys, ["HASH", "RANGE"], strict=True)
        return [{"AttributeName": name, "KeyType": kind} for name, kind in kinds]

    dynamodb.create_table(
        **NAME,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in names],
        KeySchema=schema("p", "c"),
        LocalSecondaryIndexes=[
            {"IndexName": name, "KeySchema": schema("p", "b"), "Projection": projection}
            for name, projection in [("Keys", only_keys), ("Some", with_a)]
        ],
    )
    for c in "123":
        rest = {"c": {"S": c}, "b": {"S": f"b{c}"}, "a": {"S": f"a{c}"}}
        rest |= {"m": {"M": {"deep": {"NS": ["2", "10"]}, "x": {"S": c}}}}
        dynamodb.put_item(**NAME, Item=key("here") | rest)
    return dynamodb


@pytest.mark.parametrize("index", ["Keys", "Some"])
def test_a_local_index_fetches_what_it_lacks(local, index):
    """From the table, when it is asked for; by itself it gives what it has."""

    def found(projection, **more):
        more.setdefault("ExpressionAttributeNames", {})["#p"] = "p"
        answer = local.query(
            **NAME,
            IndexName=index,
            KeyConditionExpression="#p = :p AND b > :b",
            ExpressionAttributeValues={":p": {"S": "here"}, ":b": {"S": "b1"}},
            ProjectionExpression=projection,
            **more,
        )
        return answer["Items"]

    deep = {"ExpressionAttributeNames": {"#d": "deep"}}
    assert found("a", ScanIndexForward=False) == [{"a": {"S": "a3"}}, {"a": {"S": "a2"}}]
    assert found("m.#d, c", **deep)[0]["m"] == {"M": {"deep": {"NS": ["2", "10"]}}}
    assert found("m.x", Limit=1, Select="SPECIFIC_ATTRIBUTES") == [{"m": {"M": {"x": {"S": "2"}}}}]
    assert found("nothing") == [{}, {}]
    with refused("ValidationException"):
        found("m.#wrong")
    legacy = local.query(
        **NAME,
        IndexName=index,
        KeyConditions={"p": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "here"}]}},
        AttributesToGet=["a", "b"],
    )
    assert legacy["Items"][0] == {"a": {"S": "a1"}, "b": {"S": "b1"}}
    plain = local.query(
        **NAME,
        IndexName=index,
        KeyConditionExpression="p = :p",
        ExpressionAttributeValues={":p": {"S": "here"}},
    )
    assert "m" not in plain["Items"][0]


BOOL, NUMBERS = {"BOOL": True}, {"NS": ["1"]}


@pytest.mark.parametrize(
    ("condition", "values", "words"),
    [
        ("a < :v", {":v": BOOL}, "operator: <, operand type: BOOL"),
        (":v >= a", {":v": NUMBERS}, "operator: >=, operand type: NS"),
        ("#a <= :v", {":v": {"L": []}}, "operator: <=, operand type: L"),
        ("NOT a > :v", {":v": {"M": {}}}, "operator: >, operand type: M"),
        ("a BETWEEN :v AND :v", {":v": {"NULL": True}}, "operator: BETWEEN, operand type: NULL"),
        ("attribute_type(a, :v)", {":v": {"S": "text"}}, "Invalid attribute type name found"),
        ("attribute_type(a, :v)", {":v": {"N": "1"}}, "operator or function: attribute_type"),
        ("a BETWEEN :v AND :w", {":v": {"N": "10"}, ":w": {"N": "9"}}, "upper bound"),
        ("a BETWEEN :v AND :w", {":v": {"N": "1"}, ":w": {"S": "2"}}, "same data type"),
    ],
)
def test_operands_of_a_wrong_type(table, condition, values, words):
    """A condition or a filter that can never be true is an error, and not just false."""
    named = {"ExpressionAttributeNames": {"#a": "a"}} if "#" in condition else {}
    more = NAME | named | {"ExpressionAttributeValues": values}
    put = {"Item": key("new"), "ConditionExpression": condition}
    calls = [
        lambda: table.put_item(**more, **put),
        lambda: table.delete_item(**more, Key=key("here"), ConditionExpression=condition),
        lambda: table.scan(**more, FilterExpression=condition),
        lambda: table.transact_write_items(TransactItems=[{"Put": more | put}]),
    ]
    for call in calls:
        with refused("ValidationException") as caught:
            call()
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("operator", "values", "words"),
    [
        ("LT", [BOOL], "ComparisonOperator LT is not valid for BOOL AttributeValue type"),
        ("GE", [NUMBERS], "ComparisonOperator GE is not valid for NS AttributeValue type"),
        ("BETWEEN", [BOOL, BOOL], "ComparisonOperator BETWEEN is not valid for BOOL"),
        ("BEGINS_WITH", [{"N": "1"}], "ComparisonOperator BEGINS_WITH is not valid for N"),
        ("CONTAINS", [{"L": []}], "ComparisonOperator CONTAINS is not valid for L"),
        ("BETWEEN", [{"N": "10"}, {"N": "9"}], "lower bound is greater than"),
        ("BETWEEN", [{"N": "1"}, {"S": "2"}], "AttributeValues inside AttributeValueList"),
    ],
)
def test_older_conditions_of_a_wrong_type(table, operator, values, words):
    """As expectation and as filter."""
    condition = {"a": {"ComparisonOperator": operator, "AttributeValueList": values}}
    equal = {"p": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "here"}]}}
    calls = [
        lambda: table.put_item(**NAME, Item=key("here"), Expected=condition),
        lambda: table.update_item(**NAME, Key=key("here"), Expected=condition),
        lambda: table.scan(**NAME, ScanFilter=condition),
        lambda: table.query(**NAME, KeyConditions=equal, QueryFilter=condition),
    ]
    for call in calls:
        with refused("ValidationException") as caught:
            call()
        assert words in str(caught.value)
