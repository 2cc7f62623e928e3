//! Answers as XML, from the JSON value of the same shape: a field is an element, and the entries of
//! a list are its `member` elements, or `item` elements in EC2.

use std::borrow::Cow;

use serde_json::Value;

/// Returns the elements of a value, with `member` elements in lists. Fields that are null are left
/// out.
pub(crate) fn elements(value: &Value) -> String {
    elements_with(value, "member")
}

/// Returns the elements of a value, with elements of this name in lists.
pub(crate) fn elements_with(value: &Value, entry: &str) -> String {
    match value {
        Value::Null => String::new(),
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| element(name, value, entry))
            .collect(),
        Value::Array(entries) => entries.iter().map(|value| element(entry, value, entry)).collect(),
        Value::String(text) => escape(text).into_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn element(name: &str, value: &Value, entry: &str) -> String {
    format!("<{name}>{}</{name}>", elements_with(value, entry))
}

/// Escapes text for XML.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\r']) {
        return Cow::Borrowed(text);
    }
    let escaped =
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    // XML parsers take a bare carriage return for a line feed.
    Cow::Owned(escaped.replace('\r', "&#xD;"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
        assert_eq!(escape("plain"), "plain");
    }

    #[test]
    fn fields_lists_and_texts() {
        let value = json!({ "Name": "a<b", "Tags": [{ "Key": 1 }], "On": true, "Reason": null });
        let xml = "<Name>a&lt;b</Name><On>true</On><Tags><member><Key>1</Key></member></Tags>";
        assert_eq!(elements(&value), xml);
        assert_eq!(elements_with(&json!(["a", "b"]), "item"), "<item>a</item><item>b</item>");
    }
}
