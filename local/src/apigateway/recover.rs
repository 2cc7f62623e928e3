//! VPC links after a restart.

use super::{ApiGateway, state::VpcLink};
use crate::open::{OpenError, Recover};

impl Recover for ApiGateway {
    /// Makes every link hold its load balancer: the local cloud may have been killed between
    /// creating or deleting a link and reporting it.
    fn recover(&self) -> Result<(), OpenError> {
        for (place, store) in self.regions.all() {
            let links: Vec<VpcLink> = store.read(|state| state.links.values().cloned().collect());
            for VpcLink { id, target, gone_at, .. } in links {
                // A load balancer that no longer exists needs nothing.
                let _ = self.balancers.hold(&place, &target, &id);
                if let Some(gone_at) = gone_at {
                    let _ = self.balancers.release_at(&place, &target, &id, gone_at);
                }
            }
        }
        Ok(())
    }
}
