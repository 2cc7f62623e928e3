//! The load balancers' adapters: targets for tasks, and an integration for APIs.

use std::net::Ipv4Addr;

use super::{
    Elb,
    errors::{Outcome, no_balancer},
    state, targets,
};
use crate::{
    place::Place,
    ports::{Balancers, Entrance, Target, TargetHealth, Targets},
    protocol::stateful::Stateful as _,
    regional::Settle as _,
    times::Millis,
};

impl Targets for Elb {
    fn target_group(&self, place: &Place, arn: &str) -> Option<bool> {
        let find = |state: &state::Region| state.groups.contains_key(arn).then(|| state.uses(arn));
        self.look(place, |state, _| Ok(find(state))).ok().flatten()
    }

    fn register(&self, place: &Place, arn: &str, target: Target) {
        let registered = self.change(place, |state, _| {
            if let Some(group) = state.groups.get_mut(arn) {
                let Target { ip, port, process } = target;
                let process = Some(process);
                let drained_at = None;
                targets::add(group, state::Target { ip, port, process, is_task: true, drained_at });
            }
            Ok(())
        });
        // Only a full disk fails here; the target then never becomes healthy, which its service
        // sees.
        drop(registered);
    }

    fn deregister(&self, place: &Place, arn: &str, ip: &str, port: u16) {
        let deregistered = self.change(place, |state, context| {
            targets::drain(state, context, arn, ip, Some(port));
            Ok(())
        });
        // As above: its process ends anyway, and its health check finds that.
        drop(deregistered);
    }

    fn health(&self, place: &Place, arn: &str, ip: &str, port: u16) -> Option<TargetHealth> {
        let health =
            self.look(place, |state, context| Ok(targets::health(state, context, arn, ip, port)));
        health.ok().flatten()
    }
}

impl Balancers for Elb {
    fn is_active(&self, place: &Place, arn: &str) -> Option<bool> {
        let active = self.look(place, |state, context| {
            Ok(state.balancers.get(arn).map(|balancer| balancer.is_active(&context.moment)))
        });
        active.ok().flatten()
    }

    fn hold(&self, place: &Place, arn: &str, by: &str) -> Outcome<()> {
        self.change(place, |state, _| {
            let balancer = state.balancers.get_mut(arn).ok_or_else(|| no_balancer(arn))?;
            balancer.held_by.insert(by.to_owned());
            Ok(())
        })
    }

    fn release_at(&self, place: &Place, arn: &str, by: &str, time: Millis) -> Outcome<()> {
        self.change(place, |state, context| {
            if let Some(balancer) = state.balancers.get_mut(arn) {
                balancer.released_at.insert(by.to_owned(), time);
            }
            state.settle(&context.moment);
            Ok(())
        })
    }

    fn entrance(&self, place: &Place, arn: &str, port: u16) -> Option<Entrance> {
        let entrance = self.look(place, |state, context| {
            Ok(meant(state, arn, port).map(|listener| Entrance {
                address: (Ipv4Addr::LOCALHOST, listener.local_port).into(),
                leads_somewhere: context.plane.has_healthy(&listener.group),
            }))
        });
        entrance.ok().flatten()
    }
}

/// Returns the listener that a URL with this port means. The DNS name of a load balancer contains
/// the port of this machine, a hand-written URL the listener's own, and a stored one may have a
/// port that another program has taken since; then the only listener is meant.
fn meant<'a>(state: &'a state::Region, balancer: &str, port: u16) -> Option<&'a state::Listener> {
    let own: Vec<_> = state.listeners.values().filter(|own| own.balancer == balancer).collect();
    let named = own.iter().find(|own| own.local_port == port || own.port == port);
    named.or(own.first().filter(|_| own.len() == 1)).copied()
}
