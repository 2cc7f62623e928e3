//! `Filter.N`: which resources are shown, decided by what would be shown of them.

use serde_json::Value;

use super::errors::{Outcome, bad};
use crate::{glob, params::Params};

/// A filter's name, and where in the answer its value is (`attachmentSet.vpcId`).
pub(super) type Known = (&'static str, &'static str);

/// A filter: any of its values must match.
struct Filter<'a> {
    wanted: Wanted<'a>,
    values: Vec<String>,
}

enum Wanted<'a> {
    At(&'static str),
    Tag(&'a str),
}

/// Keeps what all filters of a call let through.
pub(super) fn keep(
    params: &Params,
    known: &[Known],
    things: &mut Vec<(String, Value)>,
) -> Outcome<()> {
    for group in params.groups("Filter") {
        let name = group.text("Name").unwrap_or_default();
        let filter = Filter { wanted: wanted(name, known)?, values: group.list("Value") };
        things.retain(|(_, thing)| filter.matches(thing));
    }
    Ok(())
}

fn wanted<'a>(name: &'a str, known: &[Known]) -> Outcome<Wanted<'a>> {
    if let Some(key) = name.strip_prefix("tag:") {
        return Ok(Wanted::Tag(key));
    }
    if name == "tag-key" {
        return Ok(Wanted::At("tagSet.key"));
    }
    let known = known.iter().find(|(known, _)| *known == name);
    known
        .map(|(_, path)| Wanted::At(path))
        .ok_or_else(|| bad("InvalidParameterValue", format!("The filter '{name}' is invalid")))
}

impl Filter<'_> {
    fn matches(&self, thing: &Value) -> bool {
        let found = match self.wanted {
            Wanted::At(path) => values(thing, path),
            Wanted::Tag(key) => tag_values(thing, key),
        };
        found.iter().any(|value| self.values.iter().any(|wanted| glob::matches(wanted, value)))
    }
}

fn tag_values(thing: &Value, key: &str) -> Vec<String> {
    let tags = thing.get("tagSet").and_then(Value::as_array).into_iter().flatten();
    tags.filter(|tag| tag["key"] == key).flat_map(|tag| values(tag, "value")).collect()
}

/// Returns the values at a path; a path goes through all entries of a list.
fn values(value: &Value, path: &str) -> Vec<String> {
    if let Value::Array(entries) = value {
        return entries.iter().flat_map(|entry| values(entry, path)).collect();
    }
    if !path.is_empty() {
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        return value.get(first).map(|below| values(below, rest)).unwrap_or_default();
    }
    match value {
        Value::Null | Value::Object(_) => Vec::new(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KNOWN: &[Known] = &[("vpc-id", "vpcId"), ("attachment.vpc-id", "attachmentSet.vpcId")];

    fn kept(filters: &Value) -> Outcome<usize> {
        let thing = json!({
            "vpcId": "vpc-1", "attachmentSet": [{ "vpcId": "vpc-2" }],
            "tagSet": [{ "key": "Name", "value": "lab" }],
        });
        let mut things = vec![("id".to_owned(), thing)];
        keep(&Params::of_json(&json!({ "Filter": filters })), KNOWN, &mut things)?;
        Ok(things.len())
    }

    #[test]
    fn filters_are_anded_and_their_values_ored() {
        let one = |name: &str, values: &[&str]| {
            kept(&json!([{ "Name": name, "Value": values }])).unwrap()
        };
        assert_eq!(one("vpc-id", &["x", "vpc-1"]), 1);
        assert_eq!(one("attachment.vpc-id", &["vpc-?"]), 1);
        assert_eq!(one("tag:Name", &["l*"]), 1);
        assert_eq!(one("tag-key", &["Nam"]), 0);
        let both =
            json!([{ "Name": "vpc-id", "Value": ["vpc-1"] }, { "Name": "tag:x", "Value": ["*"] }]);
        assert_eq!(kept(&both), Ok(0));
    }

    #[test]
    fn an_unknown_filter_is_refused() {
        let refused = kept(&json!([{ "Name": "colour", "Value": ["red"] }])).unwrap_err();
        assert_eq!(refused.code, "InvalidParameterValue");
    }
}
