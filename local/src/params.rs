//! The parameters of AWS's Query protocols: flat names with numbers in them (`Filter.1.Value.2`,
//! `Subnets.member.1`), read as lists and groups of any depth, whether they come from a call or a
//! template.

use std::collections::BTreeMap;

use http::{HeaderMap, Uri, header};
use serde_json::Value;

/// Parameters by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Params(BTreeMap<String, String>);

impl Params {
    /// Reads the parameters of a request: of its query and, for a form, of its body.
    pub(crate) fn of_request(uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Self {
        let query = uri.query().unwrap_or_default().as_bytes();
        let is_form = headers.get(header::CONTENT_TYPE).is_some_and(|content_type| {
            content_type.as_bytes().starts_with(b"application/x-www-form-urlencoded")
        });
        let form = form_urlencoded::parse(if is_form { body } else { &[] }).into_owned();
        Self(form_urlencoded::parse(query).into_owned().chain(form).collect())
    }

    /// Converts JSON, such as a template's properties, to the parameters of the same call.
    pub(crate) fn of_json(value: &Value) -> Self {
        let mut flat = BTreeMap::new();
        flatten("", value, &mut flat);
        Self(flat)
    }

    /// Returns the same with one more parameter, or another value of it.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Returns a parameter that is present and not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// Returns a boolean parameter.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.text(name)?.to_ascii_lowercase().parse().ok()
    }

    /// Returns a numeric parameter.
    pub(crate) fn number<N: std::str::FromStr>(&self, name: &str) -> Option<N> {
        self.text(name)?.parse().ok()
    }

    /// Returns a list of texts: `Name.1`, `Name.2`, … or `Name.member.1`, …
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        self.groups(name).into_iter().filter_map(|mut entry| entry.0.remove("")).collect()
    }

    /// Returns a list of groups: `Name.1.Field`, … or `Name.member.1.Field`, …
    pub(crate) fn groups(&self, name: &str) -> Vec<Self> {
        let mut found: BTreeMap<u32, Self> = BTreeMap::new();
        for (rest, value) in self.below(name) {
            let rest = rest.strip_prefix("member.").unwrap_or(rest);
            let (number, field) = rest.split_once('.').unwrap_or((rest, ""));
            if let Ok(number) = number.parse() {
                let group = found.entry(number).or_default();
                group.0.insert(field.to_owned(), value.to_owned());
            }
        }
        found.into_values().collect()
    }

    /// Returns the tags of a list of tags; for a key that is given twice, the last.
    pub(crate) fn tags(&self, name: &str) -> BTreeMap<String, String> {
        self.tag_pairs(name).into_iter().collect()
    }

    /// Returns the keys and values of a list of tags.
    pub(crate) fn tag_pairs(&self, name: &str) -> Vec<(String, String)> {
        let tag = |entry: Self| {
            let value = entry.0.get("Value").cloned().unwrap_or_default();
            Some((entry.0.get("Key")?.clone(), value))
        };
        self.groups(name).into_iter().filter_map(tag).collect()
    }

    fn below<'a>(&'a self, name: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let start = format!("{name}.");
        self.0.iter().filter_map(move |(key, value)| {
            Some((key.strip_prefix(start.as_str())?, value.as_str()))
        })
    }
}

fn flatten(name: &str, value: &Value, flat: &mut BTreeMap<String, String>) {
    let below =
        |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            fields.iter().for_each(|(field, value)| flatten(&below(field), value, flat));
        }
        Value::Array(entries) => entries.iter().enumerate().for_each(|(index, value)| {
            flatten(&below(&(index + 1).to_string()), value, flat);
        }),
        Value::String(text) => {
            flat.insert(name.to_owned(), text.clone());
        }
        other => {
            flat.insert(name.to_owned(), other.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_are_in_the_order_of_their_numbers() {
        let numbers: Vec<String> = (1..=11).map(|number| number.to_string()).collect();
        let params = Params::of_json(&json!({ "Id": numbers }));
        assert_eq!(params.list("Id"), numbers);
        let params = Params::default().with("Id.member.2", "b").with("Id.member.1", "a");
        assert_eq!(params.list("Id"), ["a", "b"]);
    }

    #[test]
    fn json_reads_like_a_call() {
        let params = Params::of_json(&json!({
            "Flag": true, "Rules": [{ "Port": 80, "Ranges": [{ "Cidr": "10.0.0.0/8" }] }],
            "Tags": [{ "Key": "a", "Value": "" }],
        }));
        assert_eq!(params.flag("Flag"), Some(true));
        let rules = params.groups("Rules");
        assert_eq!(rules[0].number::<u16>("Port"), Some(80));
        assert_eq!(rules[0].groups("Ranges")[0].text("Cidr"), Some("10.0.0.0/8"));
        assert_eq!(params.tags("Tags"), BTreeMap::from([("a".to_owned(), String::new())]));
    }
}
