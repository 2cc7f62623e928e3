//! The conditions of statements, and the keys that they are about.

use std::{cmp::Ordering, collections::BTreeMap};

use serde_json::Value;

use super::elements::OneOrMany;
use crate::glob;

/// The condition keys of a request with their values. Keys have no case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context(BTreeMap<String, Vec<String>>);

impl Context {
    /// Gives a key one value.
    pub(crate) fn set(&mut self, key: &str, value: &str) {
        self.0.insert(key.to_ascii_lowercase(), vec![value.to_owned()]);
    }

    /// Gives a key one more value.
    pub(crate) fn add(&mut self, key: &str, value: &str) {
        self.0.entry(key.to_ascii_lowercase()).or_default().push(value.to_owned());
    }

    /// Takes all values from a key.
    pub(crate) fn remove(&mut self, key: &str) {
        self.0.remove(&key.to_ascii_lowercase());
    }

    fn of(&self, key: &str) -> Option<&Vec<String>> {
        self.0.get(&key.to_ascii_lowercase())
    }
}

/// How an operator compares a value of the request with one of the policy; `None` if it cannot.
type Compares = fn(&str, &str) -> Option<bool>;

/// An operator.
struct Operator {
    compares: Compares,
    /// Whether it holds when no value of the policy fits: then it also holds without the key.
    negated: bool,
}

/// Returns whether all conditions hold; `None` if one of them is not known here.
pub(super) fn hold(
    conditions: &BTreeMap<String, BTreeMap<String, OneOrMany<Value>>>,
    context: &Context,
) -> Option<bool> {
    let mut all = true;
    for (operator, keys) in conditions {
        for (key, wanted) in keys {
            all &= holds(operator, context.of(key), wanted)?;
        }
    }
    Some(all)
}

fn holds(name: &str, actual: Option<&Vec<String>>, wanted: &OneOrMany<Value>) -> Option<bool> {
    let wanted: Vec<String> = wanted.all().iter().map(text).collect();
    if name == "Null" {
        let is_null = actual.is_none().to_string();
        return Some(wanted.contains(&is_null));
    }
    let (name, for_all) = match name.split_once(':') {
        Some(("ForAllValues", name)) => (name, true),
        Some(("ForAnyValue", name)) => (name, false),
        Some(_) => return None,
        None => (name, false),
    };
    let (name, if_exists) = match name.strip_suffix("IfExists") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let Operator { compares, negated } = operator(name)?;
    let Some(actual) = actual else { return Some(if_exists || for_all || negated) };
    let fits = |value: &String| {
        let any = wanted.iter().any(|wanted| compares(value, wanted) == Some(true));
        any != negated
    };
    Some(if for_all || negated { actual.iter().all(fits) } else { actual.iter().any(fits) })
}

/// In a policy, `true` and `"true"` are the same, and so are numbers.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn operator(name: &str) -> Option<Operator> {
    let plain = |compares| Some(Operator { compares, negated: false });
    let negated = |compares| Some(Operator { compares, negated: true });
    match name {
        "StringEquals" => plain(equals),
        "StringNotEquals" => negated(equals),
        "StringEqualsIgnoreCase" | "Bool" => plain(equals_in_any_case),
        "StringNotEqualsIgnoreCase" => negated(equals_in_any_case),
        "StringLike" | "ArnLike" | "ArnEquals" => plain(is_like),
        "StringNotLike" | "ArnNotLike" | "ArnNotEquals" => negated(is_like),
        "DateEquals" => plain(|a, b| Some(date(a) == date(b))),
        "DateNotEquals" => negated(|a, b| Some(date(a) == date(b))),
        "DateLessThan" => plain(|a, b| Some(date(a) < date(b))),
        "DateLessThanEquals" => plain(|a, b| Some(date(a) <= date(b))),
        "DateGreaterThan" => plain(|a, b| Some(date(a) > date(b))),
        "DateGreaterThanEquals" => plain(|a, b| Some(date(a) >= date(b))),
        "NumericEquals" => plain(|a, b| order(a, b).map(Ordering::is_eq)),
        "NumericNotEquals" => negated(|a, b| order(a, b).map(Ordering::is_eq)),
        "NumericLessThan" => plain(|a, b| order(a, b).map(Ordering::is_lt)),
        "NumericLessThanEquals" => plain(|a, b| order(a, b).map(Ordering::is_le)),
        "NumericGreaterThan" => plain(|a, b| order(a, b).map(Ordering::is_gt)),
        "NumericGreaterThanEquals" => plain(|a, b| order(a, b).map(Ordering::is_ge)),
        _ => None,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "one of the comparisons, of which some can fail")]
