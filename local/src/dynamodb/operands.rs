//! The operands of conditions and filters. DynamoDB refuses a condition that can never be met, as
//! its operator does not take values of this type; for the engine it is one that is not met.

use std::cmp::Ordering;

use dynoxide::{AttributeValue, DynoxideError};
use serde_json::Value;

use super::tokens::tokens;

/// The members of requests that are conditions.
const EXPRESSIONS: [&str; 2] = ["ConditionExpression", "FilterExpression"];
/// The older ones, by attribute.
const BY_ATTRIBUTE: [&str; 3] = ["Expected", "ScanFilter", "QueryFilter"];

/// The types that have an order.
const ORDERED: [&str; 3] = ["S", "N", "B"];
const TYPES: &str = "B,NULL,SS,BOOL,L,BS,N,NS,S,M";

/// Checks the conditions of a request, and of the actions of a transaction.
///
/// # Errors
/// When an operator does not take its operands.
pub(super) fn check(input: &Value) -> Result<(), DynoxideError> {
    let transaction = input["TransactItems"].as_array().into_iter().flatten();
    let actions = transaction.filter_map(Value::as_object).flat_map(|action| action.values());
    std::iter::once(input)
        .chain(actions)
        .try_for_each(check_request)
        .map_err(DynoxideError::EnvelopedValidation)
}

fn check_request(request: &Value) -> Result<(), String> {
    for kind in EXPRESSIONS {
        if let Some(text) = request[kind].as_str() {
            let tokens: Vec<&str> = tokens(text).map(|(token, _)| token).collect();
            Expression { tokens, values: &request["ExpressionAttributeValues"] }
                .check()
                .map_err(|error| format!("Invalid {kind}: {error}"))?;
        }
    }
    let conditions = BY_ATTRIBUTE.into_iter().filter_map(|kind| request[kind].as_object());
    conditions.flat_map(|conditions| conditions.values()).try_for_each(check_condition)
}

/// A value and its type, as `{"S": "text"}` has them.
type Typed<'a> = (&'a str, &'a Value);

fn typed(value: &Value) -> Option<Typed<'_>> {
    value.as_object()?.iter().next().map(|(kind, value)| (kind.as_str(), value))
}

/// An expression that is a condition.
struct Expression<'a> {
    tokens: Vec<&'a str>,
    values: &'a Value,
}

impl<'a> Expression<'a> {
    fn check(&self) -> Result<(), String> {
        for (place, token) in self.tokens.iter().enumerate() {
            match *token {
                "<" | "<=" | ">" | ">=" => self.compares(place, token)?,
                "attribute_type" => self.names_type(place)?,
                "begins_with" => {
                    takes_for_function(token, &["S", "B"], self.second_argument(place))?;
                }
                word if word.eq_ignore_ascii_case("BETWEEN") => self.is_range(place)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Returns the value that a token stands for, if it is a placeholder of one.
    fn value(&self, place: usize) -> Option<Typed<'a>> {
        typed(&self.values[*self.tokens.get(place)?])
    }

    fn second_argument(&self, function: usize) -> Option<Typed<'a>> {
        let comma = self.tokens[function..].iter().position(|token| *token == ",")?;
        self.value(function + comma + 1)
    }

    fn compares(&self, place: usize, operator: &str) -> Result<(), String> {
        let operands = [place.checked_sub(1), Some(place + 1)];
        for (kind, _) in operands.into_iter().flatten().filter_map(|place| self.value(place)) {
            if !ORDERED.contains(&kind) {
                return Err(wrong_operand("operator", operator, kind));
            }
        }
        Ok(())
    }

    fn names_type(&self, place: usize) -> Result<(), String> {
        let named = self.second_argument(place);
        takes_for_function("attribute_type", &["S"], named)?;
        match named.and_then(|(_, name)| name.as_str()) {
            Some(name) if !TYPES.split(',').any(|kind| kind == name) => Err(format!(
                "Invalid attribute type name found; type: {name}, valid types: {{{TYPES}}}"
            )),
            _ => Ok(()),
        }
    }

    fn is_range(&self, place: usize) -> Result<(), String> {
        self.compares(place, "BETWEEN")?;
        self.compares(place + 2, "BETWEEN")?;
        let (Some(lower), Some(upper)) = (self.value(place + 1), self.value(place + 3)) else {
            return Ok(());
        };
        let rule = match order(lower, upper) {
            None => "same data type for lower and upper bounds",
            Some(Ordering::Greater) => "upper bound to be greater than or equal to lower bound",
            Some(_) => return Ok(()),
        };
        let shown = |(kind, value): Typed<'_>| {
            format!("AttributeValue: {{{kind}:{}}}", value.as_str().unwrap_or_default())
        };
        Err(format!(
            "The BETWEEN operator requires {rule}; lower bound operand: {}, upper bound operand: {}",
            shown(lower),
            shown(upper)
        ))
    }
}

