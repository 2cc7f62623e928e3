//! Quotas of an account that the lab may exceed, and what to do about it. AWS's errors do not name
//! the quota, and an account has room for only a few labs before an increase is needed.

use crate::{aws::academy, error::Error, lab::Topology};

/// What a quota limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// VPCs.
    Vpcs,
    /// Internet gateways.
    InternetGateways,
    /// Elastic IP addresses.
    Addresses,
    /// NAT gateways in the zone that has the most of them.
    NatGatewaysInZone,
    /// Virtual processors of running Fargate tasks.
    FargateProcessors,
    /// Network load balancers.
    LoadBalancers,
    /// VPC links of REST APIs.
    VpcLinks,
}

/// A quota.
#[derive(Debug)]
pub(crate) struct Quota {
    /// What it limits.
    pub(crate) counts: Counted,
    /// Parts of AWS's error when it is exceeded.
    says: &'static [&'static str],
    /// Its name in the Service Quotas console.
    pub(crate) name: &'static str,
    /// The service there.
    pub(crate) service: &'static str,
    /// Its code there, which is the same in all regions.
    pub(crate) code: &'static str,
    /// Its value in an account for which nobody has asked for more.
    pub(crate) default: f64,
    /// How many a lab takes in the classic topology.
    classic: f64,
    /// How many a lab takes in the economy topology.
    economy: f64,
    /// What it means for labs.
    room: &'static str,
}

impl Quota {
    /// Returns how many of these a lab takes.
    pub(crate) fn takes(&self, topology: Topology) -> f64 {
        match topology {
            Topology::Classic => self.classic,
            Topology::Economy => self.economy,
        }
    }

    /// Returns whether the core stack takes of it. What comes after that can be deployed again once
    /// there is room.
    pub(crate) fn is_of_network(&self, topology: Topology) -> bool {
        use Counted::{Addresses, InternetGateways, NatGatewaysInZone, Vpcs};
        let of_network = [Vpcs, InternetGateways, Addresses, NatGatewaysInZone];
        of_network.contains(&self.counts) && self.takes(topology) > 0.0
    }

    /// Returns what to do when it is exhausted.
    pub(crate) fn hint(&self) -> String {
        let Self { name, code, room, .. } = self;
        format!(
            "{room}; ask for more in the Service Quotas console (\"{name}\", {code}), use another \
             region, or clean up a lab"
        )
    }
}

/// <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>, for Fargate
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html>, for load
/// balancers
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html>, for
/// VPC links <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>. The numbers
/// are those of a new account.
pub(crate) static QUOTAS: [Quota; 7] = [
    Quota {
        counts: Counted::Addresses,
        says: &["maximum number of addresses"],
        name: "EC2-VPC Elastic IPs",
        service: "ec2",
        code: "L-0263D0A3",
        default: 5.0,
        classic: 2.0,
        economy: 0.0,
        room: "an account has 5 Elastic IP addresses in a region, and a lab takes 2, or none with \
               `--topology economy`",
    },
    Quota {
        counts: Counted::Vpcs,
        says: &["maximum number of VPCs"],
        name: "VPCs per Region",
        service: "vpc",
        code: "L-F678F1CE",
        default: 5.0,
        classic: 1.0,
        economy: 1.0,
        room: "an account has 5 VPCs in a region, which is enough for 5 labs, or 4 beside the default \
               VPC",
    },
    Quota {
        counts: Counted::InternetGateways,
        says: &["maximum number of internet gateways"],
        name: "Internet gateways per Region",
        service: "vpc",
        code: "L-A4707A72",
        default: 5.0,
        classic: 1.0,
        economy: 1.0,
        room: "an account has 5 internet gateways in a region, which is enough for 5 labs, or 4 \
               beside the default VPC",
    },
    Quota {
        counts: Counted::NatGatewaysInZone,
        says: &["NatGatewayLimitExceeded", "maximum number of NAT gateways"],
        name: "NAT gateways per Availability Zone",
        service: "vpc",
        code: "L-FE5A380F",
        default: 5.0,
        classic: 1.0,
        economy: 0.0,
        room: "an account has 5 NAT gateways in a zone, and a lab takes one in each of two zones, or \
               none with `--topology economy`",
    },
    Quota {
        counts: Counted::FargateProcessors,
        says: &["limit on the number of vCPUs"],
        name: "Fargate On-Demand vCPU resource count",
        service: "fargate",
        code: "L-3032A538",
        default: 6.0,
        classic: 0.25,
        economy: 0.25,
        room: "an account may run few Fargate tasks at once, and a lab takes a quarter of a vCPU, \
               twice that while a task replaces another",
    },
    Quota {
        counts: Counted::LoadBalancers,
        says: &["TooManyLoadBalancers"],
        name: "Network Load Balancers per Region",
        service: "elasticloadbalancing",
        code: "L-69A177A2",
        default: 50.0,
        classic: 1.0,
        economy: 1.0,
        room: "an account has 50 network load balancers in a region, and a lab takes one",
    },
    Quota {
        counts: Counted::VpcLinks,
        says: &["VPC links exceeded", "maximum number of VPC links"],
        name: "VPC links",
        service: "apigateway",
        code: "L-A4C7274F",
        default: 20.0,
        classic: 1.0,
        economy: 1.0,
        room: "an account has 20 VPC links in a region, and a lab takes one",
    },
];