fn equals(actual: &str, wanted: &str) -> Option<bool> {
    Some(actual == wanted)
}

#[expect(clippy::unnecessary_wraps, reason = "one of the comparisons, of which some can fail")]
fn equals_in_any_case(actual: &str, wanted: &str) -> Option<bool> {
    Some(actual.eq_ignore_ascii_case(wanted))
}

#[expect(clippy::unnecessary_wraps, reason = "one of the comparisons, of which some can fail")]
fn is_like(actual: &str, wanted: &str) -> Option<bool> {
    Some(glob::matches(wanted, actual))
}

/// Dates in ISO 8601 and UTC are in the order of their texts, but for zeros at their ends.
fn date(text: &str) -> &str {
    let text = text.trim_end_matches('Z');
    match text.split_once('.') {
        Some(_) => text.trim_end_matches('0').trim_end_matches('.'),
        None => text,
    }
}

fn order(actual: &str, wanted: &str) -> Option<Ordering> {
    actual.parse::<f64>().ok()?.partial_cmp(&wanted.parse::<f64>().ok()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(conditions: Value) -> Option<bool> {
        let mut context = Context::default();
        context.set("aws:RequestedRegion", "us-west-2");
        context.set("aws:TokenIssueTime", "2026-11-23T09:30:00.250Z");
        context.set("aws:SecureTransport", "false");
        context.set("n:Count", "7");
        context.add("aws:TagKeys", "a");
        context.add("aws:TagKeys", "b");
        hold(&serde_json::from_value(conditions).unwrap(), &context)
    }

    #[test]
    fn texts_are_compared_whole_or_by_pattern() {
        let region = "aws:requestedREGION";
        assert_eq!(of(json!({"StringEquals": {region: ["us-east-1", "us-west-2"]}})), Some(true));
        assert_eq!(of(json!({"StringEquals": {region: "us-*"}})), Some(false));
        assert_eq!(of(json!({"StringLike": {region: "us-*-?"}})), Some(true));
        assert_eq!(of(json!({"StringNotLike": {region: "us-*"}})), Some(false));
        assert_eq!(
            of(json!({"StringNotEquals": {region: ["us-east-1", "us-west-2"]}})),
            Some(false)
        );
        assert_eq!(of(json!({"StringNotEquals": {region: "us-east-1"}})), Some(true));
        assert_eq!(of(json!({"StringEqualsIgnoreCase": {region: "US-WEST-2"}})), Some(true));
    }

    #[test]
    fn a_missing_key_meets_only_what_excludes_a_value() {
        assert_eq!(of(json!({"StringEquals": {"x:y": "a"}})), Some(false));
        assert_eq!(of(json!({"StringEqualsIfExists": {"x:y": "a"}})), Some(true));
        assert_eq!(of(json!({"StringNotEquals": {"x:y": "a"}})), Some(true));
        assert_eq!(of(json!({"Null": {"x:y": true}})), Some(true));
        assert_eq!(of(json!({"Null": {"n:Count": "true"}})), Some(false));
    }

    #[test]
    fn dates_numbers_and_truths() {
        let issued = "aws:TokenIssueTime";
        assert_eq!(of(json!({"DateLessThan": {issued: "2026-11-23T09:30:00.251Z"}})), Some(true));
        assert_eq!(of(json!({"DateLessThan": {issued: "2026-11-23T09:30:00.250Z"}})), Some(false));
        assert_eq!(of(json!({"DateGreaterThan": {issued: "2026-11-23T09:30:00Z"}})), Some(true));
        assert_eq!(of(json!({"NumericLessThan": {"n:Count": 8}})), Some(true));
        assert_eq!(of(json!({"NumericGreaterThanEquals": {"n:Count": "8"}})), Some(false));
        assert_eq!(of(json!({"Bool": {"aws:SecureTransport": false}})), Some(true));
    }

    #[test]
    fn keys_with_many_values() {
        assert_eq!(of(json!({"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}})), Some(true));
        assert_eq!(of(json!({"ForAllValues:StringEquals": {"aws:TagKeys": "a"}})), Some(false));
        assert_eq!(of(json!({"ForAllValues:StringLike": {"aws:TagKeys": "?"}})), Some(true));
    }

    #[test]
    fn all_conditions_must_hold_and_be_known() {
        let region = "aws:RequestedRegion";
        let two = json!({"StringLike": {region: "us-*"}, "StringEquals": {region: "eu-west-1"}});
        assert_eq!(of(two), Some(false));
        assert_eq!(of(json!({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})), None);
    }
}
