//! Updates of items that are not there. The engine makes an item of the key before it looks at the
//! update: so one that only takes something away creates the item, and the key is among the old
//! values. Here is looked first; `looks_first` says when nothing else may be written meanwhile.

use dynoxide::{Database, DynoxideError};
use serde_json::{Map, Value, json};

use super::{
    engine::{self, EngineResult, reply},
    tokens::{attributes, is_clause, keep_placeholders, tokens},
};

/// The members of an update that say when it is done.
const CONDITIONS: [&str; 3] = ["ConditionExpression", "Expected", "ConditionalOperator"];
/// Those that say what is done.
const CHANGES: [&str; 3] = ["UpdateExpression", "AttributeUpdates", "ReturnValues"];

/// Returns whether a request is carried out in more than one step.
pub(super) fn looks_first(request: &Value) -> bool {
    asks_for_old(request) || only_removes(request) || updates_in(request).any(only_removes)
}

/// Carries out `UpdateItem`.
pub(super) fn update(db: &Database, body: &str) -> EngineResult {
    let request = engine::parsed(body)?;
    if let Some(deletion) = on_nothing(db, &request) {
        return reply(&deletion.to_string(), |input| db.delete_item(input));
    }
    let is_new = asks_for_old(&request) && is_absent(db, &request);
    let output = reply(body, |input| db.update_item(input))?;
    if !is_new {
        return Ok(output);
    }
    let mut output = engine::parsed(&output)?;
    if let Some(members) = output.as_object_mut() {
        members.remove("Attributes");
    }
    Ok(output.to_string())
}

/// Carries out `TransactWriteItems`.
pub(super) fn transact(db: &Database, body: &str) -> EngineResult {
    let mut request = engine::parsed(body)?;
    let mut is_other = false;
    // Not by indexing, which panics in what is no object.
    let actions = request.get_mut("TransactItems").and_then(Value::as_array_mut);
    for action in actions.into_iter().flatten() {
        if let Some(deletion) = action.get("Update").and_then(|update| on_nothing(db, update)) {
            *action = json!({ "Delete": deletion });
            is_other = true;
        }
    }
    let text = if is_other { &request.to_string() } else { body };
    reply(text, |input| db.transact_write_items(input))
}

/// Returns the updates in a transaction.
fn updates_in(request: &Value) -> impl Iterator<Item = &Value> {
    let actions = request["TransactItems"].as_array().into_iter().flatten();
    actions.filter_map(|action| action.get("Update"))
}

fn asks_for_old(request: &Value) -> bool {
    request["ReturnValues"] == "ALL_OLD"
}

/// Returns whether an update takes away attributes and does nothing else. Parts of attributes and
/// keys do not count: the engine refuses to take them from an item that is not there.
fn only_removes(update: &Value) -> bool {
    let is_key = |name: &str| !update["Key"][name].is_null();
    if let Some(text) = update["UpdateExpression"].as_str() {
        let takes = |word: &str| {
            !matches!(word, "." | "[")
                && (!is_clause(word) || ["REMOVE", "DELETE"].contains(&&*word.to_ascii_uppercase()))
        };
        return tokens(text).all(|(token, _)| takes(token))
            && !attributes(text, update).into_iter().any(is_key);
    }
    update["AttributeUpdates"].as_object().is_some_and(|updates| {
        let takes =
            |(name, update): (&String, &Value)| update["Action"] == "DELETE" && !is_key(name);
        !updates.is_empty() && updates.iter().all(takes)
    })
}

/// Returns the deletion that does the same as an update which only takes away attributes of an item
/// that is not there: nothing, under the same condition. `None` for all other updates, and those
/// that the engine refuses.
fn on_nothing(db: &Database, update: &Value) -> Option<Value> {
    if !only_removes(update) || !is_absent(db, update) || has_unused(update) {
        return None;
    }
    is_taken(db, update)?.then(|| deletion(update))?
}

/// Returns whether the item of an update is not there. Who cannot look leaves it to the engine.
fn is_absent(db: &Database, update: &Value) -> bool {
    let look = json!({ "TableName": update["TableName"], "Key": update["Key"] });
    let found = reply(&look.to_string(), |input| db.get_item(input));
    found.and_then(|found| engine::parsed(&found)).is_ok_and(|found| found["Item"].is_null())
}

/// Returns whether a request has placeholders that its expressions do not use.
fn has_unused(update: &Value) -> bool {
    let Some(mut kept) = update.as_object().cloned() else { return true };
    keep_placeholders(&mut kept, &["ConditionExpression", "UpdateExpression"]);
    Value::Object(kept) != *update
}

/// Returns whether the engine takes an update, but for its condition: it gets one that is not met.
fn is_taken(db: &Database, update: &Value) -> Option<bool> {
    let mut trial = update.as_object()?.clone();
    let (key, value) = update["Key"].as_object()?.iter().next()?;
    let is_legacy = !trial.contains_key("UpdateExpression");
    trial.retain(|name, _| !CONDITIONS.contains(&name.as_str()));
    keep_placeholders(&mut trial, &["UpdateExpression"]);
    if is_legacy {
        trial.insert("Expected".to_owned(), json!({ key: { "Exists": true, "Value": value } }));
    } else {
        let alias = placeholder(&trial);
        trial.insert("ConditionExpression".to_owned(), format!("attribute_exists({alias})").into());
        trial
            .entry("ExpressionAttributeNames")
            .or_insert_with(|| json!({}))
            .as_object_mut()?
            .insert(alias, json!(key));
    }
    let answer = reply(&Value::Object(trial).to_string(), |input| db.update_item(input));
    Some(matches!(answer, Err(DynoxideError::ConditionalCheckFailedException(..))))
}

/// Returns a placeholder that a request does not have yet.
fn placeholder(request: &Map<String, Value>) -> String {
    let is_free = |name: &String| {
        request.get("ExpressionAttributeNames").is_none_or(|all| all[name].is_null())
    };
    let mut names = (0_usize..).map(|number| format!("#key{number}"));
    names.find(is_free).unwrap_or_default()
}

/// Returns an update as the deletion of its item.
fn deletion(update: &Value) -> Option<Value> {
    let mut deletion = update.as_object()?.clone();
    deletion.retain(|name, _| !CHANGES.contains(&name.as_str()));
    keep_placeholders(&mut deletion, &["ConditionExpression"]);
    Some(Value::Object(deletion))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn updates_that_only_remove_are_found() {
        let update = |text: &str| json!({ "Key": { "p": { "S": "x" } }, "UpdateExpression": text });
        for text in ["REMOVE a, b", "delete s :v", "REMOVE #set ADD"] {
            assert_eq!(only_removes(&update(text)), !text.contains("ADD"), "{text}");
        }
        for text in ["REMOVE a SET b = :v", "ADD a :v", "REMOVE a.b", "REMOVE a[0]", "REMOVE p"] {
            assert!(!only_removes(&update(text)), "{text}");
        }
        let legacy = |action: &str| json!({ "AttributeUpdates": { "a": { "Action": action } } });
        assert!(only_removes(&legacy("DELETE")));
        assert!(!only_removes(&legacy("PUT")));
        assert!(!only_removes(&json!({ "AttributeUpdates": {} })));
    }

    #[test]
    fn what_looks_first_is_known() {
        assert!(looks_first(&json!({ "ReturnValues": "ALL_OLD" })));
        let update = json!({ "Update": { "UpdateExpression": "REMOVE a" } });
        assert!(looks_first(&json!({ "TransactItems": [{}, update] })));
        assert!(!looks_first(&json!({ "Item": { "a": { "S": "REMOVE a" } } })));
    }
}
