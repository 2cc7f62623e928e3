//! How the describe operations answer: in pages.

use serde_json::{Map, Value, json};

use super::errors::{Outcome, invalid};
use crate::{params::Params, protocol::page};

/// AWS's largest page.
const PAGE: usize = 400;

/// Returns a page of what is found, ordered by ARN; the marker is the last ARN of the previous
/// page.
pub(super) fn page(params: &Params, field: &str, found: Vec<(String, Value)>) -> Outcome<Value> {
    let size = match params.text("PageSize") {
        None => PAGE,
        Some(text) => {
            let size = text.parse().ok().filter(|size| (1..=PAGE).contains(size));
            size.ok_or_else(|| invalid("PageSize must be from 1 to 400"))?
        }
    };
    let (page, next) = page::page(found, |(arn, _)| arn.clone(), params.text("Marker"), size);
    let mut answer = Map::new();
    answer.insert(field.to_owned(), page.into_iter().map(|(_, shown)| shown).collect());
    answer.insert("NextMarker".to_owned(), json!(next));
    Ok(Value::Object(answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_one_another() {
        let found = || ["a", "b", "c"].map(|arn| (arn.to_owned(), json!(arn))).to_vec();
        let params = Params::default().with("PageSize", "2");
        let first = page(&params, "List", found()).unwrap();
        assert_eq!(first, json!({ "List": ["a", "b"], "NextMarker": "b" }));
        let second = page(&params.with("Marker", "b"), "List", found()).unwrap();
        assert_eq!(second, json!({ "List": ["c"], "NextMarker": null }));
    }
}
