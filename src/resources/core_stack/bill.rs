//! What is billed of the network.

use aws_sdk_cloudformation::types::StackResource;

use crate::lab::{
    Topology,
    prices::{Item, Price},
};

/// Returns what is billed of the lab's network: in the classic topology two NAT gateways with their
/// addresses.
pub(super) fn of_topology(topology: Topology) -> Vec<Price> {
    match topology {
        Topology::Classic => {
            vec![Price::of(2.0, Item::NatGateway), Price::of(2.0, Item::PublicAddress)]
        }
        Topology::Economy => Vec::new(),
    }
}

/// Returns what is billed of the resources of a stack that was typed by hand.
pub(super) fn of_resources(resources: &[StackResource]) -> Vec<Price> {
    let billed = resources.iter().filter_map(|resource| match resource.resource_type()? {
        "AWS::EC2::NatGateway" => Some(Price::of(1.0, Item::NatGateway)),
        "AWS::EC2::EIP" => Some(Price::of(1.0, Item::PublicAddress)),
        _ => None,
    });
    billed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::prices::Prices;

    #[test]
    fn the_network_of_the_original_template_costs_as_much_as_the_classic_one() {
        let kinds = ["VPC", "EIP", "NatGateway", "EIP", "NatGateway", "RouteTable"];
        let resources = kinds.map(|kind| {
            StackResource::builder().resource_type(format!("AWS::EC2::{kind}")).build()
        });
        let prices = Prices::of("eu-west-1").unwrap();
        let per_hour = |bill: &[Price]| prices.per_hour(bill);
        let by_hand = per_hour(&of_resources(&resources));
        assert!((by_hand - per_hour(&of_topology(Topology::Classic))).abs() < 1e-9);
    }
}
