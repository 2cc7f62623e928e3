//! The text of a template or of a definition of an API, YAML or JSON, as one JSON value in which
//! every function is in its long form: `!Ref X` is `{"Ref": "X"}`.

use http::StatusCode;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};
use serde_json::{Map, Number, Value, json};

use crate::service::AwsError;

/// The short forms. Those of one word have no `Fn::` before them.
const SHORT_FORMS: [&str; 17] = [
    "And",
    "Base64",
    "Cidr",
    "Condition",
    "Equals",
    "FindInMap",
    "GetAZs",
    "GetAtt",
    "If",
    "ImportValue",
    "Join",
    "Not",
    "Or",
    "Ref",
    "Select",
    "Split",
    "Sub",
];
/// No real template is nested this deeply; one that is would only exhaust the stack.
const DEEPEST: usize = 100;

/// Reads a template's text.
pub(crate) fn read(text: &str) -> Result<Value, AwsError> {
    let value = if text.trim_start().starts_with('{') { from_json(text) } else { from_yaml(text) }?;
    if value.is_object() { Ok(value) } else { Err(format_error("unsupported structure.")) }
}

fn from_json(text: &str) -> Result<Value, AwsError> {
    serde_json::from_str(text).or_else(|error| {
        // YAML's flow style looks like JSON and is not.
        from_yaml(text).map_err(|_| {
            let (line, column) = (error.line(), error.column());
            format_error(format!("JSON not well-formed. (line {line}, column {column})"))
        })
    })
}

fn from_yaml(text: &str) -> Result<Value, AwsError> {
    let mut tree = Tree::default();
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| not_well_formed(&error))?;
        tree.take(event)?;
    }
    tree.root.ok_or_else(|| format_error("unsupported structure."))
}

fn not_well_formed(error: &ScanError) -> AwsError {
    let place = error.marker();
    let (line, column) = (place.line(), place.col() + 1);
    format_error(format!("YAML not well-formed. (line {line}, column {column})"))
}

/// Returns the error for a template that cannot be read or does not fit together.
pub(crate) fn format_error(message: impl AsRef<str>) -> AwsError {
    let message = format!("Template format error: {}", message.as_ref());
    AwsError::new(StatusCode::BAD_REQUEST, "ValidationError", message)
}

/// A list or mapping whose end has not come yet.
enum Open {
    List(Option<String>, Vec<Value>),
    Mapping(Option<String>, Map<String, Value>, Option<String>),
}

#[derive(Default)]
struct Tree {
    open: Vec<Open>,
    root: Option<Value>,
}

impl Tree {
    fn take(&mut self, event: Event<'_>) -> Result<(), AwsError> {
        match event {
            Event::Scalar(text, style, _, tag) => {
                let is_text = tag.as_ref().is_some_and(|tag| tag.is_yaml_core_schema());
                let plain = style == ScalarStyle::Plain && !is_text && !self.awaits_key();
                let value = if plain { plain_scalar(&text) } else { json!(text) };
                let value = long_form(function(tag.as_deref())?.as_deref(), value);
                self.put(value)
            }
            Event::SequenceStart(_, tag) => {
                self.begin(Open::List(function(tag.as_deref())?, Vec::new()))
            }
            Event::MappingStart(_, tag) => {
                self.begin(Open::Mapping(function(tag.as_deref())?, Map::new(), None))
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(function, list)) => {
                    self.put(long_form(function.as_deref(), Value::Array(list)))
                }
                Some(Open::Mapping(function, map, _)) => {
                    self.put(long_form(function.as_deref(), with_split_path(map)))
                }
                None => Ok(()),
            },
            Event::Alias(_) => {
                Err(format_error("YAML aliases are not allowed in CloudFormation templates"))
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, open: Open) -> Result<(), AwsError> {
        if self.open.len() >= DEEPEST {
            return Err(format_error("unsupported structure."));
        }
        self.open.push(open);
        Ok(())
    }

    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Open::Mapping(_, _, None)))
    }

    fn put(&mut self, value: Value) -> Result<(), AwsError> {
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Open::List(_, list)) => list.push(value),
            Some(Open::Mapping(_, map, key)) => match (key.take(), value) {
                (Some(key), value) => {
                    map.insert(key, value);
                }
                (None, Value::String(name)) => *key = Some(name),
                (None, _) => return Err(format_error("unsupported structure.")),
            },
        }
        Ok(())
    }
}

