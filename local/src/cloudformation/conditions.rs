//! The conditions of a template. Each is decided once, after those that it refers to: a condition
//! can refer to another one twice, and that one to the next, so that looking each up again would
//! never end.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{errors, functions::Lookup, references};
use crate::service::AwsError;

/// Decides all conditions of a template.
///
/// # Errors
/// When one is no condition, or they refer to each other in a cycle.
pub(super) fn decide<'a>(
    lookup: &mut Lookup<'a>,
    conditions: &'a Map<String, Value>,
) -> Result<(), AwsError> {
    for name in conditions.keys() {
        decide_one(lookup, conditions, name)?;
    }
    Ok(())
}

/// Decides a condition. The path to it is a list and no recursion: a template has room for
/// thousands of conditions.
fn decide_one<'a>(
    lookup: &mut Lookup<'a>,
    conditions: &'a Map<String, Value>,
    name: &'a str,
) -> Result<(), AwsError> {
    let mut path = vec![name];
    let mut on_path = BTreeSet::from([name]);
    while let Some(name) = path.last().copied() {
        let Some(value) = conditions.get(name) else {
            return Err(errors::format(format!("Unresolved condition dependency {name}")));
        };
        let mut open = referred(value).into_iter();
        match open.find(|name| !lookup.conditions.contains_key(name)) {
            Some(first) if on_path.contains(first) => {
                let message = format!("Circular dependencies for conditions [{first}]");
                return Err(errors::format(message));
            }
            Some(first) => {
                path.push(first);
                on_path.insert(first);
            }
            None => {
                let holds = lookup.holds(value)?;
                lookup.conditions.insert(name, holds);
                path.pop();
                on_path.remove(name);
            }
        }
    }
    Ok(())
}

/// Returns the names of the conditions that a condition refers to.
fn referred(value: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found
}

fn collect<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match (references::single(value), value) {
        (Some(("Condition", Value::String(name))), _) => found.push(name),
        (Some(("Fn::If", Value::Array(list))), _) => {
            found.extend(list.first().and_then(Value::as_str));
            list.iter().skip(1).for_each(|value| collect(value, found));
        }
        (_, Value::Array(list)) => list.iter().for_each(|value| collect(value, found)),
        (_, Value::Object(fields)) => fields.values().for_each(|value| collect(value, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, collections::BTreeMap};

    use serde_json::json;

    use super::*;

    fn decided(conditions: &Value) -> Result<BTreeMap<String, bool>, String> {
        let mut lookup = Lookup {
            parameters: BTreeMap::new(),
            mappings: &Map::new(),
            conditions: BTreeMap::new(),
            ids: BTreeMap::new(),
            attributes: BTreeMap::new(),
            exports: BTreeMap::new(),
            written: Cell::default(),
        };
        decide(&mut lookup, conditions.as_object().unwrap()).map_err(|error| error.message)?;
        Ok(lookup.conditions.iter().map(|(name, holds)| ((*name).to_owned(), *holds)).collect())
    }

    /// Returns conditions of which each refers to the next one twice.
    fn doubling(count: usize) -> Value {
        let condition = |number: usize| {
            let next = json!({ "Condition": format!("C{}", number + 1) });
            (format!("C{number}"), json!({ "Fn::And": [next, next] }))
        };
        let mut all: Map<String, Value> = (0..count).map(condition).collect();
        all.insert(format!("C{count}"), json!({ "Fn::Equals": ["a", "a"] }));
        Value::Object(all)
    }

    #[test]
    fn conditions_that_double_are_decided_once_each() {
        for count in [40, 2_000] {
            let decided = decided(&doubling(count)).unwrap();
            assert_eq!(decided.len(), count + 1);
            assert!(decided.values().all(|holds| *holds));
        }
    }

    #[test]
    fn cycles_and_unknown_names_are_refused() {
        let itself = json!({ "A": { "Fn::Not": [{ "Condition": "A" }] } });
        assert!(decided(&itself).unwrap_err().contains("Circular dependencies for conditions [A]"));
        let other = json!({ "A": { "Condition": "B" }, "B": { "Condition": "A" } });
        assert!(decided(&other).unwrap_err().contains("Circular dependencies"));
        let lost = json!({ "A": { "Condition": "B" } });
        assert!(decided(&lost).unwrap_err().contains("Unresolved condition dependency B"));
    }
}
