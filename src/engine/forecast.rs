//! Estimates how long a run still takes: the longest path through the remaining work. Which
//! resources have to be created is known only after a look, so a resource counts only once one of
//! its dependencies is being created. A run that finds nothing to do has no estimate.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use super::{Direction, Event, Graph, Id, Outcome};

/// The expected course of a run. Listeners keep one and feed it the events that follow.
#[derive(Clone, Debug)]
pub(crate) struct Forecast(Vec<Node>);

/// A resource that takes part.
#[derive(Clone, Debug)]
struct Node {
    id: Id,
    /// Indices in this list of those that must end before it starts; all are less than its own.
    before: Vec<usize>,
    /// How long it typically takes.
    typical: Duration,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waits,
    /// It is being looked at, and is changed if that turns out to be necessary.
    AtWork {
        since: Instant,
        changes: bool,
    },
    Over {
        changed: bool,
    },
}

impl Forecast {
    /// Creates the forecast for a run of these resources, with the typical duration of each.
    pub(crate) fn new(
        graph: &Graph,
        places: &BTreeSet<usize>,
        direction: Direction,
        typical: impl Fn(usize) -> (Id, Duration),
    ) -> Self {
        let mut order: Vec<usize> =
            graph.order().iter().copied().filter(|place| places.contains(place)).collect();
        if direction == Direction::Backward {
            order.reverse();
        }
        let node = |place: &usize| {
            let before =
                &graph.before_among(*place, direction, places) | &graph.optional(*place, direction);
            let at = |other: &usize| order.iter().position(|place| place == other);
            let (id, typical) = typical(*place);
            Node {
                id,
                before: before.iter().filter_map(at).collect(),
                typical,
                state: State::Waits,
            }
        };
        Self(order.iter().map(node).collect())
    }

    /// Updates the forecast from an event.
    pub(crate) fn note(&mut self, event: &Event<'_>, now: Instant) {
        let (id, state) = match event {
            Event::Started { id } => (*id, State::AtWork { since: now, changes: false }),
            Event::Status { id, .. } => {
                let Some(State::AtWork { since, .. }) = self.find(*id).map(|node| node.state)
                else {
                    return;
                };
                (*id, State::AtWork { since, changes: true })
            }
            Event::Finished { id, outcome, .. } => {
                let changed = matches!(outcome, Outcome::Created | Outcome::Removed);
                (*id, State::Over { changed })
            }
            _ => return,
        };
        if let Some(node) = self.0.iter_mut().find(|node| node.id == id) {
            node.state = state;
        }
    }

    /// Returns how long a run typically takes that has to do everything.
    pub(crate) fn all(&self) -> Duration {
        self.longest(|node, _| node.typical)
    }

    /// Returns how long the rest typically takes; `None` when there is no basis for an estimate.
    pub(crate) fn left(&self, now: Instant) -> Option<Duration> {
        let left = self.longest(|node, follows_change| match node.state {
            State::Waits if follows_change => node.typical,
            State::AtWork { since, changes: true } => node.typical.saturating_sub(now - since),
            _ => Duration::ZERO,
        });
        (!left.is_zero()).then_some(left)
    }

    /// Returns how long a resource typically takes.
    pub(crate) fn typical(&self, id: Id) -> Duration {
        self.find(id).map(|node| node.typical).unwrap_or_default()
    }

    /// Returns how many resources have ended, and how many there are.
    pub(crate) fn done(&self) -> (usize, usize) {
        let over = self.0.iter().filter(|node| matches!(node.state, State::Over { .. }));
        (over.count(), self.0.len())
    }

    /// Returns the resource in progress that the most others wait for, and their number; on a tie,
    /// the one that takes longer.
    pub(crate) fn awaited(&self) -> Option<(Id, usize)> {
        let at_work = self.0.iter().enumerate();
        let at_work = at_work.filter(|(_, node)| matches!(node.state, State::AtWork { .. }));
        let most =
            at_work.map(|(place, node)| (self.waiting_for(place), node.typical, node.id)).max();
        most.map(|(count, _, id)| (id, count)).filter(|(_, count)| *count > 0)
    }

    /// Returns how many resources wait for this one, directly or indirectly.
    fn waiting_for(&self, place: usize) -> usize {
        let mut waiting = vec![false; self.0.len()];
        for (other, node) in self.0.iter().enumerate() {
            let depends = node.before.iter().any(|before| *before == place || waiting[*before]);
            waiting[other] = depends && node.state == State::Waits;
        }
        waiting.into_iter().filter(|waits| *waits).count()
    }