/// Returns the function that a tag stands for.
fn function(tag: Option<&Tag>) -> Result<Option<String>, AwsError> {
    let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema()) else { return Ok(None) };
    let name = tag.suffix.as_str();
    match name {
        "Ref" | "Condition" => Ok(Some(name.to_owned())),
        _ if SHORT_FORMS.contains(&name) => Ok(Some(format!("Fn::{name}"))),
        _ => Err(format_error(format!("Unknown tag !{name}"))),
    }
}

fn long_form(function: Option<&str>, value: Value) -> Value {
    match (function, value) {
        (None, value) => value,
        (Some("Fn::GetAtt"), Value::String(path)) => {
            let (resource, attribute) = path.split_once('.').unwrap_or((path.as_str(), ""));
            json!({ "Fn::GetAtt": [resource, attribute] })
        }
        (Some(function), value) => json!({ function: value }),
    }
}

/// In YAML the long form of `Fn::GetAtt` too may have a dot instead of a list.
fn with_split_path(map: Map<String, Value>) -> Value {
    match map.get("Fn::GetAtt") {
        Some(path @ Value::String(_)) if map.len() == 1 => {
            long_form(Some("Fn::GetAtt"), path.clone())
        }
        _ => Value::Object(map),
    }
}

/// Parses a scalar without quotes. What looks like a number and would not read back as written,
/// such as an account id with a leading zero, stays a text; so do dates.
fn plain_scalar(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return json!(true),
        "false" | "False" | "FALSE" => return json!(false),
        _ => {}
    }
    if let Some(number) = text.parse::<i64>().ok().filter(|number| number.to_string() == text) {
        return json!(number);
    }
    let number = text.parse::<f64>().ok().filter(|number| number.to_string() == text);
    number.and_then(Number::from_f64).map_or_else(|| json!(text), Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_become_long() {
        let text = "A: !Ref X\nB: !GetAtt X.Y.Z\nC: !Sub ['${a}', {a: !Ref B}]\n\
                    D: !Select [0, !GetAZs '']\nE: !Equals [!Condition C, yes]\nF:\n  Ref: G\n";
        let wanted = json!({
            "A": { "Ref": "X" },
            "B": { "Fn::GetAtt": ["X", "Y.Z"] },
            "C": { "Fn::Sub": ["${a}", { "a": { "Ref": "B" } }] },
            "D": { "Fn::Select": [0, { "Fn::GetAZs": "" }] },
            "E": { "Fn::Equals": [{ "Condition": "C" }, "yes"] },
            "F": { "Ref": "G" },
        });
        assert_eq!(read(text).unwrap(), wanted);
    }

    #[test]
    fn plain_scalars_keep_what_was_written() {
        let text = "a: 8080\nb: 012345678901\nc: 2012-10-17\nd: 1.10\ne: -1\nf: true\ng: '1'\n\
                    10: x\nh:\n";
        let wanted = json!({
            "a": 8080, "b": "012345678901", "c": "2012-10-17", "d": "1.10", "e": -1, "f": true,
            "g": "1", "10": "x", "h": null,
        });
        assert_eq!(read(text).unwrap(), wanted);
    }

    #[test]
    fn json_is_read_with_tabs_and_all() {
        assert_eq!(read("{\n\t\"A\": {\"Ref\": \"B\"}}").unwrap(), json!({"A": {"Ref": "B"}}));
        let error = read("{\"A\": [}").unwrap_err();
        assert_eq!(
            error.message,
            "Template format error: JSON not well-formed. (line 1, column 8)"
        );
    }

    #[test]
    fn what_is_no_template_is_refused() {
        let message = |text: &str| read(text).unwrap_err().message;
        assert_eq!(message("just text"), "Template format error: unsupported structure.");
        assert_eq!(message(""), "Template format error: unsupported structure.");
        assert!(message("a: [b").starts_with("Template format error: YAML not well-formed. (line"));
        assert!(message("a: &x 1\nb: *x").contains("aliases"));
        assert!(message("a: !Dance 1").contains("!Dance"));
        assert!(message(&"[".repeat(10_000)).contains("format error"));
        assert!(message(&"- ".repeat(10_000)).contains("format error"));
        assert!(message(&format!("{{{}", "\"a\":{".repeat(10_000))).contains("format error"));
    }
}
