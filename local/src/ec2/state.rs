//! EC2's state for an account in a region.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::cidr::Cidr;
use crate::{
    clock::{Moment, Transition},
    pace::typical,
    provision::CreatedBefore,
    regional::Settle,
    times::Millis,
};

/// The creation of a NAT gateway.
pub(super) const CREATING_NAT_GATEWAY: Transition = Transition {
    service: "ec2",
    operation: "CreateNatGateway",
    typical: typical("AWS::EC2::NatGateway pending"),
};
/// The deletion of a NAT gateway. Its interface is removed at the same time.
pub(super) const DELETING_NAT_GATEWAY: Transition = Transition {
    operation: "DeleteNatGateway",
    typical: typical("AWS::EC2::NatGateway deleting"),
    ..CREATING_NAT_GATEWAY
};
/// The removal of an interface of a load balancer or task. The service that used it gives the
/// duration.
pub(super) const DELETING_INTERFACE: Transition =
    Transition { service: "ec2", operation: "DeleteNetworkInterface", typical: Duration::ZERO };

/// The kind of a NAT gateway's interface.
pub(super) const NAT_GATEWAY_INTERFACE: &str = "nat_gateway";

/// How long a NAT gateway is shown after it was deleted.
const SHOWN_AFTER_DELETION: Millis = 3_600_000;

