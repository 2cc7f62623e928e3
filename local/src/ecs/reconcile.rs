//! One step of a service towards what is wanted: what the stopped tasks mean, which tasks are
//! started and stopped, how far the deployment is. Only the state is touched here; the scheduler
//! acts.

use std::{collections::BTreeMap, time::Duration};

use super::{
    begin::NO_CAPACITY,
    life::PROVISIONING,
    plan::{self, Member},
    state::{Deployment, Phase, Region, Rollout, Service, Status, StopCode, Task},
    tasks::{self, NewTask},
};
use crate::{
    clock::{Moment, Transition},
    pace::Pace,
    times::{self, Millis},
};

/// What is known about an existing task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Health {
    /// It has not yet shown that it works.
    Waiting,
    Ready,
    /// It fails the health checks of this target group.
    Unhealthy(String),
    /// Its zone is down.
    ZoneDown(String),
}

/// What to do, and whether anything has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) start: Vec<String>,
    pub(super) stop: Vec<String>,
    changed: bool,
}

/// Takes one step for the service of this key. Without room, no task can be started.
pub(super) fn reconcile(
    region: &mut Region,
    key: &str,
    health: &BTreeMap<String, Health>,
    has_room: bool,
    moment: &Moment,
) -> Outcome {
    let Some(mut service) = region.services.remove(key) else { return Outcome::default() };
    let (now, outcome) = (moment.now, Outcome::default());
    let mut step = Step { region, health, has_room, moment, now, outcome };
    match service.status {
        Status::Draining => step.drain(&mut service),
        _ => step.advance(&mut service),
    }
    let outcome = step.outcome;
    region.services.insert(key.to_owned(), service);
    outcome
}

struct Step<'a> {
    region: &'a mut Region,
    health: &'a BTreeMap<String, Health>,
    has_room: bool,
    moment: &'a Moment,
    now: Millis,
    outcome: Outcome,
}

