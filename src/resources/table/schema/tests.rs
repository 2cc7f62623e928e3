//! The two files, as requests and compared with tables.

use super::*;
use crate::{
    destination::Destination,
    lab::{
        Values, files,
        placeholders::{LIKES_TABLE_NAME, TABLE_NAME},
    },
};

fn schema() -> Schema {
    let text = files::TABLE.render(&Values::of([(TABLE_NAME, "Mysfits")])).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn units(read: i64) -> ProvisionedThroughputDescription {
    ProvisionedThroughputDescription::builder()
        .read_capacity_units(read)
        .write_capacity_units(5)
        .build()
}

/// Returns a table as the schema defines it, but with these read units and these indexes.
fn table(schema: &Schema, read: i64, indexes: &[Index]) -> TableDescription {
    let indexes = indexes.iter().map(|index| {
        GlobalSecondaryIndexDescription::builder()
            .index_name(&index.index_name)
            .set_key_schema(Some(keys(&index.key_schema).unwrap()))
            .provisioned_throughput(units(5))
            .build()
    });
    TableDescription::builder()
        .set_key_schema(Some(keys(&schema.key_schema).unwrap()))
        .provisioned_throughput(units(read))
        .set_global_secondary_indexes(Some(indexes.collect()))
        .build()
}

fn differing(settings: Vec<Setting>) -> Vec<Setting> {
    settings.into_iter().filter(Setting::differs).collect()
}

#[test]
fn the_lab_pays_for_the_table_and_both_indexes() {
    assert_eq!(schema().capacity(), (15, 15));
}

#[test]
fn what_was_created_does_not_differ() {
    let schema = schema();
    let mut reversed = schema.global_secondary_indexes.clone();
    reversed.reverse();
    for index in &mut reversed {
        index.key_schema.reverse();
    }
    let table = table(&schema, 5, &reversed);
    assert_eq!(differing(schema.keys_compared(&table)), []);
    assert_eq!(differing(schema.capacity_compared(&table)), []);
}

#[test]
fn another_capacity_is_named_and_only_that_is_updated() {
    let schema = schema();
    let table = table(&schema, 7, &schema.global_secondary_indexes);
    let expected = [Setting::new("ReadCapacityUnits", 5, 7)];
    assert_eq!(differing(schema.capacity_compared(&table)), expected);
    let client =
        Destination::never_asked("123456789012", "eu-west-1").client::<aws_sdk_dynamodb::Client>();
    let request = schema.update(client.update_table(), &table).unwrap();
    assert!(request.get_provisioned_throughput().is_some());
    assert_eq!(request.get_global_secondary_index_updates(), &None);
}

#[test]
fn the_likes_are_billed_by_request() {
    let text = files::LIKES_TABLE.render(&Values::of([(LIKES_TABLE_NAME, "Likes")])).unwrap();
    let schema: Schema = serde_json::from_str(&text).unwrap();
    assert_eq!(schema.capacity(), (0, 0));
    let client =
        Destination::never_asked("123456789012", "eu-west-1").client::<aws_sdk_dynamodb::Client>();
    let created = schema.create(client.create_table()).unwrap();
    assert_eq!(created.get_billing_mode(), &Some(aws::BillingMode::PayPerRequest));
    assert_eq!(created.get_provisioned_throughput(), &None);
    let mut table = table(&schema, 5, &[]);
    let expected = [Setting::new("BillingMode", "PAY_PER_REQUEST", "PROVISIONED")];
    assert_eq!(differing(schema.capacity_compared(&table)), expected);
    let updated = schema.update(client.update_table(), &table).unwrap();
    assert_eq!(updated.get_billing_mode(), &Some(aws::BillingMode::PayPerRequest));
    let mode = aws::BillingModeSummary::builder().billing_mode(aws::BillingMode::PayPerRequest);
    table.billing_mode_summary = Some(mode.build());
    assert_eq!(differing(schema.capacity_compared(&table)), []);
}

#[test]
fn an_index_is_compared_by_its_name() {
    let schema = schema();
    let mut indexes = schema.global_secondary_indexes.clone();
    indexes.truncate(1);
    indexes[0].key_schema.truncate(1);
    let table = table(&schema, 5, &indexes);
    assert_eq!(
        differing(schema.keys_compared(&table)),
        [
            Setting::new(
                "LawChaosIndex KeySchema",
                "LawChaos HASH, MysfitId RANGE",
                "LawChaos HASH"
            ),
            Setting::new("GoodEvilIndex KeySchema", "GoodEvil HASH, MysfitId RANGE", "not set"),
        ]
    );
    let names: Vec<_> =
        differing(schema.capacity_compared(&table)).into_iter().map(|it| it.name).collect();
    let expected = ["GoodEvilIndex ReadCapacityUnits", "GoodEvilIndex WriteCapacityUnits"];
    assert_eq!(names, expected);
}
