//! Looks at the account without changing it.

use std::collections::BTreeSet;

use futures::FutureExt;

use super::{Bill, Workspace};
use crate::{
    engine::{About, Direction, Id, Job, Presence, Purpose, Reason, Resource, Schedule, Seen, run},
    error::{Code, Error, Exit, Result},
    lab::{
        LabId, LearnerLab, Scope, Value, Values,
        prices::{Price, Prices},
    },
};

/// What was observed of a resource.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its index in the lab's list.
    pub(crate) place: usize,
    /// What it declares.
    pub(crate) about: About,
    /// What was observed.
    pub(crate) seen: Seen,
    /// Whether the command may change it, judging by its owner.
    pub(crate) changeable: bool,
    /// Why the command keeps it all the same, if the user wants it so.
    pub(crate) kept: Option<String>,
    /// What it costs while it exists in the observed form: US dollars for 24 hours.
    pub(crate) dollars_per_day: f64,
    /// What it costs once it is as the lab wants it, US dollars for 24 hours.
    pub(crate) dollars_when_ready: f64,
}

impl Row {
    /// Returns its cost if it was observed to exist, or else zero, in US dollars for 24 hours.
    pub(crate) fn dollars_seen(&self) -> f64 {
        if self.seen.is_there() { self.dollars_per_day } else { 0.0 }
    }

    /// Returns what it is billed as while it exists in the observed form.
    pub(crate) fn billed(&self) -> &[Price] {
        self.seen.billed.as_ref().map_or(&self.about.prices, |billed| &billed.now)
    }

    /// Returns whether cleanup removes it, by itself or with its parent.
    pub(crate) fn would_go(&self) -> bool {
        self.seen.is_there() && self.changeable && self.kept.is_none()
    }
}

/// What was observed of the places that were looked at.
#[derive(Debug)]
pub(crate) struct Survey {
    /// The lab.
    pub(crate) lab: LabId,
    /// Where it is, as text.
    pub(crate) destination: String,
    /// The Learner Lab that the account is one of, if it is.
    pub(crate) learner_lab: Option<LearnerLab>,
    /// The prices of the region.
    pub(crate) prices: Prices,
    /// In the order of the lab.
    pub(crate) rows: Vec<Row>,
    /// What is known of the values that the resources produce.
    pub(crate) known: Values,
}

impl Survey {
    /// Looks at everything that deploying this scope would cover.
    ///
    /// # Errors
    /// When the user interrupted. A failed look is a row of its own.
    pub(crate) async fn of(workspace: &Workspace, scope: Scope) -> Result<Self> {
        Self::at(workspace, &workspace.to_bring_up(scope), Purpose::Look).await
    }

    /// Looks at these places and at their optional dependencies, as concurrently as values allow.
    /// What cannot be looked at is unknown.
    ///
    /// # Errors
    /// When the user interrupted.
    pub(super) async fn at(
        workspace: &Workspace,
        places: &BTreeSet<usize>,
        purpose: Purpose,
    ) -> Result<Self> {
        let looked_at = places | &workspace.optional(places);
        let mut looks = workspace.look_at(&looked_at, purpose).await?;
        looks.seen.sort_by_key(|(place, _)| *place);
        looks.seen.retain(|(place, _)| places.contains(place));
        let context = workspace.context();
        let row = |(place, seen): (usize, Seen)| {
            let about = workspace.lab.about(place).clone();
            let a_day = |prices: &[Price]| workspace.prices.per_hour(prices) * 24.0;
            let (dollars_per_day, dollars_when_ready) = match &seen.billed {
                Some(billed) => (a_day(&billed.now), a_day(&billed.wanted)),
                None => (a_day(&about.prices), a_day(&about.prices)),
            };
            let changeable = context.may_change(&seen.owner);
            Row { place, about, seen, changeable, kept: None, dollars_per_day, dollars_when_ready }
        };
        Ok(Self {
            lab: workspace.id().clone(),
            destination: workspace.destination.to_string(),
            learner_lab: workspace.learner_lab(),
            prices: workspace.prices.clone(),
            rows: looks.seen.into_iter().map(row).collect(),
            known: looks.known,
        })
    }

    /// Returns the total cost once everything is as the lab wants it, US dollars for 24 hours.
    pub(crate) fn dollars_when_ready(&self) -> f64 {
        // Not `sum`: an empty sum is minus zero, and would be printed so.
        self.rows.iter().fold(0.0, |sum, row| sum + row.dollars_when_ready)
    }

