//! The data plane of a region: a port of this machine for each listener, a health check for each
//! target. It receives the state after every change and follows it; it changes no state.

mod forward;
mod health;
mod ports;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{sync::watch, task::JoinHandle};

use super::state::{CREATING_BALANCER, DRAINING_TARGET, HealthCheck, Region, Target};
use crate::{
    clock::Clock, ports::TargetHealth, regional::Settle as _, store::Store, times::Millis, work,
};
#[cfg(test)]
pub(super) use forward::MOST_CONNECTIONS;
use health::Health;
pub(super) use ports::{free_port, is_free};

/// The data plane of a region.
#[derive(Debug)]
pub(super) struct Plane {
    shared: Arc<Shared>,
    ports: Mutex<BTreeMap<u16, Task>>,
    /// What was found before a restart, until the targets are checked again.
    before: Mutex<Found>,
}

/// The health in which targets were found the last time. It is kept in a file of its own: the state
/// is only changed by calls.
pub(super) type Found = Vec<(Key, TargetHealth)>;

/// What the ports and the checks look at.
#[derive(Debug)]
struct Shared {
    clock: Clock,
    /// None where it cannot be kept.
    found: Option<Arc<Store<Found>>>,
    routes: Mutex<BTreeMap<u16, Route>>,
    targets: Mutex<BTreeMap<Key, Running>>,
    turn: AtomicUsize,
}

/// Where a port leads.
#[derive(Clone, Debug)]
struct Route {
    /// None for a load balancer that has no listener yet.
    group: Option<String>,
    /// When the load balancer is active.
    ready_at: Millis,
}

/// A target: its group, its address and its port.
type Key = (String, String, u16);

/// A target that a listener uses.
#[derive(Debug)]
struct Running {
    target: Target,
    check: HealthCheck,
    health: Arc<Mutex<Health>>,
    /// Never sent anything: connections end when it is dropped.
    alive: watch::Sender<()>,
    /// Its health check, or what ends its draining.
    _task: Task,
}

/// A target that was chosen for a connection.
#[derive(Debug)]
struct Chosen {
    process: SocketAddr,
    alive: watch::Receiver<()>,
}

/// A task that ends when it is dropped.
#[derive(Debug)]
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Plane {
    pub(super) fn new(clock: Clock, found: Option<Arc<Store<Found>>>) -> Self {
        let before = found.as_ref().map(|found| found.read(Clone::clone)).unwrap_or_default();
        let shared = Arc::new(Shared::new(clock, found));
        Self { shared, ports: Mutex::default(), before: Mutex::new(before) }
    }

    /// Follows the state, which is read under the lock so that the later of two concurrent changes
    /// wins.
    pub(super) fn sync(&self, state: impl FnOnce() -> Region) {
        let mut ports = lock(&self.ports);
        let mut state = state();
        state.settle(&self.shared.clock.moment());
        *lock(&self.shared.routes) = routes(&state);
        self.sync_targets(&state);
        let wanted = state.local_ports();
        ports.retain(|port, task| wanted.contains(port) && !task.0.is_finished());
        for port in wanted {
            // A port that another program has taken meanwhile is tried again at the next change.
            if !ports.contains_key(&port)
                && let Ok(listener) = ports::listen(port)
            {
                let serving = forward::serve(listener, port, Arc::clone(&self.shared));
                ports.insert(port, Task(tokio::spawn(serving)));
            }
        }
    }

    fn sync_targets(&self, state: &Region) {
        let mut targets = lock(&self.shared.targets);
        let mut before = std::mem::take(&mut *targets);
        // Only the first time: a target that is registered again is a new one.
        let found = std::mem::take(&mut *lock(&self.before));
        for (arn, group) in state.groups.iter().filter(|(arn, _)| state.uses(arn)) {
            for target in &group.targets {
                let key = (arn.clone(), target.ip.clone(), target.port);
                let running = match before.remove(&key) {
                    Some(same) if same.target == *target && same.check == group.health_check => {
                        same
                    }
                    Some(known) if target.drained_at.is_some() => self.drain(known, target, &key),
                    _ => {
                        let found = found.iter().find(|(found, _)| *found == key);
                        let health = found.map(|(_, health)| Health::of(*health));
                        self.start(target, &group.health_check, health.unwrap_or_default())
                    }
                };
                targets.insert(key, running);
            }
        }
        // The connections of what is left in `before` end here.
    }

    fn start(&self, target: &Target, check: &HealthCheck, health: Health) -> Running {
        let health = Arc::new(Mutex::new(health));
        let pace = self.shared.clock.pace;
        // Weak, as what is shared holds the check.
        let shared = Arc::downgrade(&self.shared);
        let changed = move || {
            let shared = shared.upgrade();
            async move {
                if let Some(shared) = shared {
                    shared.keep_found().await;
                }
            }
        };
        let (target, health_of) = (target.clone(), Arc::clone(&health));
        let checking = health::watch(target.clone(), check.clone(), pace, health_of, changed);
        Running {
            target,
            check: check.clone(),
            health,
            alive: watch::Sender::new(()),
            _task: Task(tokio::spawn(checking)),
        }
    }

    /// Returns the same target without a health check, and with its connections until it has
    /// drained.
    fn drain(&self, known: Running, target: &Target, key: &Key) -> Running {
        let until = target.drained_at.unwrap_or_default();
        let left = until.saturating_sub(self.shared.clock.moment().now);
        let (shared, key) = (Arc::clone(&self.shared), key.clone());
        let ending = async move {
            tokio::time::sleep(Duration::from_millis(left)).await;
            shared.clock.released(DRAINING_TARGET).await;
            lock(&shared.targets).remove(&key);
        };
        Running { target: target.clone(), _task: Task(tokio::spawn(ending)), ..known }
    }

    /// Returns how healthy a target is, as far as is known.
    pub(super) fn health(&self, group: &str, ip: &str, port: u16) -> TargetHealth {
        let key = (group.to_owned(), ip.to_owned(), port);
        let targets = lock(&self.shared.targets);
        targets.get(&key).map_or(TargetHealth::Initial, |running| lock(&running.health).state())
    }

    /// Returns whether a target of this group takes connections.
    pub(super) fn has_healthy(&self, group: &str) -> bool {
        let targets = lock(&self.shared.targets);
        targets.iter().any(|((of, ..), running)| of == group && running.takes_connections())
    }
}

