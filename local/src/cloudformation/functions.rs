//! The intrinsic functions: the value that a value in a template stands for.

use std::{cell::Cell, collections::BTreeMap};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Map, Value, json};

use super::{cidr, errors, references, sub};
use crate::service::AwsError;

/// Where the functions look values up. Unknown ones are empty.
#[derive(Debug)]
pub(super) struct Lookup<'a> {
    /// The pseudo parameters and the template's own, by name: what `Ref` gives.
    pub(super) parameters: BTreeMap<String, Value>,
    pub(super) mappings: &'a Map<String, Value>,
    /// Whether each condition holds.
    pub(super) conditions: BTreeMap<&'a str, bool>,
    /// What `Ref` gives for resources.
    pub(super) ids: BTreeMap<&'a str, &'a str>,
    /// What `Fn::GetAtt` gives.
    pub(super) attributes: BTreeMap<&'a str, &'a BTreeMap<String, Value>>,
    pub(super) exports: BTreeMap<String, String>,
    /// How many bytes of text the functions have made.
    pub(super) written: Cell<usize>,
}

/// How many bytes of text the functions of a template may make. A function can repeat the text of
/// another one, and so on, so that a template of 3 KB would make more than the machine has. All
/// texts of a template that AWS takes, its 51,200 bytes, fit many times.
const MOST_WRITTEN: usize = 8 * 1024 * 1024;

