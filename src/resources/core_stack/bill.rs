//! The billed parts of the network.

use std::time::SystemTime;

use aws_sdk_cloudformation::types::{ResourceStatus, Stack, StackResource};

use crate::lab::{
    ArnPattern, LabId, Topology,
    prices::{Item, Price},
};
use crate::resources::words::time;

/// Returns the billed parts of the lab's network: in the classic topology two NAT gateways with
/// their addresses.
pub(super) fn of_topology(topology: Topology) -> Vec<Price> {
    match topology {
        Topology::Classic => {
            vec![Price::of(2.0, Item::NatGateway), Price::of(2.0, Item::PublicAddress)]
        }
        Topology::Economy => Vec::new(),
    }
}

/// Returns the billed parts among the resources of a stack, even if it is partly created, or was
/// created by hand.
pub(super) fn of_resources(resources: &[StackResource]) -> Vec<Price> {
    billed(resources).map(|(_, price)| price).collect()
}

/// Returns when the first of the billed resources of a stack was created. CloudFormation shows the
/// time of the last change: one that was changed since counts from the stack's own creation.
pub(super) fn since(stack: &Stack, resources: &[StackResource]) -> Option<SystemTime> {
    let of_one = |resource: &StackResource| match resource.resource_status() {
        Some(ResourceStatus::CreateComplete) => time(resource.timestamp()),
        _ => time(stack.creation_time()),
    };
    billed(resources).filter_map(|(resource, _)| of_one(resource)).min()
}

/// Returns the billed resources among these, as far as they exist.
fn billed(resources: &[StackResource]) -> impl Iterator<Item = (&StackResource, Price)> {
    let exists = |resource: &&StackResource| {
        let is_gone = matches!(
            resource.resource_status(),
            Some(ResourceStatus::DeleteComplete | ResourceStatus::CreateFailed)
        );
        !is_gone && resource.physical_resource_id().is_some_and(|id| !id.is_empty())
    };
    resources.iter().filter(exists).filter_map(|resource| match resource.resource_type()? {
        "AWS::EC2::NatGateway" => Some((resource, Price::of(1.0, Item::NatGateway))),
        "AWS::EC2::EIP" => Some((resource, Price::of(1.0, Item::PublicAddress))),
        _ => None,
    })
}

/// Returns the prices of a network's parts, by their ARNs.
pub(super) fn by_arn(lab: &LabId) -> Vec<(ArnPattern, Price)> {
    let of = |resource, item| (ArnPattern::new(lab, "ec2", resource, ""), Price::of(1.0, item));
    vec![of("natgateway/*", Item::NatGateway), of("elastic-ip/*", Item::PublicAddress)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::prices::Prices;

    #[test]
    fn it_is_billed_since_the_first_billed_resource_was_created() {
        let at = aws_smithy_types::DateTime::from_secs;
        let of_kind = |kind: &str, status, seconds| {
            StackResource::builder()
                .resource_type(format!("AWS::EC2::{kind}"))
                .physical_resource_id(kind)
                .resource_status(status)
                .timestamp(at(seconds))
                .build()
        };
        let created = |kind, seconds| of_kind(kind, ResourceStatus::CreateComplete, seconds);
        let stack = Stack::builder().creation_time(at(100)).build();
        // Made by a later update to the classic topology.
        let mut resources =
            vec![created("VPC", 110), created("EIP", 520), created("NatGateway", 500)];
        assert_eq!(since(&stack, &resources), time(Some(&at(500))));
        resources.push(of_kind("NatGateway", ResourceStatus::UpdateComplete, 900));
        assert_eq!(since(&stack, &resources), time(Some(&at(100))));
        assert_eq!(since(&stack, &resources[..1]), None);
    }

    #[test]
    fn the_network_of_the_original_template_costs_as_much_as_the_classic_one() {
        let kinds = ["VPC", "EIP", "NatGateway", "EIP", "NatGateway", "RouteTable"];
        let resources = kinds.map(|kind| {
            let of_kind = StackResource::builder().resource_type(format!("AWS::EC2::{kind}"));
            of_kind.physical_resource_id(kind).build()
        });
        let gone = StackResource::builder().resource_type("AWS::EC2::EIP");
        let gone = gone.physical_resource_id("x").resource_status(ResourceStatus::DeleteComplete);
        let resources = [resources.as_slice(), &[gone.build()]].concat();
        let prices = Prices::of("eu-west-1").unwrap();
        let per_hour = |bill: &[Price]| prices.per_hour(bill);
        let by_hand = per_hour(&of_resources(&resources));
        assert!((by_hand - per_hour(&of_topology(Topology::Classic))).abs() < 1e-9);
    }
}
