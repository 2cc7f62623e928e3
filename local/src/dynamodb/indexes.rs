//! New global indexes. The engine takes into them every item that has their key attributes; AWS
//! only those in which these have the type that the table declares.

use std::path::Path;

use dynoxide::{
    DynoxideError,
    storage::{ScanParams, Storage},
};
use serde_json::Value;

use super::engine::{self, parsed};

/// So many items are looked at at a time.
const AT_ONCE: usize = 1000;

/// Returns whether a change of a table creates an index.
pub(super) fn are_new(input: &Value) -> bool {
    let changes = input["GlobalSecondaryIndexUpdates"].as_array();
    changes.is_some_and(|changes| changes.iter().any(|change| !change["Create"].is_null()))
}

/// Removes from the global indexes of a table the items that do not belong there. Nobody may write
/// meanwhile. A table that is not there has none.
///
/// # Errors
/// When the database cannot be read or written.
pub(super) fn remove_mistyped(database: &Path, table: &str) -> Result<(), DynoxideError> {
    // The engine has no call for this: its file is opened a second time, which `SQLite` allows.
    let storage = Storage::new(&database.to_string_lossy())?;
    let Some(metadata) = storage.get_table_metadata(table)? else { return Ok(()) };
    let Some(indexes) = metadata.gsi_definitions.as_deref() else { return Ok(()) };
    let (indexes, types) = (parsed(indexes)?, parsed(&metadata.attribute_definitions)?);
    let indexes: Vec<(&str, Vec<String>)> = (indexes.as_array().into_iter().flatten())
        .filter_map(|index| {
            Some((index["IndexName"].as_str()?, engine::key_names(&index["KeySchema"])))
        })
        .collect();
    storage.begin_transaction()?;
    match remove(&storage, table, &indexes, &types) {
        Ok(()) => storage.commit(),
        Err(error) => storage.rollback().and(Err(error)),
    }
}

fn remove(
    storage: &Storage,
    table: &str,
    indexes: &[(&str, Vec<String>)],
    types: &Value,
) -> Result<(), DynoxideError> {
    let mut last: Option<(String, String)> = None;
    loop {
        let after = last.as_ref();
        let page = storage.scan_items(
            table,
            &ScanParams {
                limit: Some(AT_ONCE),
                exclusive_start_pk: after.map(|(pk, _)| pk.as_str()),
                exclusive_start_sk: after.map(|(_, sk)| sk.as_str()),
                ..ScanParams::default()
            },
        )?;
        for (pk, sk, item) in &page {
            let item = parsed(item)?;
            for (index, keys) in indexes {
                if keys.iter().any(|key| !has_type(&item[key], key, types)) {
                    storage.delete_gsi_item(table, index, pk, sk)?;
                }
            }
        }
        if page.len() < AT_ONCE {
            return Ok(());
        }
        last = page.into_iter().next_back().map(|(pk, sk, _)| (pk, sk));
    }
}

/// Returns whether the value of a key attribute has its declared type, if there is one.
fn has_type(value: &Value, key: &str, types: &Value) -> bool {
    if value.is_null() {
        return true;
    }
    let declared = types.as_array().into_iter().flatten().find(|one| one["AttributeName"] == key);
    let declared = declared.and_then(|declared| declared["AttributeType"].as_str());
    declared.is_none_or(|declared| !value[declared].is_null())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_that_creates_an_index_is_found() {
        let change = |kind: &str| json!({ "GlobalSecondaryIndexUpdates": [{ kind: {} }] });
        assert!(are_new(&change("Create")));
        assert!(!are_new(&change("Delete")) && !are_new(&json!({})));
    }

    #[test]
    fn a_value_has_the_type_that_is_declared() {
        let types = json!([{ "AttributeName": "x", "AttributeType": "S" }]);
        assert!(has_type(&json!({ "S": "" }), "x", &types));
        assert!(!has_type(&json!({ "N": "1" }), "x", &types));
    }
}
