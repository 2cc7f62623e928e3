//! The rules of security groups: as calls and templates write them, and as answers show them.

use serde_json::{Value, json};

use super::{
    Context,
    errors::{Outcome, bad, invalid, need},
    kinds::{GROUP, RULE},
    listing::Listing,
    state::{Group, Peer, Region, Rule},
    tags,
};
use crate::params::Params;

/// AWS's quota of rules in one direction.
const MOST: usize = 60;

const LISTING: Listing = Listing {
    set: "securityGroupRuleSet",
    ids: "SecurityGroupRuleId",
    kind: &RULE,
    filters: &[("group-id", "groupId"), ("security-group-rule-id", "securityGroupRuleId")],
};

/// A list of a permission, the field that names a peer in it or in a flat rule, and how it is read.
type PeerField = (&'static str, &'static str, fn(&str) -> Outcome<Peer>);

const PEERS: &[PeerField] = &[
    ("IpRanges", "CidrIp", ipv4),
    ("Ipv6Ranges", "CidrIpv6", |text| Ok(Peer::Ipv6(text.to_owned()))),
    ("Groups", "GroupId", |id| Ok(Peer::Group(id.to_owned()))),
    ("PrefixListIds", "PrefixListId", |id| Ok(Peer::PrefixList(id.to_owned()))),
    ("", "SourceSecurityGroupId", |id| Ok(Peer::Group(id.to_owned()))),
    ("", "DestinationSecurityGroupId", |id| Ok(Peer::Group(id.to_owned()))),
    ("", "SourcePrefixListId", |id| Ok(Peer::PrefixList(id.to_owned()))),
    ("", "DestinationPrefixListId", |id| Ok(Peer::PrefixList(id.to_owned()))),
];

fn ipv4(text: &str) -> Outcome<Peer> {
    let not_a_range = |_| bad("InvalidParameterValue", format!("CIDR block {text} is malformed"));
    text.parse().map(Peer::Ipv4).map_err(not_a_range)
}

/// Returns the rules that a call names: its permissions, or the one that its own parameters form.
fn named(params: &Params, egress: bool) -> Outcome<Vec<Rule>> {
    let permissions = params.groups("IpPermissions");
    if permissions.is_empty() {
        return flat(params, egress);
    }
    let mut rules = Vec::new();
    for permission in permissions {
        rules.extend(of_permission(&permission, egress)?);
    }
    Ok(rules)
}

fn of_permission(permission: &Params, egress: bool) -> Outcome<Vec<Rule>> {
    let (protocol, ports) = traffic(permission)?;
    let mut rules = Vec::new();
    for (list, field, peer) in PEERS.iter().filter(|(list, ..)| !list.is_empty()) {
        for entry in permission.groups(list) {
            rules.push(Rule {
                egress,
                protocol: protocol.clone(),
                ports,
                peer: peer(need(&entry, field)?)?,
                description: entry.text("Description").map(str::to_owned),
            });
        }
    }
    Ok(rules)
}

/// Returns a rule whose parts are side by side, as in templates. `GroupId` is the group itself.
fn flat(params: &Params, egress: bool) -> Outcome<Vec<Rule>> {
    let (protocol, ports) = traffic(params)?;
    let mut rules = Vec::new();
    for (_, field, peer) in PEERS.iter().filter(|(_, field, _)| *field != "GroupId") {
        if let Some(text) = params.text(field) {
            rules.push(Rule {
                egress,
                protocol: protocol.clone(),
                ports,
                peer: peer(text)?,
                description: params.text("Description").map(str::to_owned),
            });
        }
    }
    Ok(rules)
}

