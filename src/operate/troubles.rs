//! What is wrong with a lab, without deploying: what is broken, waiting or unfinished, with its cause.
//! Only reads.

use std::collections::BTreeSet;

use futures::future::join_all;

use super::{Row, Survey, Workspace};
use crate::{
    engine::{About, Direction, Id, Presence, Reason, Seen},
    error::{Code, Error, Exit, Result},
    lab::{LabId, Owner, Scope, Section},
};

/// The kinds of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It exists, and does not come to work by itself.
    Broken,
    /// AWS has done its part, and something does not work yet.
    Waiting,
    /// AWS is at work on it.
    Settling,
    /// It is missing, although other things of its section exist.
    Missing,
    /// It exists and works, but not as the lab wants it.
    Differs,
    /// It could not be looked at.
    Unknown,
}

/// One thing that is wrong.
#[derive(Debug)]
pub(crate) struct Trouble {
    /// What it is about.
    pub(crate) about: About,
    /// Where it belongs in the lab.
    pub(crate) section: Section,
    /// What kind of trouble it is.
    pub(crate) kind: Kind,
    /// The cause, with AWS's own words, and what shows it.
    pub(crate) error: Error,
    /// What to do about it, if that is more than to deploy or to wait.
    pub(crate) hint: Option<String>,
    /// What is missing or cannot be compared because of it.
    pub(crate) holds_up: Vec<Id>,
}

/// What is wrong with a lab.
#[derive(Debug)]
pub(crate) struct Troubles {
    /// The lab.
    pub(crate) lab: LabId,
    /// Where it is, as text.
    pub(crate) destination: String,
    /// In the order in which a deployment would come to it.
    pub(crate) found: Vec<Trouble>,
    /// The sections of which nothing exists.
    pub(crate) not_deployed: Vec<Section>,
    /// How many resources exist.
    pub(crate) standing: usize,
    /// Whether something exists without the lab's tag, so that only `--adopt` changes it.
    pub(crate) is_typed_by_hand: bool,
}

impl Troubles {
    /// Looks at everything that deploying this scope would cover, and closer at what does not work.
    ///
    /// # Errors
    /// When the user interrupted. A failed look is a trouble of its own.
    pub(crate) async fn of(workspace: &Workspace, scope: Scope) -> Result<Self> {
        let survey = Survey::of(workspace, scope).await?;
        let looks = survey.rows.iter().map(|row| closer(workspace, &survey, row));
        let states = join_all(looks).await;
        let begun = begun(workspace, &survey);
        let mut troubles = Self {
            lab: survey.lab.clone(),
            destination: survey.destination.clone(),
            found: Vec::new(),
            not_deployed: of_rows(workspace, &survey).filter(|it| !begun.contains(it)).collect(),
            standing: survey.rows.iter().filter(|row| row.seen.is_there()).count(),
            is_typed_by_hand: survey.rows.iter().any(is_typed_by_hand),
        };
        let mut states: Vec<_> = survey.rows.iter().zip(states).collect();
        let order = |place: usize| workspace.lab.graph.order().iter().position(|at| *at == place);
        states.sort_by_key(|(row, _)| order(row.place));
        for (row, state) in states {
            let section = workspace.lab.members[row.place].section;
            let is_begun = begun.contains(&section);
            if let Some((kind, error)) =
                state.filter(|(kind, _)| *kind != Kind::Missing || is_begun)
            {
                troubles.add(workspace, row, (kind, error));
            }
        }
        Ok(troubles)
    }

    /// Returns how many troubles are of this kind.
    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.found.iter().filter(|trouble| trouble.kind == kind).count()
    }

    /// Returns the exit code: `Partly` if something is wrong, or could not be looked at.
    pub(crate) fn exit(&self) -> Exit {
        if self.found.is_empty() { Exit::Done } else { Exit::Partly }
    }

    /// Adds a trouble; one that only follows from another is named there.
    fn add(&mut self, workspace: &Workspace, row: &Row, (kind, error): (Kind, Error)) {
        let before = workspace.lab.graph.with_all_before([row.place], Direction::Forward);
        let is_before = |it: &&mut Trouble| {
            before.iter().any(|place| workspace.lab.about(*place).id == it.about.id)
        };
        if follows(kind, &row.seen) {
            if let Some(cause) = self.found.iter_mut().rev().find(is_before) {
                return cause.holds_up.push(row.about.id);
            }
            // What it depends on was looked at, and nothing is wrong with that.
            if kind == Kind::Unknown {
                return;
            }
        }
        let hint = error.own_hint().map(str::to_owned);
        self.found.push(Trouble {
            about: row.about.clone(),
            section: workspace.lab.members[row.place].section,
            kind,
            error,
            hint,
            holds_up: Vec::new(),
        });
    }
}

