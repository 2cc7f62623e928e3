//! Regions and availability zones, and what an account may do.

use serde_json::{Value, json};

use super::{
    Context,
    errors::{Outcome, bad, invalid},
    filters,
    state::Region,
};
use crate::{params::Params, regions};

/// Every region has three zones here.
const LETTERS: [char; 3] = ['a', 'b', 'c'];

const KNOWN: &[filters::Known] = &[
    ("zone-name", "zoneName"),
    ("zone-id", "zoneId"),
    ("state", "zoneState"),
    ("zone-type", "zoneType"),
    ("region-name", "regionName"),
    ("opt-in-status", "optInStatus"),
    ("group-name", "groupName"),
];

const KNOWN_REGIONS: &[filters::Known] = &[
    ("region-name", "regionName"),
    ("endpoint", "regionEndpoint"),
    ("opt-in-status", "optInStatus"),
];
const NOT_OPTED_IN: &str = "not-opted-in";

/// Returns the names of a region's zones.
pub(super) fn names(region: &str) -> Vec<String> {
    LETTERS.iter().map(|letter| format!("{region}{letter}")).collect()
}

/// Returns a zone's id, such as `euw1-az1` for `eu-west-1a`. On AWS accounts differ in which letter
/// is which; here they do not.
pub(super) fn id_of(zone: &str) -> String {
    let (region, letter) = zone.split_at(zone.len().saturating_sub(1));
    let place = LETTERS.iter().position(|known| letter.starts_with(*known)).unwrap_or(0);
    format!("{}-az{}", short(region), place + 1)
}

/// Finds the zone of this name or this id.
pub(super) fn find(region: &str, zone: &str) -> Option<String> {
    names(region).into_iter().find(|name| name == zone || id_of(name) == zone)
}

/// Returns a region as zone ids write it: `eu-west-1` is `euw1`, `ap-southeast-2` is `apse2`.
fn short(region: &str) -> String {
    let part = |part: &str| match part {
        "northeast" => "ne".to_owned(),
        "northwest" => "nw".to_owned(),
        "southeast" => "se".to_owned(),
        "southwest" => "sw".to_owned(),
        "north" | "south" | "east" | "west" | "central" => part[..1].to_owned(),
        other => other.to_owned(),
    };
    region.split('-').map(part).collect()
}

pub(super) fn describe(_: &Region, context: &Context, params: &Params) -> Outcome<Value> {
    let (wanted_names, wanted_ids) = (params.list("ZoneName"), params.list("ZoneId"));
    let mut zones: Vec<(String, Value)> = names(&context.place.region)
        .into_iter()
        .map(|name| (name.clone(), shown(&name, &context.place.region)))
        .collect();
    for wanted in wanted_names.iter().chain(&wanted_ids) {
        if find(&context.place.region, wanted).is_none() {
            let message = format!("Invalid availability zone: [{wanted}]");
            return Err(bad("InvalidParameterValue", message));
        }
    }
    zones.retain(|(name, _)| {
        (wanted_names.is_empty() || wanted_names.contains(name))
            && (wanted_ids.is_empty() || wanted_ids.contains(&id_of(name)))
    });
    filters::keep(params, KNOWN, &mut zones)?;
    let found: Vec<Value> = zones.into_iter().map(|(_, zone)| zone).collect();
    Ok(json!({ "availabilityZoneInfo": found }))
}

fn shown(name: &str, region: &str) -> Value {
    json!({
        "zoneName": name, "zoneId": id_of(name), "zoneState": "available",
        "zoneType": "availability-zone", "regionName": region, "groupName": region,
        "groupLongName": region, "networkBorderGroup": region,
        "optInStatus": "opt-in-not-required", "messageSet": [],
    })
}

pub(super) fn describe_regions(_: &Region, context: &Context, params: &Params) -> Outcome<Value> {
    let own = context.place.region.as_str();
    let mut found: Vec<(String, Value)> = regions::beside(own)
        .map(|region| (region.name.to_owned(), shown_region(region, own)))
        .collect();
    let wanted = params.list("RegionName");
    if let Some(unknown) = wanted.iter().find(|name| found.iter().all(|(known, _)| known != *name))
    {
        return Err(bad("InvalidParameterValue", format!("Invalid region: [{unknown}]")));
    }
    let shows_all = params.flag("AllRegions") == Some(true);
    found.retain(|(name, region)| {
        let is_wanted = wanted.contains(name);
        (wanted.is_empty() || is_wanted)
            && (is_wanted || shows_all || region["optInStatus"] != NOT_OPTED_IN)
    });
    filters::keep(params, KNOWN_REGIONS, &mut found)?;
    let found: Vec<Value> = found.into_iter().map(|(_, region)| region).collect();
    Ok(json!({ "regionInfo": found }))
}

/// Returns a region as an account sees it that uses `own`, and so must have asked for that one.
fn shown_region(region: &regions::Region, own: &str) -> Value {
    let name = region.name;
    let status = if region.is_default {
        "opt-in-not-required"
    } else if name == own {
        "opted-in"
    } else {
        NOT_OPTED_IN
    };
    let domain = match region.partition {
        "aws-cn" => "amazonaws.com.cn",
        "aws-eusc" => "amazonaws.eu",
        _ => "amazonaws.com",
    };
    json!({
        "regionName": name, "regionEndpoint": format!("ec2.{name}.{domain}"),
        "optInStatus": status,
    })
}

pub(super) fn account_attributes(_: &Region, _: &Context, params: &Params) -> Outcome<Value> {
    const ATTRIBUTES: &[(&str, &str)] = &[
        ("supported-platforms", "VPC"),
        ("default-vpc", "none"),
        ("vpc-max-security-groups-per-interface", "5"),
        ("max-elastic-ips", "5"),
        ("vpc-max-elastic-ips", "5"),
        ("max-instances", "20"),
    ];
    let wanted = params.list("AttributeName");
    let known = |name: &String| ATTRIBUTES.iter().any(|(known, _)| known == name);
    if let Some(unknown) = wanted.iter().find(|name| !known(name)) {
        return Err(invalid("attributeName", unknown, "Unknown attribute."));
    }
    let found: Vec<Value> = ATTRIBUTES
        .iter()
        .filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name))
        .map(|(name, value)| {
            json!({
                "attributeName": name, "attributeValueSet": [{ "attributeValue": value }],
            })
        })
        .collect();
    Ok(json!({ "accountAttributeSet": found }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zone_ids_are_written_as_aws_does() {
        assert_eq!(id_of("eu-west-1a"), "euw1-az1");
        assert_eq!(id_of("us-east-1c"), "use1-az3");
        assert_eq!(id_of("ap-southeast-2b"), "apse2-az2");
        assert_eq!(find("eu-west-1", "euw1-az2").as_deref(), Some("eu-west-1b"));
        assert_eq!(find("eu-west-1", "eu-west-1d"), None);
    }
}
