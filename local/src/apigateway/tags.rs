//! Tags of APIs, stages and VPC links, by their ARNs.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    ApiGateway,
    errors::{Outcome, bad, limit, no, no_api, not_found},
    model::Texts,
    request::Request,
    state::Region,
};
use crate::{
    place::Place,
    service::{AwsError, Tagged},
    tags::{GivenTags, TagError},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
    tags: Texts,
}

/// Checks the tags that a call gives.
pub(super) fn checked(tags: Texts) -> Outcome<Texts> {
    GivenTags::new(tags).map(GivenTags::into_map).map_err(|why| refused(&why))
}

fn refused(why: &TagError) -> AwsError {
    match why {
        TagError::TooMany(_) => limit(why.to_string()),
        _ => bad(why.to_string()),
    }
}

pub(super) fn tag(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let new = GivenTags::new(request.read::<Body>()?.tags).map_err(|why| refused(&why))?;
    gateway.change(place, |region| {
        new.add_to(of(region, place, request.named("arn"))?).map_err(|why| refused(&why))?;
        Ok(Value::Null)
    })
}

pub(super) fn untag(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    let keys: Vec<&str> = request.queries("tagKeys").collect();
    gateway.change(place, |region| {
        of(region, place, request.named("arn"))?.retain(|key, _| !keys.contains(&key.as_str()));
        Ok(Value::Null)
    })
}

pub(super) fn list(gateway: &ApiGateway, place: &Place, request: &Request) -> Outcome<Value> {
    gateway.look(place, |region| {
        let tags = of(&mut region.clone(), place, request.named("arn")).cloned()?;
        Ok(json!({ "tags": tags }))
    })
}

/// Returns the tags of what an ARN names.
fn of<'a>(region: &'a mut Region, place: &Place, arn: &str) -> Outcome<&'a mut Texts> {
    let unknown = || bad(format!("Invalid ARN specified in the request: {arn}"));
    let path = arn.strip_prefix(&prefix(&place.region)).ok_or_else(unknown)?;
    let names: Vec<&str> = path.split('/').collect();
    match names[..] {
        ["restapis", id] => {
            let api = region.apis.get_mut(id).ok_or_else(|| no_api(place, id))?;
            Ok(&mut api.tags)
        }
        ["restapis", id, "stages", name] => {
            let api = region.apis.get_mut(id).ok_or_else(|| no_api(place, id))?;
            let stage = api.stages.get_mut(name);
            stage.map(|stage| &mut stage.tags).ok_or_else(|| no("Stage"))
        }
        ["vpclinks", id] => {
            let link = region.links.get_mut(id);
            link.map(|link| &mut link.tags).ok_or_else(|| not_found("VPC link not found"))
        }
        _ => Err(unknown()),
    }
}

/// Returns how ARNs begin, which name no account in this service.
fn prefix(region: &str) -> String {
    format!("arn:aws:apigateway:{region}::/")
}

/// Returns everything with tags, as the Resource Groups Tagging API lists it.
pub(super) fn tagged(region: &Region, region_name: &str) -> Vec<Tagged> {
    let apis = region.apis.values().map(|api| (format!("restapis/{}", api.id), &api.tags));
    let stages = region.apis.values().flat_map(|api| {
        let path = move |name: &String| format!("restapis/{}/stages/{name}", api.id);
        api.stages.iter().map(move |(name, stage)| (path(name), &stage.tags))
    });
    let links = region.links.values().map(|link| (format!("vpclinks/{}", link.id), &link.tags));
    let arn = |path: String| format!("{}{path}", prefix(region_name));
    let all = apis.chain(stages).chain(links).filter(|(_, tags)| !tags.is_empty());
    all.map(|(path, tags)| Tagged { arn: arn(path), tags: tags.clone() }).collect()
}
