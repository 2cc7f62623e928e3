//! Taking a part of the lab down: what would go, then the removal, and a last look.

use std::collections::BTreeSet;

use futures::FutureExt;

use super::{End, Leftovers, Row, Survey, Workspace, leftovers};
use crate::{
    engine::{Direction, Doing, Outcome, Purpose, take_down},
    error::{Exit, Result},
    lab::{Scope, Values},
};

/// A cleanup that was planned: nothing has been removed yet.
pub(crate) struct Cleanup {
    places: BTreeSet<usize>,
    survey: Survey,
}

/// How a cleanup ended.
#[derive(Debug)]
pub(crate) struct Cleaned {
    /// The runs that were made: the removal, and an update of what stays and used what is gone.
    pub(crate) runs: Vec<End>,
    /// Dollars a day of what was there and was not removed. "Up to": a failed removal may have got far.
    pub(crate) dollars_per_day: f64,
    /// What the last look found; `None` where a run had failed already.
    pub(crate) leftovers: Option<Leftovers>,
}

impl Cleaned {
    /// How the process must end because of this; `None` when all went well.
    pub(crate) fn failed(&self) -> Option<Exit> {
        self.runs.iter().find_map(End::failed)
    }
}

impl Cleanup {
    /// Looks what would go.
    ///
    /// # Errors
    /// When it cannot be looked at.
    pub(crate) async fn plan(workspace: &Workspace, scope: Scope) -> Result<Self> {
        // What belongs to the account stays, whoever made it.
        let mut places = workspace.to_take_down(scope);
        places.retain(|place| !workspace.lab.about(*place).shared);
        // What they need is looked at too, because it gives the values by which they are found.
        let graph = &workspace.lab.graph;
        let looked_at = graph.with_all_before(places.iter().copied(), Direction::Forward);
        let mut survey = Survey::at(workspace, &looked_at, Purpose::Cleanup).await?;
        survey.rows.retain(|row| places.contains(&row.place));
        Ok(Self { places, survey })
    }

    /// What was seen of what would go.
    pub(crate) fn survey(&self) -> &Survey {
        &self.survey
    }

    /// Whether there is anything to remove.
    pub(crate) fn removes(&self, workspace: &Workspace) -> bool {
        let context = workspace.context();
        let rows = self.survey.rows.iter();
        rows.map(|row| &row.seen).any(|seen| seen.is_there() && context.may_change(&seen.owner))
    }

    /// Removes it, and looks whether it is gone.
    ///
    /// # Errors
    /// When the account cannot be looked at. What could not be removed is in the result.
    pub(crate) async fn run(self, workspace: &Workspace) -> Result<Cleaned> {
        let mut cleaned = Cleaned { runs: Vec::new(), dollars_per_day: 0.0, leftovers: None };
        if self.removes(workspace) {
            let end = workspace.take_down_all(&self.places, self.survey.known).await;
            cleaned.dollars_per_day = dollars_of_the_rest(&self.survey.rows, &end);
            cleaned.runs.push(end);
            if cleaned.failed().is_none() {
                cleaned.runs.extend(workspace.update_dependents(&self.places).await?);
            }
        }
        if cleaned.failed().is_none() {
            cleaned.leftovers = Some(leftovers::look(workspace, &self.places).await?);
        }
        Ok(cleaned)
    }
}

fn dollars_of_the_rest(before: &[Row], end: &End) -> f64 {
    let stayed = |row: &&Row| {
        let mut outcomes = end.outcomes.iter().filter(|(id, _)| *id == row.about.id);
        let stayed =
            |outcome: &Outcome| matches!(outcome, Outcome::Failed(_) | Outcome::NotStarted { .. });
        row.seen.is_ours() && outcomes.any(|(_, outcome)| stayed(outcome))
    };
    Survey::dollars_per_day_now(before.iter().filter(stayed))
}

impl Workspace {
    async fn take_down_all(&self, places: &BTreeSet<usize>, known: Values) -> End {
        let on_their_own = places.iter().copied();
        let on_their_own = on_their_own.filter(|place| !self.lab.about(*place).goes_with_parent);
        let context = self.context();
        let (context, values) = (&context, known.clone());
        let job = move |place: usize, _: Values| {
            let known = values.clone();
            async move {
                let outcome = take_down(self.lab.resource(place), &known, context).await?;
                Ok((outcome, Values::default()))
            }
            .boxed()
        };
        let how = (Doing::Cleanup, Direction::Backward);
        self.run(how, known, &on_their_own.collect(), job).await
    }

    /// What stays and used what is gone is brought up to date, with what depends on it: without a
    /// backend the site shows its bundled mysfits again, and without a user pool the service runs a
    /// task definition that asks for no tokens. Returns how that went, where it was needed.
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
