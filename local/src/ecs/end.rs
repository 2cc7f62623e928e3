//! How a task ends: its targets, its processes, its interface and its folder.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until, timeout},
};

use super::{
    life::{End, Life, Order, PROVISIONING, ordered},
    prepare::Failure,
    process::Signal,
    state::{Phase, StopCode},
};
use crate::{clock::Transition, pace::typical};

/// Fault rules name the end of a task by this operation, even if a service stops it.
const DEPROVISIONING: Transition = Transition {
    operation: "StopTask",
    typical: typical("AWS::ECS::Task DEPROVISIONING"),
    ..PROVISIONING
};
/// What AWS typically takes.
const INTERFACE_GONE: Duration = typical("AWS::ECS::Task detaching");

/// How often to check whether a target is drained.
const LOOK: Duration = Duration::from_millis(50);
/// Nothing drains longer; AWS's longest deregistration delay is an hour.
const LONGEST_DRAIN: Duration = Duration::from_hours(1);
/// How long a process may take to end when the local cloud does.
const LAST_GRACE: Duration = Duration::from_secs(5);

impl Life {
    /// Records why the life ends. The reason of an order is already recorded.
    pub(super) fn note_end(&self, end: &End) {
        let (code, reason) = match end {
            End::Ordered => return self.change(|task| task.to_stop = true),
            End::Failed(Failure(reason)) => (StopCode::TaskFailedToStart, reason.clone()),
            End::Exited => (
                StopCode::EssentialContainerExited,
                "Essential container in task exited".to_owned(),
            ),
        };
        self.change(|task| {
            if task.to_stop {
                return;
            }
            task.to_stop = true;
            task.stop_code = Some(code);
            // A stand-in stays named.
            task.reason = Some(match task.reason.take() {
                Some(note) => format!("{reason} ({note})"),
                None => reason.clone(),
            });
            if code == StopCode::TaskFailedToStart {
                for container in &mut task.containers {
                    container.reason = Some(reason.clone());
                }
            }
        });
    }

    /// Takes the task out of the target groups; an orderly end waits until its connections are
    /// done.
    pub(super) async fn leave_targets(&mut self, orderly: bool) {
        let Ok(task) = self.task() else { return };
        let (Some(interface), true) = (&task.interface, task.phase >= Phase::Activating) else {
            return self.enter(Phase::Stopping, Some("stoppingAt"));
        };
        self.enter(Phase::Deactivating, Some("stoppingAt"));
        let targets = Arc::clone(&self.ecs.neighbours.targets);
        let place = self.place.clone();
        for balancer in &task.load_balancers {
            let (group, port) = (&balancer.target_group, balancer.port);
            targets.deregister(&place, group, &interface.ip, port);
            self.say(&task, &format!("deregistered 1 targets in (target-group {group})"));
        }
        let is_there = || {
            task.load_balancers.iter().any(|one| {
                let group = &one.target_group;
                targets.health(&place, group, &interface.ip, one.port).is_some()
            })
        };
        if orderly && !task.load_balancers.is_empty() {
            self.say(&task, "has begun draining connections on 1 tasks.");
        }
        if orderly && is_there() {
            let drained = async {
                while is_there() {
                    sleep(LOOK).await;
                }
            };
            // A process that ends on its own has nothing to drain any more.
            tokio::select! {
                _ = timeout(LONGEST_DRAIN, drained) => {}
                ended = self.ends.join_next() => {
                    if let Some(Ok((number, code))) = ended {
                        self.note_exit(number, code);
                    }
                }
                () = ordered(&mut self.order, Order::Now) => {}
            }
        }
        self.enter(Phase::Stopping, None);
    }

    /// Asks the containers to end, and kills those that do not in time.
    pub(super) async fn stop_processes(&mut self) {
        let mut patience = Duration::ZERO;
        for container in &self.running {
            container.signal.send_replace(Some(Signal::Terminate));
            patience = patience.max(container.stop_timeout);
        }
        let late = Instant::now() + patience;
        while !self.ends.is_empty() {
            tokio::select! {
                ended = self.ends.join_next() => {
                    if let Some(Ok((number, code))) = ended {
                        self.note_exit(number, code);
                    }
                }
                () = sleep_until(late) => break,
                () = last_grace(&mut self.order) => break,
            }
        }
        for container in &self.running {
            container.signal.send_replace(Some(Signal::Kill));
        }
        while let Some(ended) = self.ends.join_next().await {
            if let Ok((number, code)) = ended {
                self.note_exit(number, code);
            }
        }
    }

    /// Releases everything.
    pub(super) async fn leave(mut self) {
        self.enter(Phase::Deprovisioning, None);
        // The local cloud does not wait for what only takes time.
        let clock = &self.ecs.setup.clock;
        tokio::select! {
            () = clock.pass(DEPROVISIONING) => {}
            () = ordered(&mut self.order, Order::Now) => {}
        }
        if let Some(token) = &self.token {
            self.ecs.credentials.revoke(token);
        }
        let interface = self.task().ok().and_then(|task| task.interface);
        if let Some(interface) = interface {
            let place = &self.place;
            let network = &self.ecs.neighbours.network;
            network.detach_later(place, &interface.id, INTERFACE_GONE);
        }
        // What cannot be removed now is removed at the next start.
        let _ = tokio::fs::remove_dir_all(self.ecs.roots.join(&self.id)).await;
        self.change(|task| {
            for container in &mut task.containers {
                container.phase = Phase::Stopped;
            }
        });
        self.enter(Phase::Stopped, Some("stoppedAt"));
        self.ecs.living().remove(&self.id);
    }
}

async fn last_grace(order: &mut watch::Receiver<Order>) {
    ordered(order, Order::Now).await;
    sleep(LAST_GRACE).await;
}
