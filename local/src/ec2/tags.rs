//! Tags: at creation, later, and listed.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Context,
    errors::{Outcome, bad},
    filters,
    kinds::Kind,
    state::Region,
};
use crate::{
    params::Params,
    service::{AwsError, Tagged},
    tags::{GivenTags, TagError},
};

/// Returns the tags that a create call gives to the resource itself.
pub(super) fn at_creation(params: &Params, kind: &Kind) -> Outcome<BTreeMap<String, String>> {
    let mut tags = Vec::new();
    for specification in params.groups("TagSpecification") {
        let named = specification.text("ResourceType").unwrap_or_default();
        if named != kind.name {
            let message =
                format!("'{named}' is not a valid taggable resource type for this operation.");
            return Err(bad("InvalidParameterValue", message));
        }
        tags.extend(specification.tag_pairs("Tag"));
    }
    GivenTags::new(tags).map(GivenTags::into_map).map_err(|why| refused(&why))
}

fn refused(why: &TagError) -> AwsError {
    match why {
        TagError::TooMany(_) => bad("TagLimitExceeded", why.to_string()),
        TagError::Reserved(_) => {
            let message = "Tag keys starting with 'aws:' are reserved for internal use";
            bad("InvalidParameterValue", message)
        }
        _ => bad("InvalidParameterValue", why.to_string()),
    }
}

/// Returns the tags of the resource with an ARN; none of one that is not known.
pub(super) fn of_arn(region: &Region, arn: &str) -> BTreeMap<String, String> {
    let id = arn.rsplit('/').next().unwrap_or_default();
    region.tags.get(id).cloned().unwrap_or_default()
}

/// Returns a resource's tags as answers show them.
pub(super) fn shown(region: &Region, id: &str) -> Value {
    let tags = region.tags.get(id).into_iter().flatten();
    tags.map(|(key, value)| json!({ "key": key, "value": value })).collect()
}

pub(super) fn create(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let tags = GivenTags::new(params.tag_pairs("Tag")).map_err(|why| refused(&why))?;
    for id in existing(region, params)? {
        let kept = region.tags.entry(id).or_default();
        tags.clone().add_to(kept).map_err(|why| refused(&why))?;
    }
    Ok(json!({ "return": true }))
}

/// Deletes tags: one given without a value whatever its value is, and all if none are given.
pub(super) fn delete(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let wanted = params.groups("Tag");
    for id in existing(region, params)? {
        let Some(kept) = region.tags.get_mut(&id) else { continue };
        kept.retain(|key, value| {
            let meant = |tag: &Params| {
                tag.text("Key") == Some(key)
                    && tag.text("Value").is_none_or(|wanted| wanted == value)
            };
            key.starts_with("aws:") || !(wanted.is_empty() || wanted.iter().any(meant))
        });
    }
    Ok(json!({ "return": true }))
}

fn existing(region: &Region, params: &Params) -> Outcome<Vec<String>> {
    let ids = params.list("ResourceId");
    match ids.iter().find(|id| !region.has(id)) {
        None => Ok(ids),
        Some(id) => Err(Kind::of(id).map_or_else(
            || bad("InvalidID", format!("The ID '{id}' is not valid")),
            |kind| kind.not_found(id),
        )),
    }
}

pub(super) fn describe(region: &Region, _: &Context, params: &Params) -> Outcome<Value> {
    const KNOWN: &[filters::Known] = &[
        ("resource-id", "resourceId"),
        ("resource-type", "resourceType"),
        ("key", "key"),
        ("value", "value"),
    ];
    let kind_of = |id: &str| Kind::of(id).map_or("", |kind| kind.name);
    let mut all: Vec<(String, Value)> = Vec::new();
    for (id, tags) in &region.tags {
        all.extend(tags.iter().map(|(key, value)| {
            let shown = json!({
                "resourceId": id, "resourceType": kind_of(id), "key": key, "value": value,
            });
            (id.clone(), shown)
        }));
    }
    filters::keep(params, KNOWN, &mut all)?;
    let found: Vec<Value> = all.into_iter().map(|(_, tag)| tag).collect();
    Ok(json!({ "tagSet": found }))
}

/// Returns everything with tags, as the Resource Groups Tagging API lists it.
pub(super) fn tagged(region: &Region, context: &Context) -> Vec<Tagged> {
    let with_tags = region.tags.iter().filter(|(_, tags)| !tags.is_empty());
    with_tags
        .filter_map(|(id, tags)| {
            let kind = Kind::of(id)?.name;
            let arn = context.arn(kind, id);
            Some(Tagged { arn, tags: tags.clone() })
        })
        .collect()
}
