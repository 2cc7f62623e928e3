//! The neighbours that the tests need.

use std::{
    collections::BTreeMap,
    net::Ipv4Addr,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use crate::{
    place::{AccountId, Place},
    ports::{Interface, Network, NewInterface, Roles, SubnetInfo, Target, TargetHealth, Targets},
    service::AwsError,
};

/// The one role that nobody can assume.
pub(super) const ABSENT_ROLE: &str = "arn:aws:iam::111111111111:role/absent";

/// A network whose subnets all exist except `absent`; `closed` has no way out.
#[derive(Debug, Default)]
pub(super) struct FakeNetwork {
    pub(super) attached: Mutex<Vec<String>>,
    count: AtomicU32,
}

impl Network for FakeNetwork {
    fn subnet(&self, _: &Place, subnet_id: &str) -> Option<SubnetInfo> {
        (subnet_id != "absent").then(|| SubnetInfo {
            vpc_id: "vpc-1".to_owned(),
            availability_zone: format!("eu-west-1{}", if subnet_id == "other" { 'b' } else { 'a' }),
            has_internet_gateway: subnet_id == "public",
            reaches_internet: subnet_id != "closed",
        })
    }

    fn vpc_exists(&self, _: &Place, _: &str) -> bool {
        true
    }

    fn zone_of(&self, _: &Place, _: &str, _: Ipv4Addr) -> Option<String> {
        Some("eu-west-1a".to_owned())
    }

    fn group_exists(&self, _: &Place, group_id: &str) -> bool {
        group_id != "absent"
    }

    fn attach(&self, _: &Place, _: &NewInterface<'_>) -> Result<Interface, AwsError> {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let id = format!("eni-{number}");
        self.attached.lock().unwrap().push(id.clone());
        let private_ip = format!("10.0.2.{number}");
        Ok(Interface { id, private_ip, mac_address: "02:00:00:00:00:01".to_owned() })
    }

    fn detach_later(&self, _: &Place, interface_id: &str, _: Duration) {
        self.attached.lock().unwrap().retain(|id| id != interface_id);
    }
}

/// Target groups: all have a listener except `unused`, and `absent` does not exist. Targets are as
/// healthy as the tests say.
#[derive(Debug, Default)]
pub(super) struct FakeTargets {
    pub(super) registered: Mutex<BTreeMap<String, Target>>,
    pub(super) sick: AtomicBool,
}

impl Targets for FakeTargets {
    fn target_group(&self, _: &Place, arn: &str) -> Option<bool> {
        (arn != "absent").then(|| arn != "unused")
    }

    fn register(&self, _: &Place, _: &str, target: Target) {
        self.registered.lock().unwrap().insert(target.ip.clone(), target);
    }

    fn deregister(&self, _: &Place, _: &str, ip: &str, _: u16) {
        self.registered.lock().unwrap().remove(ip);
    }

    fn health(&self, _: &Place, _: &str, ip: &str, _: u16) -> Option<TargetHealth> {
        let sick = self.sick.load(Ordering::Relaxed);
        let health = if sick { TargetHealth::Unhealthy } else { TargetHealth::Healthy };
        self.registered.lock().unwrap().contains_key(ip).then_some(health)
    }
}

/// Roles of which all may be assumed except `absent`.
#[derive(Debug, Default)]
pub(super) struct FakeRoles;

impl Roles for FakeRoles {
    fn assumable(&self, _: &AccountId, role_arn: &str, _: &str) -> bool {
        role_arn != ABSENT_ROLE
    }

    fn ensure_service_linked_role(&self, _: &AccountId, _: &str) -> bool {
        false
    }
}
