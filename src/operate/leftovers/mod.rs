//! The final look of a cleanup: the leftovers, the reasons for them, and what to do about them.

mod stacks;
mod tagged;

use std::{collections::BTreeSet, time::Duration};

use self::tagged::{Listed, Tagged};
use super::{
    Bill, Labs, Row, Survey, Workspace,
    keep::Kept,
    labs::{self, index::Indexed},
    resources,
};
use crate::{
    engine::{Event, Id, LeftBehind, Presence, Purpose, Wait},
    error::{Code, Error, Result},
    lab::{LabId, OF_ANOTHER_LAB, Owner, Scope, Values, parts::Part},
};

/// How long AWS may show again what this run has removed and has seen to be gone: reads that are
/// eventually consistent go back and forth for seconds. What is there for longer, another run has
/// made.
const STALE: Duration = Duration::from_secs(30);

/// A leftover, or something that may be one.
#[derive(Debug)]
pub(crate) struct Leftover {
    /// What it is.
    pub(crate) what: String,
    /// Why it still exists, or could not be looked at.
    pub(crate) why: String,
    advice: String,
}

/// What the user wanted to keep.
#[derive(Debug)]
pub(crate) struct KeptBack {
    /// Its name in the lab.
    pub(crate) id: Id,
    /// What it is.
    pub(crate) what: String,
    /// Why it was kept.
    pub(crate) why: String,
    /// What it costs, US dollars for 24 hours.
    pub(crate) dollars_per_day: f64,
}

/// What the tag index was queried for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Index {
    /// Nothing: a part of the lab stays, so the lab's tag proves nothing.
    NotAsked,
    /// The query failed, for this reason.
    NotLookedAt(String),
    /// Whatever else has the lab's tag in the region.
    Asked,
}

/// What the final look found.
#[derive(Debug)]
pub(crate) struct Leftovers {
    /// The lab.
    pub(crate) lab: LabId,
    /// The leftovers.
    pub(crate) left: Vec<Leftover>,
    /// What is there because the user wanted to keep it.
    pub(crate) kept: Vec<KeptBack>,
    /// What could not be looked at, and may be left over.
    pub(crate) not_looked_at: Vec<Leftover>,
    /// The cost of the leftovers.
    pub(crate) bill: Bill,
    /// What the tag index was queried for.
    pub(crate) index: Index,
    /// The other labs of the account, as far as they were searched for.
    pub(crate) others: Labs,
}

impl Leftovers {
    /// Returns the error for the leftovers; `None` if there are none.
    pub(crate) fn error(&self) -> Option<Error> {
        let first = self.left.first().or(self.not_looked_at.first())?;
        let (left, not_looked_at) = (self.left.len(), self.not_looked_at.len());
        let message = match (left, not_looked_at) {
            (0, unknown) => format!("{} could not be looked at", resources(unknown)),
            (left, 0) => format!("{} left", is_or_are(left)),
            (left, unknown) => {
                format!("{} left, {unknown} could not be looked at", is_or_are(left))
            }
        };
        Some(Error::new(Code::Left, message).hint(first.advice.clone()))
    }
}

fn is_or_are(count: usize) -> String {
    format!("{} {}", resources(count), if count == 1 { "is" } else { "are" })
}

/// What a cleanup knows before its final look.
#[derive(Clone, Copy)]
pub(super) struct Before<'a> {
    /// What was to go.
    pub(super) places: &'a BTreeSet<usize>,
    /// What was to stay.
    pub(super) kept: &'a Kept,
    /// What this run has removed.
    pub(super) removed: &'a BTreeSet<Id>,
    /// The values at its beginning.
    pub(super) known: &'a Values,
}

/// What is searched beside the lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beside {
    /// The account's other labs; in all regions if nothing of this one was there. One may be meant.
    OtherLabs,
    /// Nothing: a class names its labs.
    Nothing,
}

/// Looks again. Only an observed absence counts as gone.
///
/// # Errors
/// When the user interrupted. What cannot be looked at is in the result.
pub(super) async fn look(
    workspace: &Workspace,
    Before { places, kept, removed, known }: Before<'_>,
    beside: Beside,
) -> Result<Leftovers> {
    let everything = workspace.to_bring_up(Scope::Part(Part::All));
    let mut after = until_shown(workspace, &everything, removed).await?;
    let kept = after.rows.iter().filter_map(|row| kept_back(row, kept)).collect();
    after.rows.retain(|row| places.contains(&row.place));
    let mut found = Leftovers {
        lab: workspace.id().clone(),
        left: after.rows.iter().filter_map(of_the_lab).collect(),
        kept,
        not_looked_at: after.rows.iter().filter_map(unknown).collect(),
        bill: after.bill(),
        index: Index::NotAsked,
        others: Labs::default(),
    };
    for place in places {
        match workspace.lab.resource(*place).left_behind(known).await {
            Ok(left) => found.left.extend(left.into_iter().map(beside_a_resource)),
            Err(error) => found.not_looked_at.push(unknown_beside(workspace, *place, &error)),
        }
    }
    let stays = |place: &usize| !places.contains(place) && !workspace.lab.about(*place).shared;
    if !everything.iter().any(stays) {
        let was_empty = removed.is_empty() && found.left.is_empty();
        let listed = ask_index(workspace, &mut found).await;
        if beside == Beside::OtherLabs
            && let Some(listed) = listed
        {
            let everywhere = was_empty && found.left.is_empty();
            found.others = Labs::beside(workspace, listed, everywhere).await?;
        }
    }
    Ok(found)
}

