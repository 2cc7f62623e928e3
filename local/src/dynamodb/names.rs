//! The tables that a request names, and the names that the engine can keep.

use dynoxide::DynoxideError;
use serde_json::Value;

use super::arns;

/// The engine's own tables in the database, in which each of DynamoDB's is a table, too.
const ENGINES_OWN: [&str; 3] = ["_config", "_tables", "_stream_records"];
/// The beginning of `SQLite`'s own.
const SQLITES_OWN: &str = "sqlite_";

/// Returns the table that a request on one table names, by name or by ARN.
pub(super) fn named_table(input: &Value) -> Option<&str> {
    let text = |name: &str| input.get(name).and_then(Value::as_str);
    text("TableName").or_else(|| arns::table_of(text("ResourceArn")?))
}

/// Returns the tables that a request for data names.
pub(super) fn data_tables(input: &Value) -> impl Iterator<Item = &str> {
    let batch = input["RequestItems"].as_object().into_iter().flatten();
    let transaction = input["TransactItems"].as_array().into_iter().flatten();
    let actions = transaction.filter_map(Value::as_object).flatten();
    named_table(input)
        .into_iter()
        .chain(batch.map(|(name, _)| name.as_str()))
        .chain(actions.filter_map(|(_, action)| named_table(action)))
}

/// Refuses the name of a new table that the engine cannot keep: `SQLite`'s names know no case. To
/// DynamoDB any such name is good, so it has no words for this.
pub(super) fn can_be_table(name: &str, tables: &[String]) -> Result<(), DynoxideError> {
    let lower = name.to_ascii_lowercase();
    if ENGINES_OWN.contains(&lower.as_str()) || lower.starts_with(SQLITES_OWN) {
        return Err(refused(format!("The local cloud keeps the table name '{name}' to itself")));
    }
    differs(name, tables.iter().map(String::as_str), "tables")
}

/// Refuses indexes, these of a table and those that a request adds, for the same reason.
pub(super) fn can_be_indexes(input: &Value, standing: &[String]) -> Result<(), DynoxideError> {
    let mut known: Vec<&str> = standing.iter().map(String::as_str).collect();
    for name in new_indexes(input) {
        differs(name, known.iter().copied(), "indexes of a table")?;
        known.push(name);
    }
    Ok(())
}

/// Returns the names of the indexes that a request creates.
fn new_indexes(input: &Value) -> impl Iterator<Item = &str> {
    let lists = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
    let made = lists.into_iter().filter_map(|list| input[list].as_array()).flatten();
    let added = input["GlobalSecondaryIndexUpdates"].as_array().into_iter().flatten();
    made.chain(added.map(|update| &update["Create"])).filter_map(|it| it["IndexName"].as_str())
}

/// Two names that are equal are left to the engine, which refuses them in DynamoDB's words.
fn differs<'a>(
    name: &str,
    mut known: impl Iterator<Item = &'a str>,
    what: &str,
) -> Result<(), DynoxideError> {
    match known.find(|known| *known != name && known.eq_ignore_ascii_case(name)) {
        None => Ok(()),
        Some(known) => Err(refused(format!(
            "The local cloud has no two {what} whose names differ in case only, as '{name}' and \
             '{known}' do"
        ))),
    }
}

fn refused(message: String) -> DynoxideError {
    DynoxideError::ValidationException(message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tables(input: &Value) -> Vec<&str> {
        data_tables(input).collect()
    }

    #[test]
    fn every_shape_of_request_names_its_tables() {
        assert_eq!(tables(&json!({"TableName": "One"})), ["One"]);
        assert_eq!(tables(&json!({"RequestItems": {"One": [], "Two": []}})), ["One", "Two"]);
        let transaction = json!({"TransactItems": [
            {"Put": {"TableName": "One"}}, {"ConditionCheck": {"TableName": "Two"}}]});
        assert_eq!(tables(&transaction), ["One", "Two"]);
        let by_arn = json!({"ResourceArn": "arn:aws:dynamodb:r:1:table/One"});
        assert_eq!(named_table(&by_arn), Some("One"));
    }

    #[test]
    fn nonsense_names_none() {
        for input in [json!([]), json!("One"), json!({"TransactItems": [1, {"Put": 2}]})] {
            assert!(tables(&input).is_empty(), "{input}");
        }
    }
}
