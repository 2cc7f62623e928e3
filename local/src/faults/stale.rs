//! Stale answers, as from a replica that has not yet seen a new resource or its tags: on AWS a
//! resource can be missing from the first reads after its creation.

use http::header;
use serde_json::{Map, Value, json};

use super::{Thing, earlier::Earlier, xml::replaced};
use crate::{
    protocol::tokens::FIELDS as NEXT,
    service::{Answer, AwsError, Call, Service},
};

/// A stale answer to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stale {
    /// The call is not executed and gets this error.
    Refused(AwsError),
    /// The call is executed; these lists of its answer are emptied, and there is no next page.
    Empty(&'static [&'static str]),
    /// The call is executed; the tags in its answer are removed.
    Untagged,
    /// The call is executed; the entries of this list become failures, each with the ARN in this
    /// field.
    Missing(&'static str, &'static str),
    /// The call is executed; the answer may be one from before a change.
    Before {
        /// What was answered so far.
        earlier: Earlier,
        /// The read that is answered.
        thing: Thing,
        /// How many of the differing answers are let through first.
        skip: u64,
        /// How many are replaced after those.
        times: Option<u64>,
    },
}

/// The fields that hold tags. The last one lists only resources that have tags.
const TAGS: &[&str] =
    &["Tags", "tags", "TagSet", "tagSet", "UserPoolTags", "ResourceTagMappingList"];

impl Stale {
    /// Returns the answer to a call.
    pub(crate) async fn answer(&self, service: &dyn Service, call: Call) -> Answer {
        match self {
            Self::Refused(error) => service.refuse(error),
            Self::Empty(fields) => without(service.answer(call).await, fields, NEXT),
            Self::Untagged => without(service.answer(call).await, TAGS, &[]),
            Self::Missing(list, arn) => {
                edited(service.answer(call).await, |body| missing(body, list, arn))
            }
            Self::Before { earlier, thing, skip, times } => {
                let answer = service.answer(call).await;
                earlier.instead_of(answer, thing.clone(), *skip, *times)
            }
        }
    }
}

/// Empties some fields of a successful answer and removes others. Errors stay as they are.
fn without(answer: Answer, emptied: &[&str], removed: &[&str]) -> Answer {
    edited(answer, |body| {
        if let Ok(mut json) = serde_json::from_str::<Value>(body) {
            empty(&mut json, emptied, removed);
            return Some(json.to_string());
        }
        let emptied = emptied.iter().map(|name| (name, format!("<{name}></{name}>")));
        let removed = removed.iter().map(|name| (name, String::new()));
        let edit = |xml: String, (name, instead): (&&str, String)| replaced(&xml, name, &instead);
        Some(emptied.chain(removed).fold(body.to_owned(), edit))
    })
}

fn edited(mut answer: Answer, edit: impl FnOnce(&str) -> Option<String>) -> Answer {
    if answer.status().is_success()
        && let Some(body) = std::str::from_utf8(answer.body()).ok().and_then(edit)
    {
        answer.headers_mut().remove(header::CONTENT_LENGTH);
        *answer.body_mut() = body.into();
    }
    answer
}

fn empty(json: &mut Value, emptied: &[&str], removed: &[&str]) {
    match json {
        Value::Object(fields) => {
            fields.retain(|name, _| !removed.contains(&name.as_str()));
            for (name, value) in fields {
                match value {
                    Value::Object(map) if emptied.contains(&name.as_str()) => map.clear(),
                    Value::Array(list) if emptied.contains(&name.as_str()) => list.clear(),
                    other => empty(other, emptied, removed),
                }
            }
        }
        Value::Array(entries) => {
            for entry in entries {
                empty(entry, emptied, removed);
            }
        }
        _ => {}
    }
}

fn missing(body: &str, list: &str, arn: &str) -> Option<String> {
    let mut fields: Map<String, Value> = serde_json::from_str(body).ok()?;
    let found = fields.insert(list.to_owned(), json!([]))?;
    let failure = |entry: &Value| json!({ "arn": entry[arn], "reason": "MISSING" });
    let failures = found.as_array()?.iter().map(failure);
    fields.get_mut("failures")?.as_array_mut()?.extend(failures);
    Some(Value::Object(fields).to_string())
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::protocol;

    fn edit(body: &str, emptied: &[&str], removed: &[&str]) -> String {
        let answer = protocol::answer(StatusCode::OK, "text/plain", body.to_owned());
        let answer = without(answer, emptied, removed);
        String::from_utf8(answer.body().to_vec()).unwrap()
    }

    #[test]
    fn lists_and_maps_are_emptied_in_json() {
        let body = json!({ "nextToken": "a", "pools": [{ "tags": { "a": "b" }, "id": 1 }] });
        let wanted = json!({ "pools": [{ "tags": {}, "id": 1 }] }).to_string();
        assert_eq!(edit(&body.to_string(), TAGS, NEXT), wanted);
        assert_eq!(edit(&body.to_string(), &["pools"], NEXT), json!({ "pools": [] }).to_string());
    }

    #[test]
    fn elements_are_emptied_in_xml() {
        let body = "<R><Tags><member><Key>a</Key></member></Tags><Id>1</Id><Tags></Tags>\
                    <NextMarker>a</NextMarker></R>";
        assert_eq!(edit(body, TAGS, NEXT), "<R><Tags></Tags><Id>1</Id><Tags></Tags></R>");
        assert_eq!(edit(body, &["Name"], &[]), body);
    }

    #[test]
    fn what_was_found_is_missing() {
        let body = json!({ "clusters": [{ "clusterArn": "arn:a" }], "failures": [] }).to_string();
        let missing = missing(&body, "clusters", "clusterArn").unwrap();
        let wanted =
            json!({ "clusters": [], "failures": [{ "arn": "arn:a", "reason": "MISSING" }] });
        assert_eq!(missing, wanted.to_string());
    }

    #[test]
    fn errors_stay_as_they_are() {
        let body = r#"{"tags":{"a":"b"}}"#;
        let answer = protocol::answer(StatusCode::BAD_REQUEST, "text/plain", body);
        assert_eq!(without(answer, TAGS, NEXT).body(), body);
    }
}