    /// Returns the observed cost of what exists.
    pub(crate) fn bill(&self) -> Bill {
        Bill::of(&self.rows)
    }

    /// Returns the exit code of a command that shows this: `Done` only if every look succeeded. A
    /// row that is unknown because of a dependency does not count; the dependency does.
    pub(crate) fn looked(&self) -> Exit {
        let failed = |row: &Row| match &row.seen.presence {
            Presence::Unknown(unknown) => unknown.reason != Reason::Dependency,
            _ => false,
        };
        if self.rows.iter().any(failed) { Exit::Partly } else { Exit::Done }
    }

    /// Returns whether `deploy` would change anything.
    pub(crate) fn changes(&self) -> bool {
        self.rows.iter().any(|row| !row.seen.is_ready())
    }
}

/// The results of several looks.
struct Looks {
    /// In the order in which the looks ended.
    seen: Vec<(usize, Seen)>,
    known: Values,
}

impl Workspace {
    /// Returns the values of the optional dependencies outside of these places: `deploy part-1`
    /// must not remove the backend's address from the site just because it covers part 1 only.
    pub(super) async fn known_beside(&self, places: &BTreeSet<usize>) -> Result<Values> {
        let elsewhere = &self.optional(places) - places;
        if elsewhere.is_empty() {
            return Ok(self.destination.given());
        }
        let looked_at = self.lab.graph.with_all_before(elsewhere, Direction::Forward);
        Ok(self.look_at(&looked_at, Purpose::Look).await?.known)
    }

    /// Returns the optional dependencies of these places, with all of their dependencies.
    fn optional(&self, places: &BTreeSet<usize>) -> BTreeSet<usize> {
        let graph = &self.lab.graph;
        let optional = places.iter().flat_map(|place| graph.optional(*place, Direction::Forward));
        graph.with_all_before(optional, Direction::Forward)
    }

    /// Looks at places. Where a look fails, the state is unknown.
    async fn look_at(&self, places: &BTreeSet<usize>, purpose: Purpose) -> Result<Looks> {
        let job = |place: usize, known: Values| {
            async move {
                let resource = self.lab.resource(place);
                let looked = resource.inspect(&known, purpose).await;
                let seen = looked.unwrap_or_else(|error| Seen::failed(&error));
                let given = self.given(resource.about(), &seen, &known, purpose);
                Ok(((seen, given.clone()), given))
            }
            .boxed()
        };
        let (graph, interrupt) = (&self.lab.graph, &self.interrupt);
        let direction = Direction::Forward;
        let schedule = Schedule { graph, places, direction, interrupt, fails_fast: false };
        let given = self.destination.given();
        let ended = run(schedule, given.clone(), job, |_, _| {}, || {}).await;
        let mut looks = Looks { seen: Vec::new(), known: given };
        for (place, job) in ended {
            match job {
                Job::Ran { result: Ok((seen, given)), .. } => {
                    looks.known.extend(&given);
                    looks.seen.push((place, seen));
                }
                Job::Ran { result: Err(error), .. } => return Err(self.named(place, error)),
                Job::NotStarted { because_of: None } => {
                    return Err(Error::new(Code::Interrupted, "interrupted; nothing was changed"));
                }
                // The failed one carries the error.
                Job::NotStarted { .. } => {}
            }
        }
        Ok(looks)
    }

    /// Returns what others may use of a resource's values. Cleanup finds other resources by them,
    /// whatever state their resource is in.
    fn given(&self, about: &About, seen: &Seen, known: &Values, purpose: Purpose) -> Values {
        if seen.presence == Presence::Absent
            && let Some(parent) = about.parent.filter(|parent| self.is_foreign(*parent, known))
        {
            // The lab's own resource may be in the lab's own parent, which could not be looked at.
            let why = Value::Unknown(format!("`{parent}` is not the lab's"));
            return Values::all(&about.produces, &why);
        }
        let given = seen.given(about.id.0, &about.produces, self.adopts);
        if purpose == Purpose::Cleanup && seen.is_there() && self.context().may_change(&seen.owner)
        {
            return given.with(&seen.values);
        }
        given
    }

    /// Returns whether a resource that was looked at belongs to somebody else.
    fn is_foreign(&self, id: Id, known: &Values) -> bool {
        let about = self.lab.resources().map(Resource::about).find(|about| about.id == id);
        let values = about.into_iter().flat_map(|about| &about.produces);
        values.into_iter().any(|value| matches!(known.value(*value), Value::NotOurs(..)))
    }
}
