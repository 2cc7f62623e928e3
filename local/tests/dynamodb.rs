//! DynamoDB: what is ours besides the engine, above all the states of tables.

use serde_json::{Value, json};

use crate::{
    client::{Reply, Request},
    cloud::{Cloud, Folder},
};

const ACCOUNT: &str = "123456789012";
/// A pace at which no test sees the end of a change.
const FOR_EVER: f64 = 1000.0;

pub(crate) fn call(operation: &str, input: &Value) -> Request {
    Request::json("dynamodb", &format!("DynamoDB_20120810.{operation}"), ACCOUNT, input)
}

pub(crate) fn list_tables() -> Request {
    call("ListTables", &json!({}))
}

pub(crate) fn create_table(name: &str) -> Request {
    call("CreateTable", &table(name))
}

/// Returns the input that creates a table with one index.
pub(crate) fn table(name: &str) -> Value {
    let index = json!({"IndexName": "ByKind", "Projection": {"ProjectionType": "ALL"},
        "KeySchema": [{"AttributeName": "Kind", "KeyType": "HASH"}]});
    json!({"TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "S"},
            {"AttributeName": "Kind", "AttributeType": "S"}],
        "GlobalSecondaryIndexes": [index],
        "Tags": [{"Key": "lab", "Value": "mysfits"}]})
}

fn on_table(operation: &str) -> Request {
    call(operation, &json!({"TableName": "Table"}))
}

fn put_item() -> Request {
    call("PutItem", &json!({"TableName": "Table", "Item": {"Id": {"S": "1"}}}))
}

async fn refused(cloud: &Cloud, request: &Request) -> String {
    let reply = request.send(cloud.port).await;
    assert_eq!(reply.status, 400, "{}", reply.text());
    reply.code()
}

async fn good(cloud: &Cloud, request: &Request) -> Value {
    let reply: Reply = request.send(cloud.port).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

#[tokio::test]
async fn at_pace_zero_a_table_is_created_and_then_active() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let created = good(&cloud, &create_table("Table")).await["TableDescription"].clone();
    assert_eq!(created["TableStatus"], "CREATING");
    assert_eq!(created["GlobalSecondaryIndexes"][0]["IndexStatus"], "CREATING");
    let table = good(&cloud, &on_table("DescribeTable")).await["Table"].clone();
    assert_eq!(table["TableStatus"], "ACTIVE");
    assert_eq!(table["GlobalSecondaryIndexes"][0]["IndexStatus"], "ACTIVE");
    assert_eq!(table["TableArn"], "arn:aws:dynamodb:eu-west-1:123456789012:table/Table");
    assert_eq!(refused(&cloud, &create_table("Table")).await, "ResourceInUseException");
    let deleted = good(&cloud, &on_table("DeleteTable")).await;
    assert_eq!(deleted["TableDescription"]["TableStatus"], "DELETING");
    assert_eq!(refused(&cloud, &on_table("DescribeTable")).await, "ResourceNotFoundException");
}

#[tokio::test]
async fn a_table_that_is_being_created_cannot_be_used() {
    let folder = Folder::new();
    let mut cloud = Cloud::start_at_pace(&folder, FOR_EVER).await;
    good(&cloud, &create_table("Table")).await;
    for _ in ["before a restart", "after it"] {
        let table = good(&cloud, &on_table("DescribeTable")).await["Table"].clone();
        assert_eq!(table["TableStatus"], "CREATING");
        assert_eq!(table["GlobalSecondaryIndexes"][0]["IndexStatus"], "CREATING");
        let batch = json!({"RequestItems": {"Table": [
            {"PutRequest": {"Item": {"Id": {"S": "1"}}}}]}});
        let transaction = json!({"TransactItems": [
            {"Put": {"TableName": "Table", "Item": {"Id": {"S": "1"}}}}]});
        for data in [
            put_item(),
            on_table("Scan"),
            call("BatchWriteItem", &batch),
            call("TransactWriteItems", &transaction),
        ] {
            assert_eq!(refused(&cloud, &data).await, "ResourceNotFoundException", "{data:?}");
        }
        for change in [on_table("DeleteTable"), on_table("UpdateTable"), create_table("Table")] {
            assert_eq!(refused(&cloud, &change).await, "ResourceInUseException", "{change:?}");
        }
        cloud.stop().await;
        cloud = Cloud::start_at_pace(&folder, FOR_EVER).await;
    }
}

#[tokio::test]
async fn a_table_that_is_being_deleted_is_still_there_and_cannot_be_used() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    good(&cloud, &create_table("Table")).await;
    cloud.stop().await;
    let mut cloud = Cloud::start_at_pace(&folder, FOR_EVER).await;
    for _ in ["at first", "again, after a restart"] {
        let deleted = good(&cloud, &on_table("DeleteTable")).await;
        assert_eq!(deleted["TableDescription"]["TableStatus"], "DELETING");
        let table = good(&cloud, &on_table("DescribeTable")).await;
        assert_eq!(table["Table"]["TableStatus"], "DELETING");
        assert_eq!(good(&cloud, &list_tables()).await["TableNames"], json!(["Table"]));
        assert_eq!(refused(&cloud, &put_item()).await, "ResourceNotFoundException");
        assert_eq!(refused(&cloud, &create_table("Table")).await, "ResourceInUseException");
        cloud.stop().await;
        cloud = Cloud::start_at_pace(&folder, FOR_EVER).await;
    }
}

