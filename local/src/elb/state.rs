//! The service's state for an account in a region. Target health is not stored: it is checked
//! again.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    clock::{Moment, Transition},
    pace::typical,
    ports::DELETING_VPC_LINK,
    regional::Settle,
    times::Millis,
};

/// The creation of a load balancer.
pub(super) const CREATING_BALANCER: Transition = Transition {
    service: "elasticloadbalancing",
    operation: "CreateLoadBalancer",
    typical: typical("AWS::ElasticLoadBalancingV2::LoadBalancer provisioning"),
};
/// The draining of a target. Its group's deregistration delay is the duration.
pub(super) const DRAINING_TARGET: Transition =
    Transition { operation: "DeregisterTargets", typical: Duration::ZERO, ..CREATING_BALANCER };

/// The load balancers of an account in a region. Everything is keyed by ARN.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Region {
    pub(super) balancers: BTreeMap<String, Balancer>,
    pub(super) groups: BTreeMap<String, Group>,
    pub(super) listeners: BTreeMap<String, Listener>,
    /// The tags of everything, by its ARN.
    pub(super) tags: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Balancer {
    pub(super) name: String,
    /// The last part of its ARN.
    pub(super) id: String,
    pub(super) scheme: String,
    pub(super) vpc: String,
    pub(super) subnets: Vec<Attached>,
    pub(super) security_groups: Vec<String>,
    /// Whether its security groups count for private links; only where it has such groups.
    pub(super) filters_private_links: bool,
    pub(super) created: Millis,
    pub(super) ready_at: Millis,
    /// The port of this machine that its first listener uses; it is part of the DNS name.
    pub(super) port: u16,
    /// The attributes that were set.
    pub(super) attributes: BTreeMap<String, String>,
    /// Which services use it, and so keep it from being deleted.
    pub(super) held_by: BTreeSet<String>,
    /// When some of these stop using it.
    #[serde(default)]
    pub(super) released_at: BTreeMap<String, Millis>,
}

/// A subnet of a load balancer, and the interface in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Attached {
    pub(super) subnet: String,
    pub(super) zone: String,
    pub(super) interface: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) settings: GroupSettings,
    pub(super) health_check: HealthCheck,
    /// The attributes that were set.
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) targets: Vec<Target>,
}

/// What a target group is created with and cannot change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct GroupSettings {
    pub(super) protocol: String,
    pub(super) port: u16,
    pub(super) vpc: String,
    pub(super) target_type: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct HealthCheck {
    pub(super) protocol: String,
    /// A port, or `traffic-port`.
    pub(super) port: String,
    pub(super) path: Option<String>,
    pub(super) matcher: Option<String>,
    /// Seconds.
    pub(super) interval: u32,
    /// Seconds.
    pub(super) timeout: u32,
    pub(super) healthy: u32,
    pub(super) unhealthy: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Target {
    pub(super) ip: String,
    pub(super) port: u16,
    /// Where it really listens; none where that cannot be on this machine.
    pub(super) process: Option<SocketAddr>,
    /// Whether it is a task's, and so ends with the local cloud.
    pub(super) is_task: bool,
    /// When it is gone, for one that was deregistered.
    pub(super) drained_at: Option<Millis>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Listener {
    pub(super) balancer: String,
    pub(super) protocol: String,
    /// The port that the API shows.
    pub(super) port: u16,
    /// The port of this machine.
    pub(super) local_port: u16,
    pub(super) group: String,
}

impl Region {
    /// Returns whether a listener sends connections to a target group.
    pub(super) fn uses(&self, group: &str) -> bool {
        self.listeners.values().any(|listener| listener.group == group)
    }

    /// Returns the ports of this machine that are taken or promised.
    pub(super) fn local_ports(&self) -> BTreeSet<u16> {
        let balancers = self.balancers.values().map(|balancer| balancer.port);
        balancers.chain(self.listeners.values().map(|listener| listener.local_port)).collect()
    }
}

impl Settle for Region {
    /// Applies the passage of time: removes drained targets, and releases what other services no
    /// longer use.
    fn settle(&mut self, moment: &Moment) {
        self.balancers.values_mut().for_each(|balancer| balancer.release(moment));
        let is_there = |target: &Target| {
            target.drained_at.is_none_or(|drained| !moment.has_come(DRAINING_TARGET, drained))
        };
        for group in self.groups.values_mut() {
            group.targets.retain(is_there);
        }
        let Self { balancers, groups, listeners, tags } = self;
        tags.retain(|arn, _| {
            balancers.contains_key(arn) || groups.contains_key(arn) || listeners.contains_key(arn)
        });
    }
}

impl Balancer {
    /// Returns whether it takes connections.
    pub(super) fn is_active(&self, moment: &Moment) -> bool {
        moment.has_come(CREATING_BALANCER, self.ready_at)
    }

    fn release(&mut self, moment: &Moment) {
        let Self { held_by, released_at, .. } = self;
        let is_gone = |time: &Millis| moment.has_come(DELETING_VPC_LINK, *time);
        held_by.retain(|by| !released_at.get(by).is_some_and(is_gone));
        released_at.retain(|by, _| held_by.contains(by));
    }

    /// Returns the address at which it answers, with its port: after `http://` it is a URL that
    /// works. An address rather than a name, because Python and Node.js resolve no names below
    /// `.localhost`.
    pub(super) fn dns_name(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}
