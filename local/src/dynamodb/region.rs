//! The tables of one account in one region: the engine's database and the states of the tables in
//! transition.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError, RwLock},
};

use dynoxide::{Database, DynoxideError, actions::list_tables::ListTablesRequest};
use http::StatusCode;
use serde_json::{Value, json};

use super::{
    arns::Arns,
    engine::{self, EngineResult, parsed},
    expressions, file, indexes,
    names::{can_be_indexes, can_be_table, data_tables, named_table},
    operands,
    operations::{self, Needs, Operation},
    states::{Change, Changes, Way},
    updates,
};
use crate::{
    clock::{Clock, Moment},
    open::OpenError,
    place::Place,
    service::Tagged,
    store::{Store, StoreError},
};

/// The tables of one account in one region.
pub(super) struct Region {
    pub(super) db: Database,
    /// The file of the database.
    file: PathBuf,
    pub(super) changes: Store<Changes>,
    /// The tables that got an index, until `indexes` has looked through it: also after a kill.
    unchecked: Store<BTreeSet<String>>,
    /// Held alone while an item is looked at and then written, and by all that writes otherwise.
    writes: RwLock<()>,
    /// Held while a table is created, changed or deleted: the engine and `changes` change together.
    lifecycle: Mutex<()>,
    arns: Arns,
    clock: Clock,
}

impl std::fmt::Debug for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Region").field("arns", &self.arns).finish_non_exhaustive()
    }
}

impl Region {
    /// Opens the database in this folder, or creates a new one.
    pub(super) fn open(folder: &Path, place: &Place, clock: Clock) -> Result<Self, OpenError> {
        let changes = Store::open(folder.join("changes.json"))?;
        let unchecked = Store::open(folder.join("unchecked.json"))?;
        let file = folder.join("tables.db");
        let db = file::open(file.clone())?;
        let arns = Arns::new(place);
        let (writes, lifecycle) = (RwLock::default(), Mutex::default());
        let region = Self { db, file, changes, unchecked, writes, lifecycle, arns, clock };
        region.remove_half_made()?;
        let tables = region.unchecked.read(BTreeSet::clone);
        tables.iter().try_for_each(|table| region.check_indexes(table)).map_err(|error| {
            OpenError::Damaged { path: region.file.clone(), source: error.to_string().into() }
        })?;
        Ok(region)
    }

    /// Runs an operation and returns the status and body of the answer.
    pub(super) fn run(&self, operation: &Operation, body: &[u8]) -> (StatusCode, String) {
        let (status, body) = engine::answer(operation.name, self.try_run(operation, body));
        (status, if operation.speaks_arns { self.arns.outward(&body) } else { body })
    }

    fn try_run(&self, operation: &Operation, body: &[u8]) -> EngineResult {
        let no_json = || DynoxideError::SerializationException(String::new());
        let mut text = Cow::Borrowed(std::str::from_utf8(body).map_err(|_| no_json())?);
        let mut input: Value = serde_json::from_str(&text)
            .map_err(|error| if is_too_deep(&error) { nested_too_deep() } else { no_json() })?;
        expressions::check(&input)?;
        operands::check(&input)?;
        if operation.speaks_arns {
            self.arns.inward(operation.name, &mut input)?;
            text = Cow::Owned(input.to_string());
        }
        self.settle()?;
        match operation.needs {
            Needs::Nothing => {}
            Needs::Readable => self.all_readable(&input)?,
            Needs::Settled => self.not_on_its_way(named_table(&input))?,
            Needs::Lifecycle => {
                let _alone = self.lifecycle.lock().unwrap_or_else(PoisonError::into_inner);
                return self.change_table(operation, &input, &text);
            }
        }
        let output = self.run_alone_or_not(operation, &input, &text)?;
        if operation.name == "DescribeTable" { self.with_state(&output) } else { Ok(output) }
    }

