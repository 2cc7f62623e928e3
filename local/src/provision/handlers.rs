//! What CloudFormation calls in the name of who changes a stack: the permissions that the handlers
//! of each resource type need.

use serde_json::{Value, json};

use super::Scope;
use crate::authorize::{self, Fields, Inputs, Need, Needed};

/// What is done with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Create,
    Update,
    Delete,
}

/// A resource type, and what its handlers need to create, update and delete one. The inputs are the
/// resource's properties, and its physical id as `id`. `Tags` are there if the stack has some.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Handlers {
    pub(crate) kind: &'static str,
    pub(crate) create: &'static [Need],
    pub(crate) update: &'static [Need],
    pub(crate) delete: &'static [Need],
}

/// Returns what the handlers of a type need to do something with a resource.
pub(crate) fn needed(
    all: &[Handlers],
    kind: &str,
    act: Act,
    scope: &Scope,
    physical_id: Option<&str>,
    properties: &Value,
) -> Vec<Needed> {
    let Some(handlers) = all.iter().find(|handlers| handlers.kind == kind) else {
        return Vec::new();
    };
    let needs = match act {
        Act::Create => handlers.create,
        Act::Update => handlers.update,
        Act::Delete => handlers.delete,
    };
    let fields = Fields::Json(inputs(scope, physical_id, properties));
    authorize::all(needs, "", &Inputs { place: &scope.place, fields })
}

fn inputs(scope: &Scope, physical_id: Option<&str>, properties: &Value) -> Value {
    let mut inputs = match properties {
        Value::Object(properties) => properties.clone(),
        _ => serde_json::Map::new(),
    };
    if let Some(id) = physical_id {
        inputs.insert("id".to_owned(), json!(id));
    }
    // CloudFormation's own tags, `aws:…`, need no permission.
    let is_tagged = scope.tags.keys().any(|key| !key.starts_with("aws:"));
    if is_tagged && !inputs.contains_key("Tags") {
        inputs.insert("Tags".to_owned(), json!(["of the stack"]));
    }
    Value::Object(inputs)
}
