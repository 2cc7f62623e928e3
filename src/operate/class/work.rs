//! Deploys or removes the labs of a class.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use super::{
    Happening, Job, Journal, Member, Phase, Record, Seat, Setup, State, Who,
    clean::{self, clean},
    each::{OfAccount, each},
    journal,
    listen::OfLab,
};
use crate::{
    aws::{Access, journaled},
    engine::Doing,
    error::{Error, Result},
    lab::Scope,
    operate::{Workspace, addresses, deploy},
};

/// A lab to work on, and its place among all.
struct Turn {
    who: Who,
    member: Member,
}

impl OfAccount for Turn {
    fn account(&self) -> &str {
        self.member.account()
    }
}

/// What all labs of a run share.
#[derive(Clone)]
struct Run {
    job: Job,
    access: Access,
    setup: Setup,
    journal: Arc<Journal>,
    failures: Arc<AtomicUsize>,
}

/// Works on all labs, and returns what became of each. `access` is the highest level that the command
/// has. A lab whose account could not be signed in to has failed.
pub(crate) async fn work(
    members: Vec<Member>,
    (job, access): (Job, Access),
    setup: &Setup,
    journal: &Arc<Journal>,
) -> Vec<Record> {
    let seats: Vec<Arc<Seat>> = members.iter().map(|member| member.seat.clone()).collect();
    let whose: Vec<Who> =
        seats.iter().enumerate().map(|(place, seat)| Who::of(place, seat)).collect();
    journal.begins(job, &seats);
    setup.listener.begins(&whose);
    let (setup, journal) = (setup.clone(), journal.clone());
    let run = Run { job, access, setup, journal, failures: Arc::default() };
    let turns = whose.into_iter().zip(members).map(|(who, member)| Turn { who, member }).collect();
    let at_once = run.setup.at_once;
    each(turns, at_once, move |turn: Turn| {
        let run = run.clone();
        async move { run.lab(turn).await }
    })
    .await
}

impl Run {
    async fn lab(&self, Turn { who, member }: Turn) -> Record {
        let began = Instant::now();
        let record = match self.stopped(&member.seat) {
            Some(record) => record,
            None => match self.worked(&who, &member).await {
                Ok(record) => record,
                Err(error) => Record::failed(&member.seat, error),
            },
        };
        let record = Record { elapsed: began.elapsed(), ..record };
        if matches!(record.state, State::Failed | State::Quarantined) {
            self.failures.fetch_add(1, Ordering::Relaxed);
        }
        self.journal.ends(self.job, &record);
        self.setup.listener.happened(&who, &Happening::Ended(&record));
        record
    }

    /// Returns why a lab is not begun any more, if it is not.
    fn stopped(&self, seat: &Seat) -> Option<Record> {
        let words = if self.setup.interrupt.asked() {
            "interrupted before it".to_owned()
        } else {
            let most = self.setup.max_failures?;
            if self.failures.load(Ordering::Relaxed) < most {
                return None;
            }
            format!("{most} labs before it failed, as many as `--max-failures` permits")
        };
        // Who interrupts a class sees an interrupted class.
        let is_interrupted = self.setup.interrupt.asked();
        let state = if is_interrupted { State::Interrupted } else { State::NotStarted };
        Some(Record { words, ..Record::of(seat, state) })
    }

    async fn worked(&self, who: &Who, member: &Member) -> Result<Record> {
        let place = member.place.clone()?.with_access(self.access);
        let region = place.region.to_string();
        self.journal.starts(self.job, &member.seat, &region);
        let calls = Arc::new(journal::OfLab {
            journal: self.journal.clone(),
            seat: member.seat.clone(),
            who: place.identity.arn().to_owned(),
            region: region.clone(),
        });
        let report = Arc::new(OfLab::new(who.clone(), self.setup.listener.clone()));
        let workspace = member.seat.workspace(&place, &self.setup.interrupt, report.clone())?;
        report.knows(&workspace.lab);
        let work = async {
            match self.job.doing {
                Doing::Deploy => self.deployed(&workspace, who, member).await,
                Doing::Cleanup => self.cleaned(&workspace, who, member).await,
            }
        };
        let record = journaled(calls, Box::pin(work)).await?;
        Ok(Record { region: Some(region), ..record })
    }

    async fn deployed(&self, workspace: &Workspace, who: &Who, member: &Member) -> Result<Record> {
        self.setup.listener.happened(who, &Happening::Phase(Phase::Work(Doing::Deploy)));
        let end = deploy(workspace, Scope::Part(self.job.part)).await?;
        let errors = end.errors();
        let state = match end.failed() {
            None => State::Ready,
            Some(crate::error::Exit::Interrupted) => State::Interrupted,
            Some(_) => State::Failed,
        };
        let words = match state {
            State::Ready => format!("{} ready", super::super::resources(end.outcomes.len())),
            _ => in_words(&errors),
        };
        Ok(Record {
            words,
            dollars_per_hour: end.dollars_per_day / 24.0,
            addresses: addresses(&end.known),
            errors,
            ..Record::of(&member.seat, state)
        })
    }

    async fn cleaned(&self, workspace: &Workspace, who: &Who, member: &Member) -> Result<Record> {
        let listener = self.setup.listener.as_ref();
        let end = clean(workspace, Scope::Part(self.job.part), (listener, who)).await?;
        Ok(match end {
            clean::End::Clean { removed } => Record {
                words: format!("{} removed", super::super::resources(removed)),
                ..Record::of(&member.seat, State::Clean)
            },
            clean::End::Stopped => Record {
                words: "interrupted".to_owned(),
                ..Record::of(&member.seat, State::Interrupted)
            },
            clean::End::Left { errors, dollars_per_hour, unknown_per_hour } => Record {
                words: in_words(&errors),
                dollars_per_hour,
                unknown_per_hour,
                errors,
                ..Record::of(&member.seat, State::Quarantined)
            },
        })
    }
}

/// Returns the first error, and how many others there are.
fn in_words(errors: &[Error]) -> String {
    match errors {
        [] => "interrupted".to_owned(),
        [only] => only.in_a_line(),
        [first, others @ ..] => format!("{}, and {} more", first.in_a_line(), others.len()),
    }
}
