//! What this service answers to a look at something that is not there, for fault rules.

use crate::absent::{
    Absent,
    Named::{In, Nowhere},
    Reply::{Empty, Never, Refused},
};

#[rustfmt::skip]
pub(super) const ABSENT: &[Absent] = &[
    (&["DescribeInternetGateways"], In("InternetGatewayId"), Refused(400, "InvalidInternetGatewayID.NotFound", "The internetGateway ID '{name}' does not exist")),
    (&["DescribeInternetGateways"], Nowhere, Empty(&["internetGatewaySet"])),
    (&["DescribeNatGateways"], In("NatGatewayId"), Refused(400, "NatGatewayNotFound", "The natGateway ID '{name}' does not exist")),
    (&["DescribeNatGateways"], Nowhere, Empty(&["natGatewaySet"])),
    (&["DescribeNetworkInterfaces"], In("NetworkInterfaceId"), Refused(400, "InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '{name}' does not exist")),
    (&["DescribeNetworkInterfaces"], Nowhere, Empty(&["networkInterfaceSet"])),
    (&["DescribeRouteTables"], In("RouteTableId"), Refused(400, "InvalidRouteTableID.NotFound", "The routeTable ID '{name}' does not exist")),
    (&["DescribeRouteTables"], Nowhere, Empty(&["routeTableSet"])),
    (&["DescribeSecurityGroups"], In("GroupId"), Refused(400, "InvalidGroup.NotFound", "The security group '{name}' does not exist")),
    (&["DescribeSecurityGroups"], Nowhere, Empty(&["securityGroupInfo"])),
    (&["DescribeSubnets"], In("SubnetId"), Refused(400, "InvalidSubnetID.NotFound", "The subnet ID '{name}' does not exist")),
    (&["DescribeSubnets"], Nowhere, Empty(&["subnetSet"])),
    (&["DescribeVpcs"], In("VpcId"), Refused(400, "InvalidVpcID.NotFound", "The vpc ID '{name}' does not exist")),
    (&["DescribeVpcs"], Nowhere, Empty(&["vpcSet"])),
    (&["DescribeAccountAttributes", "DescribeAddresses", "DescribeAvailabilityZones", "DescribeInstances", "DescribeRegions", "DescribeNetworkAcls", "DescribePrefixLists", "DescribeSecurityGroupRules", "DescribeTags", "DescribeVpcAttribute", "DescribeVpcEndpointServiceConfigurations", "DescribeVpcEndpointServices", "DescribeVpcEndpoints"], Nowhere, Never),
];
