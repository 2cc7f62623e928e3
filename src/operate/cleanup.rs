//! Removes a part of the lab: first a preview, then the removal, then a final look.

use std::collections::BTreeSet;

use futures::FutureExt;

use super::{
    Beside, Bill, End, Leftovers, Row, Survey, Workspace,
    keep::Kept,
    leftovers::{self, Before},
};
use crate::{
    engine::{Direction, Doing, Done, Id, Others, Outcome, Purpose, take_down, unless_undone},
    error::{Code, Error, Exit, Result},
    lab::{Scope, Values},
};

/// A planned cleanup: nothing has been removed yet.
pub(crate) struct Cleanup {
    places: BTreeSet<usize>,
    kept: Kept,
    survey: Survey,
}

/// How a cleanup ended.
#[derive(Debug)]
pub(crate) struct Cleaned {
    /// The runs that were made: the removal, and an update of dependents that stay.
    pub(crate) runs: Vec<End>,
    /// The cost of what existed and is not known to be gone. "Up to": nobody looked again.
    pub(crate) bill: Bill,
    /// What the final look found; `None` if the user stopped before it.
    pub(crate) leftovers: Option<Leftovers>,
}

impl Cleaned {
    /// Returns the exit code of the process. What was not removed still exists, whatever the
    /// reason.
    pub(crate) fn exit(&self) -> Exit {
        let failed: Vec<Exit> = self.runs.iter().filter_map(End::failed).collect();
        let is_left = self.leftovers.as_ref().is_some_and(|found| found.error().is_some());
        if failed.contains(&Exit::Interrupted) {
            Exit::Interrupted
        } else if is_left || !failed.is_empty() {
            Exit::Partly
        } else {
            Exit::Done
        }
    }

    /// Returns how many resources were removed.
    pub(super) fn removed(&self) -> usize {
        let outcomes = self.runs.iter().flat_map(|run| &run.outcomes);
        outcomes.filter(|(_, outcome)| *outcome == Outcome::Removed).count()
    }

    /// Returns the errors of what failed.
    pub(super) fn failures(&self) -> Vec<Error> {
        self.runs.iter().flat_map(End::errors).collect()
    }

    fn is_interrupted(&self) -> bool {
        self.exit() == Exit::Interrupted
    }
}

impl Cleanup {
    /// Looks up what would be removed when what has these names is kept.
    ///
    /// # Errors
    /// When nothing has one of the names, or the user interrupted.
    pub(crate) async fn plan(workspace: &Workspace, scope: Scope, keep: &[String]) -> Result<Self> {
        // What belongs to the account stays, whoever created it.
        let mut places = workspace.to_take_down(scope);
        places.retain(|place| !workspace.lab.about(*place).shared);
        let mut kept = workspace.kept(keep)?;
        // The rest of what is kept would not be removed anyway.
        kept.retain(|place, _| places.contains(place));
        // Dependencies are looked at too, because their values identify the resources.
        let graph = &workspace.lab.graph;
        let looked_at = graph.with_all_before(places.iter().copied(), Direction::Forward);
        let mut survey = Survey::at(workspace, &looked_at, Purpose::Cleanup).await?;
        survey.rows.retain(|row| places.contains(&row.place));
        for row in &mut survey.rows {
            row.kept = kept.get(&row.place).cloned();
        }
        places.retain(|place| !kept.contains_key(place));
        Ok(Self { places, kept, survey })
    }

    /// Returns what was observed of the resources that would be removed.
    pub(crate) fn survey(&self) -> &Survey {
        &self.survey
    }

    /// Returns whether there is anything to remove.
    pub(crate) fn removes(&self) -> bool {
        self.survey.rows.iter().any(Row::would_go)
    }

