//! The load balancer, by hand.

use super::{CROSS_ZONE, LoadBalancer};
use crate::{
    aws::operations::elb as op,
    engine::{ByHand, Command, Deed},
    lab::placeholders::{NLB_ARN, NLB_DNS, PUBLIC_SUBNET_ONE, PUBLIC_SUBNET_TWO},
    resources::hand::tag,
};

impl LoadBalancer {
    /// Returns the commands that make it, and that delete it.
    pub(super) fn commands(&self) -> ByHand {
        let describe = || Command::of(&op::DESCRIBE_LOAD_BALANCERS).arg("--names", &self.name);
        let look = || describe().noting(NLB_ARN, "LoadBalancers[0].LoadBalancerArn");
        let of = |operation| Command::of(operation).arg("--load-balancer-arn", NLB_ARN.name());
        let wait = |until| {
            let wait = Command::wait(&op::DESCRIBE_LOAD_BALANCERS, until);
            Deed::Run(wait.arg("--load-balancer-arns", NLB_ARN.name()))
        };
        let create = Command::of(&op::CREATE_LOAD_BALANCER)
            .arg("--name", &self.name)
            .arg("--type", "network")
            .arg("--scheme", "internet-facing")
            .arg("--subnets", PUBLIC_SUBNET_ONE.name())
            .word(PUBLIC_SUBNET_TWO.name())
            .arg("--tags", tag(&self.lab))
            .noting(NLB_ARN, "LoadBalancers[0].LoadBalancerArn");
        let (key, value) = CROSS_ZONE;
        let modify = of(&op::MODIFY_LOAD_BALANCER_ATTRIBUTES)
            .arg("--attributes", format!("Key={key},Value={value}"));
        ByHand {
            up: vec![
                Deed::Unless(look(), vec![Deed::Run(create)]),
                Deed::Run(describe().noting(NLB_DNS, "LoadBalancers[0].DNSName")),
                Deed::Run(modify),
                wait("load-balancer-available"),
            ],
            down: vec![Deed::If(
                look(),
                vec![Deed::Run(of(&op::DELETE_LOAD_BALANCER)), wait("load-balancers-deleted")],
            )],
            files: Vec::new(),
        }
    }
}
