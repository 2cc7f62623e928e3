//! Runs a job for many resources: each starts as soon as all of its predecessors have ended, and a
//! failure stops only what depends on it.

use std::{collections::BTreeSet, time::Duration};

use futures::{
    future::BoxFuture,
    stream::{FuturesUnordered, StreamExt},
};
use tokio::time::Instant;

use super::{Direction, Graph, Interrupt};
use crate::{error::Result, lab::Values};

/// How a job ended.
#[derive(Debug)]
pub(crate) enum Job<T> {
    /// It ran.
    Ran {
        /// What it returned, or why it failed.
        result: Result<T>,
        /// How long it took.
        elapsed: Duration,
    },
    /// It was not started: because the job named here failed, or (`None`) because the user stopped.
    NotStarted {
        /// The place of the one that failed first.
        because_of: Option<usize>,
    },
}

/// What to run, and in which direction.
#[derive(Clone, Copy)]
pub(crate) struct Schedule<'a> {
    /// The dependencies.
    pub(crate) graph: &'a Graph,
    /// The resources that take part.
    pub(crate) places: &'a BTreeSet<usize>,
    /// Forward from dependencies to dependents, or backward.
    pub(crate) direction: Direction,
    /// Whether the user asked to stop.
    pub(crate) interrupt: &'a Interrupt,
    /// Whether nothing more is started after the first failure.
    pub(crate) fails_fast: bool,
}

/// Runs `job` for all places, and returns how each ended, in the order in which they ended. A job
/// receives the values known when it starts and returns new ones. `over` is called at each end;
/// `tick` is called once a second.
pub(crate) async fn run<'a, T>(
    schedule: Schedule<'_>,
    mut known: Values,
    job: impl Fn(usize, Values) -> BoxFuture<'a, Result<(T, Values)>>,
    mut over: impl FnMut(usize, &Job<T>),
    tick: impl Fn(),
) -> Vec<(usize, Job<T>)> {
    let Schedule { graph, places, direction, interrupt, fails_fast } = schedule;
    let mut waiting: Vec<usize> =
        graph.order().iter().copied().filter(|place| places.contains(place)).collect();
    let mut running = FuturesUnordered::new();
    let mut ended: Vec<(usize, Job<T>)> = Vec::new();
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    loop {
        let mut blocked = Vec::new();
        let is_failure =
            |(_, job): &&(usize, Job<T>)| matches!(job, Job::Ran { result: Err(_), .. });
        let failure = ended.iter().find(is_failure).map(|(place, _)| *place);
        let failure = failure.filter(|_| fails_fast);
        waiting.retain(|place| match state(graph, *place, places, direction, &ended) {
            _ if interrupt.asked() => {
                blocked.push((*place, None));
                false
            }
            _ if failure.is_some() => {
                blocked.push((*place, failure));
                false
            }
            State::Waits => true,
            State::Blocked(because_of) => {
                blocked.push((*place, Some(because_of)));
                false
            }
            State::Ready => {
                let work = job(*place, known.clone());
                let (place, start) = (*place, Instant::now());
                running.push(async move { (place, work.await, start.elapsed()) });
                false
            }
        });
        let any_blocked = !blocked.is_empty();
        for (place, because_of) in blocked {
            known.extend(&graph.unknown(place, because_of.unwrap_or(place)));
            let end = Job::NotStarted { because_of };
            over(place, &end);
            ended.push((place, end));
        }
        if any_blocked {
            continue;
        }
        tokio::select! {
            next = running.next() => {
                let Some((place, result, elapsed)) = next else { return ended };
                let result = match result {
                    Ok((value, values)) => {
                        known.extend(&values);
                        Ok(value)
                    }
                    Err(error) => {
                        known.extend(&graph.unknown(place, place));
                        Err(error)
                    }
                };
                let end = Job::Ran { result, elapsed };
                over(place, &end);
                ended.push((place, end));
            }
            _ = seconds.tick() => tick(),
        }
    }
}

/// Whether a resource may start.
enum State {
    Waits,
    Ready,
    Blocked(usize),
}

