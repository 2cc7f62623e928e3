//! ECS on Fargate: clusters, task definitions, services and tasks. A task is real: its image comes
//! from the local registry and its containers run as processes of this machine.

mod absent;
mod access;
mod arns;
mod begin;
mod capped;
mod clusters;
mod confinement;
mod containers;
mod create;
pub(crate) mod credentials;
mod definitions;
mod end;
mod errors;
mod guard;
mod image_ref;
#[cfg(target_os = "linux")]
mod launcher;
#[cfg(not(target_os = "linux"))]
#[path = "no_launcher.rs"]
mod launcher;
mod life;
mod output;
mod paging;
mod pins;
mod plan;
mod prepare;
mod process;
mod reconcile;
mod recover;
mod rooted;
mod scheduler;
mod services;
mod settings;
mod shown;
mod state;
mod tags;
mod tasks;
mod unpack;
mod update;
mod validation;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::Value;
use tokio::{sync::Notify, task::JoinHandle};

use crate::{
    absent::Absent,
    authorize::Access,
    ecr::Ecr,
    logs::Logs,
    open::Setup,
    open::{OpenError, Recover as _},
    place::Place,
    ports::{Network, Roles, Targets},
    protocol::{
        Protocol,
        json::Dialect,
        operations::{OnJson, Operation, Tabled, change, look},
    },
    random,
    regional::Regional,
    service::{AwsError, Summary, Tagged},
};
pub use confinement::Confinement;
use credentials::Credentials;
use guard::Guard;
pub use launcher::{Launcher, run_if_launched};
use life::Living;
use state::{Region, Task};

const PROTOCOL: Protocol = Protocol::AwsJson(Dialect {
    target: "AmazonEC2ContainerServiceV20141113",
    content_type: "application/x-amz-json-1.1",
    error_prefix: "",
});

/// Who assumes the service-linked role.
const PRINCIPAL: &str = "ecs.amazonaws.com";

const OPERATIONS: &[Operation<OnJson<Ecs>>] = &[
    change("CreateCluster", clusters::create),
    look("DescribeClusters", clusters::describe),
    look("ListClusters", clusters::list),
    change("UpdateClusterSettings", clusters::update_settings),
    change("DeleteCluster", clusters::delete),
    change("RegisterTaskDefinition", definitions::register),
    look("DescribeTaskDefinition", definitions::describe),
    look("ListTaskDefinitions", definitions::list),
    look("ListTaskDefinitionFamilies", definitions::list_families),
    change("DeregisterTaskDefinition", definitions::deregister),
    change("DeleteTaskDefinitions", definitions::delete),
    change("CreateService", create::create),
    look("DescribeServices", services::describe),
    look("ListServices", services::list),
    change("UpdateService", update::update),
    change("DeleteService", update::delete),
    look("ListTasks", tasks::list),
    look("DescribeTasks", tasks::describe),
    change("RunTask", tasks::run),
    change("StopTask", tasks::stop),
    change("ExecuteCommand", tasks::execute_command),
    change("TagResource", tags::tag),
    change("UntagResource", tags::untag),
    look("ListTagsForResource", tags::list),
    change("PutAccountSetting", settings::put),
    look("ListAccountSettings", settings::list),
];

/// What ECS needs of other services.
#[derive(Clone)]
pub(crate) struct Neighbours {
    pub(crate) network: Arc<dyn Network>,
    pub(crate) targets: Arc<dyn Targets>,
    pub(crate) roles: Arc<dyn Roles>,
    pub(crate) logs: Logs,
    pub(crate) ecr: Ecr,
}

/// The service. Clones share their state.
#[derive(Clone)]
pub(crate) struct Ecs {
    regions: Arc<Regional<Region>>,
    neighbours: Neighbours,
    setup: Setup,
    /// Where the tasks' images are unpacked.
    roots: PathBuf,
    credentials: Arc<Credentials>,
    guard: Arc<Guard>,
    /// The live tasks, by id.
    living: Arc<Mutex<BTreeMap<String, Living>>>,
    /// Wakes the scheduler.
    wake: Arc<Notify>,
    scheduler: Arc<Mutex<Option<JoinHandle<()>>>>,
    /// Whether the scheduler looks no more; held while it does.
    ends: Arc<Mutex<bool>>,
}

