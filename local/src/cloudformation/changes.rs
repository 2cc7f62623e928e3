//! What would change if a stack became another.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    plan::Plan,
    stack::{Change, Resource, Stack},
    stacks::Export,
};

/// Returns the changes of resources from what a stack is to a plan.
pub(super) fn of_resources(
    stack: &Stack,
    plan: &Plan,
    exports: &BTreeMap<String, Export>,
) -> Vec<Change> {
    let values = exports.iter().map(|(name, export)| (name.clone(), export.value.clone()));
    let lookup = plan.lookup(stack.seen(), values.collect());
    let there =
        |name: &String| stack.resources.get(name).filter(|resource| !resource.status.is_gone());
    let mut changes = Vec::new();
    for (name, definition) in &plan.resources {
        let Some(old) = there(name) else {
            changes.push(change("Add", name, &definition.kind, None));
            continue;
        };
        // What refers to a resource that does not exist yet changes with it.
        let properties = lookup.resolve(&definition.properties).unwrap_or_default();
        let same = properties.as_ref() == Some(&old.properties) && old.kind == definition.kind;
        if !same {
            changes.push(change("Modify", name, &definition.kind, Some(old)));
        }
    }
    for (name, old) in &stack.resources {
        if !plan.resources.contains_key(name) && there(name).is_some() {
            changes.push(change("Remove", name, &old.kind, Some(old)));
        }
    }
    changes
}

/// Returns whether anything changes at all: a resource, an output or a tag.
pub(super) fn any(
    stack: &Stack,
    plan: &Plan,
    tags: &BTreeMap<String, String>,
    exports: &BTreeMap<String, Export>,
) -> bool {
    *tags != stack.spec.tags
        || !of_resources(stack, plan, exports).is_empty()
        || stack.output_values(plan, exports).ok().as_ref() != Some(&stack.outputs)
}

fn change(action: &str, name: &str, kind: &str, old: Option<&Resource>) -> Change {
    Change {
        action: action.to_owned(),
        logical_id: name.to_owned(),
        physical_id: old.and_then(|old| old.physical_id.clone()),
        kind: kind.to_owned(),
    }
}

/// Returns a change as `DescribeChangeSet` shows it.
pub(super) fn described(change: &Change) -> Value {
    let modifies = change.action == "Modify";
    serde_json::json!({
        "Type": "Resource",
        "ResourceChange": {
            "Action": change.action,
            "LogicalResourceId": change.logical_id,
            "PhysicalResourceId": change.physical_id,
            "ResourceType": change.kind,
            // Only the service knows, and only when it tries.
            "Replacement": modifies.then_some("Conditional"),
            "Scope": if modifies { vec!["Properties"] } else { Vec::new() },
            "Details": [],
        },
    })
}
