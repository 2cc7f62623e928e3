//! A local cloud with the lab's tables in it.

use mysfits_local::{LocalCloud, Settings, pace::Pace};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Reply, send};

/// The account in which the table is.
pub(crate) const ACCOUNT: &str = "123456789012";

/// The table of the likes.
pub(crate) const LIKES: &str = "MysfitsTableLikes";

const TABLE: &str = include_str!("../../templates/dynamodb-table.json");
const LIKES_TABLE: &str = include_str!("../../templates/dynamodb-likes-table.json");
const MYSFITS: &str = include_str!("../../templates/populate-dynamodb.json");

/// A running local cloud.
#[derive(Debug)]
pub(crate) struct Cloud {
    pub(crate) port: u16,
    /// Is removed with the cloud.
    _folder: TempDir,
}

impl Cloud {
    /// Starts one with the table and the twelve mysfits.
    pub(crate) async fn with_mysfits() -> Self {
        let cloud = Self::with_table().await;
        let requests = MYSFITS.replace("REPLACE_ME_TABLE_NAME", "MysfitsTable");
        let requests: Value = serde_json::from_str(&requests).unwrap();
        cloud.dynamodb("BatchWriteItem", &json!({ "RequestItems": requests })).await;
        cloud
    }

    /// Starts one with the empty tables.
    pub(crate) async fn with_table() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            port: 0,
            folder: folder.path().to_owned(),
            pace: Pace::new(0.0).unwrap(),
            stand_in: None,
            launcher: None,
            build: "test".to_owned(),
            rehearsal: None,
            session_calls: None,
        };
        let cloud = LocalCloud::open(settings).await.unwrap();
        let port = cloud.port();
        tokio::spawn(cloud.serve(std::future::pending()));
        let cloud = Self { port, _folder: folder };
        for table in [
            TABLE.replace("REPLACE_ME_TABLE_NAME", "MysfitsTable"),
            LIKES_TABLE.replace("REPLACE_ME_LIKES_TABLE_NAME", LIKES),
        ] {
            cloud.dynamodb("CreateTable", &serde_json::from_str(&table).unwrap()).await;
        }
        cloud
    }

    /// Calls DynamoDB, which must succeed.
    pub(crate) async fn dynamodb(&self, operation: &str, input: &Value) -> Value {
        let target = format!("DynamoDB_20120810.{operation}");
        let scope = format!("{ACCOUNT}/20260101/eu-west-1/dynamodb/aws4_request");
        let signature =
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=abc");
        let headers = [
            ("X-Amz-Target", target.as_str()),
            ("Content-Type", "application/x-amz-json-1.0"),
            ("Authorization", &signature),
        ];
        let reply = send(self.port, "POST /", &headers, &input.to_string()).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    }

    /// Puts an item into the table.
    pub(crate) async fn put(&self, item: &Value) {
        self.dynamodb("PutItem", &json!({ "TableName": "MysfitsTable", "Item": item })).await;
    }

    /// Returns an item of the table.
    pub(crate) async fn item(&self, id: &str) -> Value {
        let input = json!({ "TableName": "MysfitsTable", "Key": { "MysfitId": { "S": id } } });
        self.dynamodb("GetItem", &input).await["Item"].clone()
    }

    /// Returns the visitors who like a mysfit, in order.
    pub(crate) async fn likers(&self, id: &str) -> Vec<String> {
        let input = json!({ "TableName": LIKES, "KeyConditionExpression": "MysfitId = :id",
            "ExpressionAttributeValues": { ":id": { "S": id } } });
        let found = self.dynamodb("Query", &input).await;
        let items = found["Items"].as_array().unwrap().iter();
        items.map(|item| item["VisitorId"]["S"].as_str().unwrap().to_owned()).collect()
    }

    /// Returns how many items the table has.
    pub(crate) async fn count(&self) -> u64 {
        let input = json!({ "TableName": "MysfitsTable", "Select": "COUNT" });
        self.dynamodb("Scan", &input).await["Count"].as_u64().unwrap()
    }

    /// Makes calls fail by this rule from now on.
    pub(crate) async fn fault(&self, rule: Value) {
        let plan = json!({ "rules": [rule] }).to_string();
        let reply: Reply = send(self.port, "PUT /_local/faults", &[], &plan).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
}
