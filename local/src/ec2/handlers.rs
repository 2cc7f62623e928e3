//! The permissions that CloudFormation needs for EC2's resource types: those of the calls by which
//! it creates, tags, watches and deletes them.

use crate::{
    authorize::Need::{self, If, Other},
    provision::Handlers,
};

const fn tagging(resource: &'static str) -> Need {
    If("Tags", "ec2:CreateTags", resource)
}

const fn watching(action: &'static str) -> Need {
    Other(action, "*")
}

const VPCS: Need = watching("ec2:DescribeVpcs");
const SUBNETS: Need = watching("ec2:DescribeSubnets");
const INTERNET_GATEWAYS: Need = watching("ec2:DescribeInternetGateways");
const ROUTE_TABLES: Need = watching("ec2:DescribeRouteTables");
const ADDRESSES: Need = watching("ec2:DescribeAddresses");
const NAT_GATEWAYS: Need = watching("ec2:DescribeNatGateways");
const ENDPOINTS: Need = watching("ec2:DescribeVpcEndpoints");
const GROUPS: Need = watching("ec2:DescribeSecurityGroups");
const RULES: Need = watching("ec2:DescribeSecurityGroupRules");

pub(super) const HANDLERS: &[Handlers] = &[
    Handlers {
        kind: "AWS::EC2::VPC",
        create: &[
            Other("ec2:CreateVpc", "vpc/*"),
            tagging("vpc/*"),
            VPCS,
            If("EnableDnsSupport", "ec2:ModifyVpcAttribute", "vpc/*"),
            If("EnableDnsHostnames", "ec2:ModifyVpcAttribute", "vpc/*"),
        ],
        update: &[
            tagging("vpc/{id}"),
            VPCS,
            If("EnableDnsSupport", "ec2:ModifyVpcAttribute", "vpc/{id}"),
            If("EnableDnsHostnames", "ec2:ModifyVpcAttribute", "vpc/{id}"),
        ],
        delete: &[Other("ec2:DeleteVpc", "vpc/{id}"), VPCS],
    },
    Handlers {
        kind: "AWS::EC2::Subnet",
        create: &[
            Other("ec2:CreateSubnet", "subnet/*"),
            Other("ec2:CreateSubnet", "vpc/{VpcId}"),
            tagging("subnet/*"),
            SUBNETS,
            If("MapPublicIpOnLaunch", "ec2:ModifySubnetAttribute", "subnet/*"),
        ],
        update: &[
            tagging("subnet/{id}"),
            SUBNETS,
            If("MapPublicIpOnLaunch", "ec2:ModifySubnetAttribute", "subnet/{id}"),
        ],
        delete: &[Other("ec2:DeleteSubnet", "subnet/{id}"), SUBNETS],
    },
    Handlers {
        kind: "AWS::EC2::InternetGateway",
        create: &[
            Other("ec2:CreateInternetGateway", "internet-gateway/*"),
            tagging("internet-gateway/*"),
            INTERNET_GATEWAYS,
        ],
        update: &[tagging("internet-gateway/{id}"), INTERNET_GATEWAYS],
        delete: &[Other("ec2:DeleteInternetGateway", "internet-gateway/{id}"), INTERNET_GATEWAYS],
    },
    Handlers {
        kind: "AWS::EC2::VPCGatewayAttachment",
        create: &[
            Other("ec2:AttachInternetGateway", "internet-gateway/{InternetGatewayId}"),
            Other("ec2:AttachInternetGateway", "vpc/{VpcId}"),
            INTERNET_GATEWAYS,
        ],
        update: &[],
        delete: &[
            Other("ec2:DetachInternetGateway", "internet-gateway/{InternetGatewayId}"),
            Other("ec2:DetachInternetGateway", "vpc/{VpcId}"),
            INTERNET_GATEWAYS,
        ],
    },
    Handlers {
        kind: "AWS::EC2::RouteTable",
        create: &[
            Other("ec2:CreateRouteTable", "route-table/*"),
            Other("ec2:CreateRouteTable", "vpc/{VpcId}"),
            tagging("route-table/*"),
            ROUTE_TABLES,
        ],
        update: &[tagging("route-table/{id}"), ROUTE_TABLES],
        delete: &[Other("ec2:DeleteRouteTable", "route-table/{id}"), ROUTE_TABLES],
    },
    Handlers {
        kind: "AWS::EC2::Route",
        create: &[Other("ec2:CreateRoute", "route-table/{RouteTableId}"), ROUTE_TABLES],
        update: &[Other("ec2:ReplaceRoute", "route-table/{RouteTableId}"), ROUTE_TABLES],
        delete: &[Other("ec2:DeleteRoute", "route-table/{RouteTableId}"), ROUTE_TABLES],
    },
    Handlers {
        kind: "AWS::EC2::SubnetRouteTableAssociation",
        create: &[
            Other("ec2:AssociateRouteTable", "route-table/{RouteTableId}"),
            Other("ec2:AssociateRouteTable", "subnet/{SubnetId}"),
            ROUTE_TABLES,
        ],
        update: &[],
        delete: &[Other("ec2:DisassociateRouteTable", "route-table/{RouteTableId}"), ROUTE_TABLES],
    },
    Handlers {
        kind: "AWS::EC2::EIP",
        create: &[Other("ec2:AllocateAddress", "elastic-ip/*"), tagging("elastic-ip/*"), ADDRESSES],
        update: &[tagging("elastic-ip/{id}"), ADDRESSES],
        delete: &[Other("ec2:ReleaseAddress", "elastic-ip/{id}"), ADDRESSES],
    },
    Handlers {
        kind: "AWS::EC2::NatGateway",
        create: &[
            Other("ec2:CreateNatGateway", "natgateway/*"),
            Other("ec2:CreateNatGateway", "subnet/{SubnetId}"),
            Other("ec2:CreateNatGateway", "elastic-ip/{AllocationId}"),
            tagging("natgateway/*"),
            NAT_GATEWAYS,
        ],
        update: &[tagging("natgateway/{id}"), NAT_GATEWAYS],
        delete: &[Other("ec2:DeleteNatGateway", "natgateway/{id}"), NAT_GATEWAYS],
    },
    Handlers {
        kind: "AWS::EC2::VPCEndpoint",
        create: &[
            Other("ec2:CreateVpcEndpoint", "vpc-endpoint/*"),
            Other("ec2:CreateVpcEndpoint", "vpc/{VpcId}"),
            Other("ec2:CreateVpcEndpoint", "route-table/{RouteTableIds}"),
            tagging("vpc-endpoint/*"),
            ENDPOINTS,
        ],
        update: &[
            Other("ec2:ModifyVpcEndpoint", "vpc-endpoint/{id}"),
            Other("ec2:ModifyVpcEndpoint", "route-table/{RouteTableIds}"),
            tagging("vpc-endpoint/{id}"),
            ENDPOINTS,
        ],
        delete: &[Other("ec2:DeleteVpcEndpoints", "vpc-endpoint/{id}"), ENDPOINTS],
    },
    Handlers {
        kind: "AWS::EC2::SecurityGroup",
        create: &[
            Other("ec2:CreateSecurityGroup", "security-group/*"),
            Other("ec2:CreateSecurityGroup", "vpc/{VpcId}"),
            tagging("security-group/*"),
            GROUPS,
            If("SecurityGroupIngress", "ec2:AuthorizeSecurityGroupIngress", "security-group/*"),
            If("SecurityGroupEgress", "ec2:AuthorizeSecurityGroupEgress", "security-group/*"),
            If("SecurityGroupEgress", "ec2:RevokeSecurityGroupEgress", "security-group/*"),
        ],
        update: &[
            If("SecurityGroupIngress", "ec2:AuthorizeSecurityGroupIngress", "security-group/{id}"),
            If("SecurityGroupEgress", "ec2:AuthorizeSecurityGroupEgress", "security-group/{id}"),
            Other("ec2:RevokeSecurityGroupIngress", "security-group/{id}"),
            Other("ec2:RevokeSecurityGroupEgress", "security-group/{id}"),
            tagging("security-group/{id}"),
            GROUPS,
        ],
        delete: &[Other("ec2:DeleteSecurityGroup", "security-group/{id}"), GROUPS],
    },
    Handlers {
        kind: "AWS::EC2::SecurityGroupIngress",
        create: &[Other("ec2:AuthorizeSecurityGroupIngress", "security-group/{GroupId}"), RULES],
        update: &[],
        delete: &[Other("ec2:RevokeSecurityGroupIngress", "security-group/{GroupId}"), RULES],
    },
    Handlers {
        kind: "AWS::EC2::SecurityGroupEgress",
        create: &[Other("ec2:AuthorizeSecurityGroupEgress", "security-group/{GroupId}"), RULES],
        update: &[],
        delete: &[Other("ec2:RevokeSecurityGroupEgress", "security-group/{GroupId}"), RULES],
    },
];

#[cfg(test)]
mod tests {
    use super::{super::Ec2, *};
    use crate::provision::Provider as _;

    #[test]
    fn every_type_has_handlers() {
        let folder = crate::test_folder::Folder::new("handlers");
        let ec2 = Ec2::open(&folder, crate::clock::Clock::at_pace(0.0)).unwrap();
        let declared = |kind: &&&str| HANDLERS.iter().any(|handlers| handlers.kind == **kind);
        assert_eq!(ec2.types().iter().find(|kind| !declared(kind)), None);
    }
}
