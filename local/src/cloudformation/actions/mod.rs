//! CloudFormation's actions: the list of them, and in each file some.

mod change_sets;
mod create;
mod delete;
mod describe;
mod exports;
mod input;
mod resources;
mod templates;
mod update;

use std::sync::Arc;

use serde_json::Value;

use super::drive::Shared;
use crate::{protocol::form::Form, service::AwsError};

/// An action. An answer of `Null` has no result.
pub(super) type Action = fn(&Arc<Shared>, &Form) -> Result<Value, AwsError>;

/// Each action, and whether it changes anything.
const ACTIONS: [(&str, bool, Action); 20] = [
    ("CreateChangeSet", true, change_sets::create),
    ("CreateStack", true, create::create),
    ("DeleteChangeSet", true, change_sets::delete),
    ("DeleteStack", true, delete::delete),
    ("DescribeChangeSet", false, change_sets::describe),
    ("DescribeStackEvents", false, resources::events),
    ("DescribeStackResource", false, resources::describe_one),
    ("DescribeStackResources", false, resources::describe),
    ("DescribeStacks", false, describe::describe),
    ("ExecuteChangeSet", true, change_sets::execute),
    ("GetTemplate", false, templates::get),
    ("GetTemplateSummary", false, templates::summary),
    ("ListChangeSets", false, change_sets::list),
    ("ListExports", false, exports::list),
    ("ListImports", false, exports::imports),
    ("ListStackResources", false, resources::list),
    ("ListStacks", false, describe::list),
    ("UpdateStack", true, update::update),
    ("UpdateTerminationProtection", true, delete::protect),
    ("ValidateTemplate", false, templates::validate),
];

/// The action of this name.
pub(super) fn find(name: &str) -> Option<(&'static str, bool, Action)> {
    ACTIONS.into_iter().find(|(action, ..)| *action == name)
}
