//! How the describe operations answer: by ids, through filters, in pages.

use serde_json::{Map, Value, json};

use super::{
    errors::{Outcome, bad},
    filters::{self, Known},
    kinds::Kind,
};
use crate::{params::Params, protocol::page::page};

/// A describe operation.
pub(super) struct Listing {
    /// The element that holds what is found.
    pub(super) set: &'static str,
    /// The parameter that lists ids, such as `VpcId`.
    pub(super) ids: &'static str,
    /// What it is that is described.
    pub(super) kind: &'static Kind,
    /// The filters that it supports, besides those on tags.
    pub(super) filters: &'static [Known],
}

impl Listing {
    /// Returns the answer, from everything that exists: ids with what is shown of them, ordered by
    /// id.
    pub(super) fn answer(
        &self,
        params: &Params,
        mut things: Vec<(String, Value)>,
    ) -> Outcome<Value> {
        let ids = params.list(self.ids);
        if let Some(missing) = ids.iter().find(|id| things.iter().all(|(known, _)| known != *id)) {
            return Err(self.kind.not_found(missing));
        }
        if !ids.is_empty() {
            things.retain(|(id, _)| ids.contains(id));
        }
        filters::keep(params, self.filters, &mut things)?;
        let token = params.text("NextToken");
        let (things, next) = page(things, |(id, _)| id.clone(), token, limit(params)?);
        let found: Vec<Value> = things.into_iter().map(|(_, thing)| thing).collect();
        let mut answer = Map::new();
        answer.insert(self.set.to_owned(), Value::Array(found));
        answer.insert("nextToken".to_owned(), json!(next));
        Ok(Value::Object(answer))
    }
}

/// Returns the requested page size.
fn limit(params: &Params) -> Outcome<usize> {
    let Some(text) = params.text("MaxResults") else { return Ok(usize::MAX) };
    // AWS takes 5 to 1000 in most operations and caps larger values.
    text.parse::<usize>().ok().filter(|most| *most > 0).ok_or_else(|| {
        bad("InvalidMaxResults", format!("Value ( {text} ) for parameter maxResults is invalid."))
    })
}

#[cfg(test)]
mod tests {
    use super::{super::kinds::VPC, *};

    const LISTING: Listing = Listing { set: "vpcSet", ids: "VpcId", kind: &VPC, filters: &[] };

    fn listed(params: &Value) -> Outcome<Value> {
        let things = ["vpc-1", "vpc-2", "vpc-3"].map(|id| (id.to_owned(), json!(id)));
        LISTING.answer(&Params::of_json(params), things.to_vec())
    }

    #[test]
    fn pages_follow_one_another() {
        let first = listed(&json!({ "MaxResults": 2 })).unwrap();
        assert_eq!(first, json!({ "vpcSet": ["vpc-1", "vpc-2"], "nextToken": "vpc-2" }));
        let second = listed(&json!({ "MaxResults": 2, "NextToken": "vpc-2" })).unwrap();
        assert_eq!(second, json!({ "vpcSet": ["vpc-3"], "nextToken": null }));
    }

    #[test]
    fn an_id_that_is_not_there_is_an_error() {
        assert_eq!(listed(&json!({ "VpcId": ["vpc-2"] })).unwrap()["vpcSet"], json!(["vpc-2"]));
        assert_eq!(listed(&json!({ "VpcId": ["vpc-9"] })).unwrap_err().code, VPC.missing);
    }
}
