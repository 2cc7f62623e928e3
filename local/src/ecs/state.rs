//! What is kept of clusters, task definitions, services and tasks.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{random, times::Millis};

/// ECS in one region of an account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Region {
    pub(super) clusters: BTreeMap<String, Cluster>,
    pub(super) families: BTreeMap<String, Family>,
    /// By cluster and name, as in [`service_key`].
    pub(super) services: BTreeMap<String, Service>,
    /// By id.
    pub(super) tasks: BTreeMap<String, Task>,
    pub(super) settings: BTreeMap<String, String>,
}

/// Returns the key of a service.
pub(super) fn service_key(cluster: &str, name: &str) -> String {
    format!("{cluster}/{name}")
}

/// Tags.
pub(super) type Tags = BTreeMap<String, String>;

/// Whether something is in use; what is not stays describable for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Status {
    Active,
    Draining,
    Inactive,
    #[serde(rename = "DELETE_IN_PROGRESS")]
    Deleting,
}

/// A cluster.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Cluster {
    pub(super) status: Status,
    pub(super) tags: Tags,
    pub(super) settings: Value,
    pub(super) capacity_providers: Value,
}

/// A family of task definitions.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Family {
    /// The newest revision ever: numbers are never reused.
    pub(super) last: u64,
    pub(super) revisions: BTreeMap<u64, Definition>,
}

/// A task definition.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Definition {
    pub(super) status: Status,
    /// As it was registered, with what AWS fills in.
    pub(super) value: Value,
    pub(super) registered: Millis,
    pub(super) deregistered: Option<Millis>,
    pub(super) tags: Tags,
}

/// Where tasks are in the network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Vpc {
    pub(super) subnets: Vec<String>,
    pub(super) groups: Vec<String>,
    pub(super) public: bool,
}

/// A target group that a service's tasks are registered in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LoadBalancer {
    pub(super) target_group: String,
    pub(super) container: String,
    pub(super) port: u16,
}

/// A service.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Service {
    pub(super) name: String,
    pub(super) cluster: String,
    pub(super) status: Status,
    pub(super) desired: usize,
    pub(super) definition: String,
    pub(super) vpc: Vpc,
    pub(super) load_balancers: Vec<LoadBalancer>,
    pub(super) rules: Rules,
    pub(super) grace_seconds: Option<u64>,
    /// What is only shown: launch type, platform version, and the like.
    pub(super) shown: BTreeMap<String, Value>,
    pub(super) propagate_tags: String,
    pub(super) tags: Tags,
    pub(super) created: Millis,
    pub(super) client_token: Option<String>,
    /// The newest first, which is the primary one.
    pub(super) deployments: Vec<Deployment>,
    /// The deployment to which a failed one is rolled back.
    pub(super) last_completed: Option<Deployment>,
    /// The newest first.
    pub(super) events: VecDeque<Event>,
    pub(super) steady: bool,
}

/// The rules of a service's deployments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Rules {
    pub(super) min_percent: usize,
    pub(super) max_percent: usize,
    pub(super) breaker: bool,
    pub(super) rollback: bool,
}

/// How far a deployment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Rollout {
    InProgress,
    Completed,
    Failed,
}

/// A deployment of a service.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Deployment {
    pub(super) id: String,
    pub(super) definition: String,
    pub(super) vpc: Vpc,
    /// What the images' tags meant when the first task was started, by image.
    pub(super) digests: BTreeMap<String, String>,
    pub(super) created: Millis,
    pub(super) updated: Millis,
    pub(super) rollout: Rollout,
    pub(super) reason: String,
    /// Tasks that failed, in a row.
    pub(super) failed: usize,
    /// No task is started before this time.
    pub(super) not_before: Millis,
}

impl Deployment {
    /// Makes a deployment that begins now.
    pub(super) fn new(definition: &str, vpc: &Vpc, now: Millis) -> Self {
        // Nineteen digits, as AWS has.
        let number = random::id()
            .bytes()
            .fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
        let id = format!("ecs-svc/{:019}", number % 10_000_000_000_000_000_000);
        Self {
            reason: format!("ECS deployment {id} in progress."),
            id,
            definition: definition.to_owned(),
            vpc: vpc.clone(),
            digests: BTreeMap::new(),
            created: now,
            updated: now,
            rollout: Rollout::InProgress,
            failed: 0,
            not_before: 0,
        }
    }
}

/// Something that happened to a service.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) at: Millis,
    pub(super) message: String,
}

/// How far a task is. The order is that of its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Phase {
    Provisioning,
    Pending,
    Activating,
    Running,
    Deactivating,
    Stopping,
    Deprovisioning,
    Stopped,
}

/// Why a task stopped, in AWS's codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum StopCode {
    TaskFailedToStart,
    EssentialContainerExited,
    UserInitiated,
    ServiceSchedulerInitiated,
    /// The local cloud itself stopped.
    TerminationNotice,
}

/// A task.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) id: String,
    pub(super) cluster: String,
    pub(super) definition: String,
    /// The service that it belongs to.
    pub(super) service: Option<String>,
    pub(super) deployment: Option<String>,
    pub(super) group: String,
    pub(super) started_by: Option<String>,
    pub(super) phase: Phase,
    /// Whether it is to stop, or has stopped.
    pub(super) to_stop: bool,
    pub(super) stop_code: Option<StopCode>,
    pub(super) reason: Option<String>,
    pub(super) vpc: Vpc,
    pub(super) interface: Option<TaskInterface>,
    pub(super) load_balancers: Vec<LoadBalancer>,
    pub(super) containers: Vec<Container>,
    pub(super) overrides: Value,
    pub(super) shown: BTreeMap<String, Value>,
    pub(super) tags: Tags,
    pub(super) times: BTreeMap<String, Millis>,
    /// Whether its service has noted that it stops.
    pub(super) noted: bool,
}

/// A task's network interface.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct TaskInterface {
    pub(super) attachment: String,
    pub(super) id: String,
    pub(super) subnet: String,
    pub(super) zone: String,
    pub(super) ip: String,
    pub(super) mac: String,
}

/// A container of a task.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Container {
    pub(super) name: String,
    pub(super) image: String,
    pub(super) digest: Option<String>,
    pub(super) essential: bool,
    pub(super) phase: Phase,
    pub(super) exit_code: Option<i32>,
    pub(super) reason: Option<String>,
    /// The loopback port on which it should listen.
    pub(super) port: Option<u16>,
}

impl Region {
    /// Returns the tasks of a service.
    pub(super) fn tasks_of<'a>(&'a self, service: &'a Service) -> impl Iterator<Item = &'a Task> {
        self.tasks.values().filter(|task| {
            task.cluster == service.cluster && task.service.as_ref() == Some(&service.name)
        })
    }
}

impl Service {
    /// Returns the deployment that is wanted.
    pub(super) fn primary(&self) -> Option<&Deployment> {
        self.deployments.first()
    }

    /// Notes what happened.
    pub(super) fn say(&mut self, at: Millis, what: &str) {
        const KEPT: usize = 100;
        let message = format!("(service {}) {what}", self.name);
        self.events.push_front(Event { id: uuid(), at, message });
        self.events.truncate(KEPT);
    }
}

impl Task {
    /// Returns whether it counts as existing.
    pub(super) fn is_live(&self) -> bool {
        !self.to_stop && self.phase <= Phase::Running
    }

    /// Returns when it began to run.
    pub(super) fn started(&self) -> Option<Millis> {
        self.times.get("startedAt").copied()
    }
}

/// Returns a random id with hyphens.
pub(super) fn uuid() -> String {
    let id = random::id();
    format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..])
}
