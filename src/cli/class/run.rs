//! The commands: look at all labs, or work on them after one confirmation.

use std::sync::Arc;

use super::{
    Files, How, Of, Unfinished, files,
    session::{Meant, Session},
};
use crate::{
    cli::{confirm, settings::Settings},
    destination::Destination,
    engine::Doing,
    error::{Code, Error, Exit, Result},
    operate::{
        Budget,
        class::{self, History, Job, Journal, Member, Planned, Record, Vetted},
    },
    report::{
        BudgetLine, Screen,
        class::{ClassPlan, ClassResult, EmptyShard},
    },
};

pub(super) async fn cost(settings: &Settings, of: &Of, budget: Option<Budget>) -> Result<Exit> {
    files::check(&of.files.report)?;
    let history = of.history()?;
    let session = Session::open(settings, &of.files, None, of.meant(history.as_ref())).await?;
    let members = session.connect().await?;
    let looks = class::cost(members, &session.setup);
    let records = session.reading(async { Ok(looks.await) }).await?;
    let exit = show(&session, &of.files, &records)?;
    let Some(budget) = budget else { return Ok(exit) };
    let spending = budget.of_class(&records);
    session.screen.result(&BudgetLine(spending));
    Ok(spending.exit(exit))
}

pub(super) async fn work(
    settings: &Settings,
    of: &Of,
    job: Job,
    how: &How,
    only_expired: bool,
) -> Result<Exit> {
    files::check(&of.files.report)?;
    how.page.check()?;
    let history = of.history()?;
    let meant = of.meant(history.as_ref());
    let session = Session::open(settings, &of.files, Some(how), meant).await?;
    begin(&session, &of.files, job, how, only_expired).await
}

pub(super) async fn retry(settings: &Settings, of: &Unfinished) -> Result<Exit> {
    files::check(&of.files.report)?;
    of.how.page.check()?;
    let path = of.files.journal();
    let history = History::read(&path)?;
    let Some(job) = history.job else {
        let message = format!("the journal `{}` has no run", path.display());
        return Err(Error::new(Code::Setting, message).hint("begin with `mysfits class deploy`"));
    };
    let past = Some((of.past(), &history));
    let meant = Meant { only: &[], except: &[], past };
    let session = Session::open(settings, &of.files, Some(&of.how), meant).await?;
    begin(&session, &of.files, job, &of.how, false).await
}

/// Shows what would be done, asks, does it, and shows what became of it.
async fn begin(
    session: &Session<'_>,
    files: &Files,
    job: Job,
    how: &How,
    only_expired: bool,
) -> Result<Exit> {
    if session.seats.is_empty() {
        return nothing(session, files, job).await;
    }
    let mut members = session.connect().await?;
    if only_expired {
        let expired = class::expired(members, &session.setup);
        members = session.reading(async { Ok(expired.await) }).await?;
        if members.is_empty() {
            // No run, so that `class retry` continues with the one before.
            session.screen.say("no lab of these has expired");
            files::write(&files.report, &[])?;
            return Ok(Exit::Done);
        }
    }
    vet(session, &members).await?;
    let plan = class::plan(members, job, &session.setup);
    let planned = session.reading(async { Ok(plan.await) }).await?;
    session.screen.before(&ClassPlan { job, all: &planned });
    say(session, job, &planned);
    confirm::class(
        session.screen.as_ref(),
        &session.setup.interrupt,
        session.settings.yes,
        planned.len(),
    )
    .await?;
    let journal = Arc::new(Journal::open(&files.journal())?);
    let members = planned.into_iter().map(Planned::into_member).collect();
    let access = session.settings.access;
    let page = how.page.open()?;
    let mut setup = session.setup.clone();
    if let Some(page) = &page {
        setup.listener = page.beside(setup.listener);
    }
    let records = class::work(members, (job, access), &setup, &journal).await;
    // Whatever goes wrong now, the page says that it is over.
    let closed = match page {
        Some(page) => page.close().await,
        None => Ok(()),
    };
    let exit = show(session, files, &records)?;
    closed?;
    journal.trouble().map_or(Ok(exit), Err)
}

/// Works on a shard without labs: journal and reports are there all the same, for those who collect
/// them.
async fn nothing(session: &Session<'_>, files: &Files, job: Job) -> Result<Exit> {
    let journal = Arc::new(Journal::open(&files.journal())?);
    let access = session.settings.access;
    let records = class::work(Vec::new(), (job, access), &session.setup, &journal).await;
    let exit = show(session, files, &records)?;
    journal.trouble().map_or(Ok(exit), Err)
}

/// Refuses accounts that must not be worked on, each with its error.
async fn vet(session: &Session<'_>, members: &[Member]) -> Result<()> {
    let allowed = session.settings.allowed.as_deref();
    let asked = class::vet(members, session.own.as_ref(), allowed, session.setup.at_once);
    let Vetted { mut refusals, notes } = session.reading(async { Ok(asked.await) }).await?;
    for note in notes {
        session.screen.say(&format!("{note}; `allow-accounts` names the accounts"));
    }
    let last = refusals.pop();
    for refusal in &refusals {
        session.screen.error(refusal);
    }
    last.map_or(Ok(()), Err)
}

/// Says what could not be checked, and how long it takes.
fn say(session: &Session<'_>, job: Job, planned: &[Planned]) {
    let plans = || planned.iter().filter_map(|it| it.plan.as_ref().ok());
    let mut notes: Vec<&String> = plans().flat_map(|plan| &plan.notes).collect();
    notes.sort();
    notes.dedup();
    for note in notes {
        session.screen.say(note);
    }
    if job.doing == Doing::Deploy
        && let Some(typical) = plans().map(|plan| plan.typical).max()
        && session.own.as_ref().is_none_or(Destination::costs_money)
    {
        session.screen.say_duration(typical);
    }
}

/// Shows the records, writes the files, and returns the exit code.
pub(super) fn show(session: &Session<'_>, files: &Files, records: &[Record]) -> Result<Exit> {
    match files.shard {
        Some(shard) if records.is_empty() => session.screen.result(&EmptyShard(shard)),
        _ => session.screen.result(&ClassResult(records)),
    }
    show_errors(&session.screen, records);
    files::write(&files.report, records)?;
    Ok(class::exit(records))
}

/// Shows the errors of labs, each with the name of the student.
pub(super) fn show_errors(screen: &Screen, records: &[Record]) {
    for record in records {
        for error in &record.errors {
            let mut error = error.clone();
            error.message = format!("{}: {}", record.student, error.message);
            screen.error(&error);
        }
    }
}
