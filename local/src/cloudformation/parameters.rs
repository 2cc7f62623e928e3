//! Parameters: their definitions in a template, and the values that a stack gets.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::errors;
use crate::service::AwsError;

/// A parameter as the template defines it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Parameter {
    pub(super) kind: String,
    pub(super) default: Option<String>,
    pub(super) no_echo: bool,
    pub(super) description: Option<String>,
    pub(super) allowed_values: Vec<String>,
    allowed_pattern: Option<String>,
    constraint: Option<String>,
    lengths: (Option<usize>, Option<usize>),
    numbers: (Option<f64>, Option<f64>),
}

impl Parameter {
    pub(super) fn read(name: &str, value: &Value) -> Result<Self, AwsError> {
        let text = |field: &str| value.get(field).and_then(scalar);
        let kind = text("Type").ok_or_else(|| {
            errors::format(format!("Every Parameters object must contain a Type member. [{name}]"))
        })?;
        if kind.starts_with("AWS::SSM::") {
            return Err(errors::validation(
                "The local cloud does not have SSM, which parameters of this type are read from.",
            ));
        }
        let is_known = matches!(kind.as_str(), "String" | "Number" | "CommaDelimitedList")
            || kind.starts_with("List<")
            || kind.starts_with("AWS::");
        if !is_known {
            return Err(errors::format(format!("Unrecognized parameter type: {kind}")));
        }
        let list = value.get("AllowedValues").and_then(Value::as_array);
        let length = |field: &str| text(field).and_then(|text| text.parse().ok());
        let number = |field: &str| text(field).and_then(|text| text.parse().ok());
        Ok(Self {
            kind,
            default: text("Default"),
            no_echo: text("NoEcho").is_some_and(|flag| flag == "true"),
            description: text("Description"),
            allowed_values: list.into_iter().flatten().filter_map(scalar).collect(),
            allowed_pattern: text("AllowedPattern"),
            constraint: text("ConstraintDescription"),
            lengths: (length("MinLength"), length("MaxLength")),
            numbers: (number("MinValue"), number("MaxValue")),
        })
    }

    fn is_list(&self) -> bool {
        self.kind == "CommaDelimitedList" || self.kind.starts_with("List<")
    }

    /// Returns what `Ref` gives.
    pub(super) fn value(&self, text: &str) -> Value {
        if self.is_list() {
            text.split(',').map(|part| json!(part.trim())).collect()
        } else {
            json!(text)
        }
    }

    fn check(&self, name: &str, text: &str) -> Result<(), AwsError> {
        let fail = |rule: String| {
            Err(errors::validation(match &self.constraint {
                Some(constraint) => {
                    format!("Parameter '{name}' failed to satisfy constraint: {constraint}")
                }
                None => format!("Parameter '{name}' {rule}"),
            }))
        };
        let parts = if self.is_list() { text.split(',').collect() } else { vec![text] };
        for part in parts.into_iter().map(str::trim) {
            let allowed = &self.allowed_values;
            if !allowed.is_empty() && !allowed.iter().any(|value| value == part) {
                return fail(format!("must be one of AllowedValues: [{}]", allowed.join(", ")));
            }
            if self.kind == "Number" || self.kind == "List<Number>" {
                let Ok(number) = part.parse::<f64>() else {
                    return Err(errors::validation(format!("Parameter '{name}' must be a number")));
                };
                if self.numbers.0.is_some_and(|least| number < least) {
                    return fail("must be a number not less than MinValue".to_owned());
                }
                if self.numbers.1.is_some_and(|most| number > most) {
                    return fail("must be a number not greater than MaxValue".to_owned());
                }
            }
        }
        let length = text.chars().count();
        if let Some(least) = self.lengths.0.filter(|least| length < *least) {
            return fail(format!("must contain at least {least} characters"));
        }
        if let Some(most) = self.lengths.1.filter(|most| length > *most) {
            return fail(format!("must contain at most {most} characters"));
        }
        match &self.allowed_pattern {
            Some(pattern) if !matches(pattern, text)? => {
                fail(format!("must match pattern {pattern}"))
            }
            _ => Ok(()),
        }
    }
}

