//! Looking at the account without changing it.

use std::collections::BTreeSet;

use futures::FutureExt;

use super::session::Session;
use crate::{
    engine::{Direction, Job, Schedule, Seen, Values, look, run},
    error::{Code, Error, Result},
    report::Row,
};

/// What was seen of the places that were looked at.
pub(super) struct Survey {
    /// In the order of the lab.
    pub(super) rows: Vec<Row>,
    /// The values that the resources give.
    pub(super) known: Values,
}

impl Survey {
    /// Looks at these places, all at the same time as far as values allow, and at what they use.
    ///
    /// # Errors
    /// The first error of any of them. What is only used may fail: then it is not used.
    pub(super) async fn of(session: &Session, places: &BTreeSet<usize>) -> Result<Self> {
        let looked_at = places | &used_by(session, places);
        let mut seen = look_at(session, &looked_at, places).await?;
        let known = known(session, &seen);
        seen.sort_by_key(|(place, _)| *place);
        seen.retain(|(place, _)| places.contains(place));
        let about = |place| session.lab.about(place).clone();
        let rows = seen.into_iter().map(|(place, seen)| Row { place, about: about(place), seen });
        Ok(Self { rows: rows.collect(), known })
    }

    /// Whether `deploy` would change anything.
    pub(super) fn changes(&self) -> bool {
        self.rows.iter().any(|row| !matches!(row.seen, Seen::Ready(_)))
    }
}

/// The values that these places use and that come from elsewhere: `deploy part-1` must not take the
/// backend's address out of the site because it is about part 1 only.
pub(super) async fn known_beside(session: &Session, places: &BTreeSet<usize>) -> Result<Values> {
    let elsewhere = &used_by(session, places) - places;
    if elsewhere.is_empty() {
        return Ok(session.target.given());
    }
    let looked_at = session.lab.graph.with_all_before(elsewhere, Direction::Forward);
    Ok(known(session, &look_at(session, &looked_at, &BTreeSet::new()).await?))
}

/// What these places use, with all that it needs.
fn used_by(session: &Session, places: &BTreeSet<usize>) -> BTreeSet<usize> {
    let graph = &session.lab.graph;
    let used = places.iter().flat_map(|place| graph.beside(*place, Direction::Forward));
    graph.with_all_before(used, Direction::Forward)
}

fn known(session: &Session, seen: &[(usize, Seen)]) -> Values {
    let values = seen.iter().filter_map(|(_, seen)| seen.values());
    values.fold(session.target.given(), |known, values| known.with(values))
}

/// Looks at places, in the order in which the looks end. An error at one of `must` is an error.
async fn look_at(
    session: &Session,
    places: &BTreeSet<usize>,
    must: &BTreeSet<usize>,
) -> Result<Vec<(usize, Seen)>> {
    let lab = &session.lab;
    let job = |place: usize, known: Values| {
        async move {
            let seen = look(lab.resource(place), &known).await?;
            let values = seen.values().cloned().unwrap_or_default();
            Ok((seen, values))
        }
        .boxed()
    };
    let (graph, interrupt) = (&lab.graph, &session.interrupt);
    let schedule = Schedule { graph, places, direction: Direction::Forward, interrupt };
    let ended = run(schedule, session.target.given(), job, |_, _| {}, || {}).await;
    let mut seen = Vec::new();
    for (place, job) in ended {
        match job {
            Job::Ran { result: Ok(result), .. } => seen.push((place, result)),
            Job::Ran { result: Err(error), .. } if must.contains(&place) => {
                return Err(named(lab.about(place).id.0, error));
            }
            Job::NotStarted { because_of: None } => {
                return Err(Error::new(Code::Interrupted, "interrupted; nothing was changed"));
            }
            // The one that failed has the error; of what is only used, nobody needs to know.
            Job::Ran { .. } | Job::NotStarted { .. } => {}
        }
    }
    Ok(seen)
}

/// The error with the name of the resource in front.
pub(super) fn named(resource: &str, mut error: Error) -> Error {
    error.message = format!("{resource}: {}", error.message);
    error
}