impl Lookup<'_> {
    /// Resolves all functions in a value. `None` is `AWS::NoValue`.
    pub(super) fn resolve(&self, value: &Value) -> Result<Option<Value>, AwsError> {
        match value {
            Value::Array(list) => Ok(Some(Value::Array(self.list(list)?))),
            Value::Object(fields) => match references::single(value) {
                Some(("Ref", Value::String(name))) => self.reference(name),
                Some((name, argument)) if name.starts_with("Fn::") => self.call(name, argument),
                Some(("Condition", Value::String(name)))
                    if self.conditions.contains_key(name.as_str()) =>
                {
                    Ok(Some(json!(self.condition(name)?)))
                }
                _ => self.fields(fields).map(Some),
            },
            _ => Ok(Some(value.clone())),
        }
    }

    fn list(&self, list: &[Value]) -> Result<Vec<Value>, AwsError> {
        list.iter().filter_map(|value| self.resolve(value).transpose()).collect()
    }

    fn fields(&self, fields: &Map<String, Value>) -> Result<Value, AwsError> {
        let resolve = |(name, value): (&String, &Value)| {
            let resolved = self.resolve(value).transpose()?;
            Some(resolved.map(|value| (name.clone(), value)))
        };
        let fields = fields.iter().filter_map(resolve).collect::<Result<Map<_, _>, _>>()?;
        Ok(Value::Object(fields))
    }

    fn reference(&self, name: &str) -> Result<Option<Value>, AwsError> {
        if name == "AWS::NoValue" {
            return Ok(None);
        }
        let parameter = self.parameters.get(name).cloned();
        let value = parameter.or_else(|| self.ids.get(name).map(|id| json!(id)));
        self.writes(value.as_ref().map_or(0, length))?;
        value.map(Some).ok_or_else(|| {
            let message = format!("Unresolved resource dependencies [{name}] in the template");
            errors::format(message)
        })
    }

    fn call(&self, name: &str, argument: &Value) -> Result<Option<Value>, AwsError> {
        let value = match name {
            "Fn::If" => return self.choose(argument),
            "Fn::GetAtt" => self.attribute(argument)?,
            "Fn::Sub" => json!(self.sub(argument)?),
            "Fn::Join" => self.join(argument)?,
            "Fn::Split" => self.split(argument)?,
            "Fn::Select" => self.select(argument)?,
            "Fn::GetAZs" => self.zones(argument)?,
            "Fn::FindInMap" => self.find_in_map(argument)?,
            "Fn::Base64" => {
                let text = self.text(argument)?;
                self.writes(text.len() / 3 * 4)?;
                json!(BASE64.encode(text))
            }
            "Fn::Cidr" => self.cidr(argument)?,
            "Fn::ImportValue" => self.import(argument)?,
            "Fn::Equals" | "Fn::And" | "Fn::Or" | "Fn::Not" => {
                json!(self.truth(name, argument)?)
            }
            _ => return Err(wrong(name, "is not a function of the local cloud")),
        };
        Ok(Some(value))
    }

    /// Returns whether a condition holds.
    pub(super) fn condition(&self, name: &str) -> Result<bool, AwsError> {
        let decided = self.conditions.get(name).copied();
        decided.ok_or_else(|| errors::format(format!("Unresolved condition dependency {name}")))
    }

    /// Returns whether the definition of a condition holds.
    pub(super) fn holds(&self, value: &Value) -> Result<bool, AwsError> {
        match references::single(value) {
            Some(("Condition", Value::String(name))) => self.condition(name),
            Some((name, argument)) => self.truth(name, argument),
            None => Err(no_condition()),
        }
    }

    fn truth(&self, name: &str, argument: &Value) -> Result<bool, AwsError> {
        let list = argument.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut each = list.iter().map(|value| self.holds(value));
        match (name, list) {
            ("Fn::Equals", [one, other]) => Ok(self.text(one)? == self.text(other)?),
            ("Fn::Not", [one]) => Ok(!self.holds(one)?),
            ("Fn::And", [_, _, ..]) => each.try_fold(true, |all, one| Ok(all & one?)),
            ("Fn::Or", [_, _, ..]) => each.try_fold(false, |any, one| Ok(any | one?)),
            _ => Err(no_condition()),
        }
    }

    fn choose(&self, argument: &Value) -> Result<Option<Value>, AwsError> {
        self.resolve(self.branch(argument)?)
    }

    /// Returns the branch that `Fn::If` takes.
    pub(super) fn branch<'v>(&self, argument: &'v Value) -> Result<&'v Value, AwsError> {
        match argument.as_array().map(Vec::as_slice) {
            Some([Value::String(name), yes, no]) => {
                Ok(if self.condition(name)? { yes } else { no })
            }
            _ => Err(wrong("Fn::If", "requires a list argument with three parameters")),
        }
    }

    fn attribute(&self, argument: &Value) -> Result<Value, AwsError> {
        let path = references::get_att(argument);
        let (resource, attribute) =
            path.ok_or_else(|| wrong("Fn::GetAtt", "requires two non-empty parameters"))?;
        let attribute = self.text(attribute)?;
        self.attribute_of(resource, &attribute)
    }

    fn attribute_of(&self, resource: &str, attribute: &str) -> Result<Value, AwsError> {
        let found = self.attributes.get(resource).and_then(|of| of.get(attribute));
        found.cloned().ok_or_else(|| {
            errors::validation(format!(
                "Template error: resource {resource} does not support attribute type {attribute} \
                 in Fn::GetAtt"
            ))
        })
    }

    fn sub(&self, argument: &Value) -> Result<String, AwsError> {
        let (text, variables) = sub::arguments(argument);
        let put_in = |name: &str| {
            if let Some(value) = variables.and_then(|variables| variables.get(name)) {
                return self.text(value);
            }
            match name.split_once('.') {
                Some((resource, attribute)) => text_of(&self.attribute_of(resource, attribute)?),
                None => text_of(&self.reference(name)?.unwrap_or_default()),
            }
        };
        let pieces = sub::pieces(text).into_iter();
        let texts = pieces.map(|piece| {
            let text = piece.map_or_else(&put_in, |text| Ok(text.to_owned()))?;
            self.writes(text.len())?;
            Ok(text)
        });
        texts.collect()
    }

    /// Counts what a function is about to make.
    fn writes(&self, bytes: usize) -> Result<(), AwsError> {
        let written = self.written.get().saturating_add(bytes);
        self.written.set(written);
        if written <= MOST_WRITTEN {
            return Ok(());
        }
        let message = format!(
            "Template error: the functions of the template make more than {MOST_WRITTEN} bytes"
        );
        Err(errors::validation(message))
    }

    fn join(&self, argument: &Value) -> Result<Value, AwsError> {
        let [delimiter, list] = self.two("Fn::Join", argument)?;
        let Value::Array(list) = list else {
            return Err(wrong("Fn::Join", "requires a list as its second parameter"));
        };
        let texts = list.iter().map(text_of).collect::<Result<Vec<_>, _>>()?;
        let delimiter = text_of(&delimiter)?;
        let delimiters = delimiter.len().saturating_mul(texts.len().saturating_sub(1));
        self.writes(texts.iter().map(String::len).sum::<usize>().saturating_add(delimiters))?;
        Ok(json!(texts.join(&delimiter)))
    }

    fn split(&self, argument: &Value) -> Result<Value, AwsError> {
        let [delimiter, text] = self.two("Fn::Split", argument)?;
        let (delimiter, text) = (text_of(&delimiter)?, text_of(&text)?);
        self.writes(text.len())?;
        Ok(text.split(delimiter.as_str()).collect())
    }

    fn select(&self, argument: &Value) -> Result<Value, AwsError> {
        let [index, list] = self.two("Fn::Select", argument)?;
        let index = text_of(&index)?.parse::<usize>().ok();
        let index = index.ok_or_else(|| wrong("Fn::Select", "requires a number as its index"))?;
        list.get(index).cloned().ok_or_else(|| {
            errors::validation(format!(
                "Template error: Fn::Select cannot select nonexistent value at index {index}"
            ))
        })
    }

    /// Returns the zones of a region: EC2 always offers three here.
    fn zones(&self, argument: &Value) -> Result<Value, AwsError> {
        let given = self.text(argument)?;
        let own = self.parameters.get("AWS::Region").and_then(Value::as_str).unwrap_or_default();
        let region = if given.is_empty() { own } else { &given };
        Ok(["a", "b", "c"].iter().map(|letter| format!("{region}{letter}")).collect())
    }

    fn find_in_map(&self, argument: &Value) -> Result<Value, AwsError> {
        let Some(Value::Array(path)) = self.resolve(argument)? else {
            return Err(wrong("Fn::FindInMap", "requires a list of three parameters"));
        };
        let path = path.iter().take(3).map(text_of).collect::<Result<Vec<_>, _>>()?;
        let [map, first, second] = path.as_slice() else {
            return Err(wrong("Fn::FindInMap", "requires a list of three parameters"));
        };
        let found = self.mappings.get(map).and_then(|map| map.get(first)?.get(second));
        found.cloned().ok_or_else(|| {
            errors::validation(format!(
                "Template error: Unable to get mapping for {map}::{first}::{second}"
            ))
        })
    }

    fn cidr(&self, argument: &Value) -> Result<Value, AwsError> {
        let Some(Value::Array(arguments)) = self.resolve(argument)? else {
            return Err(wrong("Fn::Cidr", "requires a list"));
        };
        let arguments = arguments.iter().map(text_of).collect::<Result<Vec<_>, _>>()?;
        cidr::blocks(&arguments)
            .map(Value::from)
            .ok_or_else(|| wrong("Fn::Cidr", "requires a block, a count and a number of bits"))
    }

    fn import(&self, argument: &Value) -> Result<Value, AwsError> {
        let name = self.text(argument)?;
        let value = self.exports.get(&name);
        value
            .map(|value| json!(value))
            .ok_or_else(|| errors::validation(format!("No export named {name} found.")))
    }

    fn two(&self, name: &str, argument: &Value) -> Result<[Value; 2], AwsError> {
        let list = argument.as_array().map(Vec::as_slice).unwrap_or_default();
        match self.list(list)?.try_into() {
            Ok(two) => Ok(two),
            Err(_) => Err(wrong(name, "requires a list argument with two parameters")),
        }
    }

    /// Returns the text that a value resolves to.
    pub(super) fn text(&self, value: &Value) -> Result<String, AwsError> {
        text_of(&self.resolve(value)?.unwrap_or_default())
    }
}

/// Numbers and booleans are texts where a text is wanted.
fn text_of(value: &Value) -> Result<String, AwsError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        Value::Null => Ok(String::new()),
        Value::Array(_) | Value::Object(_) => Err(errors::validation(
            "Template error: every value must be a String where the function needs a text.",
        )),
    }
}

/// Returns how many bytes a text, or the texts of a list, have.
fn length(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(list) => list.iter().map(length).sum(),
        _ => 0,
    }
}

fn no_condition() -> AwsError {
    errors::format("Conditions can only be boolean operations on parameters and other conditions")
}

fn wrong(name: &str, what: &str) -> AwsError {
    errors::validation(format!("Template error: {name} {what}"))
}