fn takes_for_function(name: &str, kinds: &[&str], value: Option<Typed<'_>>) -> Result<(), String> {
    match value {
        Some((kind, _)) if !kinds.contains(&kind) => {
            Err(wrong_operand("operator or function", name, kind))
        }
        _ => Ok(()),
    }
}

fn wrong_operand(what: &str, name: &str, kind: &str) -> String {
    format!("Incorrect operand type for operator or function; {what}: {name}, operand type: {kind}")
}

/// Returns the order of two values; `None` if their types differ.
fn order(one: Typed<'_>, other: Typed<'_>) -> Option<Ordering> {
    let key = |(kind, value): Typed<'_>| {
        let value: Option<AttributeValue> =
            serde_json::from_value(serde_json::json!({ kind: value })).ok();
        value.and_then(|value| value.to_key_string())
    };
    (one.0 == other.0).then(|| key(one).cmp(&key(other)))
}

/// Checks an older condition: an operator and its values.
fn check_condition(condition: &Value) -> Result<(), String> {
    const INVALID: &str = "One or more parameter values were invalid:";
    let Some(operator) = condition["ComparisonOperator"].as_str() else { return Ok(()) };
    let listed = condition["AttributeValueList"].as_array().into_iter().flatten();
    let values: Vec<Typed<'_>> = listed.chain(condition.get("Value")).filter_map(typed).collect();
    let kinds: &[&str] = match operator {
        "LT" | "LE" | "GT" | "GE" | "IN" | "BETWEEN" => &ORDERED,
        "BEGINS_WITH" => &["S", "B"],
        "CONTAINS" | "NOT_CONTAINS" => &["S", "N", "B", "BOOL", "NULL"],
        _ => return Ok(()),
    };
    if let Some((kind, _)) = values.iter().find(|(kind, _)| !kinds.contains(kind)) {
        return Err(format!(
            "{INVALID} ComparisonOperator {operator} is not valid for {kind} AttributeValue type"
        ));
    }
    let ("BETWEEN", [lower, upper]) = (operator, values.as_slice()) else { return Ok(()) };
    match order(*lower, *upper) {
        None => {
            Err(format!("{INVALID} AttributeValues inside AttributeValueList must be of same type"))
        }
        Some(Ordering::Greater) => {
            Err("The BETWEEN condition was provided a range where the lower \
                                        bound is greater than the upper bound"
                .to_owned())
        }
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checked(text: &str, values: &Value) -> Result<(), DynoxideError> {
        check(&json!({ "FilterExpression": text, "ExpressionAttributeValues": values }))
    }

    #[test]
    fn operands_of_every_place_are_checked() {
        let values = json!({ ":b": { "BOOL": true }, ":n": { "N": "10" }, ":m": { "N": "9" } });
        for wrong in [
            "a < :b",
            ":b < a",
            "c = :b AND NOT (a >= :b)",
            ":b between a and c",
            "a BETWEEN b AND :b",
            "a BETWEEN :n AND :m",
            "begins_with(a.b, :n)",
            "attribute_type(a, :n)",
        ] {
            assert!(checked(wrong, &values).is_err(), "{wrong}");
        }
        for right in [
            "a = :b AND a <> :b",
            "a > :n OR size(a) < :m",
            "a BETWEEN :m AND :n AND c = :b",
            "a IN (:b, :n) AND contains(a, :b)",
            "a < :undefined",
            "<",
            "attribute_type(",
        ] {
            assert!(checked(right, &values).is_ok(), "{right}");
        }
    }

    #[test]
    fn attributes_are_no_conditions() {
        let item =
            json!({ "Item": { "Expected": { "M": { "ComparisonOperator": { "S": "LT" } } } } });
        assert!(check(&item).is_ok());
    }
}
