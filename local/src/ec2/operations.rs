//! The operations, as a table: how each is done, and with that whether it changes anything.

use serde_json::Value;

use super::{
    Context, acls, addresses, endpoints, errors::Outcome, gateways, groups, interfaces, nats,
    routes, rules, state::Region, subnets, tables, tags, vpcs, zones,
};
use crate::params::Params;

/// How an operation is done.
#[derive(Clone, Copy, Debug)]
pub(super) enum Run {
    Look(fn(&Region, &Context, &Params) -> Outcome<Value>),
    Change(fn(&mut Region, &Context, &Params) -> Outcome<Value>),
}

use Run::{Change, Look};

/// The operation of this name.
pub(super) fn find(name: &str) -> Option<(&'static str, Run)> {
    OPERATIONS.iter().find(|(known, _)| *known == name).copied()
}

const OPERATIONS: &[(&str, Run)] = &[
    ("AllocateAddress", Change(addresses::allocate)),
    ("AssociateAddress", Change(addresses::associate)),
    ("AssociateRouteTable", Change(tables::associate)),
    ("AttachInternetGateway", Change(gateways::attach)),
    ("AuthorizeSecurityGroupEgress", Change(rules::authorize_egress)),
    ("AuthorizeSecurityGroupIngress", Change(rules::authorize_ingress)),
    ("CreateInternetGateway", Change(gateways::create)),
    ("CreateNatGateway", Change(nats::create)),
    ("CreateNetworkInterface", Change(interfaces::create)),
    ("CreateRoute", Change(routes::create)),
    ("CreateRouteTable", Change(tables::create)),
    ("CreateSecurityGroup", Change(groups::create)),
    ("CreateSubnet", Change(subnets::create)),
    ("CreateTags", Change(tags::create)),
    ("CreateVpc", Change(vpcs::create)),
    ("CreateVpcEndpoint", Change(endpoints::create)),
    ("DeleteInternetGateway", Change(gateways::delete)),
    ("DeleteNatGateway", Change(nats::delete)),
    ("DeleteNetworkInterface", Change(interfaces::delete)),
    ("DeleteRoute", Change(routes::delete)),
    ("DeleteRouteTable", Change(tables::delete)),
    ("DeleteSecurityGroup", Change(groups::delete)),
    ("DeleteSubnet", Change(subnets::delete)),
    ("DeleteTags", Change(tags::delete)),
    ("DeleteVpc", Change(vpcs::delete)),
    ("DeleteVpcEndpoints", Change(endpoints::delete)),
    ("DescribeAccountAttributes", Look(zones::account_attributes)),
    ("DescribeAddresses", Look(addresses::describe)),
    ("DescribeAvailabilityZones", Look(zones::describe)),
    ("DescribeInternetGateways", Look(gateways::describe)),
    ("DescribeNatGateways", Look(nats::describe)),
    ("DescribeNetworkAcls", Look(acls::describe)),
    ("DescribeNetworkInterfaces", Look(interfaces::describe)),
    ("DescribePrefixLists", Look(endpoints::describe_prefix_lists)),
    ("DescribeRouteTables", Look(tables::describe)),
    ("DescribeSecurityGroupRules", Look(rules::describe)),
    ("DescribeSecurityGroups", Look(groups::describe)),
    ("DescribeSubnets", Look(subnets::describe)),
    ("DescribeTags", Look(tags::describe)),
    ("DescribeVpcAttribute", Look(vpcs::describe_attribute)),
    ("DescribeVpcEndpointServiceConfigurations", Look(endpoints::describe_service_configurations)),
    ("DescribeVpcEndpointServices", Look(endpoints::describe_services)),
    ("DescribeVpcEndpoints", Look(endpoints::describe)),
    ("DescribeVpcs", Look(vpcs::describe)),
    ("DetachInternetGateway", Change(gateways::detach)),
    ("DetachNetworkInterface", Change(interfaces::detach)),
    ("DisassociateAddress", Change(addresses::disassociate)),
    ("DisassociateRouteTable", Change(tables::disassociate)),
    ("ModifySubnetAttribute", Change(subnets::modify_attribute)),
    ("ModifyVpcAttribute", Change(vpcs::modify_attribute)),
    ("ModifyVpcEndpoint", Change(endpoints::modify)),
    ("ReleaseAddress", Change(addresses::release)),
    ("ReplaceRoute", Change(routes::replace)),
    ("ReplaceRouteTableAssociation", Change(tables::replace_association)),
    ("RevokeSecurityGroupEgress", Change(rules::revoke_egress)),
    ("RevokeSecurityGroupIngress", Change(rules::revoke_ingress)),
];