/// Returns protocol and ports. `-1` is all protocols, and then all ports.
fn traffic(params: &Params) -> Outcome<(String, Option<(i32, i32)>)> {
    let protocol = match need(params, "IpProtocol")?.to_ascii_lowercase().as_str() {
        "6" => "tcp".to_owned(),
        "17" => "udp".to_owned(),
        "1" => "icmp".to_owned(),
        "all" => "-1".to_owned(),
        other => other.to_owned(),
    };
    let known = matches!(protocol.as_str(), "tcp" | "udp" | "icmp" | "icmpv6" | "-1");
    if !known && protocol.parse::<u8>().is_err() {
        return Err(invalid("IpProtocol", &protocol, "Unknown protocol."));
    }
    let ports = params.number("FromPort").zip(params.number("ToPort"));
    match (protocol.as_str(), ports) {
        ("tcp" | "udp", None) => {
            let message = "Invalid value 'Must specify both from and to ports with TCP/UDP.' for \
                           portRange.";
            Err(bad("InvalidParameterValue", message))
        }
        ("tcp" | "udp", Some((from, to))) if from > to || from < 0 || to > 65_535 => {
            let message = format!("Invalid TCP/UDP port range ({from}:{to})");
            Err(bad("InvalidParameterValue", message))
        }
        ("-1", _) => Ok((protocol, None)),
        (_, ports) => Ok((protocol, ports)),
    }
}

impl Rule {
    /// Returns whether it allows what another does; descriptions do not count.
    fn is_like(&self, other: &Self) -> bool {
        (self.egress, &self.protocol, self.ports, &self.peer)
            == (other.egress, &other.protocol, other.ports, &other.peer)
    }

    /// Returns a rule as AWS names it in messages.
    fn spelled(&self) -> String {
        let peer = match &self.peer {
            Peer::Ipv4(range) => range.to_string(),
            Peer::Ipv6(id) | Peer::Group(id) | Peer::PrefixList(id) => id.clone(),
        };
        let protocol = match self.protocol.as_str() {
            "-1" => "ALL".to_owned(),
            other => other.to_ascii_uppercase(),
        };
        let ports = self.ports.map(|(from, to)| format!(", from port: {from}, to port: {to}"));
        format!("peer: {peer}, {protocol}{}, ALLOW", ports.unwrap_or_default())
    }
}

fn authorize(
    region: &mut Region,
    context: &Context,
    params: &Params,
    egress: bool,
) -> Outcome<Value> {
    let id = need(params, "GroupId")?;
    GROUP.get(&region.groups, id)?;
    let rules = named(params, egress)?;
    if rules.is_empty() {
        return Err(bad("MissingParameter", "The request must contain a source or destination"));
    }
    for rule in &rules {
        if let Peer::Group(peer) = &rule.peer {
            GROUP.get(&region.groups, peer)?;
        }
    }
    let tags = tags::at_creation(params, &RULE)?;
    let group = GROUP.get_mut(&mut region.groups, id)?;
    let mut made = Vec::new();
    for rule in rules {
        if group.rules.values().any(|known| known.is_like(&rule)) {
            let message = format!("the specified rule \"{}\" already exists", rule.spelled());
            return Err(bad("InvalidPermission.Duplicate", message));
        }
        let rule_id = RULE.fresh_id();
        made.push(rule_id.clone());
        group.rules.insert(rule_id, rule);
    }
    if group.rules.values().filter(|rule| rule.egress == egress).count() > MOST {
        let message = "The maximum number of rules per security group has been reached.";
        return Err(bad("RulesPerSecurityGroupLimitExceeded", message));
    }
    for rule_id in &made {
        region.tags.insert(rule_id.clone(), tags.clone());
    }
    let group = GROUP.get(&region.groups, id)?;
    let shown: Vec<Value> = made
        .iter()
        .filter_map(|rule| Some(shown(region, context, id, rule, group.rules.get(rule)?)))
        .collect();
    Ok(json!({ "return": true, "securityGroupRuleSet": shown }))
}

pub(super) fn authorize_ingress(
    region: &mut Region,
    context: &Context,
    params: &Params,
) -> Outcome<Value> {
    authorize(region, context, params, false)
}

pub(super) fn authorize_egress(
    region: &mut Region,
    context: &Context,
    params: &Params,
) -> Outcome<Value> {
    authorize(region, context, params, true)
}

