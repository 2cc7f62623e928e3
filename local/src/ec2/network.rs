//! EC2's adapter for load balancers and tasks.

use std::{net::Ipv4Addr, time::Duration};

use super::{
    Context, Ec2,
    cidr::Cidr,
    errors::Outcome,
    interfaces::{self, NewInterface},
    routes,
    state::{DELETING_INTERFACE, Region},
};
use crate::{place::Place, ports, protocol::stateful::Stateful as _, service::AwsError};

impl ports::Network for Ec2 {
    fn subnet(&self, place: &Place, subnet_id: &str) -> Option<ports::SubnetInfo> {
        let find = |state: &Region, context: &Context| Ok(subnet(state, context, subnet_id));
        self.look(place, find).ok().flatten()
    }

    fn vpc_exists(&self, place: &Place, vpc_id: &str) -> bool {
        let exists = self.look(place, |state, _| Ok(state.vpcs.contains_key(vpc_id)));
        exists.unwrap_or(false)
    }

    fn zone_of(&self, place: &Place, vpc_id: &str, address: Ipv4Addr) -> Option<String> {
        let address = Cidr::only(address);
        let find = |state: &Region, _: &Context| {
            let mut subnets = state.subnets.values();
            let subnet =
                subnets.find(|subnet| subnet.vpc == vpc_id && subnet.cidr.contains(address));
            Ok(subnet.map(|subnet| subnet.zone.clone()))
        };
        self.look(place, find).ok().flatten()
    }

    fn group_exists(&self, place: &Place, group_id: &str) -> bool {
        let exists = self.look(place, |state, _| Ok(state.groups.contains_key(group_id)));
        exists.unwrap_or(false)
    }

    fn attach(
        &self,
        place: &Place,
        interface: &ports::NewInterface<'_>,
    ) -> Result<ports::Interface, AwsError> {
        self.change(place, |state, context| attach(state, context, interface))
    }

    fn detach_later(&self, place: &Place, interface_id: &str, typical: Duration) {
        let detached = self.change(place, |state, context| {
            if let Some(interface) = state.interfaces.get_mut(interface_id) {
                interface.gone_at = Some(context.moment.due(DELETING_INTERFACE.taking(typical)));
            }
            Ok(())
        });
        // Only a full disk fails here; the interface then stays, as a leftover of AWS's own would.
        drop(detached);
    }
}

fn subnet(state: &Region, context: &Context, id: &str) -> Option<ports::SubnetInfo> {
    let subnet = state.subnets.get(id)?;
    let table = state.table_of(id, &subnet.vpc)?;
    let (has_internet_gateway, reaches_internet) =
        routes::to_internet(state, table, &context.moment);
    Some(ports::SubnetInfo {
        vpc_id: subnet.vpc.clone(),
        availability_zone: subnet.zone.clone(),
        has_internet_gateway,
        reaches_internet,
    })
}

fn attach(
    state: &mut Region,
    context: &Context,
    interface: &ports::NewInterface<'_>,
) -> Outcome<ports::Interface> {
    let requester =
        if interface.interface_type == "interface" { "amazon-aws" } else { "amazon-elb" };
    let new = NewInterface {
        subnet: interface.subnet_id,
        groups: interface.group_ids.to_vec(),
        description: interface.description.clone(),
        kind: interface.interface_type,
        requester: Some(requester),
        public: interface.public,
    };
    let id = interfaces::make(state, context, new)?;
    let made = &state.interfaces[&id];
    Ok(ports::Interface { private_ip: made.private_ip.clone(), mac_address: made.mac.clone(), id })
}