/// Returns the values of all parameters: the given ones, else the defaults.
pub(super) fn values(
    parameters: &BTreeMap<String, Parameter>,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, AwsError> {
    let unknown = given.keys().filter(|name| !parameters.contains_key(*name));
    let unknown: Vec<_> = unknown.map(String::as_str).collect();
    if !unknown.is_empty() {
        let unknown = unknown.join(", ");
        return Err(errors::validation(format!(
            "Parameters: [{unknown}] do not exist in the template"
        )));
    }
    let value = |name: &String, parameter: &Parameter| {
        given.get(name).or(parameter.default.as_ref()).cloned()
    };
    let missing = parameters.iter().filter(|(name, parameter)| value(name, parameter).is_none());
    let missing: Vec<_> = missing.map(|(name, _)| name.as_str()).collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        return Err(errors::validation(format!("Parameters: [{missing}] must have values")));
    }
    let mut values = BTreeMap::new();
    for (name, parameter) in parameters {
        let text = value(name, parameter).unwrap_or_default();
        parameter.check(name, &text)?;
        values.insert(name.clone(), text);
    }
    Ok(values)
}

/// Returns whether the whole text matches, as in Java, where CloudFormation's patterns come from.
fn matches(pattern: &str, text: &str) -> Result<bool, AwsError> {
    let whole = regex_lite::Regex::new(&format!("^(?:{pattern})$"));
    let whole = whole.map_err(|_| errors::format(format!("Invalid pattern {pattern}")))?;
    Ok(whole.is_match(text))
}

/// Returns a text, number or boolean as text.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parameter: &Value, text: &str) -> Result<(), String> {
        let parameter = Parameter::read("P", parameter).unwrap();
        parameter.check("P", text).map_err(|error| error.message)
    }

    #[test]
    fn values_must_keep_the_rules() {
        let topology = json!({ "Type": "String", "AllowedValues": ["classic", "economy"] });
        assert_eq!(check(&topology, "economy"), Ok(()));
        let message = "Parameter 'P' must be one of AllowedValues: [classic, economy]";
        assert_eq!(check(&topology, "x").unwrap_err(), message);
        let name = json!({ "Type": "String", "AllowedPattern": "[a-z]+", "MaxLength": 3 });
        assert_eq!(check(&name, "abc"), Ok(()));
        assert!(check(&name, "abc1").unwrap_err().contains("at most 3"));
        assert!(check(&name, "a1").unwrap_err().contains("must match pattern [a-z]+"));
        let number = json!({ "Type": "Number", "MinValue": 2, "ConstraintDescription": "be big" });
        assert!(check(&number, "x").unwrap_err().contains("must be a number"));
        assert!(check(&number, "1").unwrap_err().ends_with("constraint: be big"));
        assert_eq!(check(&number, "2"), Ok(()));
    }

    #[test]
    fn a_stack_gets_what_is_given_else_the_defaults() {
        let read = |value: Value| Parameter::read("P", &value).unwrap();
        let parameters = BTreeMap::from([
            ("A".to_owned(), read(json!({ "Type": "String", "Default": 1 }))),
            ("B".to_owned(), read(json!({ "Type": "CommaDelimitedList" }))),
        ]);
        let given = |pairs: &[(&str, &str)]| {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            values(&parameters, &pairs.iter().map(owned).collect())
        };
        assert!(given(&[]).unwrap_err().message.contains("[B] must have values"));
        assert!(given(&[("C", "")]).unwrap_err().message.contains("[C] do not exist"));
        let all = given(&[("B", "x, y")]).unwrap();
        assert_eq!(all["A"], "1");
        assert_eq!(parameters["B"].value(&all["B"]), json!(["x", "y"]));
    }
}
