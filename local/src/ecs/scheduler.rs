//! The service scheduler: looks at every service again and again, and carries out its plan.

use std::{collections::BTreeMap, time::Duration};

use super::{
    Ecs,
    life::Order,
    reconcile::{self, Health, Outcome},
    state::{Phase, Region, Service, Status, Task},
};
use crate::{
    clock::Moment,
    outages::Conditions,
    pace::typical,
    place::Place,
    ports::TargetHealth,
    times::{self, Millis},
    work,
};

/// The longest time between looks. Changes wake it at once; health and times do not.
const PAUSE: Duration = Duration::from_millis(100);
/// How long stopped tasks are shown, at any pace: it is humans who look.
const STOPPED_KEPT: Duration = Duration::from_hours(1);
/// A task without a load balancer works when it has run this long.
const SETTLED: Duration = typical("AWS::ECS::Service settling");
const SETTLED_AT_LEAST: Duration = Duration::from_secs(1);
/// No program listens at once.
const GRACE_AT_LEAST: Duration = Duration::from_secs(2);

/// Runs until it is aborted.
pub(super) async fn run(ecs: Ecs) {
    loop {
        let round = ecs.clone();
        // It waits for locks and writes files, which must not keep calls waiting.
        let _ = work::run(move || round.look_around()).await;
        let _ = tokio::time::timeout(PAUSE, ecs.wake.notified()).await;
    }
}

impl Ecs {
    /// Looks at all regions once, unless the local cloud ends.
    fn look_around(&self) {
        let ends = self.ends();
        if *ends {
            return;
        }
        for place in self.regions.all().into_iter().map(|(place, _)| place) {
            self.tick(&place);
        }
    }

    /// Looks at a region once.
    pub(super) fn tick(&self, place: &Place) {
        let Ok(region) = self.look(place, Clone::clone) else { return };
        let moment = self.setup.clock.moment();
        let now = moment.now;
        let conditions = self.conditions(place, &region);
        for (key, service) in &region.services {
            if service.status == Status::Inactive {
                continue;
            }
            let health = self.health_of(place, &region, service, &conditions, now);
            self.reconcile(place, &region, key, &health, &moment);
        }
        if has_old(&region, place, now) {
            let _ = self.change(place, |region| {
                region.tasks.retain(|_, task| !is_old(task, now));
                region.forget_deleted(place);
                Ok(())
            });
        }
    }

    fn reconcile(
        &self,
        place: &Place,
        seen: &Region,
        key: &str,
        health: &BTreeMap<String, Health>,
        moment: &Moment,
    ) {
        let vpc = seen.services.get(key).and_then(Service::primary).map(|primary| &primary.vpc);
        let has_room = vpc.is_none_or(|vpc| !self.open_subnets(place, vpc).is_empty());
        let reconcile =
            |region: &mut Region| reconcile::reconcile(region, key, health, has_room, moment);
        // Nothing is written when there is nothing to do, which is nearly always.
        if reconcile(&mut seen.clone()) == Outcome::default() {
            return;
        }
        let Ok(outcome) = self.change(place, |region| Ok(reconcile(region))) else { return };
        for id in &outcome.start {
            self.bring_to_life(place, id);
        }
        for id in &outcome.stop {
            self.order_stop(id);
        }
    }

    /// Returns which outages are in force in a region, and kills the tasks that they kill.
    fn conditions(&self, place: &Place, region: &Region) -> Conditions {
        let runs =
            |task: &&Task| task.service.is_some() && task.is_live() && task.started().is_some();
        let first = region.tasks.values().filter(runs).min_by_key(|task| task.started());
        let zone = first.and_then(|task| task.interface.as_ref()).map(|one| one.zone.as_str());
        let conditions = self.setup.outages.of(place, zone);
        let killed = region.tasks.values().filter(|task| {
            task.phase == Phase::Running
                && task.started().is_some_and(|started| conditions.kills(started))
        });
        for task in killed {
            self.order(&task.id, Order::Kill);
        }
        conditions
    }

    fn health_of(
        &self,
        place: &Place,
        region: &Region,
        service: &Service,
        conditions: &Conditions,
        now: Millis,
    ) -> BTreeMap<String, Health> {
        let health = |task: &Task| match &task.interface {
            Some(interface) if conditions.is_down(&interface.zone) => {
                Health::ZoneDown(interface.zone.clone())
            }
            _ => self.health(place, service, task, now),
        };
        region.tasks_of(service).map(|task| (task.id.clone(), health(task))).collect()
    }

    fn health(&self, place: &Place, service: &Service, task: &Task, now: Millis) -> Health {
        let (Some(started), Phase::Running) = (task.started(), task.phase) else {
            return Health::Waiting;
        };
        let Some(interface) = &task.interface else { return Health::Waiting };
        if task.load_balancers.is_empty() {
            let settled = self.setup.clock.pace.scale(SETTLED).max(SETTLED_AT_LEAST);
            let works = times::after(started, settled) <= now;
            return if works { Health::Ready } else { Health::Waiting };
        }
        let grace = Duration::from_secs(service.grace_seconds.unwrap_or(0));
        let grace = self.setup.clock.pace.scale(grace).max(GRACE_AT_LEAST);
        let in_grace = now < times::after(started, grace);
        let mut health = Health::Ready;
        for balancer in &task.load_balancers {
            let (group, port) = (&balancer.target_group, balancer.port);
            let targets = &self.neighbours.targets;
            match targets.health(place, group, &interface.ip, port) {
                Some(TargetHealth::Unhealthy) if !in_grace => {
                    return Health::Unhealthy(group.clone());
                }
                Some(TargetHealth::Initial | TargetHealth::Draining | TargetHealth::Unhealthy) => {
                    health = Health::Waiting;
                }
                Some(TargetHealth::Healthy | TargetHealth::Unused) | None => {}
            }
        }
        health
    }
}

fn is_old(task: &Task, now: Millis) -> bool {
    let stopped = task.times.get("stoppedAt");
    task.phase == Phase::Stopped
        && stopped.is_some_and(|stopped| times::after(*stopped, STOPPED_KEPT) < now)
}

fn has_old(region: &Region, place: &Place, now: Millis) -> bool {
    let mut definitions = region.families.values().flat_map(|family| family.revisions.values());
    region.tasks.values().any(|task| is_old(task, now))
        || definitions.any(|one| one.status == Status::Deleting)
            && region.clone().forget_deleted(place)
}
