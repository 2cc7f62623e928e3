//! The tags of repositories.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Ecr, error, names};
use crate::{
    place::Place,
    protocol::input::Input,
    service::AwsError,
    tags::{GivenTags, TagError},
};

/// Returns the list of tags in the input.
pub(super) fn of(input: Input<'_>) -> Result<BTreeMap<String, String>, AwsError> {
    given(input).map(GivenTags::into_map)
}

fn given(input: Input<'_>) -> Result<GivenTags, AwsError> {
    GivenTags::new(input.tags("tags", "Key", "Value")).map_err(|why| refused(&why))
}

fn refused(why: &TagError) -> AwsError {
    let code = match why {
        TagError::TooMany(_) => "TooManyTagsException",
        _ => "InvalidTagParameterException",
    };
    error(code, why.to_string())
}

pub(super) fn tag(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let tags = given(input)?;
    ecr.change_repository(place, names::in_arn(input)?, |repository| {
        tags.add_to(&mut repository.tags).map_err(|why| refused(&why))?;
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
