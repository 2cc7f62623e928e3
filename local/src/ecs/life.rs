//! The life of a task, from its network interface to its last process. Every step is in the state,
//! so readers see how far it is.

use std::time::Duration;

use serde_json::Value;
use tokio::{
    runtime::Handle,
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use super::{
    Ecs,
    prepare::Failure,
    process::Signal,
    state::{Container, Phase, Task},
};
use crate::{clock::Transition, pace::typical, place::Place, times, work};

/// Fault rules name the start of a task by this operation, even if a service starts it.
pub(super) const PROVISIONING: Transition = Transition {
    service: "ecs",
    operation: "RunTask",
    typical: typical("AWS::ECS::Task PROVISIONING"),
};
const PENDING: Transition =
    Transition { typical: typical("AWS::ECS::Task PENDING"), ..PROVISIONING };

/// Whether a task is to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub(super) enum Order {
    Live,
    /// Its processes are killed, as by a lack of memory; what follows from that follows.
    Kill,
    /// Connections are drained, then it is asked to end.
    Stop,
    /// The local cloud ends.
    Now,
}

/// A live task.
#[derive(Debug)]
pub(super) struct Living {
    pub(super) order: watch::Sender<Order>,
    pub(super) handle: JoinHandle<()>,
}

/// Why a life ends.
pub(super) enum End {
    Ordered,
    Failed(Failure),
    Exited,
}

/// A container that runs.
pub(super) struct Running {
    pub(super) name: String,
    pub(super) essential: bool,
    pub(super) signal: watch::Sender<Option<Signal>>,
    pub(super) stop_timeout: Duration,
}

pub(super) struct Life {
    pub(super) ecs: Ecs,
    pub(super) place: Place,
    pub(super) id: String,
    pub(super) order: watch::Receiver<Order>,
    pub(super) running: Vec<Running>,
    /// The containers that end: which, and with what code.
    pub(super) ends: JoinSet<(usize, i32)>,
    pub(super) token: Option<String>,
}

impl Ecs {
    /// Brings a task in the state to life.
    pub(super) fn bring_to_life(&self, place: &Place, id: &str) {
        let (order, ordered) = watch::channel(Order::Live);
        let life = Life {
            ecs: self.clone(),
            place: place.clone(),
            id: id.to_owned(),
            order: ordered,
            running: Vec::new(),
            ends: JoinSet::new(),
            token: None,
        };
        // Each of its steps is written to a file, which must not keep calls waiting.
        let lived = work::run(move || Handle::current().block_on(life.live()));
        let handle = tokio::spawn(async {
            // Without a thread for it, the next start of the local cloud ends the task.
            let _ = lived.await;
        });
        self.living().insert(id.to_owned(), Living { order, handle });
    }

    /// Orders a task to stop. The state already says so.
    pub(super) fn order_stop(&self, id: &str) {
        self.order(id, Order::Stop);
    }

    /// Gives a task this order, unless it has got it or a later one.
    pub(super) fn order(&self, id: &str, wanted: Order) {
        if let Some(living) = self.living().get(id) {
            living.order.send_if_modified(|order| {
                let earlier = *order < wanted;
                if earlier {
                    *order = wanted;
                }
                earlier
            });
        }
    }

    /// Ends all tasks, as the local cloud ends.
    pub(crate) async fn shut_down(&self) {
        if let Some(scheduler) = self.scheduler().take() {
            scheduler.abort();
        }
        // A round that has begun may still start tasks.
        let ecs = self.clone();
        let _ = work::run(move || *ecs.ends() = true).await;
        let living = std::mem::take(&mut *self.living());
        for task in living.values() {
            task.order.send_replace(Order::Now);
        }
        for task in living.into_values() {
            let _ = task.handle.await;
        }
    }
}

impl Life {
    async fn live(mut self) {
        let end = match self.run().await {
            Ok(()) => End::Exited,
            Err(end) => end,
        };
        self.note_end(&end);
        self.leave_targets(matches!(end, End::Ordered)).await;
        self.stop_processes().await;
        self.leave().await;
    }

