//! Security groups. The rules in them are in `rules`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Context,
    cidr::Cidr,
    errors::{Outcome, bad, dependency, need},
    kinds::{GROUP, RULE, VPC},
    listing::Listing,
    rules,
    state::{Group, Peer, Region, Rule},
    tags,
};
use crate::params::Params;

const LISTING: Listing = Listing {
    set: "securityGroupInfo",
    ids: "GroupId",
    kind: &GROUP,
    filters: &[
        ("group-id", "groupId"),
        ("group-name", "groupName"),
        ("description", "groupDescription"),
        ("vpc-id", "vpcId"),
        ("owner-id", "ownerId"),
        ("ip-permission.cidr", "ipPermissions.ipRanges.cidrIp"),
        ("ip-permission.group-id", "ipPermissions.groups.groupId"),
        ("ip-permission.protocol", "ipPermissions.ipProtocol"),
        ("ip-permission.from-port", "ipPermissions.fromPort"),
        ("ip-permission.to-port", "ipPermissions.toPort"),
        ("egress.ip-permission.cidr", "ipPermissionsEgress.ipRanges.cidrIp"),
        ("egress.ip-permission.group-id", "ipPermissionsEgress.groups.groupId"),
    ],
};

/// Returns the rule that allows everything, from or to a peer.
fn everything(egress: bool, peer: Peer) -> Rule {
    Rule { egress, protocol: "-1".to_owned(), ports: None, peer, description: None }
}

fn new(vpc: &str, name: &str, description: &str) -> Group {
    let open = everything(true, Peer::Ipv4(Cidr::ALL));
    Group {
        vpc: vpc.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
        rules: BTreeMap::from([(RULE.fresh_id(), open)]),
    }
}

/// Adds the group that comes with a VPC: its members may reach each other.
pub(super) fn add_default(region: &mut Region, vpc: &str) {
    let id = GROUP.fresh_id();
    let mut group = new(vpc, "default", "default VPC security group");
    group.rules.insert(RULE.fresh_id(), everything(false, Peer::Group(id.clone())));
    region.groups.insert(id, group);
}

pub(super) fn create(region: &mut Region, context: &Context, params: &Params) -> Outcome<Value> {
    let name = need(params, "GroupName")?;
    let description = need(params, "GroupDescription")?;
    let vpc = need(params, "VpcId")?;
    VPC.get(&region.vpcs, vpc)?;
    if name.starts_with("sg-") {
        let message = format!("Invalid group name '{name}': group names may not begin with 'sg-'");
        return Err(bad("InvalidParameterValue", message));
    }
    if region.groups.values().any(|group| group.vpc == vpc && group.name == name) {
        let message = format!("The security group '{name}' already exists for VPC '{vpc}'");
        return Err(bad("InvalidGroup.Duplicate", message));
    }
    let tags = tags::at_creation(params, &GROUP)?;
    let id = GROUP.fresh_id();
    region.groups.insert(id.clone(), new(vpc, name, description));
    region.tags.insert(id.clone(), tags);
    Ok(json!({
        "return": true, "groupId": id, "securityGroupArn": context.arn(GROUP.name, &id),
        "tagSet": tags::shown(region, &id),
    }))
}

fn shown(region: &Region, context: &Context, id: &str, group: &Group) -> Value {
    json!({
        "groupId": id, "groupName": group.name, "groupDescription": group.description,
        "vpcId": group.vpc, "ownerId": context.place.account.as_str(),
        "securityGroupArn": context.arn(GROUP.name, id),
        "ipPermissions": rules::as_permissions(group, false, context),
        "ipPermissionsEgress": rules::as_permissions(group, true, context),
        "tagSet": tags::shown(region, id),
    })
}

pub(super) fn describe(region: &Region, context: &Context, params: &Params) -> Outcome<Value> {
    let names = params.list("GroupName");
    let all = region.groups.iter();
    let meant = all.filter(|(_, group)| names.is_empty() || names.contains(&group.name));
    let shown = meant.map(|(id, group)| (id.clone(), shown(region, context, id, group)));
    LISTING.answer(params, shown.collect())
}

pub(super) fn delete(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    let id = need(params, "GroupId")?;
    let group = GROUP.get(&region.groups, id)?;
    if group.name == "default" {
        let message =
            format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user");
        return Err(bad("CannotDelete", message));
    }
    let names_it = |(other, group): (&String, &Group)| {
        other != id
            && group
                .rules
                .values()
                .any(|rule| matches!(&rule.peer, Peer::Group(peer) if peer == id))
    };
    let has_it = region.interfaces.values().any(|i| i.groups.iter().any(|group| group == id));
    if has_it || region.groups.iter().any(names_it) {
        return Err(dependency(format!("resource {id} has a dependent object")));
    }
    region.groups.remove(id);
    Ok(json!({ "return": true, "groupId": id }))
}