/// Returns where each port leads: a load balancer's own nowhere, unless a listener uses it.
fn routes(state: &Region) -> BTreeMap<u16, Route> {
    let own = state
        .balancers
        .values()
        .map(|balancer| (balancer.port, Route { group: None, ready_at: balancer.ready_at }));
    let of_listeners = state.listeners.values().filter_map(|listener| {
        let ready_at = state.balancers.get(&listener.balancer)?.ready_at;
        Some((listener.local_port, Route { group: Some(listener.group.clone()), ready_at }))
    });
    own.chain(of_listeners).collect()
}

impl Shared {
    fn new(clock: Clock, found: Option<Arc<Store<Found>>>) -> Self {
        let (routes, targets) = (Mutex::default(), Mutex::default());
        Self { clock, found, routes, targets, turn: AtomicUsize::default() }
    }

    /// Writes down how healthy all targets are. Where that fails, they are `initial` after a
    /// restart.
    async fn keep_found(self: Arc<Self>) {
        let keep = move || {
            let Some(store) = &self.found else { return };
            let health =
                |(key, running): (&Key, &Running)| (key.clone(), lock(&running.health).state());
            let _ = store.change(|found| *found = lock(&self.targets).iter().map(health).collect());
        };
        let _ = work::run(keep).await;
    }

    /// Returns the next healthy target for a connection to a port, of those not yet tried.
    fn choose(&self, port: u16, tried: &[SocketAddr]) -> Option<Chosen> {
        let route = lock(&self.routes).get(&port).cloned()?;
        let moment = self.clock.moment();
        let is_active = moment.has_come(CREATING_BALANCER, route.ready_at);
        let group = route.group.filter(|_| is_active)?;
        let targets = lock(&self.targets);
        let fit: Vec<(SocketAddr, &Running)> = targets
            .iter()
            .filter(|((arn, ..), running)| *arn == group && running.takes_connections())
            .filter_map(|(_, running)| Some((running.target.process?, running)))
            .filter(|(process, _)| !tried.contains(process))
            .collect();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed).checked_rem(fit.len())?;
        let (process, running) = fit.get(turn)?;
        Some(Chosen { process: *process, alive: running.alive.subscribe() })
    }
}

impl Running {
    fn takes_connections(&self) -> bool {
        self.target.drained_at.is_none() && lock(&self.health).state() == TargetHealth::Healthy
    }
}

/// A panic while one of these is locked leaves it whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