impl Step<'_> {
    fn advance(&mut self, service: &mut Service) {
        self.note_stopped(service);
        self.stop_unhealthy(service);
        self.leave_zones(service);
        let members = self.members(service);
        let ready = members.iter().filter(|member| member.primary && member.ready).count();
        if let Some(primary) = service.deployments.first_mut()
            && ready > 0
            && primary.failed > 0
        {
            primary.failed = 0;
            self.outcome.changed = true;
        }
        self.break_circuit(service);
        self.follow_plan(service, &members);
        self.forget_deployments(service);
        self.complete(service, ready);
    }

    /// Stops the tasks of a deleted service, and then removes it.
    fn drain(&mut self, service: &mut Service) {
        let ids: Vec<String> = self.live(service).map(|task| task.id.clone()).collect();
        self.stop(service, &ids, "Task stopped: the service is being deleted.");
        let is_held = self.moment.holds(DELETING);
        if !is_held && self.region.tasks_of(service).all(|task| task.phase == Phase::Stopped) {
            service.status = Status::Inactive;
            self.outcome.changed = true;
        }
    }

    fn live<'b>(&'b self, service: &'b Service) -> impl Iterator<Item = &'b Task> {
        self.region.tasks_of(service).filter(|task| task.is_live())
    }

    fn members(&self, service: &Service) -> Vec<Member> {
        let primary = service.primary().map(|deployment| &deployment.id);
        self.live(service)
            .map(|task| Member {
                id: task.id.clone(),
                primary: task.deployment.as_ref() == primary,
                ready: self.health.get(&task.id) == Some(&Health::Ready),
            })
            .collect()
    }

    /// Notes tasks that stop: those that failed count, and the next waits longer. It waits only for
    /// the reason, so that none is started before the failure counts.
    fn note_stopped(&mut self, service: &mut Service) {
        let stopped: Vec<Task> = self
            .region
            .tasks_of(service)
            .filter(|task| task.stop_code.is_some() && !task.noted)
            .cloned()
            .collect();
        for task in stopped {
            self.outcome.changed = true;
            service.steady = false;
            if let Some(task) = self.region.tasks.get_mut(&task.id) {
                task.noted = true;
            }
            if !has_failed(&task) {
                continue;
            }
            let (id, reason) = (&task.id, task.reason.as_deref().unwrap_or_default());
            if task.stop_code == Some(StopCode::TaskFailedToStart) {
                let what = format!("(task {id}) failed to launch with (error {reason}).");
                service.say(self.now, &what);
            }
            let primary = service.deployments.first_mut();
            if let Some(primary) = primary.filter(|one| Some(&one.id) == task.deployment.as_ref()) {
                primary.failed += 1;
                primary.not_before =
                    times::after(self.now, backoff(self.moment.pace, primary.failed));
                if primary.failed == ALWAYS_FAILS {
                    service.say(self.now, "is unable to consistently start tasks successfully.");
                }
            }
        }
    }

    fn stop_unhealthy(&mut self, service: &mut Service) {
        let unhealthy: Vec<(String, String)> = self
            .live(service)
            .filter_map(|task| match self.health.get(&task.id) {
                Some(Health::Unhealthy(group)) => Some((task.id.clone(), group.clone())),
                _ => None,
            })
            .collect();
        for (id, group) in unhealthy {
            let what = format!(
                "(task {id}) is unhealthy in (target-group {group}) due to (reason Health checks \
                 failed)."
            );
            service.say(self.now, &what);
            self.stop(service, &[id], &format!("{UNHEALTHY} in (target-group {group})"));
        }
    }

    /// Stops the tasks in zones that are down. Nothing is wrong with them, so they do not count as
    /// failed.
    fn leave_zones(&mut self, service: &mut Service) {
        let lost: Vec<(String, String)> = self
            .live(service)
            .filter_map(|task| match self.health.get(&task.id) {
                Some(Health::ZoneDown(zone)) => Some((task.id.clone(), zone.clone())),
                _ => None,
            })
            .collect();
        for (id, zone) in lost {
            let reason = format!("A fault rule of the local cloud says that {zone} is down.");
            self.stop(service, &[id], &reason);
        }
    }

    fn follow_plan(&mut self, service: &mut Service, members: &[Member]) {
        let Some(primary) = service.primary().cloned() else { return };
        let wants = primary.rollout != Rollout::Failed && primary.not_before <= self.now;
        let may_start = wants && self.has_room;
        // Those that were just found unhealthy are on their way out already.
        let members: Vec<Member> =
            members.iter().filter(|one| !self.outcome.stop.contains(&one.id)).cloned().collect();
        let plan = plan::plan(service.desired, &service.rules, &members, may_start);
        let primaries = members.iter().filter(|member| member.primary).count();
        if wants && !may_start && primaries < service.desired {
            self.say_no_room(service);
        }
        let reason = format!("Scaling activity initiated by (deployment {})", primary.id);
        self.stop(service, &plan.stop, &reason);
        self.start(service, &primary, plan.start);
    }

    /// Says that there is no place for a task, unless that was the last thing said.
    fn say_no_room(&mut self, service: &mut Service) {
        let what = format!("was unable to place a task. Reason: {NO_CAPACITY}.");
        if service.events.front().is_none_or(|last| !last.message.ends_with(&what)) {
            service.say(self.now, &what);
            service.steady = false;
            self.outcome.changed = true;
        }
    }

    fn start(&mut self, service: &mut Service, primary: &Deployment, count: usize) {
        let mut started = Vec::new();
        for _ in 0..count {
            let new = NewTask {
                cluster: &service.cluster,
                definition: &primary.definition,
                vpc: &primary.vpc,
                service: Some((service, primary)),
                group: format!("service:{}", service.name),
                started_by: Some(primary.id.clone()),
                overrides: serde_json::Value::Null,
                tags: self.task_tags(service, &primary.definition),
                shown: service.shown.clone(),
            };
            let Ok(task) = tasks::new_task(self.region, new) else { return };
            started.push(format!("(task {})", task.id));
            self.outcome.start.push(task.id.clone());
            self.region.tasks.insert(task.id.clone(), task);
        }
        if count > 0 {
            let what = format!("has started {count} tasks: {}.", started.join(" "));
            service.say(self.now, &what);
            service.steady = false;
            self.outcome.changed = true;
        }
    }

    fn task_tags(&self, service: &Service, definition: &str) -> super::state::Tags {
        let mut tags = match service.propagate_tags.as_str() {
            "SERVICE" => service.tags.clone(),
            "TASK_DEFINITION" => self
                .region
                .definition(definition)
                .map(|(_, _, definition)| definition.tags.clone())
                .unwrap_or_default(),
            _ => super::state::Tags::new(),
        };
        if service.shown.get("enableECSManagedTags").is_some_and(|managed| *managed == true) {
            tags.insert("aws:ecs:clusterName".to_owned(), service.cluster.clone());
            tags.insert("aws:ecs:serviceName".to_owned(), service.name.clone());
        }
        tags
    }

    fn stop(&mut self, service: &mut Service, ids: &[String], reason: &str) {
        for id in ids {
            let Some(task) = self.region.tasks.get_mut(id) else { continue };
            task.to_stop = true;
            task.stop_code = Some(StopCode::ServiceSchedulerInitiated);
            task.reason = Some(reason.to_owned());
            service.say(self.now, &format!("has stopped 1 running tasks: (task {id})."));
            service.steady = false;
            self.outcome.stop.push(id.clone());
            self.outcome.changed = true;
        }
    }

    /// Forgets old deployments with their last tasks.
    fn forget_deployments(&mut self, service: &mut Service) {
        let used: Vec<String> = self
            .region
            .tasks_of(service)
            .filter(|task| task.phase != Phase::Stopped)
            .filter_map(|task| task.deployment.clone())
            .collect();
        let (before, primary) =
            (service.deployments.len(), service.primary().map(|one| one.id.clone()));
        service
            .deployments
            .retain(|one| Some(&one.id) == primary.as_ref() || used.contains(&one.id));
        self.outcome.changed |= service.deployments.len() != before;
    }

    /// Ends a deployment whose tasks fail again and again, and rolls back to the last good one.
    fn break_circuit(&mut self, service: &mut Service) {
        let threshold = plan::threshold(service.desired);
        let Some(primary) = service.deployments.first_mut() else { return };
        let breaks = service.rules.breaker
            && primary.rollout == Rollout::InProgress
            && primary.failed >= threshold;
        if !breaks {
            return;
        }
        primary.rollout = Rollout::Failed;
        "ECS deployment circuit breaker: tasks failed to start.".clone_into(&mut primary.reason);
        primary.updated = self.now;
        let failed = primary.id.clone();
        let what = format!("(deployment {failed}) deployment failed: tasks failed to start.");
        service.say(self.now, &what);
        self.outcome.changed = true;
        if !service.rules.rollback {
            return;
        }
        let Some(good) = service.last_completed.clone() else { return };
        service.say(self.now, &format!("rolling back to deployment {}.", good.id));
        let reason =
            format!("ECS deployment circuit breaker: rolling back to deploymentId {}.", good.id);
        let fresh = Deployment {
            digests: good.digests,
            ..Deployment::new(&good.definition, &good.vpc, self.now)
        };
        service.definition.clone_from(&fresh.definition);
        service.deployments.insert(0, Deployment { reason, ..fresh });
    }

    fn complete(&mut self, service: &mut Service, ready: usize) {
        let all_ready = ready == service.desired
            && self.live(service).count() == service.desired
            && self.outcome.stop.is_empty();
        let alone = service.deployments.len() == 1;
        let rolling_out = if service.last_completed.is_some() { UPDATING } else { CREATING };
        let Some(primary) = service.deployments.first_mut() else { return };
        if !all_ready || !alone || self.moment.holds(rolling_out) {
            return;
        }
        if primary.rollout == Rollout::InProgress {
            primary.rollout = Rollout::Completed;
            primary.reason = format!("ECS deployment {} completed.", primary.id);
            primary.updated = self.now;
            let done = primary.clone();
            service.say(self.now, &format!("(deployment {}) deployment completed.", done.id));
            service.last_completed = Some(done);
            self.outcome.changed = true;
        }
        let primary_failed =
            service.primary().is_some_and(|primary| primary.rollout == Rollout::Failed);
        if !service.steady && !primary_failed {
            service.steady = true;
            service.say(self.now, "has reached a steady state.");
            self.outcome.changed = true;
        }
    }
}

