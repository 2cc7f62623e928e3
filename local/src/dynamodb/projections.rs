//! Which attributes of an item a read returns. The engine adds the key in transactions, and does
//! not fetch from the table what a local index lacks.

use dynoxide::Database;
use serde_json::{Map, Value, json};

use super::{
    engine::{self, EngineResult, parsed, reply},
    tokens::{attributes, keep_placeholders},
};

/// The members of a read that say which attributes it returns.
const WANTED: [&str; 2] = ["ProjectionExpression", "AttributesToGet"];

/// Carries out `TransactGetItems`.
pub(super) fn transact_get(db: &Database, body: &str) -> EngineResult {
    let output = reply(body, |input| db.transact_get_items(input))?;
    let (input, mut output) = (parsed(body)?, parsed(&output)?);
    let gets = input["TransactItems"].as_array().into_iter().flatten();
    let responses = output["Responses"].as_array_mut().into_iter().flatten();
    for (get, response) in gets.map(|item| &item["Get"]).zip(responses) {
        let Some(projection) = get["ProjectionExpression"].as_str() else { continue };
        let wanted = attributes(projection, get);
        if let Some(item) = response["Item"].as_object_mut() {
            item.retain(|name, _| wanted.contains(&name.as_str()));
        }
    }
    Ok(output.to_string())
}

/// Carries out `Query`.
pub(super) fn query(db: &Database, body: &str) -> EngineResult {
    // It also finds what is wrong with the request.
    let output = reply(body, |input| db.query(input))?;
    let input = parsed(body)?;
    if input["IndexName"].is_null() {
        return Ok(output);
    }
    match lacking(db, &input) {
        Some(keys) => fetched(db, &input, &keys),
        None => Ok(output),
    }
}

/// Returns the table's key attributes if a query wants what its local index does not have.
fn lacking(db: &Database, input: &Value) -> Option<Vec<String>> {
    let table = db.get_table_metadata(input["TableName"].as_str()?).ok()??;
    let indexes: Value = serde_json::from_str(table.lsi_definitions.as_deref()?).ok()?;
    let index = indexes.as_array()?.iter().find(|i| i["IndexName"] == input["IndexName"])?;
    let keys = engine::key_names(&serde_json::from_str(&table.key_schema).ok()?);
    let index_keys = engine::key_names(&index["KeySchema"]);
    let projection = &index["Projection"];
    let others = projection["NonKeyAttributes"].as_array();
    let has = |name: &str| {
        projection["ProjectionType"] == "ALL"
            || keys.iter().chain(&index_keys).any(|key| key == name)
            || others.is_some_and(|others| others.iter().any(|other| other == name))
    };
    let is_lacking = wanted(input).into_iter().any(|name| !has(name));
    is_lacking.then_some(keys)
}

/// Returns the attributes that a read wants.
fn wanted(input: &Value) -> Vec<&str> {
    if let Some(projection) = input["ProjectionExpression"].as_str() {
        return attributes(projection, input);
    }
    input["AttributesToGet"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Queries whole items, which the engine does fetch, and projects each of them.
fn fetched(db: &Database, input: &Value, keys: &[String]) -> EngineResult {
    let mut whole = input.as_object().cloned().unwrap_or_default();
    whole.retain(|name, _| !WANTED.contains(&name.as_str()));
    whole.insert("Select".to_owned(), "ALL_ATTRIBUTES".into());
    keep_placeholders(&mut whole, &["KeyConditionExpression", "FilterExpression"]);
    let output = reply(&Value::Object(whole).to_string(), |input| db.query(input))?;
    let mut output = parsed(&output)?;
    let mut get = Map::new();
    for name in WANTED.iter().chain(&["TableName", "ExpressionAttributeNames"]) {
        get.extend(input.get(*name).map(|value| ((*name).to_owned(), value.clone())));
    }
    keep_placeholders(&mut get, &["ProjectionExpression"]);
    for item in output["Items"].as_array_mut().into_iter().flatten() {
        let key: Map<_, _> = keys.iter().map(|key| (key.clone(), item[key].clone())).collect();
        get.insert("Key".to_owned(), Value::Object(key));
        let found = reply(&json!(get).to_string(), |input| db.get_item(input))?;
        *item = match parsed(&found)?["Item"].take() {
            Value::Null => json!({}),
            projected => projected,
        };
    }
    Ok(output.to_string())
}
