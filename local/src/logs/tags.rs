//! The tags of log groups: by ARN, and by name as in the older calls.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Value, json};

use super::{Logs, names};
use crate::{
    place::Place,
    protocol::input::{Input, invalid},
    service::AwsError,
    tags::{GivenTags, TagError},
};

/// Reads the tags of a new group from a map in the input.
pub(super) fn of(map: &Value) -> Result<BTreeMap<String, String>, AwsError> {
    given(map).map(GivenTags::into_map).map_err(|why| invalid(&why.to_string()))
}

fn given(map: &Value) -> Result<GivenTags, TagError> {
    let pairs = map.as_object().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    GivenTags::new(pairs.map(|(key, value)| (key.clone(), text(value))))
}

fn refused(why: &TagError) -> AwsError {
    match why {
        TagError::TooMany(_) => {
            AwsError::new(StatusCode::BAD_REQUEST, "TooManyTagsException", why.to_string())
        }
        _ => invalid(&why.to_string()),
    }
}

pub(super) fn tag(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    logs.tag(place, by_arn(input)?, &input["tags"])
}

pub(super) fn untag(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    logs.untag(place, by_arn(input)?, &Input(input).texts("tagKeys"))
}

pub(super) fn list(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    logs.tags(place, by_arn(input)?)
}

pub(super) fn tag_group(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    logs.tag(place, Input(input).needed("logGroupName")?, &input["tags"])
}

pub(super) fn untag_group(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    logs.untag(place, Input(input).needed("logGroupName")?, &Input(input).texts("tags"))
}

pub(super) fn list_group(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    logs.tags(place, Input(input).needed("logGroupName")?)
}

/// AWS refuses the ARN with `:*` here: it means the streams, which have no tags.
fn by_arn(input: &Value) -> Result<&str, AwsError> {
    let arn = Input(input).needed("resourceArn")?;
    match names::in_arn(arn) {
        Some(name) if !arn.ends_with(":*") => Ok(name),
        _ => Err(names::unfit_arn(arn)),
    }
}

impl Logs {
    fn tag(&self, place: &Place, name: &str, tags: &Value) -> Result<Value, AwsError> {
        let tags = given(tags).map_err(|why| refused(&why))?;
        self.change_group(place, name, |group| {
            tags.add_to(&mut group.tags).map_err(|why| refused(&why))?;
            Ok(json!({}))
        })
    }

    fn untag(&self, place: &Place, name: &str, keys: &[&str]) -> Result<Value, AwsError> {
        self.change_group(place, name, |group| {
            group.tags.retain(|key, _| !keys.contains(&key.as_str()));
            Ok(json!({}))
        })
    }

    fn tags(&self, place: &Place, name: &str) -> Result<Value, AwsError> {
        self.group(place, name, |group| json!({ "tags": group.tags }))
    }
}
