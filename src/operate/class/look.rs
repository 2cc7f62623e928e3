//! Looks at the labs of a class: what stands, what it costs, what a run would do.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use super::{
    Job, Member, Record, Seat, Setup, State,
    each::each,
    listen::Nobody,
    room::{self, Takes},
};
use crate::{
    destination::Destination,
    engine::{Doing, Interrupt, Presence, Report},
    error::{Exit, Result},
    lab::{Scope, parts::Part},
    operate::{Cleanup, LabCost, Survey, Workspace, addresses, check_input, preflight},
};

/// A lab, and what a run would do to it.
#[derive(Debug)]
pub(crate) struct Planned {
    /// The lab.
    pub(crate) member: Member,
    /// What would be done; an error ends the work on this lab, and on no other.
    pub(crate) plan: Result<Plan>,
}

/// What a run would do to a lab.
#[derive(Debug)]
pub(crate) struct Plan {
    /// How many resources it would change or remove.
    pub(crate) changes: usize,
    /// The cost a day: once it is deployed, or of what would be removed. US dollars.
    pub(crate) dollars_per_day: f64,
    /// What could not be checked.
    pub(crate) notes: Vec<String>,
    /// How long a deployment typically takes on AWS.
    pub(crate) typical: Duration,
    /// How much it takes of each quota.
    pub(super) takes: Takes,
}

impl Planned {
    /// Returns the lab for the work on it, or why there is none.
    pub(crate) fn into_member(self) -> Member {
        let Self { member, plan } = self;
        let place = plan.and(member.place);
        Member { seat: member.seat, place }
    }
}

impl Seat {
    /// Creates the lab's resources in a place. Their clients go with them: a place of a class stays, and
    /// there are hundreds.
    pub(super) fn workspace(
        &self,
        place: &Destination,
        interrupt: &Interrupt,
        report: Arc<dyn Report>,
    ) -> Result<Workspace> {
        Workspace::at(place.with_own_clients(), self.settings.clone(), interrupt.clone(), report)
    }
}

/// Looks at what a run would do to each lab.
pub(crate) async fn plan(members: Vec<Member>, job: Job, setup: &Setup) -> Vec<Planned> {
    let interrupt = setup.interrupt.clone();
    let mut all = each(members, setup.at_once, move |member: Member| {
        let interrupt = interrupt.clone();
        async move {
            let plan = planned(&member, job, &interrupt).await;
            Planned { member, plan }
        }
    })
    .await;
    room::check(&mut all).await;
    all
}

async fn planned(member: &Member, job: Job, interrupt: &Interrupt) -> Result<Plan> {
    let place = member.place.clone()?;
    let workspace = member.seat.workspace(&place, interrupt, Arc::new(Nobody))?;
    let scope = Scope::Part(job.part);
    match job.doing {
        Doing::Deploy => {
            let notes = check_input(&workspace, scope).await?;
            preflight(&workspace, scope).await?;
            let survey = Survey::of(&workspace, scope).await?;
            Ok(Plan {
                changes: survey.rows.iter().filter(|row| !row.seen.is_ready()).count(),
                dollars_per_day: survey.dollars_when_ready(),
                notes,
                typical: workspace.deploy_takes(&survey),
                takes: room::takes(&survey, workspace.choices.topology_when_new()),
            })
        }
        Doing::Cleanup => {
            let cleanup = Cleanup::plan(&workspace, scope, &[]).await?;
            let going = cleanup.survey().rows.iter().filter(|row| row.would_go());
            Ok(Plan {
                changes: going.clone().count(),
                dollars_per_day: going.fold(0.0, |sum, row| sum + row.dollars_seen()),
                notes: Vec::new(),
                typical: Duration::ZERO,
                takes: Takes::default(),
            })
        }
    }
}

/// Looks at what stands of each lab.
pub(crate) async fn status(members: Vec<Member>, part: Part, setup: &Setup) -> Vec<Record> {
    let interrupt = setup.interrupt.clone();
    each(members, setup.at_once, move |member: Member| {
        let interrupt = interrupt.clone();
        async move {
            let looked = looked(&member, part, &interrupt).await;
            looked.unwrap_or_else(|error| Record::failed(&member.seat, error))
        }
    })
    .await
}

async fn looked(member: &Member, part: Part, interrupt: &Interrupt) -> Result<Record> {
    let place = member.place.clone()?;
    let workspace = member.seat.workspace(&place, interrupt, Arc::new(Nobody))?;
    let survey = Survey::of(&workspace, Scope::Part(part)).await?;
    let own = survey.rows.iter().filter(|row| !row.about.shared);
    let count =
        |is: &dyn Fn(&Presence) -> bool| own.clone().filter(|row| is(&row.seen.presence)).count();
    let ready = own.clone().filter(|row| row.seen.is_ready()).count();
    let used = own.clone().count() - count(&|it| matches!(it, Presence::NotUsed { .. }));
    let absent = count(&|it| matches!(it, Presence::Absent));
    let unknown = count(&|it| matches!(it, Presence::Unknown(_)));
    let state = if survey.looked() != Exit::Done {
        State::Unknown
    } else if absent == used {
        State::Absent
    } else if ready >= used {
        State::Ready
    } else {
        State::Partly
    };
    let words = match state {
        State::Unknown => format!("{unknown} of {used} could not be looked at"),
        State::Absent => "nothing is there".to_owned(),
        _ => format!("{} of {used} ready", ready.min(used)),
    };
    let bill = survey.bill();
    Ok(Record {
        words,
        dollars_per_hour: bill.seen() / 24.0,
        unknown_per_hour: bill.unknown / 24.0,
        addresses: addresses(&survey.known),
        region: Some(workspace.destination.region.to_string()),
        ..Record::of(&member.seat, state)
    })
}

/// Looks at what each lab costs.
pub(crate) async fn cost(members: Vec<Member>, setup: &Setup) -> Vec<Record> {
    let interrupt = setup.interrupt.clone();
    each(members, setup.at_once, move |member: Member| {
        let interrupt = interrupt.clone();
        async move {
            let looked = priced(&member, &interrupt).await;
            looked.unwrap_or_else(|error| Record::failed(&member.seat, error))
        }
    })
    .await
}

async fn priced(member: &Member, interrupt: &Interrupt) -> Result<Record> {
    let place = member.place.clone()?;
    let workspace = member.seat.workspace(&place, interrupt, Arc::new(Nobody))?;
    let cost = LabCost::of_workspace(&workspace).await?;
    let unseen: BTreeSet<String> =
        cost.not_looked_at.iter().map(|(id, why)| format!("`{id}`: {why}")).collect();
    let billed = cost.items.iter().map(|item| item.id.0).collect::<Vec<_>>().join(", ");
    let (state, words) = if !unseen.is_empty() {
        let unseen: Vec<_> = unseen.into_iter().collect();
        (State::Unknown, format!("not looked at: {}", unseen.join("; ")))
    } else if cost.items.is_empty() {
        (State::Absent, "nothing costs anything".to_owned())
    } else {
        (State::There, billed)
    };
    Ok(Record {
        words,
        dollars_per_hour: cost.per_hour,
        so_far: cost.so_far,
        undated: cost.undated().next().is_some(),
        region: Some(workspace.destination.region.to_string()),
        ..Record::of(&member.seat, state)
    })
}