/// Returns whether a trouble may be nothing but the consequence of another one: what is missing has
/// not been created, and what could not be compared misses a value.
fn follows(kind: Kind, seen: &Seen) -> bool {
    match kind {
        Kind::Missing => true,
        Kind::Unknown => {
            matches!(&seen.presence, Presence::Unknown(it) if it.reason == Reason::Dependency)
        }
        Kind::Differs => seen.duplicates == 0 && seen.differing().all(|it| !it.is_compared()),
        Kind::Broken | Kind::Waiting | Kind::Settling => false,
    }
}

/// Returns what is wrong with a resource, with its cause; `None` if nothing is.
async fn closer(workspace: &Workspace, survey: &Survey, row: &Row) -> Option<(Kind, Error)> {
    let (resource, known) = (workspace.lab.resource(row.place), &survey.known);
    let is_foreign = is_foreign(survey, row);
    // What is not the lab's does not have to match its settings.
    let differences = (!is_foreign).then(|| row.seen.differences().join(", "));
    let (kind, error) = match &row.seen.presence {
        Presence::There if !is_foreign && !row.seen.drifted() => return None,
        Presence::There => match resource.behind(known).await {
            Ok(behind) => behind_differences(behind, differences)?,
            Err(error) => (Kind::Unknown, error),
        },
        Presence::Absent if !is_wanted(workspace, survey, row) => return None,
        presence => of_presence(presence.clone())?,
    };
    if matches!(kind, Kind::Missing | Kind::Unknown) {
        return Some((kind, error));
    }
    let code = error.code;
    let error = resource.diagnose(known, error).await;
    // A code that says more than that it failed has a hint that says more, too.
    let is_plain = error.code == code && code != Code::Blocked;
    let advice = error.advice().to_owned();
    Some((kind, if is_plain { error } else { error.hint(advice) }))
}

/// Returns what is wrong with something that exists, given the state behind its differences, if it has
/// one. What waits cannot work before it is as the lab wants it.
fn behind_differences(
    behind: Option<Presence>,
    differences: Option<String>,
) -> Option<(Kind, Error)> {
    let behind = behind.and_then(of_presence).filter(|(kind, _)| *kind != Kind::Missing);
    match (behind, differences) {
        (None, differences) => Some((Kind::Differs, Error::new(Code::Failed, differences?))),
        (Some((Kind::Waiting, error)), Some(differences)) => {
            let message = format!("{differences}; {}", error.message);
            Some((Kind::Differs, Error::new(Code::Failed, message)))
        }
        (behind, _) => behind,
    }
}

/// Returns what is wrong in this state; `None` if nothing is.
fn of_presence(presence: Presence) -> Option<(Kind, Error)> {
    let (kind, code, message) = match presence {
        Presence::There | Presence::NotUsed { .. } => return None,
        Presence::Absent => (Kind::Missing, Code::Failed, "it does not exist".to_owned()),
        Presence::Broken { why } => (Kind::Broken, Code::Failed, why),
        Presence::Settling { status } => {
            (Kind::Settling, Code::Deadline, format!("it is {status}"))
        }
        Presence::Waiting { status } => (Kind::Waiting, Code::Deadline, status),
        Presence::Unreached { why } => (Kind::Waiting, Code::Blocked, why),
        Presence::Unknown(unknown) => (Kind::Unknown, Code::Unknown, unknown.words),
    };
    Some((kind, Error::new(code, message)))
}

/// Returns whether something that does not exist should: the lab wants it beside what is the lab's,
/// and what was typed by hand only where something that exists needs it.
fn is_wanted(workspace: &Workspace, survey: &Survey, row: &Row) -> bool {
    let section = workspace.lab.members[row.place].section;
    let needed_by = workspace.lab.graph.before(row.place, Direction::Backward);
    survey.rows.iter().any(|other| {
        let is_beside = workspace.lab.members[other.place].section == section
            && other.seen.is_there()
            && !is_foreign(survey, other)
            && !other.about.shared;
        is_beside || (other.seen.is_there() && needed_by.contains(&other.place))
    })
}

/// Returns whether something is not the lab's, or part of what is not: its settings are those of
/// whoever made it.
fn is_foreign(survey: &Survey, row: &Row) -> bool {
    let parent = row.about.parent;
    let parent = survey.rows.iter().find(|other| Some(other.about.id) == parent);
    row.seen.owner != Owner::Ours || parent.is_some_and(|parent| is_foreign(survey, parent))
}

fn is_typed_by_hand(row: &Row) -> bool {
    row.seen.is_there() && row.seen.owner == Owner::NotTagged
}

/// Returns the sections of which something exists.
fn begun(workspace: &Workspace, survey: &Survey) -> BTreeSet<Section> {
    let exists = |row: &&Row| {
        !row.about.shared
            && !matches!(row.seen.presence, Presence::Absent | Presence::NotUsed { .. })
    };
    let rows = survey.rows.iter().filter(exists);
    rows.map(|row| workspace.lab.members[row.place].section).collect()
}

/// Returns the sections that were looked at.
fn of_rows(workspace: &Workspace, survey: &Survey) -> impl Iterator<Item = Section> {
    let rows = survey.rows.iter().map(|row| workspace.lab.members[row.place].section);
    rows.collect::<BTreeSet<_>>().into_iter()
}
