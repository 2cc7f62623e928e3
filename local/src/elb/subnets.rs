//! The subnets of a load balancer: which are allowed, and the interfaces in them.

use super::{
    Context,
    errors::{Outcome, bad, configuration, invalid},
    state::{Attached, Balancer},
};
use crate::{params::Params, ports::NewInterface};

/// Subnets allowed for a load balancer.
pub(super) struct Zones {
    pub(super) vpc: String,
    /// Subnets with their zones.
    pub(super) subnets: Vec<(String, String)>,
}

/// Returns the subnets that a call names, in either of the two ways.
pub(super) fn wanted(params: &Params) -> Vec<String> {
    let mapped = params.groups("SubnetMappings");
    let mapped = mapped.iter().filter_map(|mapping| mapping.text("SubnetId")).map(str::to_owned);
    params.list("Subnets").into_iter().chain(mapped).collect()
}

/// Checks for one subnet per zone, all in one VPC, and all with a way in from the internet if that
/// is wanted.
pub(super) fn check(context: &Context, wanted: &[String], internet_facing: bool) -> Outcome<Zones> {
    let mut found = Zones { vpc: String::new(), subnets: Vec::new() };
    for id in wanted {
        let subnet = context
            .network
            .subnet(&context.place, id)
            .ok_or_else(|| bad("SubnetNotFound", format!("The subnet ID '{id}' does not exist")))?;
        if internet_facing && !subnet.has_internet_gateway {
            let message = format!(
                "Subnet '{id}' of VPC {} has no route to an internet gateway",
                subnet.vpc_id
            );
            return Err(bad("InvalidSubnet", message));
        }
        if found.subnets.iter().any(|(_, zone)| *zone == subnet.availability_zone) {
            return Err(configuration(
                "A load balancer cannot be attached to multiple subnets in the same Availability \
                 Zone",
            ));
        }
        if !found.vpc.is_empty() && found.vpc != subnet.vpc_id {
            return Err(configuration("All subnets must belong to the same VPC"));
        }
        found.vpc = subnet.vpc_id;
        found.subnets.push((id.clone(), subnet.availability_zone));
    }
    if found.subnets.is_empty() {
        return Err(invalid("At least one subnet must be specified"));
    }
    Ok(found)
}

/// Creates an interface in each subnet; if one cannot be created, those before it are removed.
pub(super) fn attach(context: &Context, balancer: &mut Balancer, zones: Zones) -> Outcome<()> {
    for (subnet, zone) in zones.subnets {
        let interface = NewInterface {
            subnet_id: &subnet,
            group_ids: &balancer.security_groups,
            description: format!("ELB net/{}/{}", balancer.name, balancer.id),
            interface_type: "network_load_balancer",
            public: balancer.scheme == "internet-facing",
        };
        match context.network.attach(&context.place, &interface) {
            Ok(made) => {
                balancer.subnets.push(Attached { subnet, zone, interface: made.id });
            }
            Err(error) => {
                balancer.subnets.iter().for_each(|attached| detach(context, attached));
                return Err(bad("InvalidSubnet", error.message));
            }
        }
    }
    Ok(())
}

fn detach(context: &Context, attached: &Attached) {
    context.network.detach(&context.place, &attached.interface);
}

/// Switches to other subnets; interfaces in those that stay are kept.
pub(super) fn replace(context: &Context, balancer: &mut Balancer, mut zones: Zones) -> Outcome<()> {
    let stays = |attached: &Attached| zones.subnets.iter().any(|(id, _)| *id == attached.subnet);
    let (kept, left): (Vec<_>, Vec<_>) = balancer.subnets.drain(..).partition(stays);
    zones.subnets.retain(|(id, _)| kept.iter().all(|attached| attached.subnet != *id));
    attach(context, balancer, zones)?;
    for attached in &left {
        detach(context, attached);
    }
    balancer.subnets.extend(kept);
    Ok(())
}
