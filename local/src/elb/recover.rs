//! Load balancers after a restart: they serve again what they served.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use super::{Elb, plane, state::Region};
use crate::{
    clock::Clock,
    open::{OpenError, Recover},
    ports::{Network, Roles},
    regional::Regional,
};

impl Elb {
    /// Opens the service on its folder and serves what is in it.
    pub(crate) fn open(
        folder: &Path,
        clock: Clock,
        network: Arc<dyn Network>,
        roles: Arc<dyn Roles>,
    ) -> Result<Self, OpenError> {
        let regions = Arc::new(Regional::open(folder.to_owned())?);
        let found = Arc::new(Regional::open(folder.join("health"))?);
        let planes = Arc::new(Mutex::default());
        let elb = Self { regions, planes, found, clock, network, roles };
        elb.recover()?;
        Ok(elb)
    }
}

impl Recover for Elb {
    /// Resumes serving. Tasks end with the local cloud, so their targets are gone; and another
    /// program may have taken a port.
    fn recover(&self) -> Result<(), OpenError> {
        for (place, store) in self.regions.all() {
            store.change(|state| {
                for group in state.groups.values_mut() {
                    group.targets.retain(|target| !target.is_task);
                }
                move_from_taken_ports(state);
            })?;
            self.plane(&place).sync(|| store.read(Clone::clone));
        }
        Ok(())
    }
}

/// Gives another port to what cannot get its own back. Its DNS name changes with that.
fn move_from_taken_ports(state: &mut Region) {
    let taken: Vec<u16> =
        state.local_ports().into_iter().filter(|port| !plane::is_free(*port)).collect();
    for old in taken {
        // When no port is free the old one stays, and is tried again at the next change.
        let Ok(new) = plane::free_port(&state.local_ports()) else { continue };
        for balancer in state.balancers.values_mut().filter(|balancer| balancer.port == old) {
            balancer.port = new;
        }
        for listener in state.listeners.values_mut().filter(|known| known.local_port == old) {
            listener.local_port = new;
        }
    }
}
