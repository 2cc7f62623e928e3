//! Reads JSON into a tree.

use serde_json::Value;

use super::Node;

/// Reads a body. `serde_json` refuses more than 128 levels.
pub(super) fn read(body: &[u8]) -> Option<Node> {
    if body.is_empty() {
        return Some(Node::default());
    }
    serde_json::from_slice(body).ok().map(node)
}

fn node(value: Value) -> Node {
    match value {
        Value::Null => Node::default(),
        Value::Bool(flag) => Node::leaf(flag.to_string()),
        Value::Number(number) => Node::leaf(number.to_string()),
        Value::String(text) => Node::leaf(text),
        Value::Array(list) => {
            let children = list.into_iter().map(|value| (String::new(), node(value))).collect();
            Node { children, ..Node::default() }
        }
        Value::Object(fields) => {
            // A field that is null is not there.
            let fields = fields.into_iter().filter(|(_, value)| !value.is_null());
            Node {
                children: fields.map(|(name, it)| (name, node(it))).collect(),
                ..Node::default()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_names_and_lists_have_entries() {
        let node = read(br#"{"Quota":{"Value":5.0,"Unit":null},"All":["a",{"b":true}]}"#).unwrap();
        let quota = node.get("Quota").unwrap();
        assert_eq!((quota.number("Value"), quota.text("Unit")), (Some(5.0), None));
        let all: Vec<_> = node.list("All").collect();
        assert_eq!((all[0].text.as_str(), all[1].text("b")), ("a", Some("true")));
        assert_eq!(node.list("None").count(), 0);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        assert_eq!(read(b"<html>"), None);
        assert_eq!(read("[".repeat(200).as_bytes()), None);
        assert_eq!(read(b""), Some(Node::default()));
    }
}