fn state<T>(
    graph: &Graph,
    place: usize,
    places: &BTreeSet<usize>,
    direction: Direction,
    ended: &[(usize, Job<T>)],
) -> State {
    let mut waits = false;
    for before in graph.before_among(place, direction, places) {
        match ended.iter().find(|(other, _)| *other == before) {
            None => waits = true,
            Some((_, Job::Ran { result: Ok(_), .. })) => {}
            Some((_, Job::Ran { .. })) => return State::Blocked(before),
            Some((_, Job::NotStarted { because_of })) => {
                return State::Blocked(because_of.unwrap_or(before));
            }
        }
    }
    // An optional dependency must have ended, no matter how: what it produces is then known,
    // absent, or unknown.
    let used = graph.optional(place, direction);
    waits |=
        used.intersection(places).any(|before| !ended.iter().any(|(other, _)| other == before));
    if waits { State::Waits } else { State::Ready }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;
    use crate::{
        engine::{About, resource::tests::about},
        error::{Code, Error},
        lab::Placeholder,
    };

    const A: Placeholder = Placeholder::new("REPLACE_ME_A");
    const B: Placeholder = Placeholder::new("REPLACE_ME_B");

    fn lab() -> Vec<About> {
        vec![
            about("root", &[A], &[]),
            about("fails", &[B], &[A]),
            about("sibling", &[], &[A]),
            about("child", &[], &[B]),
            about("other", &[], &[]),
        ]
    }

    async fn run_lab(
        direction: Direction,
        interrupt: &Interrupt,
        job: impl Fn(usize, Values) -> BoxFuture<'static, Result<((), Values)>>,
    ) -> Vec<(usize, Job<()>)> {
        let lab = lab();
        let graph = Graph::new(&lab.iter().collect::<Vec<_>>(), &[]).unwrap();
        let all = (0..lab.len()).collect();
        let fails_fast = false;
        let schedule = Schedule { graph: &graph, places: &all, direction, interrupt, fails_fast };
        run(schedule, Values::default(), job, |_, _| {}, || {}).await
    }

    fn end(ended: &[(usize, Job<()>)], place: usize) -> &Job<()> {
        &ended.iter().find(|(other, _)| *other == place).unwrap().1
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_stops_what_depends_on_it_and_nothing_else() {
        let (_switch, interrupt) = Interrupt::switch();
        let ended = run_lab(Direction::Forward, &interrupt, |place, known| {
            async move {
                match place {
                    1 => Err(Error::new(Code::Refused, "no")),
                    2 => {
                        assert_eq!(known.get(A), Some("value of a"));
                        Ok(((), Values::default()))
                    }
                    _ => Ok(((), Values::of([(A, "value of a")]))),
                }
            }
            .boxed()
        })
        .await;
        assert_eq!(ended.len(), 5);
        assert!(matches!(end(&ended, 2), Job::Ran { result: Ok(()), .. }));
        assert!(matches!(end(&ended, 3), Job::NotStarted { because_of: Some(1) }));
        assert!(matches!(end(&ended, 4), Job::Ran { result: Ok(()), .. }));
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_failure_stops_what_was_not_started_where_that_is_wanted() {
        let (_switch, interrupt) = Interrupt::switch();
        let lab = lab();
        let graph = Graph::new(&lab.iter().collect::<Vec<_>>(), &[]).unwrap();
        let (places, direction) = ((0..lab.len()).collect(), Direction::Forward);
        let interrupt = &interrupt;
        let schedule =
            Schedule { graph: &graph, places: &places, direction, interrupt, fails_fast: true };
        // The root takes its time, and meanwhile a resource without dependencies fails.
        let job = |place: usize, _: Values| -> BoxFuture<'static, Result<((), Values)>> {
            async move {
                if place == 4 {
                    return Err(Error::new(Code::Refused, "no"));
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
                Ok(((), Values::default()))
            }
            .boxed()
        };
        let ended = run(schedule, Values::default(), job, |_, _| {}, || {}).await;
        assert!(matches!(end(&ended, 0), Job::Ran { result: Ok(()), .. }));
        for place in 1..4 {
            assert!(matches!(end(&ended, place), Job::NotStarted { because_of: Some(4) }));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_ready_runs_at_the_same_time() {
        let (_switch, interrupt) = Interrupt::switch();
        let start = Instant::now();
        run_lab(Direction::Backward, &interrupt, |_, _| {
            async {
                tokio::time::sleep(Duration::from_secs(10)).await;
                Ok(((), Values::default()))
            }
            .boxed()
        })
        .await;
        // Three levels: child, then fails and sibling, then root; `other` runs in parallel.
        assert_eq!(start.elapsed(), Duration::from_secs(30));
    }

    #[tokio::test(start_paused = true)]
    async fn an_interrupt_starts_nothing_new() {
        let (switch, interrupt) = Interrupt::switch();
        let switch = std::sync::Arc::new(switch);
        let ended = run_lab(Direction::Forward, &interrupt, |_, _| {
            let switch = switch.clone();
            async move {
                switch.send(true).unwrap();
                Ok(((), Values::default()))
            }
            .boxed()
        })
        .await;
        assert!(matches!(end(&ended, 0), Job::Ran { result: Ok(()), .. }));
        assert!(matches!(end(&ended, 1), Job::NotStarted { because_of: None }));
    }
}
