//! Network ACLs: only the one that comes with each VPC and lets everything through.

use serde_json::{Value, json};

use super::{
    Context, errors::Outcome, kinds::NETWORK_ACL, listing::Listing, state::Region, state::Vpc, tags,
};
use crate::params::Params;

const LISTING: Listing = Listing {
    set: "networkAclSet",
    ids: "NetworkAclId",
    kind: &NETWORK_ACL,
    filters: &[
        ("network-acl-id", "networkAclId"),
        ("vpc-id", "vpcId"),
        ("default", "default"),
        ("owner-id", "ownerId"),
        ("association.subnet-id", "associationSet.subnetId"),
    ],
};

/// AWS's number of the rule that is evaluated last and denies everything.
const LAST_RULE: u32 = 32_767;

pub(super) fn describe(region: &Region, context: &Context, params: &Params) -> Outcome<Value> {
    let mut all: Vec<(String, Value)> = region
        .vpcs
        .iter()
        .map(|(id, vpc)| (vpc.network_acl.clone(), shown(region, context, id, vpc)))
        .collect();
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    LISTING.answer(params, all)
}

fn shown(region: &Region, context: &Context, vpc_id: &str, vpc: &Vpc) -> Value {
    let id = &vpc.network_acl;
    let associations: Vec<Value> = region
        .subnets
        .iter()
        .filter(|(_, subnet)| subnet.vpc == vpc_id)
        .map(|(subnet_id, subnet)| {
            json!({
                "networkAclAssociationId": subnet.network_acl_association,
                "networkAclId": id, "subnetId": subnet_id,
            })
        })
        .collect();
    let entry = |egress: bool, number: u32, action: &str| {
        json!({
            "ruleNumber": number, "protocol": "-1", "ruleAction": action, "egress": egress,
            "cidrBlock": "0.0.0.0/0",
        })
    };
    let entries: Vec<Value> = [false, true]
        .into_iter()
        .flat_map(|egress| [entry(egress, 100, "allow"), entry(egress, LAST_RULE, "deny")])
        .collect();
    json!({
        "networkAclId": id, "vpcId": vpc_id, "default": true,
        "ownerId": context.place.account.as_str(), "entrySet": entries,
        "associationSet": associations, "tagSet": tags::shown(region, id),
    })
}
