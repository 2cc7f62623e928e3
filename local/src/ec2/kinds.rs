//! The kinds of resources in EC2: how their ids begin, what their tags and ARNs call them, and how
//! AWS reports that one does not exist.

use std::collections::BTreeMap;

use super::errors::{Outcome, bad};
use crate::{random, service::AwsError};

/// A kind of resource.
#[derive(Debug)]
pub(super) struct Kind {
    /// What its ids begin with, without the hyphen.
    pub(super) prefix: &'static str,
    /// What tag specifications and ARNs call it.
    pub(super) name: &'static str,
    /// AWS's error code if there is none of this id.
    pub(super) missing: &'static str,
    /// What AWS calls its id in that message.
    noun: &'static str,
}

const fn kind(
    prefix: &'static str,
    name: &'static str,
    missing: &'static str,
    noun: &'static str,
) -> Kind {
    Kind { prefix, name, missing, noun }
}

pub(super) const VPC: Kind = kind("vpc", "vpc", "InvalidVpcID.NotFound", "vpc ID");
pub(super) const SUBNET: Kind = kind("subnet", "subnet", "InvalidSubnetID.NotFound", "subnet ID");
pub(super) const INTERNET_GATEWAY: Kind =
    kind("igw", "internet-gateway", "InvalidInternetGatewayID.NotFound", "internetGateway ID");
pub(super) const ADDRESS: Kind =
    kind("eipalloc", "elastic-ip", "InvalidAllocationID.NotFound", "allocation ID");
pub(super) const NAT_GATEWAY: Kind =
    kind("nat", "natgateway", "NatGatewayNotFound", "natGateway ID");
pub(super) const ROUTE_TABLE: Kind =
    kind("rtb", "route-table", "InvalidRouteTableID.NotFound", "routeTable ID");
pub(super) const ENDPOINT: Kind =
    kind("vpce", "vpc-endpoint", "InvalidVpcEndpointId.NotFound", "Vpc Endpoint Id");
pub(super) const ENDPOINT_SERVICE: Kind = kind(
    "vpce-svc",
    "vpc-endpoint-service",
    "InvalidVpcEndpointServiceId.NotFound",
    "VpcEndpointService Id",
);
pub(super) const GROUP: Kind =
    kind("sg", "security-group", "InvalidGroup.NotFound", "security group");
pub(super) const RULE: Kind = kind(
    "sgr",
    "security-group-rule",
    "InvalidSecurityGroupRuleId.NotFound",
    "security group rule ID",
);
pub(super) const INTERFACE: Kind =
    kind("eni", "network-interface", "InvalidNetworkInterfaceID.NotFound", "networkInterface ID");
pub(super) const INSTANCE: Kind =
    kind("i", "instance", "InvalidInstanceID.NotFound", "instance ID");
pub(super) const NETWORK_ACL: Kind =
    kind("acl", "network-acl", "InvalidNetworkAclID.NotFound", "networkAcl ID");

const ALL: &[&Kind] = &[
    &VPC,
    &SUBNET,
    &INTERNET_GATEWAY,
    &ADDRESS,
    &NAT_GATEWAY,
    &ROUTE_TABLE,
    &ENDPOINT,
    &GROUP,
    &RULE,
    &INTERFACE,
    &NETWORK_ACL,
];

impl Kind {
    /// Returns the kind of the resource that has this id.
    pub(super) fn of(id: &str) -> Option<&'static Self> {
        let (prefix, _) = id.split_once('-')?;
        ALL.iter().copied().find(|kind| kind.prefix == prefix)
    }

    /// Generates an id.
    pub(super) fn fresh_id(&self) -> String {
        fresh_id(self.prefix)
    }

    /// Returns the error that there is none of this id.
    pub(super) fn not_found(&self, id: &str) -> AwsError {
        bad(self.missing, format!("The {} '{id}' does not exist", self.noun))
    }

    /// Returns the one of this id.
    pub(super) fn get<'a, T>(&self, all: &'a BTreeMap<String, T>, id: &str) -> Outcome<&'a T> {
        all.get(id).ok_or_else(|| self.not_found(id))
    }

    /// Returns the one of this id, mutably.
    pub(super) fn get_mut<'a, T>(
        &self,
        all: &'a mut BTreeMap<String, T>,
        id: &str,
    ) -> Outcome<&'a mut T> {
        all.get_mut(id).ok_or_else(|| self.not_found(id))
    }
}

/// Generates an id like EC2's: a prefix and 17 hexadecimal digits, of which the first is 0.
pub(super) fn fresh_id(prefix: &str) -> String {
    let random = random::id();
    format!("{prefix}-0{}", &random[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_tell_their_kind() {
        for kind in ALL {
            assert_eq!(Kind::of(&kind.fresh_id()).unwrap().name, kind.name);
        }
        assert!(Kind::of("foo-1").is_none());
        assert_eq!(VPC.fresh_id().len(), "vpc-0123456789abcdef0".len());
    }
}
