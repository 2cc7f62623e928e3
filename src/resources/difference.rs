//! Describes where two documents differ, in one line and never with the whole document.

use serde_json::Value;

use crate::engine::{NOT_SET, Setting};

/// The maximum length of a displayed value, in characters.
const LONGEST: usize = 60;

/// How much of the common beginning of two long values is shown, in characters.
const BEFORE: usize = 20;

/// Compares a document with the lab's. `name` is AWS's for the document, `file` the lab's file that
/// it is made from. Returns one setting: the first field that differs, by its path, or the document
/// if there is no difference.
pub(super) fn document(
    name: &str,
    file: &str,
    expected: &Value,
    actual: Option<&Value>,
) -> Setting {
    let as_in_file = format!("as in `{file}`");
    let Some(actual) = actual else { return Setting::new(name, as_in_file, NOT_SET) };
    match first_difference(expected, actual) {
        None => Setting::new(name, &as_in_file, &as_in_file),
        Some((path, expected, actual)) if path.is_empty() => Setting::new(name, expected, actual),
        Some((path, expected, actual)) => {
            let dot = if path.starts_with('[') { "" } else { "." };
            Setting::new(format!("{name}{dot}{path}"), expected, actual)
        }
    }
}

/// Returns the path of the first field that differs, such as `Statement[0].Resource`, and both
/// values, cut so that the difference remains visible. `None` if the documents are equal.
pub(super) fn first_difference(
    expected: &Value,
    actual: &Value,
) -> Option<(String, String, String)> {
    let mut path = String::new();
    let (expected, actual) = differing(Some(expected), Some(actual), &mut path)?;
    let (expected, actual) = shown(expected, actual);
    Some((path, expected, actual))
}

/// Returns the first line that differs in each text, with its number. `None` if all lines are
/// equal. Blank lines around the texts and line endings do not count: AWS does not keep them.
pub(super) fn first_differing_line(expected: &str, actual: &str) -> Option<(String, String)> {
    let (mut expected, mut actual) = (expected.trim().lines(), actual.trim().lines());
    let quoted = |line: &str| format!("`{line}`");
    let or_none =
        |line: Option<&str>| line.map_or_else(|| "none".to_owned(), |line| quoted(&part(line, 0)));
    let mut number = 0;
    loop {
        number += 1;
        let (expected, actual) = match (expected.next(), actual.next()) {
            (None, None) => return None,
            (expected, actual) if expected == actual => continue,
            (Some(expected), Some(actual)) => {
                let (expected, actual) = cut(expected, actual);
                (quoted(&expected), quoted(&actual))
            }
            (expected, actual) => (or_none(expected), or_none(actual)),
        };
        return Some((format!("line {number}: {expected}"), format!("line {number}: {actual}")));
    }
}

/// Returns the first values that differ, and their path. A value in only one document differs.
fn differing<'v>(
    expected: Option<&'v Value>,
    actual: Option<&'v Value>,
    path: &mut String,
) -> Option<(Option<&'v Value>, Option<&'v Value>)> {
    if expected == actual {
        return None;
    }
    match (expected, actual) {
        (Some(Value::Object(expected)), Some(Value::Object(actual))) => {
            let extra = actual.keys().filter(|name| !expected.contains_key(*name));
            expected.keys().chain(extra).find_map(|name| {
                let dot = if path.is_empty() { "" } else { "." };
                let step = format!("{dot}{name}");
                below(&step, expected.get(name), actual.get(name), path)
            })
        }
        (Some(Value::Array(expected)), Some(Value::Array(actual))) => (0..)
            .take(expected.len().max(actual.len()))
            .find_map(|at| below(&format!("[{at}]"), expected.get(at), actual.get(at), path)),
        other => Some(other),
    }
}

/// Compares one level deeper; if there is a difference, `path` is extended to it.
fn below<'v>(
    step: &str,
    expected: Option<&'v Value>,
    actual: Option<&'v Value>,
    path: &mut String,
) -> Option<(Option<&'v Value>, Option<&'v Value>)> {
    let length = path.len();
    path.push_str(step);
    let found = differing(expected, actual, path);
    if found.is_none() {
        path.truncate(length);
    }
    found
}

/// Returns both values as different texts: a text is shown without quotes unless that hides the
/// difference, as with `5` and `"5"`.
fn shown(expected: Option<&Value>, actual: Option<&Value>) -> (String, String) {
    let json = |value: &Value| value.to_string();
    let plain = |value: &Value| match value {
        Value::String(text) if !text.contains(char::is_control) => text.clone(),
        other => json(other),
    };
    let both = |write: &dyn Fn(&Value) -> String| {
        let [expected, actual] =
            [expected, actual].map(|value| value.map_or_else(|| NOT_SET.to_owned(), write));
        (expected, actual)
    };
    let (mut expected, mut actual) = both(&plain);
    if expected == actual {
        (expected, actual) = both(&json);
    }
    cut(&expected, &actual)
}

