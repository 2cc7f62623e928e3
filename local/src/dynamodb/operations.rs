//! The operations, as a table: what each means to the request log, to a table's state and to ARNs,
//! and how the engine runs it.

use dynoxide::Database;

use super::{
    account,
    engine::{self, EngineResult, reply},
    projections, updates,
};
use crate::service::{self, Summary};

/// What an operation needs of the state of the tables that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// Nothing: it looks at tables in any state.
    Nothing,
    /// Tables that are there for data: others are not found.
    Readable,
    /// A table that is not being created or deleted: others are in use.
    Settled,
    /// It creates, changes or deletes the table and is handled separately.
    Lifecycle,
}

/// An operation.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) mutating: bool,
    pub(super) needs: Needs,
    /// Whether its input and output contain ARNs. Elsewhere only the user's data could look like
    /// one.
    pub(super) speaks_arns: bool,
    pub(super) run: fn(&Database, &str) -> EngineResult,
}

impl Operation {
    /// Returns its name and whether it changes anything.
    pub(super) fn outline(&self) -> service::Operation {
        service::Operation { name: self.name.to_owned(), mutating: self.mutating }
    }
}

/// Finds the operation of this name.
pub(super) fn find(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.name == name)
}

const fn table(
    name: &'static str,
    mutating: bool,
    needs: Needs,
    run: fn(&Database, &str) -> EngineResult,
) -> Operation {
    Operation { name, mutating, needs, speaks_arns: true, run }
}

const fn read(name: &'static str, run: fn(&Database, &str) -> EngineResult) -> Operation {
    Operation { name, mutating: false, needs: Needs::Readable, speaks_arns: false, run }
}

const fn write(name: &'static str, run: fn(&Database, &str) -> EngineResult) -> Operation {
    Operation { name, mutating: true, needs: Needs::Readable, speaks_arns: false, run }
}

/// Returns all operations.
pub(super) fn all() -> Vec<service::Operation> {
    OPERATIONS.iter().map(Operation::outline).collect()
}

/// What DynamoDB does and what it refuses.
pub(super) const SUMMARY: Summary = Summary {
    title: "DynamoDB and its streams",
    real: "Tables with their indexes, items, expressions, batches, transactions, PartiQL, and streams \
           of one shard, in an SQLite database for each account and region. Tables take their time. \
           Kept only: a time to live, by which nothing expires.",
    refused: "Backups and point-in-time recovery, exports and imports, global tables, resource \
              policies, and streaming to Kinesis.",
};

const OPERATIONS: &[Operation] = &[
    table("CreateTable", true, Needs::Lifecycle, |db, b| reply(b, |i| db.create_table(i))),
    table("DeleteTable", true, Needs::Lifecycle, |db, b| reply(b, |i| db.delete_table(i))),
    table("DescribeTable", false, Needs::Nothing, |db, b| reply(b, |i| db.describe_table(i))),
    table("ListTables", false, Needs::Nothing, |db, b| reply(b, |i| db.list_tables(i))),
    table("UpdateTable", true, Needs::Lifecycle, |db, b| reply(b, |i| db.update_table(i))),
    table("TagResource", true, Needs::Settled, |db, b| reply(b, |i| db.tag_resource(i))),
    table("UntagResource", true, Needs::Settled, |db, b| reply(b, |i| db.untag_resource(i))),
    table("ListTagsOfResource", false, Needs::Nothing, |db, b| {
        engine::without_token(b)?;
        reply(b, |i| db.list_tags_of_resource(i)).map_err(engine::no_such_resource)
    }),
    table("UpdateTimeToLive", true, Needs::Settled, |db, b| {
        reply(b, |i| db.update_time_to_live(i))
    }),
    table("DescribeTimeToLive", false, Needs::Readable, |db, b| {
        reply(b, |i| db.describe_time_to_live(i))
    }),
    table("ListStreams", false, Needs::Nothing, |db, b| reply(b, |i| db.list_streams(i))),
    table("DescribeStream", false, Needs::Nothing, |db, b| reply(b, |i| db.describe_stream(i))),
    table("GetShardIterator", false, Needs::Nothing, |db, b| {
        reply(b, |i| db.get_shard_iterator(i))
    }),
    table("DescribeContinuousBackups", false, Needs::Nothing, account::continuous_backups),
    table("DescribeEndpoints", false, Needs::Nothing, |_, _| Ok(account::endpoints())),
    table("DescribeLimits", false, Needs::Nothing, |_, _| Ok(account::limits())),
    read("GetRecords", |db, b| reply(b, |i| db.get_records(i))),
    read("GetItem", |db, b| reply(b, |i| db.get_item(i))),
    read("BatchGetItem", |db, b| reply(b, |i| db.batch_get_item(i))),
    read("Query", projections::query),
    read("Scan", |db, b| reply(b, |i| db.scan(i))),
    read("TransactGetItems", projections::transact_get),
    write("PutItem", |db, b| reply(b, |i| db.put_item(i))),
    write("UpdateItem", updates::update),
    write("DeleteItem", |db, b| reply(b, |i| db.delete_item(i))),
    write("BatchWriteItem", |db, b| reply(b, |i| db.batch_write_item(i))),
    write("TransactWriteItems", updates::transact),
    write("ExecuteStatement", |db, b| reply(b, |i| db.execute_statement(i))),
    write("ExecuteTransaction", |db, b| reply(b, |i| db.execute_transaction(i))),
    write("BatchExecuteStatement", |db, b| reply(b, |i| db.batch_execute_statement(i))),
];
