//! The grammar of policy documents: which elements there are, what each may hold, and what IAM
//! says of each statement. Its words and the order of its checks are AWS's.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::errors::malformed;
use crate::service::AwsError;

const SYNTAX: &str = "Syntax errors in policy.";
const LEGACY: &str = "The policy failed legacy parsing";
/// The present version of the language. Without one, a document is in the first.
const PRESENT: &str = "2012-10-17";
const FIRST: &str = "2008-10-17";

const OF_POLICY: [&str; 3] = ["Version", "Id", "Statement"];
const OF_STATEMENT: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// What compares in a condition, each also with `IfExists`, `ForAnyValue:` and `ForAllValues:`.
const OPERATORS: [&str; 27] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
];

/// Refuses a document that is not in the language of policies, and one whose statements say nothing.
pub(super) fn check(policy: &Value) -> Result<(), AwsError> {
    let fields = policy.as_object().ok_or_else(syntax)?;
    only(fields, &OF_POLICY)?;
    let version = fields.get("Version");
    let is_known = version.is_none_or(|version| *version == PRESENT || *version == FIRST);
    let has_id = fields.get("Id").is_none_or(Value::is_string);
    if !is_known || !has_id || statements(policy).is_empty() {
        return Err(syntax());
    }
    for statement in statements(policy) {
        check_statement(statement.as_object().ok_or_else(syntax)?)?;
    }
    let mut effects = statements(policy).iter().filter_map(|one| one.get("Effect")?.as_str());
    if effects.any(|effect| !["Allow", "Deny"].contains(&effect)) {
        return Err(legacy());
    }
    check_ids(policy)?;
    statements(policy).iter().try_for_each(check_actions)
}

/// Refuses a document that is not in the present version, as policies of their own must be.
pub(super) fn check_version(policy: &Value) -> Result<(), AwsError> {
    if policy.get("Version").is_some_and(|version| version == PRESENT) {
        return Ok(());
    }
    Err(malformed(format!("Policy document must be version {PRESENT} or greater.")))
}

/// Refuses names of statements that are no words.
pub(super) fn check_words(policy: &Value) -> Result<(), AwsError> {
    let mut ids = statements(policy).iter().filter_map(|one| one.get("Sid")?.as_str());
    if ids.all(|id| id.chars().all(|c| c.is_ascii_alphanumeric())) {
        return Ok(());
    }
    Err(malformed(
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular \
         expression [0-9A-Za-z]*",
    ))
}

/// Returns a policy's statements: a list, or a single one.
pub(super) fn statements(policy: &Value) -> &[Value] {
    match policy.get("Statement") {
        Some(Value::Array(list)) => list,
        Some(one @ Value::Object(_)) => std::slice::from_ref(one),
        _ => &[],
    }
}

/// Returns the texts of an element: several, or a single one.
pub(super) fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(text)) => vec![text],
        _ => Vec::new(),
    }
}

fn only(fields: &Map<String, Value>, known: &[&str]) -> Result<(), AwsError> {
    if fields.keys().all(|name| known.contains(&name.as_str())) { Ok(()) } else { Err(syntax()) }
}

fn check_statement(fields: &Map<String, Value>) -> Result<(), AwsError> {
    only(fields, &OF_STATEMENT)?;
    let has = |name: &str| fields.contains_key(name);
    let both =
        [("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")];
    let contradicts = both.iter().any(|(one, other)| has(one) && has(other));
    let effect = fields.get("Effect").and_then(Value::as_str).unwrap_or_default();
    let is_effect = ["allow", "deny"].contains(&effect.to_lowercase().as_str());
    let lists = ["Action", "NotAction", "Resource", "NotResource"];
    let are_texts = lists.iter().filter_map(|name| fields.get(*name)).all(is_texts);
    let has_id = fields.get("Sid").is_none_or(Value::is_string);
    let conditions = fields.get("Condition").is_none_or(is_condition);
    if contradicts || !is_effect || !are_texts || !has_id || !conditions {
        return Err(syntax());
    }
    Ok(())
}

fn is_texts(value: &Value) -> bool {
    let list = value.as_array();
    value.is_string() || list.is_some_and(|list| list.iter().all(Value::is_string))
}

/// Returns whether a value is `{OPERATOR: {KEY: VALUES}}`.
fn is_condition(value: &Value) -> bool {
    let is_test = |(operator, keys): (&String, &Value)| {
        let Some(keys) = keys.as_object() else { return false };
        let are_values = keys.values().all(|value| !value.is_null() && !value.is_object());
        are_values && (keys.is_empty() || is_operator(operator))
    };
    value.as_object().is_some_and(|tests| tests.iter().all(is_test))
}

fn is_operator(name: &str) -> bool {
    let name = ["ForAnyValue:", "ForAllValues:"]
        .iter()
        .find_map(|all| name.strip_prefix(all))
        .unwrap_or(name);
    OPERATORS.contains(&name.strip_suffix("IfExists").unwrap_or(name))
}

/// Refuses two statements of one name; an empty one is none.
fn check_ids(policy: &Value) -> Result<(), AwsError> {
    let mut seen = BTreeSet::new();
    let mut ids = statements(policy).iter().filter_map(|one| one.get("Sid")?.as_str());
    if ids.all(|id| id.is_empty() || seen.insert(id)) {
        return Ok(());
    }
    Err(malformed("Statement IDs (SID) in a single policy must be unique."))
}

/// Refuses a statement without an action, and actions of no service.
fn check_actions(statement: &Value) -> Result<(), AwsError> {
    let actions = texts(statement.get("Action").or(statement.get("NotAction")));
    if actions.is_empty() {
        return Err(malformed("Policy statement must contain actions."));
    }
    actions.iter().filter(|action| **action != "*").try_for_each(|action| {
        let Some((vendor, name)) = action.split_once(':') else {
            return Err(malformed(
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            ));
        };
        if name.contains(':') {
            return Err(malformed("Actions/Condition can contain only one colon."));
        }
        let is_vendor = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        if vendor != "*" && !vendor.chars().all(is_vendor) {
            return Err(malformed(format!("Vendor {vendor} is not valid")));
        }
        Ok(())
    })
}

/// Returns the error for a document that does not fit the grammar.
pub(super) fn syntax() -> AwsError {
    malformed(SYNTAX)
}

/// Returns the error for what only an older reader of IAM's looks at.
pub(super) fn legacy() -> AwsError {
    malformed(LEGACY)
}