/// The first roll-out of a service, its later ones and its end. The durations are those of its
/// tasks.
const CREATING: Transition =
    Transition { operation: "CreateService", typical: Duration::ZERO, ..PROVISIONING };
const UPDATING: Transition = Transition { operation: "UpdateService", ..CREATING };
const DELETING: Transition = Transition { operation: "DeleteService", ..CREATING };

const UNHEALTHY: &str = "Task failed ELB health checks";
/// After how many failures in a row a service reports that it always fails.
const ALWAYS_FAILS: usize = 3;

/// Returns whether a task stopped because something is wrong with it.
fn has_failed(task: &Task) -> bool {
    match task.stop_code {
        Some(StopCode::TaskFailedToStart | StopCode::EssentialContainerExited) => true,
        Some(StopCode::ServiceSchedulerInitiated) => {
            task.reason.as_deref().is_some_and(|reason| reason.starts_with(UNHEALTHY))
        }
        _ => false,
    }
}

/// Returns how long a service waits before it starts the next task after this many failures in a
/// row.
fn backoff(pace: Pace, failures: usize) -> Duration {
    const FIRST: Duration = Duration::from_secs(10);
    const LONGEST: Duration = Duration::from_mins(15);
    const FIRST_AT_LEAST: Duration = Duration::from_millis(100);
    const LONGEST_AT_LEAST: Duration = Duration::from_secs(5);
    let times = 1 << failures.saturating_sub(1).min(16);
    let typical = (FIRST * times).min(LONGEST);
    pace.scale(typical).max((FIRST_AT_LEAST * times).min(LONGEST_AT_LEAST))
}
