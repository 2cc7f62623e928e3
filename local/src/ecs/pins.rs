//! What a tag means is resolved once per deployment, so that all its tasks run the same image even
//! when the tag moves.

use super::{
    Ecs,
    state::{Region, Task, service_key},
};
use crate::place::Place;

impl Ecs {
    /// Returns the digest that a task's deployment runs for this image.
    pub(super) fn pinned(&self, place: &Place, task: &Task, image: &str) -> Option<String> {
        let digest = |region: &Region| {
            let key = service_key(&task.cluster, task.service.as_deref()?);
            let mut deployments = region.services.get(&key)?.deployments.iter();
            let deployment = deployments.find(|one| Some(&one.id) == task.deployment.as_ref())?;
            deployment.digests.get(image).cloned()
        };
        self.look(place, digest).ok().flatten()
    }

    /// Makes a task's deployment run this digest from now on.
    pub(super) fn pin(&self, place: &Place, task: &Task, image: &str, digest: &str) {
        let Some(name) = &task.service else { return };
        let key = service_key(&task.cluster, name);
        let _ = self.change(place, |region| {
            let deployments = region.services.get_mut(&key).map(|service| &mut service.deployments);
            let mut deployments = deployments.into_iter().flatten();
            if let Some(one) = deployments.find(|one| Some(&one.id) == task.deployment.as_ref()) {
                one.digests.entry(image.to_owned()).or_insert_with(|| digest.to_owned());
            }
            Ok(())
        });
    }
}
