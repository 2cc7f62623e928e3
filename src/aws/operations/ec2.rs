//! The networks of an account: what there is, and what it may do.

use crate::aws::{Api, On, Protocol, Service};

const EC2: Service = Service { name: "ec2", sdk: "EC2", iam: "ec2", cli: "ec2" };

operations! {
    use signed Api {
        service: &EC2,
        host: "ec2.REGION.amazonaws.com",
        signs: "ec2",
        signs_in: None,
        protocol: Protocol::Ec2Query { version: "2016-11-15" },
    };
    DESCRIBE_ADDRESSES = EC2.reads("DescribeAddresses").on(On::All);
    DESCRIBE_INTERNET_GATEWAYS = EC2.reads("DescribeInternetGateways").on(On::All);
    DESCRIBE_NETWORK_INTERFACES = EC2.reads("DescribeNetworkInterfaces").on(On::All);
    DESCRIBE_NAT_GATEWAYS = EC2.reads("DescribeNatGateways").on(On::All);
    DESCRIBE_REGIONS = EC2.reads("DescribeRegions").on(On::All);
    DESCRIBE_SUBNETS = EC2.reads("DescribeSubnets").on(On::All);
    DESCRIBE_VPC_ENDPOINT_SERVICE_CONFIGURATIONS =
        EC2.reads("DescribeVpcEndpointServiceConfigurations").on(On::All);
    DESCRIBE_VPCS = EC2.reads("DescribeVpcs").on(On::All);
    // What CloudFormation does for the core stack, in the caller's name. They need nothing that does
    // not exist yet, so that their dry run fails for want of a permission only.
    ALLOCATE_ADDRESS = EC2.dry_run("AllocateAddress").on(On::Any(&["elastic-ip/*"]));
    CREATE_INTERNET_GATEWAY =
        EC2.dry_run("CreateInternetGateway").on(On::Any(&["internet-gateway/*"]));
    CREATE_VPC = EC2.dry_run("CreateVpc").on(On::Any(&["vpc/*"]));
}