#[tokio::test]
async fn changes_end_by_themselves() {
    let folder = Folder::new();
    let cloud = Cloud::start_at_pace(&folder, 0.01).await;
    good(&cloud, &create_table("Table")).await;
    let describe = on_table("DescribeTable");
    cloud.until(&describe, |answer| answer["Table"]["TableStatus"] == "ACTIVE").await;
    good(&cloud, &put_item()).await;
    good(&cloud, &on_table("DeleteTable")).await;
    let gone = cloud.until(&describe, |answer| answer.get("__type").is_some()).await;
    assert!(gone["__type"].as_str().unwrap().ends_with("#ResourceNotFoundException"));
    good(&cloud, &create_table("Table")).await;
    cloud.until(&describe, |answer| answer["Table"]["TableStatus"] == "ACTIVE").await;
    assert_eq!(good(&cloud, &on_table("Scan")).await["Count"], 0);
}

#[tokio::test]
async fn a_protected_table_stays() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    good(&cloud, &create_table("Table")).await;
    let protect = json!({"TableName": "Table", "DeletionProtectionEnabled": true});
    good(&cloud, &call("UpdateTable", &protect)).await;
    cloud.stop().await;
    let cloud = Cloud::start_at_pace(&folder, FOR_EVER).await;
    assert_eq!(refused(&cloud, &on_table("DeleteTable")).await, "ValidationException");
    let table = good(&cloud, &on_table("DescribeTable")).await;
    assert_eq!(table["Table"]["TableStatus"], "ACTIVE");
}

#[tokio::test]
async fn data_survives_a_restart() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    good(&cloud, &create_table("Table")).await;
    good(&cloud, &put_item()).await;
    cloud.stop().await;
    let cloud = Cloud::start(&folder).await;
    assert_eq!(good(&cloud, &on_table("Scan")).await["Count"], 1);
}

#[tokio::test]
async fn accounts_do_not_see_each_other() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    good(&cloud, &create_table("Table")).await;
    let other =
        Request::json("dynamodb", "DynamoDB_20120810.ListTables", "210987654321", &json!({}));
    assert_eq!(good(&cloud, &other).await["TableNames"], json!([]));
}

#[tokio::test]
async fn tags_are_listed_and_found() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    good(&cloud, &create_table("Table")).await;
    good(&cloud, &create_table("Other")).await;
    let arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/Table";
    let part = json!({"ResourceArn": arn, "Tags": [{"Key": "part", "Value": "2"}]});
    call("TagResource", &part).send(cloud.port).await;
    let tags = good(&cloud, &call("ListTagsOfResource", &json!({"ResourceArn": arn}))).await;
    assert_eq!(tags["Tags"].as_array().unwrap().len(), 2);
    let foreign = json!({"ResourceArn": arn.replace("1234", "9999")});
    let code = refused(&cloud, &call("ListTagsOfResource", &foreign)).await;
    assert_eq!(code, "AccessDeniedException");
    let filter = json!({"TagFilters": [{"Key": "part", "Values": ["2"]}]});
    let target = "ResourceGroupsTaggingAPI_20170126.GetResources";
    let found = good(&cloud, &Request::json("tagging", target, ACCOUNT, &filter)).await;
    let list = found["ResourceTagMappingList"].as_array().unwrap();
    assert_eq!((list.len(), &list[0]["ResourceARN"]), (1, &json!(arn)));
}

#[tokio::test]
async fn limits_and_signatures_are_checked() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    good(&cloud, &create_table("Table")).await;
    let put = |id: u32| json!({"PutRequest": {"Item": {"Id": {"S": id.to_string()}}}});
    let batch = |count| json!({"RequestItems": {"Table": (0..count).map(put).collect::<Vec<_>>()}});
    let code = refused(&cloud, &call("BatchWriteItem", &batch(26))).await;
    assert_eq!(code, "ValidationException");
    let written = good(&cloud, &call("BatchWriteItem", &batch(25))).await;
    assert_eq!(written["UnprocessedItems"], json!({}));
    let unsigned = Request::new("POST", "/").header("X-Amz-Target", "DynamoDB_20120810.ListTables");
    let code = refused(&cloud, &unsigned.body("{}")).await;
    assert_eq!(code, "MissingAuthenticationTokenException");
    let unknown = refused(&cloud, &call("Dance", &json!({}))).await;
    assert_eq!(unknown, "UnknownOperationException");
    assert_eq!(refused(&cloud, &list_tables().body("no JSON")).await, "SerializationException");
}