    /// Runs an operation so that nothing else is written between the steps that it has.
    fn run_alone_or_not(&self, operation: &Operation, input: &Value, text: &str) -> EngineResult {
        if updates::looks_first(input) {
            let _alone = self.writes.write().unwrap_or_else(PoisonError::into_inner);
            return (operation.run)(&self.db, text);
        }
        let writes = || self.writes.read().unwrap_or_else(PoisonError::into_inner);
        let _with_others = operation.mutating.then(writes);
        (operation.run)(&self.db, text)
    }

    fn change_table(&self, operation: &Operation, input: &Value, text: &str) -> EngineResult {
        let name = named_table(input).unwrap_or_default();
        if operation.name == "DeleteTable" {
            return match self.way(name) {
                Some(Way::Deleting) => self.describe_as(name, Way::Deleting),
                Some(way) => Err(in_use(name, way)),
                None => self.delete(operation, name, text),
            };
        }
        self.not_on_its_way(Some(name))?;
        if operation.name == "CreateTable" {
            check_throughput(input)?;
            can_be_table(name, &self.table_names()?)?;
        }
        can_be_indexes(input, &self.index_names(name))?;
        let (output, way) = if operation.name == "CreateTable" {
            (self.make(operation, name, text)?, Way::Creating)
        } else if indexes::are_new(input) {
            (self.add_index(operation, name, text)?, Way::Updating)
        } else {
            ((operation.run)(&self.db, text)?, Way::Updating)
        };
        let moment = self.clock.moment();
        let has_begun = self.begin(name, Change::new(way, &moment), &moment)?;
        if has_begun && way == Way::Updating { self.describe_as(name, way) } else { Ok(output) }
    }

    /// Updates a table that gets an index.
    fn add_index(&self, operation: &Operation, name: &str, text: &str) -> EngineResult {
        let _alone = self.writes.write().unwrap_or_else(PoisonError::into_inner);
        self.unchecked
            .change(|tables| tables.insert(name.to_owned()))
            .map_err(|error| internal(&error))?;
        let output = (operation.run)(&self.db, text);
        self.check_indexes(name)?;
        output
    }

    fn check_indexes(&self, table: &str) -> Result<(), DynoxideError> {
        indexes::remove_mistyped(&self.file, table)?;
        let checked = self.unchecked.change(|tables| tables.remove(table));
        checked.map(|_| ()).map_err(|error| internal(&error))
    }

    /// Deletes a table. If that takes time, it stays in the engine until `settle` finds its time
    /// over.
    fn delete(&self, operation: &Operation, name: &str, text: &str) -> EngineResult {
        let moment = self.clock.moment();
        let change = Change::new(Way::Deleting, &moment);
        let is_protected = matches!(
            self.db.get_table_metadata(name),
            Ok(Some(table)) if table.deletion_protection_enabled
        );
        // The engine words the errors for a table that is missing or protected.
        if change.is_over(&moment) || is_protected {
            return (operation.run)(&self.db, text);
        }
        let output = self.describe_as(name, Way::Deleting)?;
        self.begin(name, change, &moment)?;
        Ok(output)
    }

    /// Returns what `UpdateTable` and `DeleteTable` answer: the table's description with its
    /// current state.
    fn describe_as(&self, name: &str, way: Way) -> EngineResult {
        let described = engine::reply(&json!({ "TableName": name }).to_string(), |input| {
            self.db.describe_table(input)
        })?;
        let mut table = parsed(&described)?["Table"].take();
        set_status(&mut table, way);
        Ok(json!({ "TableDescription": table }).to_string())
    }

    /// Adds the table's state to a description from the engine, which knows only active tables.
    fn with_state(&self, described: &str) -> EngineResult {
        let mut output = parsed(described)?;
        let way = output["Table"]["TableName"].as_str().and_then(|name| self.way(name));
        if let Some(way) = way {
            set_status(&mut output["Table"], way);
        }
        Ok(output.to_string())
    }

