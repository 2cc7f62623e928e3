//! The quotas of an account: what the services keep to, and Service Quotas shows.

/// A quota as Service Quotas names it. Nobody has asked for more than AWS's default.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// The code of the service.
    pub(crate) service: &'static str,
    /// Its code.
    pub(crate) code: &'static str,
    /// Its name.
    pub(crate) name: &'static str,
    /// How many there may be.
    pub(crate) value: usize,
    /// Whether the local cloud keeps to it.
    pub(crate) is_kept: bool,
}

const fn kept(
    service: &'static str,
    code: &'static str,
    name: &'static str,
    value: usize,
) -> Limit {
    Limit { service, code, name, value, is_kept: true }
}

const fn shown(
    service: &'static str,
    code: &'static str,
    name: &'static str,
    value: usize,
) -> Limit {
    Limit { is_kept: false, ..kept(service, code, name, value) }
}

/// VPCs in a region.
pub(crate) const VPCS: Limit = kept("vpc", "L-F678F1CE", "VPCs per Region", 5);
/// Internet gateways in a region.
pub(crate) const INTERNET_GATEWAYS: Limit =
    kept("vpc", "L-A4707A72", "Internet gateways per Region", 5);
/// NAT gateways in a zone.
pub(crate) const NAT_GATEWAYS: Limit =
    kept("vpc", "L-FE5A380F", "NAT gateways per Availability Zone", 5);
/// Elastic IP addresses in a region.
pub(crate) const ADDRESSES: Limit = kept("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", 5);

/// All of them.
pub(crate) const ALL: [Limit; 7] = [
    VPCS,
    INTERNET_GATEWAYS,
    NAT_GATEWAYS,
    ADDRESSES,
    shown("fargate", "L-3032A538", "Fargate On-Demand vCPU resource count", 6),
    shown("elasticloadbalancing", "L-69A177A2", "Network Load Balancers per Region", 50),
    shown("apigateway", "L-A4C7274F", "VPC links", 20),
];
