//! The table as `templates/dynamodb-table.json` describes it, as a request, and compared with a
//! table that stands.

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
    read_capacity_units: i64,
    write_capacity_units: i64,
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
    /// Read and write capacity units of the table and its indexes together.
    pub(super) fn capacity(&self) -> (i64, i64) {
        let indexes =
            self.global_secondary_indexes.iter().map(|index| index.provisioned_throughput);
        indexes.chain([self.provisioned_throughput]).fold((0, 0), |(read, write), units| {
            (read + units.read_capacity_units, write + units.write_capacity_units)
        })
    }

    /// The request that creates it.
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

    /// The request that gives a standing table the right capacity. `DynamoDB` refuses a change to
    /// what is already so, so only what differs is in it.
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

    /// Why a standing table cannot be changed into this one; `None` when it can.
    pub(super) fn cannot_become(&self, table: &TableDescription) -> Option<String> {
        if !same_keys(&self.key_schema, table.key_schema()) {
            return Some("its key is not the lab's".to_owned());
        }
        self.global_secondary_indexes.iter().find_map(|index| match index.of(table) {
            None => Some(format!("its index `{}` is missing", index.index_name)),
            Some(other) if !same_keys(&index.key_schema, other.key_schema()) => {
                Some(format!("the key of its index `{}` is not the lab's", index.index_name))
            }
            Some(_) => None,
        })
    }

    /// Whose capacity is not the lab's, each in a few words.
    pub(super) fn capacity_differs(&self, table: &TableDescription) -> Vec<String> {
        let own = (!self.provisioned_throughput.is(table.provisioned_throughput()))
            .then(|| "the capacity of the table is not the lab's".to_owned());
        let indexes =
            self.global_secondary_indexes.iter().filter(|index| !index.capacity_is(table));
        let indexes =
            indexes.map(|index| format!("the capacity of `{}` is not the lab's", index.index_name));
        own.into_iter().chain(indexes).collect()
    }
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

    /// This index in a standing table.
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
            .read_capacity_units(self.read_capacity_units)
            .write_capacity_units(self.write_capacity_units)
            .build()
    }

    fn is(self, other: Option<&ProvisionedThroughputDescription>) -> bool {
        other.is_some_and(|other| {
            other.read_capacity_units() == Some(self.read_capacity_units)
                && other.write_capacity_units() == Some(self.write_capacity_units)
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

fn same_keys(ours: &[Key], theirs: &[aws::KeySchemaElement]) -> bool {
    ours.len() == theirs.len()
        && ours.iter().all(|key| {
            theirs.iter().any(|other| {
                other.attribute_name() == key.attribute_name
                    && other.key_type().as_str() == key.key_type
            })
        })
}