impl std::fmt::Debug for Ecs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ecs").field("roots", &self.roots).finish_non_exhaustive()
    }
}

impl Ecs {
    /// Opens the service on its folder. The tasks of the previous run are over; the services start
    /// new ones.
    pub(crate) fn open(
        folder: &Path,
        neighbours: Neighbours,
        setup: &Setup,
    ) -> Result<Self, OpenError> {
        // Programs start in other folders.
        let tasks = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned()).join("tasks");
        // Unpacked in the previous run. Now it is another folder, so that what still ends old
        // processes does not take new ones for them.
        let _ = std::fs::remove_dir_all(&tasks);
        let roots = tasks.join(&random::id()[..8]);
        let ecs = Self {
            regions: Arc::new(Regional::open(folder.join("regions"))?),
            neighbours,
            setup: setup.clone(),
            guard: Arc::new(Guard::of(&roots)),
            roots,
            credentials: Arc::default(),
            living: Arc::default(),
            wake: Arc::default(),
            scheduler: Arc::default(),
            ends: Arc::default(),
        };
        ecs.recover()?;
        *ecs.scheduler() = Some(tokio::spawn(scheduler::run(ecs.clone())));
        Ok(ecs)
    }

    /// Returns the credentials of the task that knows this token.
    pub(crate) fn credentials(&self, token: &str) -> Option<Value> {
        self.credentials.of(token)
    }

    /// Looks at a region.
    fn look<R>(&self, place: &Place, look: impl FnOnce(&Region) -> R) -> Result<R, AwsError> {
        Ok(self.regions.of(place)?.read(look))
    }

    /// Changes a region, and wakes the scheduler.
    fn change<R>(
        &self,
        place: &Place,
        change: impl FnOnce(&mut Region) -> Result<R, AwsError>,
    ) -> Result<R, AwsError> {
        let changed = self.regions.of(place)?.try_change(change)?;
        self.wake.notify_one();
        changed
    }

    /// Changes a task. State that cannot be written is reported by the next call.
    fn change_task(&self, place: &Place, id: &str, change: impl FnOnce(&mut Task)) {
        let _ = self.change(place, |region| {
            if let Some(task) = region.tasks.get_mut(id) {
                change(task);
            }
            Ok(())
        });
    }

    /// Returns a task as it is now.
    fn task(&self, place: &Place, id: &str) -> Option<Task> {
        self.look(place, |region| region.tasks.get(id).cloned()).ok().flatten()
    }

    fn living(&self) -> MutexGuard<'_, BTreeMap<String, Living>> {
        self.living.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ends(&self) -> MutexGuard<'_, bool> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn scheduler(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        self.scheduler.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tabled for Ecs {
    const NAME: &'static str = "ecs";
    const PROTOCOL: Protocol = PROTOCOL;
    const OPERATIONS: &'static [Operation<Self::Handler>] = OPERATIONS;
    const ABSENT: &'static [Absent] = absent::ABSENT;
    const ACCESS: &'static [Access] = access::ACCESS;
    const SUMMARY: Summary = Summary {
        title: "ECS on Fargate",
        real: "Clusters, task definitions, services with rolling deployments and their circuit \
               breaker, and single tasks. A task pulls its images from the local ECR and runs them as \
               processes of this machine, with their roles, logs and load balancer. They are no \
               containers: on Linux they do not reach their user's files, elsewhere they do. Kept \
               only: CPU and memory, container health checks, `dependsOn`, secrets, volumes, and \
               capacity providers.",
        refused: "`ExecuteCommand`, images from other registries, layers compressed with zstd, and \
                  device files in images. Without a stand-in, an image for another kind of machine \
                  stops its task.",
    };

    type Handler = OnJson<Self>;

    fn tagged_in(&self, place: &Place) -> Vec<Tagged> {
        // An error here comes from the file; the next call of ECS reports it.
        self.look(place, |region| region.tagged(place)).unwrap_or_default()
    }
}
