//! The permissions that EC2's operations need. What is created with tags needs the right to tag it.

use super::kinds::Kind;
use crate::authorize::{
    Access, Inputs,
    Need::{self, By, If, Other, Own},
};

const TAG: &str = "ec2:CreateTags";

/// The right to tag what is created, if tags are given.
const fn tagging(resource: &'static str) -> Need {
    If("TagSpecification", TAG, resource)
}

pub(super) const ACCESS: &[Access] = &[
    (&["AllocateAddress"], &[Own("elastic-ip/*"), tagging("elastic-ip/*")]),
    (
        &["AssociateAddress"],
        &[
            Own("elastic-ip/{AllocationId}"),
            Other("ec2:AssociateAddress", "network-interface/{NetworkInterfaceId}"),
        ],
    ),
    (&["DisassociateAddress"], &[Own("*")]),
    (&["ReleaseAddress"], &[Own("elastic-ip/{AllocationId}")]),
    (
        &["AttachInternetGateway", "DetachInternetGateway"],
        &[Own("internet-gateway/{InternetGatewayId}"), Own("vpc/{VpcId}")],
    ),
    (&["CreateInternetGateway"], &[Own("internet-gateway/*"), tagging("internet-gateway/*")]),
    (&["DeleteInternetGateway"], &[Own("internet-gateway/{InternetGatewayId}")]),
    (
        &["CreateNatGateway"],
        &[
            Own("natgateway/*"),
            Own("subnet/{SubnetId}"),
            Other("ec2:CreateNatGateway", "elastic-ip/{AllocationId}"),
            tagging("natgateway/*"),
        ],
    ),
    (&["DeleteNatGateway"], &[Own("natgateway/{NatGatewayId}")]),
    (
        &["CreateNetworkInterface"],
        &[
            Own("network-interface/*"),
            Own("subnet/{SubnetId}"),
            Other("ec2:CreateNetworkInterface", "security-group/{SecurityGroupId}"),
            tagging("network-interface/*"),
        ],
    ),
    (&["DeleteNetworkInterface"], &[Own("network-interface/{NetworkInterfaceId}")]),
    (&["DetachNetworkInterface"], &[Own("network-interface/*"), Own("instance/*")]),
    (&["CreateRouteTable"], &[Own("route-table/*"), Own("vpc/{VpcId}"), tagging("route-table/*")]),
    (
        &["CreateRoute", "DeleteRoute", "ReplaceRoute", "DeleteRouteTable"],
        &[Own("route-table/{RouteTableId}")],
    ),
    (
        &["AssociateRouteTable"],
        &[Own("route-table/{RouteTableId}"), Other("ec2:AssociateRouteTable", "subnet/{SubnetId}")],
    ),
    (&["DisassociateRouteTable"], &[Own("route-table/*")]),
    (&["ReplaceRouteTableAssociation"], &[Own("route-table/{RouteTableId}")]),
    (
        &["CreateSecurityGroup"],
        &[
            Own("security-group/*"),
            Other("ec2:CreateSecurityGroup", "vpc/{VpcId}"),
            tagging("security-group/*"),
        ],
    ),
    (
        &["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress"],
        &[Own("security-group/{GroupId}"), tagging("security-group-rule/*")],
    ),
    (
        &["DeleteSecurityGroup", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"],
        &[Own("security-group/{GroupId}")],
    ),
    (&["CreateSubnet"], &[Own("subnet/*"), Own("vpc/{VpcId}"), tagging("subnet/*")]),
    (&["DeleteSubnet", "ModifySubnetAttribute"], &[Own("subnet/{SubnetId}")]),
    (&["CreateVpc"], &[Own("vpc/*"), tagging("vpc/*")]),
    (&["DeleteVpc", "DescribeVpcAttribute", "ModifyVpcAttribute"], &[Own("vpc/{VpcId}")]),
    (
        &["CreateVpcEndpoint"],
        &[
            Own("vpc-endpoint/*"),
            Own("vpc/{VpcId}"),
            Other("ec2:CreateVpcEndpoint", "route-table/{RouteTableId}"),
            tagging("vpc-endpoint/*"),
        ],
    ),
    (
        &["ModifyVpcEndpoint"],
        &[
            Own("vpc-endpoint/{VpcEndpointId}"),
            Other("ec2:ModifyVpcEndpoint", "route-table/{AddRouteTableId}"),
            Other("ec2:ModifyVpcEndpoint", "route-table/{RemoveRouteTableId}"),
        ],
    ),
    (&["DeleteVpcEndpoints"], &[Own("vpc-endpoint/{VpcEndpointId}")]),
    (&["CreateTags", "DeleteTags"], &[By(by_id)]),
    (
        &[
            "DescribeAccountAttributes",
            "DescribeAddresses",
            "DescribeAvailabilityZones",
            "DescribeInstances",
            "DescribeInternetGateways",
            "DescribeNatGateways",
            "DescribeNetworkAcls",
            "DescribeNetworkInterfaces",
            "DescribePrefixLists",
            "DescribeRegions",
            "DescribeRouteTables",
            "DescribeSecurityGroupRules",
            "DescribeSecurityGroups",
            "DescribeSubnets",
            "DescribeTags",
            "DescribeVpcEndpointServiceConfigurations",
            "DescribeVpcEndpointServices",
            "DescribeVpcEndpoints",
            "DescribeVpcs",
        ],
        &[Own("*")],
    ),
];

/// Returns the resources that a call names by their ids.
fn by_id(inputs: &Inputs<'_>) -> Vec<(Option<String>, String)> {
    let (region, account) = (&inputs.place.region, &inputs.place.account);
    let resource = |id: String| {
        let kind = Kind::of(&id).map_or("*", |kind| kind.name);
        (None, format!("arn:aws:ec2:{region}:{account}:{kind}/{id}"))
    };
    inputs.all("ResourceId").into_iter().map(resource).collect()
}