/// Looks at everything, and retries while AWS still shows what this run has removed.
async fn until_shown(
    workspace: &Workspace,
    everything: &BTreeSet<usize>,
    removed: &BTreeSet<Id>,
) -> Result<Survey> {
    let mut wait = Wait::new(&workspace.interrupt, STALE);
    let mut told = false;
    loop {
        let survey = Survey::at(workspace, everything, Purpose::Look).await?;
        let is_others = |row: &Row| row.about.owner_is_certain && !row.seen.is_ours();
        let is_stale =
            |row: &&Row| removed.contains(&row.about.id) && row.seen.is_there() && !is_others(row);
        let Some(stale) = survey.rows.iter().find(is_stale) else { return Ok(survey) };
        if !told {
            let text = "AWS still shows it after it was removed; looking again".to_owned();
            workspace.report.event(workspace.id(), &Event::Note { id: stale.about.id, text });
            told = true;
        }
        if wait.pause("AWS to show what was removed as gone").await.is_err() {
            return Ok(survey);
        }
    }
}

/// Asks the tag index for what else has the lab's tag, and returns all that it lists; `None` if it
/// cannot be queried.
async fn ask_index(workspace: &Workspace, found: &mut Leftovers) -> Option<Vec<Indexed>> {
    let listed = match labs::listed_here(workspace).await {
        Ok(listed) => listed,
        Err(failure) => {
            found.index = Index::NotLookedAt(Error::from(failure).in_short());
            return None;
        }
    };
    found.index = Index::Asked;
    for tagged in tagged::of_the_lab(workspace, &listed).await {
        match tagged.listed {
            Listed::NotLookedAt(_) => found.not_looked_at.push(beside_the_lab(tagged)),
            _ => found.left.push(beside_the_lab(tagged)),
        }
    }
    Some(listed)
}

/// Returns what is there because the user wanted to keep it.
fn kept_back(row: &Row, kept: &Kept) -> Option<KeptBack> {
    let why = kept.get(&row.place).filter(|_| row.seen.is_there())?.clone();
    let (id, what) = (row.about.id, row.about.title.clone());
    Some(KeptBack { id, what, why, dollars_per_day: row.dollars_per_day })
}

/// Returns a leftover that has one of the lab's names.
fn of_the_lab(row: &Row) -> Option<Leftover> {
    if !row.seen.is_there() {
        return None;
    }
    let (why, advice) = match row.seen.owner.why_not_ours() {
        Some(why) => (format!("not removed: {why}"), advice_on(&row.seen.owner)),
        None => ("it is still there".to_owned(), "the same command again continues from here"),
    };
    let price = row.dollars_per_day;
    let price =
        if price > 0.0 { format!("; it costs ${price:.2} a day on AWS") } else { String::new() };
    let (what, why) = (row.about.title.clone(), format!("{why}{price}"));
    Some(Leftover { what, why, advice: advice.to_owned() })
}

/// Returns what to do about something that has one of the lab's names and is not the lab's.
fn advice_on(owner: &Owner) -> &'static str {
    match owner {
        Owner::OtherLab(_) => OF_ANOTHER_LAB,
        _ => {
            "`--adopt` removes what is not tagged as the lab's; `--bucket NAME` names another bucket"
        }
    }
}

/// Describes what could not be looked at.
fn unknown(row: &Row) -> Option<Leftover> {
    let Presence::Unknown(unknown) = &row.seen.presence else { return None };
    let why = format!("whether it is there is unknown: {}", unknown.words);
    let advice = "run the same command again with credentials that may look".to_owned();
    Some(Leftover { what: row.about.title.clone(), why, advice })
}

/// Describes what AWS created along with a resource.
fn beside_a_resource(left: LeftBehind) -> Leftover {
    let LeftBehind { what, why, advice } = left;
    Leftover { what, why, advice }
}

/// Describes what AWS may have created along with a resource.
fn unknown_beside(workspace: &Workspace, place: usize, error: &Error) -> Leftover {
    Leftover {
        what: format!("what AWS created along with `{}`", workspace.lab.about(place).id),
        why: format!("whether there is any is unknown: {}", error.in_short()),
        advice: "run the same command again with credentials that may look".to_owned(),
    }
}

/// Describes what has only the lab's tag.
fn beside_the_lab(tagged: Tagged) -> Leftover {
    let by_hand = "remove it in the AWS console, or take the lab's tag off it to keep it";
    let (why, advice) = match tagged.listed {
        Listed::Exists => ("it carries the lab's tag, under another name".to_owned(), by_hand),
        Listed::LeftByItsStack => ("its stack was deleted without it".to_owned(), by_hand),
        Listed::OfAnotherKind => (
            "AWS lists it with the lab's tag; the lab creates no such thing, so it was not looked at"
                .to_owned(),
            by_hand,
        ),
        Listed::NotLookedAt(why) => (
            format!("AWS lists it with the lab's tag; whether it is there is unknown: {why}"),
            "AWS's list of tags follows with a delay; run the same command again later",
        ),
    };
    Leftover { what: tagged.arn, why, advice: advice.to_owned() }
}
