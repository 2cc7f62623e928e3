//! What the statements of all policies have in common: those of principals, of roles' trust and of
//! buckets.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::Value;

use crate::glob;

/// What a statement does with what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// JSON that may be one value or a list of them.
#[derive(Clone, Debug)]
pub(crate) struct OneOrMany<T>(Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> OneOrMany<T> {
    /// Returns all values.
    pub(crate) fn all(&self) -> &[T] {
        &self.0
    }
}

/// By hand, because serde's untagged enums do not report what is wrong inside.
impl<'de, T: DeserializeOwned> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let values = match Value::deserialize(from)? {
            Value::Array(values) => values,
            one => vec![one],
        };
        let read: Result<_, _> = values.into_iter().map(serde_json::from_value).collect();
        read.map(Self).map_err(D::Error::custom)
    }
}

/// Patterns in a statement: the plain ones, or those of its `Not…` element.
pub(crate) type Patterns<'a> = (Option<&'a OneOrMany<String>>, Option<&'a OneOrMany<String>>);

/// Returns whether a statement with these patterns is about an action. Letter case does not matter.
pub(crate) fn covers_action(patterns: Patterns<'_>, action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    covers(patterns, |pattern| glob::matches(&pattern.to_ascii_lowercase(), &action))
}

/// Returns whether a statement with these patterns is about a resource.
pub(crate) fn covers_resource(patterns: Patterns<'_>, resource: &str) -> bool {
    covers(patterns, |pattern| glob::matches(pattern, resource))
}

fn covers((plain, not): Patterns<'_>, fits: impl Fn(&str) -> bool) -> bool {
    let any = |values: &OneOrMany<String>| values.all().iter().any(|value| fits(value));
    match (plain, not) {
        (Some(values), _) => any(values),
        (None, Some(values)) => !any(values),
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(values: Value) -> OneOrMany<String> {
        serde_json::from_value(values).unwrap()
    }

    #[test]
    fn one_value_is_a_list_of_one() {
        assert_eq!(of(json!("a")).all(), ["a"]);
        assert_eq!(of(json!(["a", "b"])).all(), ["a", "b"]);
        assert!(serde_json::from_value::<OneOrMany<String>>(json!(1)).is_err());
    }

    #[test]
    fn patterns_cover_or_leave_out() {
        let some = of(json!(["s3:Get*", "s3:List?"]));
        for (action, is_covered) in [("S3:getobject", true), ("s3:ListX", true), ("s3:Put", false)]
        {
            assert_eq!(covers_action((Some(&some), None), action), is_covered, "{action}");
            assert_eq!(covers_action((None, Some(&some)), action), !is_covered, "{action}");
        }
        let resource = of(json!("arn:aws:s3:::b/*"));
        assert!(covers_resource((Some(&resource), None), "arn:aws:s3:::b/k"));
        assert!(!covers_resource((Some(&resource), None), "arn:aws:s3:::B/k"));
        assert!(!covers_resource((None, None), "arn:aws:s3:::b/k"));
    }
}