/// Returns what to do about the quota that AWS's text refers to, if any.
pub(super) fn hint(text: &str) -> Option<String> {
    let is_about = |quota: &&Quota| quota.says.iter().any(|part| text.contains(part));
    QUOTAS.iter().find(is_about).map(Quota::hint)
}

/// Adds the hint for the quota that the error refers to, if any. A denial of a Learner Lab in a text
/// of AWS, such as an event of a stack, becomes an error of its kind.
pub(super) fn explained(mut error: Error) -> Error {
    if let Some(denial) = academy::denial(&error.message) {
        error.code = denial;
        return match academy::advice(&error.message) {
            Some(advice) => error.hint(advice),
            None => error,
        };
    }
    let mut evidence = error.evidence.iter().map(|it| it.text.as_str());
    let hint = hint(&error.to_string()).or_else(|| evidence.find_map(hint));
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Code, Evidence};

    #[test]
    fn a_quota_is_named_with_its_code_and_what_fits() {
        for (says, words) in [
            ("The maximum number of addresses has been reached.", "L-0263D0A3"),
            ("The maximum number of VPCs has been reached.", "5 labs, or 4 beside"),
            ("The maximum number of internet gateways has been reached.", "L-A4707A72"),
            ("NatGatewayLimitExceeded: Performing this operation would exceed", "L-FE5A380F"),
            ("You've reached the limit on the number of vCPUs", "L-3032A538"),
        ] {
            let error = explained(Error::new(Code::Failed, format!("the stack failed: {says}")));
            assert!(error.advice().contains(words), "{}", error.advice());
        }
        let other = Error::new(Code::Failed, "no such thing");
        assert_eq!(explained(other.clone()), other);
    }

    #[test]
    fn a_denial_of_a_learner_lab_is_of_its_own_kind() {
        let why = "the stack is ROLLBACK_COMPLETE: `EcsServiceRole`: iam:CreateRole … Pvoclabs2";
        let error = explained(Error::new(Code::Failed, why));
        assert_eq!(error.code, Code::LearnerLab);
        assert!(error.advice().contains("`--roles existing`"), "{}", error.advice());
        let ended = explained(Error::new(Code::Failed, "… with voc-cancel-cred"));
        assert_eq!(ended.code, Code::SessionEnded);
        assert!(ended.advice().contains("Start Lab"), "{}", ended.advice());
    }

    #[test]
    fn evidence_counts_too() {
        let seen = Evidence { source: "ECS", text: "limit on the number of vCPUs".to_owned() };
        let error = explained(Error::new(Code::Failed, "it failed").shown_by(vec![seen]));
        assert!(error.advice().contains("Fargate On-Demand vCPU"), "{}", error.advice());
    }
}
