//! The tags of log groups: by ARN, and by name as in the older calls.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Logs, names};
use crate::{place::Place, protocol::input::Input, service::AwsError};

/// Tags from a map in the input.
pub(super) fn of(map: &Value) -> BTreeMap<String, String> {
    let pairs = map.as_object().into_iter().flatten();
    pairs.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

pub(super) fn tag(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    logs.tag(place, by_arn(input)?, of(&input["tags"]))
}

pub(super) fn untag(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    logs.untag(place, by_arn(input)?, &Input(input).texts("tagKeys"))
}

pub(super) fn list(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    logs.tags(place, by_arn(input)?)
}

pub(super) fn tag_group(logs: &Logs, place: &Place, input: &Value) -> Result<Value, AwsError> {
    logs.tag(place, Input(input).needed("logGroupName")?, of(&input["tags"]))
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
    fn tag(
        &self,
        place: &Place,
        name: &str,
        tags: BTreeMap<String, String>,
    ) -> Result<Value, AwsError> {
        self.change_group(place, name, |group| {
            group.tags.extend(tags);
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