fn revoke(region: &mut Region, params: &Params, egress: bool) -> Outcome<Value> {
    let group = GROUP.get_mut(&mut region.groups, need(params, "GroupId")?)?;
    let mut ids = params.list("SecurityGroupRuleId");
    if let Some(missing) = ids.iter().find(|id| !group.rules.contains_key(*id)) {
        return Err(RULE.not_found(missing));
    }
    if ids.is_empty() {
        for wanted in named(params, egress)? {
            let known = group.rules.iter().find(|(_, rule)| rule.is_like(&wanted));
            let (id, _) = known.ok_or_else(|| {
                let message = "The specified rule does not exist in this security group.";
                bad("InvalidPermission.NotFound", message)
            })?;
            ids.push(id.clone());
        }
    }
    group.rules.retain(|id, _| !ids.contains(id));
    Ok(json!({ "return": true }))
}

pub(super) fn revoke_ingress(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    revoke(region, params, false)
}

pub(super) fn revoke_egress(region: &mut Region, _: &Context, params: &Params) -> Outcome<Value> {
    revoke(region, params, true)
}

pub(super) fn describe(region: &Region, context: &Context, params: &Params) -> Outcome<Value> {
    let mut all: Vec<(String, Value)> = Vec::new();
    for (group_id, group) in &region.groups {
        let rules = group.rules.iter();
        all.extend(
            rules.map(|(id, rule)| (id.clone(), shown(region, context, group_id, id, rule))),
        );
    }
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    LISTING.answer(params, all)
}

fn shown(region: &Region, context: &Context, group: &str, id: &str, rule: &Rule) -> Value {
    let (from, to) = rule.ports.unwrap_or((-1, -1));
    let mut shown = json!({
        "securityGroupRuleId": id, "groupId": group, "groupOwnerId": context.place.account.as_str(),
        "isEgress": rule.egress, "ipProtocol": rule.protocol, "fromPort": from, "toPort": to,
        "description": rule.description, "tagSet": tags::shown(region, id),
    });
    let (field, value) = match &rule.peer {
        Peer::Ipv4(range) => ("cidrIpv4", json!(range)),
        Peer::Ipv6(range) => ("cidrIpv6", json!(range)),
        Peer::PrefixList(list) => ("prefixListId", json!(list)),
        Peer::Group(peer) => (
            "referencedGroupInfo",
            json!({ "groupId": peer, "userId": context.place.account.as_str() }),
        ),
    };
    shown[field] = value;
    shown
}

/// Returns a group's rules of one direction, those of the same protocol and ports together.
pub(super) fn as_permissions(group: &Group, egress: bool, context: &Context) -> Vec<Value> {
    let mut kinds: Vec<(&String, Option<(i32, i32)>)> = Vec::new();
    let rules = || group.rules.values().filter(|rule| rule.egress == egress);
    for rule in rules() {
        if !kinds.contains(&(&rule.protocol, rule.ports)) {
            kinds.push((&rule.protocol, rule.ports));
        }
    }
    let permission = |(protocol, ports): (&String, Option<(i32, i32)>)| {
        let same: Vec<&Rule> =
            rules().filter(|rule| rule.protocol == *protocol && rule.ports == ports).collect();
        permission(protocol, ports, &same, context)
    };
    kinds.into_iter().map(permission).collect()
}

fn permission(
    protocol: &str,
    ports: Option<(i32, i32)>,
    rules: &[&Rule],
    context: &Context,
) -> Value {
    let (mut ipv4, mut ipv6, mut groups, mut lists) = (vec![], vec![], vec![], vec![]);
    for rule in rules {
        let description = &rule.description;
        match &rule.peer {
            Peer::Ipv4(range) => ipv4.push(json!({ "cidrIp": range, "description": description })),
            Peer::Ipv6(range) => {
                ipv6.push(json!({ "cidrIpv6": range, "description": description }));
            }
            Peer::Group(id) => groups.push(json!({
                "groupId": id, "userId": context.place.account.as_str(), "description": description,
            })),
            Peer::PrefixList(id) => {
                lists.push(json!({ "prefixListId": id, "description": description }));
            }
        }
    }
    json!({
        "ipProtocol": protocol, "fromPort": ports.map(|ports| ports.0),
        "toPort": ports.map(|ports| ports.1), "ipRanges": ipv4, "ipv6Ranges": ipv6,
        "groups": groups, "prefixListIds": lists,
    })
}
