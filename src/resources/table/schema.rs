//! A table from a file such as `templates/dynamodb-table.json`: as a request, and compared with an
//! existing one.

#[cfg(test)]
mod tests;

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
    #[serde(default)]
    billing_mode: BillingMode,
    /// `None`: the table is billed by request.
    provisioned_throughput: Option<Throughput>,
    attribute_definitions: Vec<Attribute>,
    key_schema: Vec<Key>,
    #[serde(default)]
    global_secondary_indexes: Vec<Index>,
}

/// `DynamoDB`'s names of what is billed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum BillingMode {
    #[default]
    Provisioned,
    PayPerRequest,
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
        indexes.chain(self.provisioned_throughput).fold((0, 0), |(read, write), units| {
            (read + units.read_capacity_units, write + units.write_capacity_units)
        })
    }

    /// Returns what it consists of.
    pub(super) fn in_words(&self) -> &'static str {
        if self.global_secondary_indexes.is_empty() { "table" } else { "table and its indexes" }
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
            .billing_mode(self.billing_mode.build())
            .set_provisioned_throughput(
                self.provisioned_throughput.map(Throughput::build).transpose()?,
            )
            .set_attribute_definitions(Some(attributes.collect::<Result<_, _>>()?))
            .set_key_schema(Some(keys(&self.key_schema)?))
            .set_global_secondary_indexes(some(indexes.collect::<Result<_, _>>()?)))
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
        request = request.table_name(&self.table_name).billing_mode(self.billing_mode.build());
        if let Some(wanted) = self.provisioned_throughput
            && !wanted.is(table.provisioned_throughput())
        {
            request = request.provisioned_throughput(wanted.build()?);
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

    /// Compares the capacity of a table and of its indexes, or that it has none of its own.
    pub(super) fn capacity_compared(&self, table: &TableDescription) -> Vec<Setting> {
        let Some(wanted) = self.provisioned_throughput else {
            return vec![self.billing_mode.compared(table)];
        };
        let own = wanted.compared(None, table.provisioned_throughput());
        let indexes = self.global_secondary_indexes.iter().flat_map(|index| {
            let actual = index.of(table).and_then(|index| index.provisioned_throughput());
            index.provisioned_throughput.compared(Some(&index.index_name), actual)
        });
        own.into_iter().chain(indexes).collect()
    }
}

impl BillingMode {
    fn build(self) -> aws::BillingMode {
        match self {
            Self::Provisioned => aws::BillingMode::Provisioned,
            Self::PayPerRequest => aws::BillingMode::PayPerRequest,
        }
    }

    /// Compares it with a table's. `DynamoDB` shows none for a table that always was provisioned.
    fn compared(self, table: &TableDescription) -> Setting {
        let actual = table.billing_mode_summary().and_then(|it| it.billing_mode());
        let actual = actual.unwrap_or(&aws::BillingMode::Provisioned);
        Setting::new("BillingMode", self.build().as_str(), actual.as_str())
    }
}

/// Returns the list, unless it is empty: `DynamoDB` refuses an empty one.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
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
