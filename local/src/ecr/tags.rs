//! The tags of repositories.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Ecr, error, names};
use crate::{place::Place, protocol::input::Input, service::AwsError};

/// The list of tags in the input.
pub(super) fn of(input: Input<'_>) -> Result<BTreeMap<String, String>, AwsError> {
    let tag = |tag: Input<'_>| {
        let key = tag.text("Key").filter(|key| !key.is_empty() && !key.starts_with("aws:"));
        let key = key.ok_or_else(|| {
            error("InvalidTagParameterException", "A tag's key is not valid.".to_owned())
        })?;
        Ok((key.to_owned(), tag.text("Value").unwrap_or_default().to_owned()))
    };
    input.parts("tags").map(tag).collect()
}

pub(super) fn tag(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let tags = of(input)?;
    ecr.change_repository(place, names::in_arn(input)?, |repository| {
        repository.tags.extend(tags);
        Ok(json!({}))
    })
}

pub(super) fn untag(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let keys = input.texts("tagKeys");
    ecr.change_repository(place, names::in_arn(input)?, |repository| {
        repository.tags.retain(|key, _| !keys.contains(&key.as_str()));
        Ok(json!({}))
    })
}

pub(super) fn list(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    ecr.repository(place, names::in_arn(Input(input))?, |repository| {
        let tags = repository.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value }));
        json!({ "tags": tags.collect::<Vec<_>>() })
    })
}
