//! Looking at the account without changing it.

use std::collections::BTreeSet;

use futures::FutureExt;

use super::session::Session;
use crate::{
    engine::{Direction, Job, Seen, Values, look, run},
    error::{Code, Error, Result},
    report::Row,
};

/// What was seen of the places that were looked at.
pub(super) struct Survey {
    /// In the order of the graph.
    pub(super) rows: Vec<Row>,
    /// The values that the resources give.
    pub(super) known: Values,
}

impl Survey {
    /// Looks at these places, all at the same time as far as values allow.
    ///
    /// # Errors
    /// The first error of any.
    pub(super) async fn of(session: &Session, places: &BTreeSet<usize>) -> Result<Self> {
        let lab = &session.lab;
        let given = session.target.given();
        let job = |place: usize, known: Values| {
            async move {
                let seen = look(lab.resource(place), &known).await?;
                let values = seen.values().cloned().unwrap_or_default();
                Ok((seen, values))
            }
            .boxed()
        };
        let ended = run(
            &lab.graph,
            places,
            Direction::Forward,
            given.clone(),
            &session.interrupt,
            job,
            |_, _| {},
            || {},
        )
        .await;
        let mut seen: Vec<(usize, Seen)> = Vec::new();
        for (place, job) in ended {
            match job {
                Job::Ran { result, .. } => {
                    let result = result.map_err(|error| named(lab.about(place).id.0, error))?;
                    seen.push((place, result));
                }
                Job::NotStarted { because_of: None } => {
                    return Err(Error::new(Code::Interrupted, "interrupted; nothing was changed"));
                }
                // The one before it has the error, which is returned.
                Job::NotStarted { .. } => {}
            }
        }
        let order = lab.graph.order();
        seen.sort_by_key(|(place, _)| order.iter().position(|other| other == place));
        let known = seen
            .iter()
            .filter_map(|(_, seen)| seen.values())
            .fold(given, |known, values| known.with(values));
        let rows = seen.into_iter().map(|(place, seen)| Row {
            place,
            about: lab.about(place).clone(),
            seen,
        });
        Ok(Self { rows: rows.collect(), known })
    }

    /// Whether `deploy` would change anything.
    pub(super) fn changes(&self) -> bool {
        self.rows.iter().any(|row| !matches!(row.seen, Seen::Ready(_)))
    }
}

/// The error with the name of the resource in front.
pub(super) fn named(resource: &str, mut error: Error) -> Error {
    error.message = format!("{resource}: {}", error.message);
    error
}