/// Cuts both texts to [`LONGEST`]. A common beginning is cut rather than the difference.
fn cut(expected: &str, actual: &str) -> (String, String) {
    let same = expected.chars().zip(actual.chars()).take_while(|(one, other)| one == other).count();
    let start = if same < LONGEST - BEFORE { 0 } else { same - BEFORE };
    (part(expected, start), part(actual, start))
}

/// Returns the part of a text from this character on, with `…` for whatever is left out.
fn part(text: &str, start: usize) -> String {
    let mut rest = text.chars().skip(start);
    let shown: String = rest.by_ref().take(LONGEST).collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if rest.next().is_some() { "…" } else { "" };
    format!("{before}{shown}{after}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn difference(expected: &Value, actual: &Value) -> Option<[String; 3]> {
        first_difference(expected, actual).map(|(path, expected, actual)| [path, expected, actual])
    }

    #[test]
    fn the_first_difference_has_its_path() {
        let policy =
            |resource: &str| json!({"Statement": [{"Effect": "Allow", "Resource": resource}]});
        assert_eq!(difference(&policy("a"), &policy("a")), None);
        assert_eq!(
            difference(&policy("a"), &policy("b")).unwrap(),
            ["Statement[0].Resource", "a", "b"]
        );
    }

    #[test]
    fn what_only_one_of_them_has_differs() {
        let (one, two) = (json!({"a": [1]}), json!({"a": [1, {"b": true}], "c": null}));
        assert_eq!(difference(&one, &two).unwrap(), ["a[1]", "not set", r#"{"b":true}"#]);
        assert_eq!(difference(&two, &one).unwrap(), ["a[1]", r#"{"b":true}"#, "not set"]);
        assert_eq!(difference(&json!({}), &json!({"c": null})).unwrap(), ["c", "not set", "null"]);
    }

    #[test]
    fn the_texts_differ_whenever_the_values_do() {
        assert_eq!(difference(&json!("5"), &json!(5)).unwrap(), ["", r#""5""#, "5"]);
        assert_eq!(difference(&json!(["not set"]), &json!([])).unwrap()[1], r#""not set""#);
        let long = |end: &str| json!(format!("{}{end}", "x".repeat(100)));
        let [_, expected, actual] = difference(&long("one"), &long("two")).unwrap();
        let twenty = "x".repeat(20);
        assert_eq!((expected, actual), (format!("…{twenty}one"), format!("…{twenty}two")));
    }

    #[test]
    fn long_values_are_cut_and_lines_do_not_break() {
        let [_, expected, actual] =
            difference(&json!("y".repeat(80)), &json!("two\nlines")).unwrap();
        assert_eq!(expected, format!("{}…", "y".repeat(60)));
        assert_eq!(actual, r#""two\nlines""#);
    }

    #[test]
    fn a_document_is_one_setting() {
        let compare = |actual: Option<Value>| {
            document("BucketPolicy", "policy.json", &json!({"Id": "a"}), actual.as_ref())
        };
        let same = compare(Some(json!({"Id": "a"})));
        assert!(!same.differs() && same.name == "BucketPolicy");
        let differs = compare(Some(json!({"Id": "b"})));
        assert_eq!(differs, Setting::new("BucketPolicy.Id", "a", "b"));
        let expected = "as in `policy.json`";
        assert_eq!(compare(None), Setting::new("BucketPolicy", expected, "not set"));
        assert_eq!(compare(Some(json!([]))), Setting::new("BucketPolicy", r#"{"Id":"a"}"#, "[]"));
        let list = document("Tags", "tags.json", &json!([1]), Some(&json!([2])));
        assert_eq!(list.name, "Tags[0]");
    }

    #[test]
    fn the_first_line_that_differs() {
        let lines = |expected, actual| first_differing_line(expected, actual);
        assert_eq!(lines("a\nb\n", "\na\r\nb"), None);
        let both = |expected: &str, actual: &str| Some((expected.to_owned(), actual.to_owned()));
        assert_eq!(lines("a\n  b", "a\n  c"), both("line 2: `  b`", "line 2: `  c`"));
        assert_eq!(lines("a", "a\nb"), both("line 2: none", "line 2: `b`"));
    }
}
