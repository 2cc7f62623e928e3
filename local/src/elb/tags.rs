//! Tags of load balancers, target groups and listeners.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Context,
    errors::{Outcome, bad, invalid, no_balancer, no_group, no_listener},
    state::Region,
};
use crate::{
    params::Params,
    service::{AwsError, Tagged},
    tags::{GivenTags, TagError},
};

/// AWS's limit of resources in one request.
const MOST_ARNS: usize = 20;

/// Returns the tags that a create call gives.
pub(super) fn at_creation(params: &Params) -> Outcome<BTreeMap<String, String>> {
    given(params).map(GivenTags::into_map)
}

fn given(params: &Params) -> Outcome<GivenTags> {
    GivenTags::new(params.tag_pairs("Tags")).map_err(|why| refused(&why))
}

fn refused(why: &TagError) -> AwsError {
    match why {
        TagError::Reserved(_) => {
            invalid("aws: prefixed tag key names are not allowed for external use.")
        }
        TagError::TooMany(_) => bad("TooManyTags", why.to_string()),
        TagError::Duplicate(_) => bad("DuplicateTagKeys", why.to_string()),
        TagError::Key(_) | TagError::Value(_) => invalid(why.to_string()),
    }
}

fn existing(region: &Region, params: &Params) -> Outcome<Vec<String>> {
    let arns = params.list("ResourceArns");
    if arns.len() > MOST_ARNS {
        return Err(invalid("At most 20 ResourceArns can be given"));
    }
    match arns.iter().find(|arn| !has(region, arn)) {
        None => Ok(arns),
        Some(missing) => Err(not_found(missing)),
    }
}

fn has(region: &Region, arn: &str) -> bool {
    region.balancers.contains_key(arn)
        || region.groups.contains_key(arn)
        || region.listeners.contains_key(arn)
}

fn not_found(arn: &str) -> AwsError {
    match arn.split(':').nth(5).and_then(|resource| resource.split('/').next()) {
        Some("loadbalancer") => no_balancer(arn),
        Some("targetgroup") => no_group(),
        Some("listener") => no_listener(),
        _ => invalid(format!("'{arn}' is not a valid ARN")),
    }
}

pub(super) fn add(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let tags = given(params)?;
    for arn in existing(region, params)? {
        let kept = region.tags.entry(arn).or_default();
        tags.clone().add_to(kept).map_err(|why| refused(&why))?;
    }
    Ok(json!({}))
}

pub(super) fn remove(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let keys = params.list("TagKeys");
    for arn in existing(region, params)? {
        region.tags.entry(arn).or_default().retain(|key, _| !keys.contains(key));
    }
    Ok(json!({}))
}

pub(super) fn describe(region: &Region, _: &Context, params: &Params) -> Outcome<Value> {
    let of = |arn: &String| -> Value {
        let tags = region.tags.get(arn).into_iter().flatten();
        tags.map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
    };
    let arns = existing(region, params)?;
    let descriptions: Vec<Value> =
        arns.iter().map(|arn| json!({ "ResourceArn": arn, "Tags": of(arn) })).collect();
    Ok(json!({ "TagDescriptions": descriptions }))
}

/// Returns everything with tags, as the Resource Groups Tagging API lists it.
pub(super) fn tagged(region: &Region) -> Vec<Tagged> {
    let with_tags = region.tags.iter().filter(|(_, tags)| !tags.is_empty());
    with_tags.map(|(arn, tags)| Tagged { arn: arn.clone(), tags: tags.clone() }).collect()
}