    /// Runs from the beginning to the first reason to end.
    async fn run(&mut self) -> Result<(), End> {
        self.pause(PROVISIONING).await?;
        let task = self.task()?;
        let task = self.attach(task).map_err(End::Failed)?;
        self.pause(PENDING).await?;
        let definition = self.definition(&task)?;
        self.ecs.check_roles(&self.place, &definition).map_err(End::Failed)?;
        let prepared = self.prepare(&task, &definition).await?;
        self.stamp("pullStoppedAt");
        for container in prepared {
            self.start(container).await.map_err(End::Failed)?;
        }
        self.enter(Phase::Activating, Some("startedAt"));
        self.register_targets();
        self.enter(Phase::Running, None);
        self.until_essential_ends().await
    }

    pub(super) fn task(&self) -> Result<Task, End> {
        self.ecs.task(&self.place, &self.id).ok_or(End::Ordered)
    }

    pub(super) fn definition(&self, task: &Task) -> Result<Value, End> {
        let found = self.ecs.look(&self.place, |region| {
            region.definition(&task.definition).map(|(_, _, one)| one.value.clone())
        });
        match found {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) | Err(error) => Err(End::Failed(Failure(error.to_string()))),
        }
    }

    /// Waits as long as AWS typically does, or until the task is to stop.
    pub(super) async fn pause(&mut self, transition: Transition) -> Result<(), End> {
        let clock = &self.ecs.setup.clock;
        tokio::select! {
            () = clock.pass(transition) => Ok(()),
            () = ordered(&mut self.order, Order::Stop) => Err(End::Ordered),
        }
    }

    pub(super) async fn until_essential_ends(&mut self) -> Result<(), End> {
        let mut next = Order::Kill;
        loop {
            tokio::select! {
                ended = self.ends.join_next() => match ended {
                    Some(Ok((number, code))) => {
                        if self.note_exit(number, code) {
                            return Ok(());
                        }
                    }
                    _ => return Ok(()),
                },
                () = ordered(&mut self.order, next) => {
                    if *self.order.borrow() != Order::Kill {
                        return Err(End::Ordered);
                    }
                    for container in &self.running {
                        container.signal.send_replace(Some(Signal::Kill));
                    }
                    next = Order::Stop;
                }
            }
        }
    }

    /// Notes that a container has ended, and returns whether the task ends with it.
    pub(super) fn note_exit(&self, number: usize, code: i32) -> bool {
        let Some(container) = self.running.get(number) else { return false };
        self.change(|task| {
            set_container(task, &container.name, |known| {
                known.exit_code = Some(code);
                known.phase = Phase::Stopped;
            });
        });
        container.essential
    }

    pub(super) fn enter(&self, phase: Phase, stamp: Option<&str>) {
        // One change: who sees the phase, sees its time.
        self.change(|task| {
            task.phase = phase;
            if phase > Phase::Running {
                task.to_stop = true;
            }
            if let Some(stamp) = stamp {
                task.times.insert(stamp.to_owned(), times::now());
            }
        });
    }

    pub(super) fn stamp(&self, name: &str) {
        self.change(|task| {
            task.times.insert(name.to_owned(), times::now());
        });
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Task)) {
        self.ecs.change_task(&self.place, &self.id, change);
    }

    /// Adds an event of the task's service.
    pub(super) fn say(&self, task: &Task, what: &str) {
        let Some(name) = &task.service else { return };
        let key = super::state::service_key(&task.cluster, name);
        let _ = self.ecs.change(&self.place, |region| {
            if let Some(service) = region.services.get_mut(&key) {
                service.say(times::now(), what);
            }
            Ok(())
        });
    }
}

pub(super) async fn ordered(order: &mut watch::Receiver<Order>, at_least: Order) {
    // If nobody can order anything any more, that counts as an order too.
    let _ = order.wait_for(|order| *order >= at_least).await;
}

pub(super) fn set_container(task: &mut Task, name: &str, set: impl FnOnce(&mut Container)) {
    if let Some(container) = task.containers.iter_mut().find(|one| one.name == name) {
        set(container);
    }
}