    /// Removes the resources, and checks that they are gone.
    ///
    /// # Errors
    /// When the user interrupted between two runs. Failed removals are in the result.
    pub(crate) async fn run(&self, workspace: &Workspace, beside: Beside) -> Result<Cleaned> {
        let bill = self.survey.bill();
        let mut cleaned = Cleaned { runs: Vec::new(), bill, leftovers: None };
        let mut removed = BTreeSet::new();
        let known = &self.survey.known;
        if self.removes() {
            let end = workspace.take_down_all(&self.places, known.clone()).await;
            // What another run makes again is there: no later look shows it as gone.
            if ids(&end, is_contradicted).next().is_none() {
                removed.extend(ids(&end, |outcome| *outcome == Outcome::Removed));
            }
            let gone = |outcome: &Outcome| matches!(outcome, Outcome::Removed | Outcome::Absent);
            let gone: BTreeSet<Id> = ids(&end, gone).collect();
            let stayed = self.survey.rows.iter().filter(|row| !gone.contains(&row.about.id));
            cleaned.bill = Bill::of(stayed);
            let failed = end.failed().is_some();
            cleaned.runs.push(end);
            if !failed {
                cleaned.runs.extend(workspace.update_dependents(&self.places).await?);
            }
        }
        if !cleaned.is_interrupted() {
            let before = Before { removed: &removed, ..self.before() };
            cleaned.leftovers = Some(leftovers::look(workspace, before, beside).await?);
        }
        Ok(cleaned)
    }

    /// Looks once more whether everything is gone. What AWS shows again is there.
    ///
    /// # Errors
    /// When the user interrupted.
    pub(super) async fn look_again(&self, workspace: &Workspace) -> Result<Leftovers> {
        leftovers::look(workspace, self.before(), Beside::Nothing).await
    }

    fn before(&self) -> Before<'_> {
        static NOTHING: BTreeSet<Id> = BTreeSet::new();
        let Self { places, kept, survey } = self;
        Before { places, kept, removed: &NOTHING, known: &survey.known }
    }
}

/// Returns whether the work was ended because another run undoes it.
fn is_contradicted(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Failed(error) if error.code == Code::Contradicts)
}

/// Returns the resources with a matching outcome.
fn ids(end: &End, wanted: impl Fn(&Outcome) -> bool) -> impl Iterator<Item = Id> {
    end.outcomes.iter().filter(move |(_, outcome)| wanted(outcome)).map(|(id, _)| *id)
}

impl Workspace {
    async fn take_down_all(&self, places: &BTreeSet<usize>, known: Values) -> End {
        let on_their_own = places.iter().copied();
        let on_their_own = on_their_own.filter(|place| !self.lab.about(*place).goes_with_parent);
        let context = self.context();
        let (context, values) = (&context, known.clone());
        let places = &on_their_own.collect();
        let job = |place: usize, _: Values| {
            let known = values.clone();
            let others = self.others((place, Direction::Backward), places);
            async move {
                let work = take_down(self.lab.resource(place), &known, context);
                let outcome =
                    unless_undone((others.as_slice(), Others::AreGone), &known, work).await?;
                Ok(Done::ended(outcome))
            }
            .boxed()
        };
        self.run((Doing::Cleanup, Direction::Backward), known, places, job).await
    }

    /// Updates the remaining resources that used what is gone, and their dependents: without a
    /// backend the site shows its bundled mysfits again, and without a user pool the service runs a
    /// task definition that requires no tokens. Returns the run, if one was needed.
    async fn update_dependents(&self, removed: &BTreeSet<usize>) -> Result<Option<End>> {
        let graph = &self.lab.graph;
        let optional = removed.iter().flat_map(|place| graph.optional(*place, Direction::Backward));
        let used_it = &optional.collect::<BTreeSet<_>>() - removed;
        let stay = &graph.with_all_before(used_it.iter().copied(), Direction::Backward) - removed;
        let looked_at = graph.with_all_before(stay.iter().copied(), Direction::Forward);
        let survey = Survey::at(self, &looked_at, Purpose::Look).await?;
        let ours = |row: &&Row| row.seen.is_ours();
        let stale = |row: &Row| used_it.contains(&row.place) && row.seen.drifted();
        if !survey.rows.iter().filter(ours).any(stale) {
            return Ok(None);
        }
        let there = survey.rows.iter().filter(ours).map(|row| row.place);
        let there = there.filter(|place| stay.contains(place)).collect();
        Ok(Some(self.bring_up_from(&there, survey.known).await))
    }
}
