//! Runs a job for many resources of a lab, and reports events.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use futures::{FutureExt, future::BoxFuture};

use super::Workspace;
use crate::{
    engine::{
        About, Direction, Doing, Done, Event, Id, Job, Obstacle, Outcome, Resource, Schedule,
        bring_up_beside_others, run,
    },
    error::{Code, Error, Exit, Result},
    lab::Values,
};

/// How a run ended.
#[derive(Debug)]
pub(crate) struct End {
    /// What was done.
    pub(crate) doing: Doing,
    /// The outcome of each resource, in the order in which they ended.
    pub(crate) outcomes: Vec<(Id, Outcome)>,
    /// How long it took.
    pub(crate) elapsed: Duration,
    /// The cost of the resources that may exist after the run, US dollars for 24 hours.
    pub(crate) dollars_per_day: f64,
    /// All values that are known at the end.
    pub(crate) known: Values,
}

impl End {
    /// Returns the exit code of a failed run; `None` if all went well.
    pub(crate) fn failed(&self) -> Option<Exit> {
        let mut failed = None;
        for (_, outcome) in &self.outcomes {
            match outcome {
                Outcome::NotStarted { because_of: None, .. } | Outcome::Interrupted { .. } => {
                    return Some(Exit::Interrupted);
                }
                Outcome::Failed(error) => failed = Some(error.code.entry().exit),
                _ => {}
            }
        }
        failed
    }

    /// Returns the errors of what failed.
    pub(super) fn errors(&self) -> Vec<Error> {
        let failed = self.outcomes.iter().filter_map(|(_, outcome)| match outcome {
            Outcome::Failed(error) => Some((**error).clone()),
            _ => None,
        });
        failed.collect()
    }

    /// Describes a resource that has ended as an obstacle to those that wait for it.
    fn obstacle(&self, id: Id) -> Obstacle {
        let is_unseen = |(other, outcome): &(Id, Outcome)| {
            *other == id && matches!(outcome, Outcome::Failed(error) if error.is_unseen)
        };
        Obstacle { id, is_unknown: self.outcomes.iter().any(is_unseen) }
    }
}

impl Workspace {
    /// Deploys these places without their dependencies, whose values are in `known`.
    pub(super) async fn bring_up_from(&self, places: &BTreeSet<usize>, known: Values) -> End {
        let context = self.context();
        let context = &context;
        let job = |place: usize, known: Values| {
            let others = self.others((place, Direction::Forward), places);
            async move {
                let resource = self.lab.resource(place);
                bring_up_beside_others(resource, &others, &known, context).await
            }
            .boxed()
        };
        self.run((Doing::Deploy, Direction::Forward), known, places, job).await
    }

    /// Returns the resources that a job waits for among those that take part.
    pub(super) fn others(
        &self,
        (place, direction): (usize, Direction),
        places: &BTreeSet<usize>,
    ) -> Vec<&dyn Resource> {
        let others = self.lab.graph.before_among(place, direction, places);
        others.into_iter().map(|other| self.lab.resource(other)).collect()
    }

    /// Runs a job for these places and reports events.
    pub(super) async fn run<'a>(
        &'a self,
        (doing, direction): (Doing, Direction),
        known: Values,
        places: &BTreeSet<usize>,
        job: impl Fn(usize, Values) -> BoxFuture<'a, Result<Done>>,
    ) -> End {
        let tell = |event: &Event<'_>| self.report.event(self.id(), event);
        // In the order of the lab, which is familiar to users.
        let abouts: Vec<&About> = places.iter().map(|place| self.lab.about(*place)).collect();
        let (began, forecast) = (Instant::now(), self.forecast((doing, direction), places));
        tell(&Event::RunStarted { doing, resources: &abouts, forecast: &forecast });
        let mut end = End {
            doing,
            outcomes: Vec::new(),
            elapsed: Duration::ZERO,
            dollars_per_day: 0.0,
            known: known.clone(),
        };
        let started = |place: usize, known: Values| {
            tell(&Event::Started { id: self.lab.about(place).id });
            let work = job(place, known);
            async move { work.await.map(|done| (done.clone(), done.values)) }.boxed()
        };
        let over = |place: usize, job: &Job<Done>| {
            let About { id, prices, .. } = self.lab.about(place);
            let (id, mut prices) = (*id, prices.as_slice());
            let (outcome, elapsed) = match job {
                Job::Ran { result: Ok(done), elapsed } => {
                    end.known.extend(&done.values);
                    prices = done.billed.as_ref().map_or(prices, |billed| &billed.now);
                    (done.outcome.clone(), *elapsed)
                }
                Job::Ran { result: Err(error), elapsed } => {
                    (self.stopped(doing, place, error), *elapsed)
                }
                Job::NotStarted { because_of } => {
                    let because_of = because_of.map(|place| end.obstacle(self.lab.about(place).id));
                    (Outcome::NotStarted { doing, because_of }, Duration::ZERO)
                }
            };
            if may_exist(&outcome) {
                end.dollars_per_day += self.prices.per_hour(prices) * 24.0;
            }
            tell(&Event::Finished { id, outcome: &outcome, elapsed });
            end.outcomes.push((id, outcome));
        };
        let (graph, interrupt) = (&self.lab.graph, &self.interrupt);
        let fails_fast = self.fails_fast;
        let schedule = Schedule { graph, places, direction, interrupt, fails_fast };
        run(schedule, known, started, over, || tell(&Event::Tick)).await;
        end.elapsed = began.elapsed();
        tell(&Event::RunFinished { outcomes: &end.outcomes, elapsed: end.elapsed });
        end
    }

    /// Returns the outcome of a job that ended with this error.
    fn stopped(&self, doing: Doing, place: usize, error: &Error) -> Outcome {
        if error.code == Code::Interrupted {
            return Outcome::Interrupted { continues: error.aws_continues.then_some(doing) };
        }
        Outcome::Failed(Box::new(self.named(place, error.clone())))
    }
}

/// Returns whether a resource may exist afterwards. A failed one may be partly created.
fn may_exist(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Unchanged
        | Outcome::Created
        | Outcome::Updated
        | Outcome::Kept { .. }
        | Outcome::Failed(_) => true,
        Outcome::Interrupted { continues } => continues.is_some(),
        Outcome::Removed | Outcome::Absent | Outcome::NotStarted { .. } => false,
    }
}