/// The networks of an account in a region. Everything is keyed by id.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Region {
    pub(super) vpcs: BTreeMap<String, Vpc>,
    pub(super) subnets: BTreeMap<String, Subnet>,
    pub(super) internet_gateways: BTreeMap<String, InternetGateway>,
    pub(super) addresses: BTreeMap<String, Address>,
    pub(super) nat_gateways: BTreeMap<String, NatGateway>,
    pub(super) route_tables: BTreeMap<String, RouteTable>,
    pub(super) endpoints: BTreeMap<String, Endpoint>,
    pub(super) groups: BTreeMap<String, Group>,
    pub(super) interfaces: BTreeMap<String, Interface>,
    /// The tags of everything, by its id.
    pub(super) tags: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    pub(super) of_stacks: CreatedBefore,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Vpc {
    pub(super) cidr: Cidr,
    pub(super) dns_support: bool,
    pub(super) dns_hostnames: bool,
    pub(super) tenancy: String,
    /// Its one network ACL, which lets everything through.
    pub(super) network_acl: String,
    pub(super) cidr_association: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Subnet {
    pub(super) vpc: String,
    pub(super) cidr: Cidr,
    pub(super) zone: String,
    pub(super) public_ip_on_launch: bool,
    pub(super) network_acl_association: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct InternetGateway {
    pub(super) vpc: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Address {
    pub(super) public_ip: String,
    pub(super) association: Option<Association>,
}

/// Which interface has an address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Association {
    pub(super) id: String,
    pub(super) interface: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct NatGateway {
    pub(super) vpc: String,
    pub(super) subnet: String,
    pub(super) zone: String,
    pub(super) connectivity: String,
    pub(super) created: Millis,
    pub(super) ready_at: Millis,
    pub(super) deleted: Option<Deletion>,
    /// AWS takes the call and fails afterwards: the code and the message.
    pub(super) failure: Option<(String, String)>,
    /// What it has of addresses; kept to be shown when it is gone.
    pub(super) allocation: Option<String>,
    pub(super) association: Option<String>,
    pub(super) public_ip: Option<String>,
    pub(super) private_ip: Option<String>,
    pub(super) interface: Option<String>,
    pub(super) client_token: Option<String>,
}

/// When a deletion began and when it is done.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Deletion {
    pub(super) begun: Millis,
    pub(super) done: Millis,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct RouteTable {
    pub(super) vpc: String,
    /// The association that makes it the VPC's main table.
    pub(super) main_association: Option<String>,
    /// Subnets by association.
    pub(super) associations: BTreeMap<String, String>,
    /// Targets by destination. The local route and those of endpoints are not stored but derived.
    pub(super) routes: BTreeMap<Cidr, RouteTarget>,
}

/// Where a route leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id")]
pub(super) enum RouteTarget {
    InternetGateway(String),
    NatGateway(String),
    Interface(String),
}

/// A gateway endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Endpoint {
    pub(super) vpc: String,
    pub(super) service: String,
    pub(super) policy: Option<String>,
    pub(super) route_tables: Vec<String>,
    pub(super) created: Millis,
    pub(super) client_token: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) vpc: String,
    pub(super) name: String,
    pub(super) description: String,
    /// Rules by their ids.
    pub(super) rules: BTreeMap<String, Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Rule {
    pub(super) egress: bool,
    /// `tcp`, `udp`, `icmp`, a number, or `-1` for all.
    pub(super) protocol: String,
    /// From and to; none where all are meant.
    pub(super) ports: Option<(i32, i32)>,
    pub(super) peer: Peer,
    pub(super) description: Option<String>,
}

/// Who may connect, or be connected to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id")]
pub(super) enum Peer {
    Ipv4(Cidr),
    Ipv6(String),
    Group(String),
    PrefixList(String),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Interface {
    pub(super) vpc: String,
    pub(super) subnet: String,
    pub(super) zone: String,
    pub(super) groups: Vec<String>,
    pub(super) description: String,
    pub(super) kind: String,
    pub(super) private_ip: String,
    pub(super) mac: String,
    pub(super) public_ip: Option<String>,
    /// The service that it belongs to; none for a user's own.
    pub(super) requester: Option<String>,
    pub(super) created: Millis,
    /// When it goes away, where that is decided.
    pub(super) gone_at: Option<Millis>,
}

impl Interface {
    /// Returns the transition by which it is removed.
    fn leaving(&self) -> Transition {
        if self.kind == NAT_GATEWAY_INTERFACE { DELETING_NAT_GATEWAY } else { DELETING_INTERFACE }
    }
}

impl Region {
    /// Returns whether a resource of this id exists.
    pub(super) fn has(&self, id: &str) -> bool {
        self.vpcs.contains_key(id)
            || self.subnets.contains_key(id)
            || self.internet_gateways.contains_key(id)
            || self.addresses.contains_key(id)
            || self.nat_gateways.contains_key(id)
            || self.route_tables.contains_key(id)
            || self.endpoints.contains_key(id)
            || self.groups.contains_key(id)
            || self.groups.values().any(|group| group.rules.contains_key(id))
            || self.interfaces.contains_key(id)
            || self.vpcs.values().any(|vpc| vpc.network_acl == id)
    }

    /// Returns the id of the address with a number.
    pub(super) fn allocation_of(&self, number: &str) -> Option<&str> {
        let mut all = self.addresses.iter();
        all.find(|(_, address)| address.public_ip == number).map(|(id, _)| id.as_str())
    }

    /// Returns the internet gateway of a VPC.
    pub(super) fn internet_gateway_of(&self, vpc: &str) -> Option<&String> {
        self.internet_gateways
            .iter()
            .find(|(_, gateway)| gateway.vpc.as_deref() == Some(vpc))
            .map(|(id, _)| id)
    }

    /// Returns the main route table of a VPC.
    pub(super) fn main_table_of(&self, vpc: &str) -> Option<(&String, &RouteTable)> {
        self.route_tables
            .iter()
            .find(|(_, table)| table.vpc == vpc && table.main_association.is_some())
    }

    /// Returns the route table that a subnet uses: its own, or else the VPC's main one.
    pub(super) fn table_of(&self, subnet_id: &str, vpc: &str) -> Option<&RouteTable> {
        let own = |table: &&RouteTable| table.associations.values().any(|id| id == subnet_id);
        self.route_tables
            .values()
            .find(own)
            .or_else(|| self.main_table_of(vpc).map(|(_, table)| table))
    }

    /// Returns the default security group of a VPC.
    pub(super) fn default_group_of(&self, vpc: &str) -> Option<&String> {
        self.groups
            .iter()
            .find(|(_, group)| group.vpc == vpc && group.name == "default")
            .map(|(id, _)| id)
    }
}

impl Settle for Region {
    /// Applies the passage of time: removes what is deleted by now.
    fn settle(&mut self, moment: &Moment) {
        self.interfaces.retain(|_, interface| {
            interface.gone_at.is_none_or(|gone| !moment.has_come(interface.leaving(), gone))
        });
        let interfaces = &self.interfaces;
        for address in self.addresses.values_mut() {
            address.association.take_if(|held| !interfaces.contains_key(&held.interface));
        }
        self.nat_gateways.retain(|_, nat| {
            let shown_until = |deletion: Deletion| deletion.done + SHOWN_AFTER_DELETION;
            let is_over = |until| moment.has_come(DELETING_NAT_GATEWAY, until);
            !nat.deleted.map(shown_until).is_some_and(is_over)
        });
        let left: Vec<String> = self.tags.keys().filter(|id| !self.has(id)).cloned().collect();
        for id in &left {
            self.tags.remove(id);
        }
    }
}
