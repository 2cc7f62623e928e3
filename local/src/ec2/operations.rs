//! The operations, as a table.

use super::{
    Context, acls, addresses, endpoints, gateways, groups, instances, interfaces, nats, routes,
    rules, state::Region, subnets, tables, tags, vpcs, zones,
};
use crate::{
    protocol::{
        operations::Operation,
        stateful::{OnState, change, look},
    },
    service::Summary,
};

/// What the service does and what it refuses.
pub(super) const SUMMARY: Summary = Summary {
    title: "EC2",
    real: "VPCs, subnets, route tables, internet and NAT gateways, public addresses, security groups, \
           network interfaces and gateway endpoints, with their dependencies, address ranges and \
           AWS's quotas. Routes decide whether a task reaches its image. Kept only: the rules of \
           security groups, and IPv6 ranges in them.",
    refused: "Instances, interface endpoints, peering, transit gateways, changes of network ACLs, \
              and IPv6 routes. There is no default VPC.",
};

pub(super) const OPERATIONS: &[Operation<OnState<Region, Context>>] = &[
    change("AllocateAddress", addresses::allocate),
    change("AssociateAddress", addresses::associate),
    change("AssociateRouteTable", tables::associate),
    change("AttachInternetGateway", gateways::attach),
    change("AuthorizeSecurityGroupEgress", rules::authorize_egress),
    change("AuthorizeSecurityGroupIngress", rules::authorize_ingress),
    change("CreateInternetGateway", gateways::create),
    change("CreateNatGateway", nats::create),
    change("CreateNetworkInterface", interfaces::create),
    change("CreateRoute", routes::create),
    change("CreateRouteTable", tables::create),
    change("CreateSecurityGroup", groups::create),
    change("CreateSubnet", subnets::create),
    change("CreateTags", tags::create),
    change("CreateVpc", vpcs::create),
    change("CreateVpcEndpoint", endpoints::create),
    change("DeleteInternetGateway", gateways::delete),
    change("DeleteNatGateway", nats::delete),
    change("DeleteNetworkInterface", interfaces::delete),
    change("DeleteRoute", routes::delete),
    change("DeleteRouteTable", tables::delete),
    change("DeleteSecurityGroup", groups::delete),
    change("DeleteSubnet", subnets::delete),
    change("DeleteTags", tags::delete),
    change("DeleteVpc", vpcs::delete),
    change("DeleteVpcEndpoints", endpoints::delete),
    look("DescribeAccountAttributes", zones::account_attributes),
    look("DescribeAddresses", addresses::describe),
    look("DescribeAvailabilityZones", zones::describe),
    look("DescribeInstances", instances::describe),
    look("DescribeInternetGateways", gateways::describe),
    look("DescribeNatGateways", nats::describe),
    look("DescribeNetworkAcls", acls::describe),
    look("DescribeNetworkInterfaces", interfaces::describe),
    look("DescribePrefixLists", endpoints::describe_prefix_lists),
    look("DescribeRegions", zones::describe_regions),
    look("DescribeRouteTables", tables::describe),
    look("DescribeSecurityGroupRules", rules::describe),
    look("DescribeSecurityGroups", groups::describe),
    look("DescribeSubnets", subnets::describe),
    look("DescribeTags", tags::describe),
    look("DescribeVpcAttribute", vpcs::describe_attribute),
    look("DescribeVpcEndpointServiceConfigurations", endpoints::describe_service_configurations),
    look("DescribeVpcEndpointServices", endpoints::describe_services),
    look("DescribeVpcEndpoints", endpoints::describe),
    look("DescribeVpcs", vpcs::describe),
    change("DetachInternetGateway", gateways::detach),
    change("DetachNetworkInterface", interfaces::detach),
    change("DisassociateAddress", addresses::disassociate),
    change("DisassociateRouteTable", tables::disassociate),
    change("ModifySubnetAttribute", subnets::modify_attribute),
    change("ModifyVpcAttribute", vpcs::modify_attribute),
    change("ModifyVpcEndpoint", endpoints::modify),
    change("ReleaseAddress", addresses::release),
    change("ReplaceRoute", routes::replace),
    change("ReplaceRouteTableAssociation", tables::replace_association),
    change("RevokeSecurityGroupEgress", rules::revoke_egress),
    change("RevokeSecurityGroupIngress", rules::revoke_ingress),
];
