//! Stale answers: those of a service that does not know yet of something that is there, or of its
//! tags. On AWS a thing can be made and not be found by the next look at it.

use http::header;
use serde_json::{Map, Value, json};

use crate::service::{Answer, AwsError, Call, Service};

/// How a call is answered in place of the truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stale {
    /// Not carried out, and refused.
    Refused(AwsError),
    /// Carried out, and answered with nothing in these fields and with no next page.
    Empty(&'static [&'static str]),
    /// Carried out, and answered with nothing in the fields that hold tags.
    Untagged,
    /// Carried out, and answered with the entries of this list as failures, named by this field.
    Missing(&'static str, &'static str),
}

/// What the fields that hold tags are called. Resources without tags are not in the last of them.
const TAGS: &[&str] =
    &["Tags", "tags", "TagSet", "tagSet", "UserPoolTags", "ResourceTagMappingList"];

/// What the fields that lead to the next page are called.
const NEXT: &[&str] = &["NextMarker", "NextToken", "nextToken", "PaginationToken", "position"];

impl Stale {
    /// The answer to a call.
    pub(crate) async fn answer(&self, service: &dyn Service, call: Call) -> Answer {
        match self {
            Self::Refused(error) => service.refuse(error),
            Self::Empty(fields) => without(service.answer(call).await, fields, NEXT),
            Self::Untagged => without(service.answer(call).await, TAGS, &[]),
            Self::Missing(list, arn) => {
                edited(service.answer(call).await, |body| missing(body, list, arn))
            }
        }
    }
}

/// A good answer with nothing in some fields, and without others; one that is not good as it is.
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

/// A document with this in place of every element of a name. None of them is in another one.
fn replaced(xml: &str, name: &str, instead: &str) -> String {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut parts = xml.split(&open);
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        result.push_str(instead);
        result.push_str(part.split_once(&close).map_or("", |(_, rest)| rest));
    }
    result
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