    /// Begins a change, and returns whether it takes any time.
    fn begin(&self, name: &str, change: Change, moment: &Moment) -> Result<bool, DynoxideError> {
        if change.is_over(moment) {
            return Ok(false);
        }
        let begun = self.changes.change(|changes| changes.insert(name.to_owned(), change));
        begun.map(|_| true).map_err(|error| internal(&error))
    }

    /// Ends the changes whose time is over; tables due for deletion are deleted now.
    fn settle(&self) -> Result<(), DynoxideError> {
        let moment = self.clock.moment();
        let is_over = |change: &Change| change.is_over(&moment);
        if !self.changes.read(|changes| changes.values().any(is_over)) {
            return Ok(());
        }
        let settled = self.changes.change(|changes| {
            let over = changes.iter().filter(|(_, change)| is_over(change));
            let over: Vec<_> = over.map(|(name, change)| (name.clone(), change.way)).collect();
            for (name, way) in over {
                if way == Way::Deleting {
                    self.drop_table(&name)?;
                }
                changes.remove(&name);
            }
            Ok(())
        });
        settled.map_err(|error| internal(&error))?
    }

    pub(super) fn drop_table(&self, name: &str) -> Result<(), DynoxideError> {
        let input = json!({ "TableName": name }).to_string();
        match engine::reply(&input, |input| self.db.delete_table(input)) {
            // After a kill between the engine's deletion and ours, the state was left behind.
            Ok(_) | Err(DynoxideError::ResourceNotFoundException(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn way(&self, name: &str) -> Option<Way> {
        self.changes.read(|changes| changes.get(name).map(|change| change.way))
    }

    fn not_on_its_way(&self, name: Option<&str>) -> Result<(), DynoxideError> {
        match name.and_then(|name| Some((name, self.way(name)?))) {
            Some((name, way)) => Err(in_use(name, way)),
            None => Ok(()),
        }
    }

    fn all_readable(&self, input: &Value) -> Result<(), DynoxideError> {
        let is_unreadable = |way| way != Way::Updating;
        if data_tables(input).any(|name| self.way(name).is_some_and(is_unreadable)) {
            let message = "Requested resource not found";
            return Err(DynoxideError::ResourceNotFoundException(message.to_owned()));
        }
        Ok(())
    }

    /// Returns the tables with tags.
    pub(super) fn tagged(&self) -> Vec<Tagged> {
        // An error here comes from the file; the next call of DynamoDB reports it.
        let _ = self.settle();
        let tables = self.table_names().unwrap_or_default();
        tables.iter().map(|name| self.tags(name)).filter(|table| !table.tags.is_empty()).collect()
    }

    /// Returns the names of all tables, also of one that is half made.
    pub(super) fn table_names(&self) -> Result<Vec<String>, DynoxideError> {
        let mut names: Vec<String> = Vec::new();
        loop {
            let after = names.last().cloned();
            let next = ListTablesRequest { exclusive_start_table_name: after, limit: None };
            let page = self.db.list_tables(next)?;
            names.extend(page.table_names);
            if page.last_evaluated_table_name.is_none() {
                return Ok(names);
            }
        }
    }

    /// Returns the names of a table's global indexes; none when there is no such table.
    fn index_names(&self, table: &str) -> Vec<String> {
        let input = json!({ "TableName": table }).to_string();
        let described = engine::reply(&input, |input| self.db.describe_table(input));
        let described = described.and_then(|output| parsed(&output)).unwrap_or_default();
        let indexes = described["Table"]["GlobalSecondaryIndexes"].as_array().into_iter().flatten();
        indexes.filter_map(|index| Some(index["IndexName"].as_str()?.to_owned())).collect()
    }

    fn tags(&self, name: &str) -> Tagged {
        let input = json!({ "ResourceArn": Arns::engine_table(name) }).to_string();
        let output = operations::find("ListTagsOfResource")
            .and_then(|operation| (operation.run)(&self.db, &input).ok())
            .and_then(|output| parsed(&output).ok())
            .unwrap_or_default();
        let tags = output["Tags"].as_array().into_iter().flatten().filter_map(|tag| {
            Some((tag["Key"].as_str()?.to_owned(), tag["Value"].as_str()?.to_owned()))
        });
        Tagged { arn: self.arns.table(name), tags: tags.collect() }
    }
}

/// Refuses a table that has neither a throughput nor a mode that needs none.
fn check_throughput(input: &Value) -> Result<(), DynoxideError> {
    let is_provisioned = matches!(input["BillingMode"].as_str(), None | Some("PROVISIONED"));
    if !is_provisioned || !input["ProvisionedThroughput"].is_null() {
        return Ok(());
    }
    let message = "One or more parameter values were invalid: ReadCapacityUnits and \
                   WriteCapacityUnits must both be specified when BillingMode is PROVISIONED";
    Err(DynoxideError::ValidationException(message.to_owned()))
}

fn set_status(table: &mut Value, way: Way) {
    table["TableStatus"] = way.status().into();
    // An update leaves the indexes as they are.
    if way == Way::Updating {
        return;
    }
    for index in table["GlobalSecondaryIndexes"].as_array_mut().into_iter().flatten() {
        index["IndexStatus"] = way.status().into();
    }
}

fn in_use(name: &str, way: Way) -> DynoxideError {
    let doing = match way {
        Way::Making | Way::Creating => "created",
        Way::Updating => "updated",
        Way::Deleting => "deleted",
    };
    DynoxideError::ResourceInUseException(format!(
        "Attempt to change a resource which is still in use: Table is being {doing}: {name}"
    ))
}

/// Returns whether a body was not read because of its depth, which only values can have.
fn is_too_deep(error: &serde_json::Error) -> bool {
    error.to_string().starts_with("recursion limit exceeded")
}

/// Returns the error with which DynamoDB refuses a value of more than 32 levels.
fn nested_too_deep() -> DynoxideError {
    let message = "Nesting Levels have exceeded supported limits";
    DynoxideError::ValidationException(message.to_owned())
}

pub(super) fn internal(error: &StoreError) -> DynoxideError {
    DynoxideError::InternalServerError(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_folder::Folder;

    fn open(folder: &Path) -> Region {
        Region::open(folder, &Place::named("1", "eu-west-1"), Clock::at_pace(0.0)).unwrap()
    }

    fn run(region: &Region, name: &str, input: &Value) -> Value {
        let operation = operations::find(name).unwrap();
        let (status, body) = region.run(operation, input.to_string().as_bytes());
        assert_eq!(status, StatusCode::OK, "{body}");
        parsed(&body).unwrap()
    }

    #[test]
    fn a_new_index_is_looked_through_after_a_kill() {
        let folder = Folder::new("dynamodb-index");
        let region = open(&folder);
        let schema = |name: &str| json!([{ "AttributeName": name, "KeyType": "HASH" }]);
        let kind = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
        run(
            &region,
            "CreateTable",
            &json!({
                "TableName": "Table", "KeySchema": schema("p"), "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [kind("p")],
            }),
        );
        let item = json!({ "p": { "S": "a" }, "x": { "N": "1" } });
        run(&region, "PutItem", &json!({ "TableName": "Table", "Item": item }));
        let create = json!({
            "IndexName": "Index", "KeySchema": schema("x"), "Projection": { "ProjectionType": "ALL" },
        });
        let update = json!({
            "TableName": "Table", "AttributeDefinitions": [kind("p"), kind("x")],
            "GlobalSecondaryIndexUpdates": [{ "Create": create }],
        });
        // As far as it comes if it is killed before it has looked.
        engine::reply(&update.to_string(), |input| region.db.update_table(input)).unwrap();
        region.unchecked.change(|tables| tables.insert("Table".to_owned())).unwrap();
        let scan = json!({ "TableName": "Table", "IndexName": "Index" });
        assert_eq!(run(&region, "Scan", &scan)["Count"], 1);
        drop(region);
        let region = open(&folder);
        assert_eq!(run(&region, "Scan", &scan)["Count"], 0);
        assert!(region.unchecked.read(BTreeSet::is_empty));
    }
}
