//! Likes as an earlier version keeps them: a set of visitors at the mysfit.

use aws_sdk_dynamodb::{Client, types::AttributeValue};

use super::cloud::Cloud;

pub(crate) const TABLE: &str = "MysfitsTable";
/// Two of the twelve mysfits.
pub(crate) const MYSFITS: [&str; 2] =
    ["4e53920c-505a-4a90-a694-b9300791f0ae", "2b473002-36f8-4b87-954e-9a377e0ccbec"];

/// Returns a text as DynamoDB takes it.
pub(crate) fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

/// Likes a mysfit as the backend of an earlier version does, for these visitors.
pub(crate) fn like_as_before(cloud: &Cloud, mysfit: &str, visitors: &[String]) {
    cloud.wait_for(async |sdk| {
        let update = Client::new(sdk)
            .update_item()
            .table_name(TABLE)
            .key("MysfitId", text(mysfit))
            .update_expression("SET Likes = Likes + :count ADD LikedBy :visitors")
            .expression_attribute_values(":count", AttributeValue::N(visitors.len().to_string()))
            .expression_attribute_values(":visitors", AttributeValue::Ss(visitors.to_vec()));
        update.send().await.unwrap();
    });
}
