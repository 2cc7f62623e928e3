//! Answers as XML, from the JSON value of the same shape: a field is an element, and the entries of
//! a list are its `member` elements, as in all Query services but EC2.

use serde_json::Value;

use crate::protocol::query::escape;

/// The elements of a value. Fields that are null are left out.
pub(crate) fn elements(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| element(name, value))
            .collect(),
        Value::Array(members) => members.iter().map(|value| element("member", value)).collect(),
        Value::String(text) => escape(text).into_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn element(name: &str, value: &Value) -> String {
    format!("<{name}>{}</{name}>", elements(value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_lists_and_texts() {
        let value = json!({ "Name": "a<b", "Tags": [{ "Key": 1 }], "On": true, "Reason": null });
        let xml = "<Name>a&lt;b</Name><On>true</On><Tags><member><Key>1</Key></member></Tags>";
        assert_eq!(elements(&value), xml);
    }
}
