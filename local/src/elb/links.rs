//! What load balancers are to other services: targets for tasks, and an integration for APIs.

use super::{
    Elb,
    errors::{Outcome, no_balancer},
    state, targets,
};
use crate::{
    links::{Target, TargetHealth, Targets},
    service::AccountId,
};

impl Targets for Elb {
    fn target_group(&self, account: &AccountId, region: &str, arn: &str) -> Option<bool> {
        let find = |state: &state::Region| state.groups.contains_key(arn).then(|| state.uses(arn));
        self.look(account, region, |state, _| Ok(find(state))).ok().flatten()
    }

    fn register(&self, account: &AccountId, region: &str, arn: &str, target: Target) {
        let registered = self.change(account, region, |state, _| {
            if let Some(group) = state.groups.get_mut(arn) {
                let Target { ip, port, process } = target;
                let process = Some(process);
                let drained_at = None;
                targets::add(group, state::Target { ip, port, process, is_task: true, drained_at });
            }
            Ok(())
        });
        // Only a full disk fails here; the target then never becomes healthy, which its service sees.
        drop(registered);
    }

    fn deregister(&self, account: &AccountId, region: &str, arn: &str, ip: &str, port: u16) {
        let deregistered = self.change(account, region, |state, context| {
            targets::drain(state, context, arn, ip, Some(port));
            Ok(())
        });
        // As above: its process ends all the same, and its health check finds that.
        drop(deregistered);
    }

    fn health(
        &self,
        account: &AccountId,
        region: &str,
        arn: &str,
        ip: &str,
        port: u16,
    ) -> Option<TargetHealth> {
        let health = self.look(account, region, |state, context| {
            Ok(targets::health(state, context, arn, ip, port))
        });
        health.ok().flatten()
    }
}

#[cfg_attr(not(test), expect(dead_code, reason = "API Gateway's VPC links come next"))]
impl Elb {
    /// Keeps a load balancer from being deleted while another service uses it.
    pub(crate) fn hold(
        &self,
        account: &AccountId,
        region: &str,
        arn: &str,
        by: &str,
    ) -> Outcome<()> {
        self.change(account, region, |state, _| {
            let balancer = state.balancers.get_mut(arn).ok_or_else(|| no_balancer(arn))?;
            balancer.held_by.insert(by.to_owned());
            Ok(())
        })
    }

    /// Ends that; for a load balancer that is not there, or not held by this, nothing is to be done.
    pub(crate) fn release(
        &self,
        account: &AccountId,
        region: &str,
        arn: &str,
        by: &str,
    ) -> Outcome<()> {
        self.change(account, region, |state, _| {
            if let Some(balancer) = state.balancers.get_mut(arn) {
                balancer.held_by.remove(by);
            }
            Ok(())
        })
    }
}
