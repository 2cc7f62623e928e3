//! The table from `templates/dynamodb-table.json`: as a request, and compared with an existing one.

use aws_sdk_dynamodb::{
    error::BuildError,
    operation::{
        create_table::builders::CreateTableFluentBuilder,
        update_table::builders::UpdateTableFluentBuilder,
    },
    types::{
        self as aws, GlobalSecondaryIndexDescription, ProvisionedThroughputDescription,
        TableDescription,
    },
};
use serde::Deserialize;

use crate::engine::Setting;

/// A table.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the names are those of the file")]
pub(super) struct Schema {
    table_name: String,
    provisioned_throughput: Throughput,
    attribute_definitions: Vec<Attribute>,
    key_schema: Vec<Key>,
    global_secondary_indexes: Vec<Index>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the names are those of the file")]
struct Index {
    index_name: String,
    key_schema: Vec<Key>,
    projection: Projection,
    provisioned_throughput: Throughput,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Throughput {
    read_capacity_units: u16,
    write_capacity_units: u16,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Attribute {
    attribute_name: String,
    attribute_type: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Key {
    attribute_name: String,
    key_type: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Projection {
    projection_type: String,
}

impl Schema {
    /// Returns the read and write capacity units of the table and its indexes together.
    pub(super) fn capacity(&self) -> (u16, u16) {
        let indexes =
            self.global_secondary_indexes.iter().map(|index| index.provisioned_throughput);
        indexes.chain([self.provisioned_throughput]).fold((0, 0), |(read, write), units| {
            (read + units.read_capacity_units, write + units.write_capacity_units)
        })
    }

    /// Returns the request that creates it.
    ///
    /// # Errors
    /// When the SDK lacks a field: a mistake in the file.
    pub(super) fn create(
        &self,
        request: CreateTableFluentBuilder,
    ) -> Result<CreateTableFluentBuilder, BuildError> {
        let attributes = self.attribute_definitions.iter().map(Attribute::build);
        let indexes = self.global_secondary_indexes.iter().map(Index::build);
        Ok(request
            .table_name(&self.table_name)
            .billing_mode(aws::BillingMode::Provisioned)
            .provisioned_throughput(self.provisioned_throughput.build()?)
            .set_attribute_definitions(Some(attributes.collect::<Result<_, _>>()?))
            .set_key_schema(Some(keys(&self.key_schema)?))
            .set_global_secondary_indexes(Some(indexes.collect::<Result<_, _>>()?)))
    }

    /// Returns the request that sets a table's capacity. `DynamoDB` rejects unchanged values, so it
    /// contains only what differs.
    ///
    /// # Errors
    /// When the SDK lacks a field: a mistake in the file.
    pub(super) fn update(
        &self,
        mut request: UpdateTableFluentBuilder,
        table: &TableDescription,
    ) -> Result<UpdateTableFluentBuilder, BuildError> {
        request = request.table_name(&self.table_name).billing_mode(aws::BillingMode::Provisioned);
        if !self.provisioned_throughput.is(table.provisioned_throughput()) {
            request = request.provisioned_throughput(self.provisioned_throughput.build()?);
        }
        for index in self.global_secondary_indexes.iter().filter(|index| !index.capacity_is(table))
        {
            let update = aws::UpdateGlobalSecondaryIndexAction::builder()
                .index_name(&index.index_name)
                .provisioned_throughput(index.provisioned_throughput.build()?)
                .build()?;
            let update = aws::GlobalSecondaryIndexUpdate::builder().update(update).build();
            request = request.global_secondary_index_updates(update);
        }
        Ok(request)
    }

    /// Compares the keys of a table and of its indexes. They cannot be changed.
    pub(super) fn keys_compared(&self, table: &TableDescription) -> Vec<Setting> {
        let compared = |name: String, ours: &[Key], actual: Option<&[aws::KeySchemaElement]>| {
            Setting::maybe(name, our_keys_in_words(ours), actual.map(keys_in_words))
        };
        let own = compared(
            setting_name(None, "KeySchema"),
            &self.key_schema,
            table.key_schema.as_deref(),
        );
        let indexes = self.global_secondary_indexes.iter().map(|index| {
            let actual = index.of(table).map(GlobalSecondaryIndexDescription::key_schema);
            compared(setting_name(Some(&index.index_name), "KeySchema"), &index.key_schema, actual)
        });
        std::iter::once(own).chain(indexes).collect()
    }

    /// Compares the capacity of a table and of its indexes.
    pub(super) fn capacity_compared(&self, table: &TableDescription) -> Vec<Setting> {
        let own = self.provisioned_throughput.compared(None, table.provisioned_throughput());
        let indexes = self.global_secondary_indexes.iter().flat_map(|index| {
            let actual = index.of(table).and_then(|index| index.provisioned_throughput());
            index.provisioned_throughput.compared(Some(&index.index_name), actual)
        });
        own.into_iter().chain(indexes).collect()
    }
}

/// Returns the name of a setting of the table, or of one of its indexes.
fn setting_name(index: Option<&str>, name: &str) -> String {
    index.map_or_else(|| name.to_owned(), |index| format!("{index} {name}"))
}

impl Index {
    fn build(&self) -> Result<aws::GlobalSecondaryIndex, BuildError> {
        let projection = aws::Projection::builder()
            .projection_type(self.projection.projection_type.as_str().into())
            .build();
        aws::GlobalSecondaryIndex::builder()
            .index_name(&self.index_name)
            .set_key_schema(Some(keys(&self.key_schema)?))
            .projection(projection)
            .provisioned_throughput(self.provisioned_throughput.build()?)
            .build()
    }

    /// Returns this index in a table.
    fn of<'t>(&self, table: &'t TableDescription) -> Option<&'t GlobalSecondaryIndexDescription> {
        let mut indexes = table.global_secondary_indexes().iter();
        indexes.find(|index| index.index_name() == Some(&self.index_name))
    }

    fn capacity_is(&self, table: &TableDescription) -> bool {
        self.provisioned_throughput
            .is(self.of(table).and_then(|index| index.provisioned_throughput()))
    }
}

impl Throughput {
    fn build(self) -> Result<aws::ProvisionedThroughput, BuildError> {
        aws::ProvisionedThroughput::builder()
            .read_capacity_units(self.read_capacity_units.into())
            .write_capacity_units(self.write_capacity_units.into())
            .build()
    }

    /// Compares both units of the table or of an index.
    fn compared(
        self,
        index: Option<&str>,
        actual: Option<&ProvisionedThroughputDescription>,
    ) -> [Setting; 2] {
        let read = actual.and_then(ProvisionedThroughputDescription::read_capacity_units);
        let write = actual.and_then(ProvisionedThroughputDescription::write_capacity_units);
        [
            ("ReadCapacityUnits", self.read_capacity_units, read),
            ("WriteCapacityUnits", self.write_capacity_units, write),
        ]
        .map(|(name, expected, actual)| Setting::maybe(setting_name(index, name), expected, actual))
    }

    fn is(self, other: Option<&ProvisionedThroughputDescription>) -> bool {
        other.is_some_and(|other| {
            other.read_capacity_units() == Some(self.read_capacity_units.into())
                && other.write_capacity_units() == Some(self.write_capacity_units.into())
        })
    }
}

impl Attribute {
    fn build(&self) -> Result<aws::AttributeDefinition, BuildError> {
        aws::AttributeDefinition::builder()
            .attribute_name(&self.attribute_name)
            .attribute_type(self.attribute_type.as_str().into())
            .build()
    }
}

fn keys(keys: &[Key]) -> Result<Vec<aws::KeySchemaElement>, BuildError> {
    let build = |key: &Key| {
        aws::KeySchemaElement::builder()
            .attribute_name(&key.attribute_name)
            .key_type(key.key_type.as_str().into())
            .build()
    };
    keys.iter().map(build).collect()
}

/// Formats keys as `MysfitId HASH, LawChaos RANGE`, whatever their order in the list.
fn in_words<'k>(keys: impl Iterator<Item = (&'k str, &'k str)>) -> String {
    // The hash key also comes first alphabetically.
    let mut words: Vec<_> = keys.map(|(name, kind)| (kind, name)).collect();
    words.sort_unstable();
    words.iter().map(|(kind, name)| format!("{name} {kind}")).collect::<Vec<_>>().join(", ")
}

fn our_keys_in_words(keys: &[Key]) -> String {
    in_words(keys.iter().map(|key| (key.attribute_name.as_str(), key.key_type.as_str())))
}

fn keys_in_words(keys: &[aws::KeySchemaElement]) -> String {
    in_words(keys.iter().map(|key| (key.attribute_name(), key.key_type().as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        destination::Destination,
        lab::{Values, files, placeholders::TABLE_NAME},
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
        let client = Destination::never_asked("123456789012", "eu-west-1").dynamodb();
        let request = schema.update(client.update_table(), &table).unwrap();
        assert!(request.get_provisioned_throughput().is_some());
        assert_eq!(request.get_global_secondary_index_updates(), &None);
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
}