    /// Returns the longest path. `weight` receives whether a predecessor of the node changes.
    fn longest(&self, weight: impl Fn(&Node, bool) -> Duration) -> Duration {
        let mut ends: Vec<(Duration, bool)> = Vec::new();
        for node in &self.0 {
            let before = node.before.iter().map(|place| ends[*place]);
            let (start, follows) =
                before.fold((Duration::ZERO, false), |all, one| (all.0.max(one.0), all.1 || one.1));
            let changes = match node.state {
                State::Waits => follows,
                State::AtWork { changes, .. } => changes,
                State::Over { changed } => changed,
            };
            ends.push((start + weight(node, follows), changes));
        }
        ends.into_iter().map(|(end, _)| end).max().unwrap_or_default()
    }

    fn find(&self, id: Id) -> Option<&Node> {
        self.0.iter().find(|node| node.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::{About, resource::tests::about},
        lab::Placeholder,
    };

    const A: Placeholder = Placeholder::new("REPLACE_ME_A");
    const B: Placeholder = Placeholder::new("REPLACE_ME_B");

    /// `balancer` (120 s) needs `stack` (100 s), and `link` (180 s) needs `balancer`; `table` (8 s)
    /// is alone.
    fn forecast(direction: Direction) -> Forecast {
        let lab: Vec<About> = vec![
            about("stack", &[A], &[]),
            about("balancer", &[B], &[A]),
            about("link", &[], &[B]),
            about("table", &[], &[]),
        ];
        let graph = Graph::new(&lab.iter().collect::<Vec<_>>(), &[]).unwrap();
        let seconds = [100, 120, 180, 8];
        Forecast::new(&graph, &(0..4).collect(), direction, |place| {
            (lab[place].id, Duration::from_secs(seconds[place]))
        })
    }

    fn works(forecast: &mut Forecast, id: &'static str, now: Instant) {
        forecast.note(&Event::Started { id: Id(id) }, now);
        forecast.note(&Event::Status { id: Id(id), text: "creating it".to_owned() }, now);
    }

    fn over(forecast: &mut Forecast, id: &'static str, outcome: &Outcome) {
        let event = Event::Finished { id: Id(id), outcome, elapsed: Duration::ZERO };
        forecast.note(&event, Instant::now());
    }

    fn seconds(forecast: &Forecast, now: Instant) -> Option<u64> {
        forecast.left(now).map(|left| left.as_secs())
    }

    #[test]
    fn all_of_it_is_the_longest_path_in_both_directions() {
        for direction in [Direction::Forward, Direction::Backward] {
            assert_eq!(forecast(direction).all(), Duration::from_secs(400));
        }
    }

    #[test]
    fn what_is_at_work_counts_with_what_is_left_of_it() {
        let (mut forecast, start) = (forecast(Direction::Forward), Instant::now());
        works(&mut forecast, "stack", start);
        works(&mut forecast, "table", start);
        assert_eq!(seconds(&forecast, start + Duration::from_secs(30)), Some(370));
        // It takes longer than is typical: what follows still has to be done.
        assert_eq!(seconds(&forecast, start + Duration::from_secs(130)), Some(300));
        over(&mut forecast, "stack", &Outcome::Created);
        assert_eq!(seconds(&forecast, start), Some(300));
        works(&mut forecast, "balancer", start);
        over(&mut forecast, "balancer", &Outcome::Created);
        works(&mut forecast, "link", start);
        assert_eq!(seconds(&forecast, start + Duration::from_secs(150)), Some(30));
    }

    #[test]
    fn what_only_is_looked_at_promises_nothing() {
        let (mut forecast, start) = (forecast(Direction::Forward), Instant::now());
        assert_eq!(forecast.left(start), None);
        forecast.note(&Event::Started { id: Id("stack") }, start);
        assert_eq!(forecast.left(start), None);
        over(&mut forecast, "stack", &Outcome::Unchanged);
        assert_eq!(forecast.left(start), None);
        // And what depends on something that was only updated exists already.
        over(&mut forecast, "balancer", &Outcome::Updated);
        assert_eq!(forecast.left(start), None);
    }

    #[test]
    fn what_the_most_wait_for_is_named() {
        let (mut forecast, start) = (forecast(Direction::Forward), Instant::now());
        assert_eq!(forecast.awaited(), None);
        works(&mut forecast, "table", start);
        assert_eq!(forecast.awaited(), None);
        works(&mut forecast, "stack", start);
        assert_eq!((forecast.awaited(), forecast.done()), (Some((Id("stack"), 2)), (0, 4)));
        over(&mut forecast, "stack", &Outcome::Created);
        works(&mut forecast, "balancer", start);
        assert_eq!((forecast.awaited(), forecast.done()), (Some((Id("balancer"), 1)), (1, 4)));
    }
}
