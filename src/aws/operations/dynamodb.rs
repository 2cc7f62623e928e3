//! The table and its items.

use crate::aws::{Also, Retry, Service};

const DYNAMODB: Service =
    Service { name: "dynamodb", sdk: "DynamoDB", iam: "dynamodb", cli: "dynamodb" };

operations! {
    use aws_sdk_dynamodb;
    DESCRIBE_TABLE = DYNAMODB.reads("DescribeTable");
    LIST_TAGS = DYNAMODB.reads("ListTagsOfResource");
    BATCH_GET_ITEM = DYNAMODB.reads("BatchGetItem");
    SCAN = DYNAMODB.reads("Scan");
    // DynamoDB creates only one table with indexes at a time in an account.
    CREATE_TABLE = DYNAMODB
        .writes("CreateTable")
        .also(&[Also::new("dynamodb:TagResource")])
        .retries(&[Retry::code("LimitExceededException", 600)]);
    // A table that was just created or changed accepts no other change yet.
    UPDATE_TABLE =
        DYNAMODB.writes("UpdateTable").retries(&[Retry::code("ResourceInUseException", 600)]);
    TAG_RESOURCE =
        DYNAMODB.writes("TagResource").retries(&[Retry::code("ResourceInUseException", 120)]);
    BATCH_WRITE_ITEM =
        DYNAMODB.writes("BatchWriteItem").retries(&[Retry::code("ResourceNotFoundException", 60)]);
    // A new table is not known everywhere at once, and a popular mysfit is being written by others.
    UPDATE_ITEM = DYNAMODB.writes("UpdateItem").retries(&[
        Retry::code("ResourceNotFoundException", 60),
        Retry::code("TransactionConflictException", 60),
    ]);
    DELETE_TABLE = DYNAMODB.writes("DeleteTable");
}
