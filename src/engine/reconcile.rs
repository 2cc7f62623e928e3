//! Reconciles one resource: look, act, look again, until it is in the desired state. Every action
//! follows from what was observed, so it does not matter where an earlier run was cut off, or
//! whether the response to a call was lost.

mod blocked;
mod late;

use std::{sync::atomic::AtomicBool, time::Duration};

use blocked::Blocked;
use late::Late;
use tokio::time::Instant;

use super::{About, Billed, Context, Id, Outcome, Presence, Purpose, Resource, Seen, Step};
use crate::{
    error::{Code, Error, Result},
    lab::{OF_ANOTHER_LAB, Owner, Values},
};

/// How many attempts one run makes at a resource before it only waits for the deadline.
const MOST_TRIES: u32 = 5;
/// When an unchanged state after an attempt is acted on again. AWS shows a change within seconds;
/// another run may have undone it, and would wait for this one as this one for it.
const AGAIN: Duration = Duration::from_secs(30);

/// The result of reconciling a resource.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Done {
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// The values that the resource produces.
    pub(crate) values: Values,
    /// What it is billed as, where that was observed.
    pub(crate) billed: Option<Billed>,
}

impl Done {
    /// Ended with this outcome, and produces nothing.
    pub(crate) fn ended(outcome: Outcome) -> Self {
        Self { outcome, values: Values::default(), billed: None }
    }
}

/// Brings a resource to the ready state, and returns the outcome and the values that it produces.
///
/// # Errors
/// When it does not become ready, does not belong to the lab, or cannot be looked at.
pub(crate) async fn bring_up(
    resource: &dyn Resource,
    known: &Values,
    context: &Context<'_>,
) -> Result<Done> {
    let existed = AtomicBool::new(false);
    let step = Step::new(resource.about().id, context, &existed);
    match until_ready(resource, known, step).await {
        Err(error) if matches!(error.code, Code::Failed | Code::Deadline) => {
            Err(resource.diagnose(known, error).await)
        }
        result => result,
    }
}

async fn until_ready(resource: &dyn Resource, known: &Values, step: Step<'_>) -> Result<Done> {
    let about = resource.about();
    let mut wait = step.wait(about.deadline);
    let mut outcome = Outcome::Unchanged;
    let mut acted_on: Option<Seen> = None;
    let mut acted_at = Instant::now();
    // Whether it changed state since the last attempt.
    let mut moved = false;
    let mut tries = 0;
    let mut late = Late::new(step);
    let mut blocked = Blocked::default();
    loop {
        let seen = resource.inspect(known, Purpose::Deploy).await.map_err(Error::unseen)?;
        let untouched = why_untouched(&seen, step);
        let is_not_shown = untouched.is_some() || seen.presence == Presence::Absent;
        if outcome == Outcome::Created && !step.existed() && is_not_shown {
            if late.pause(&about.title).await? {
                continue;
            }
            if untouched.is_none() {
                if about.may_be_duplicated {
                    return Err(never_shown(about));
                }
                acted_on = None;
            }
        }
        late.is_over();
        blocked.check(&about.title, &seen)?;
        if let Some(why) = untouched {
            let error = foreign(&about.title, &why);
            let is_taken = matches!(seen.owner, Owner::OtherLab(_));
            return Err(if is_taken { error.hint(OF_ANOTHER_LAB) } else { error });
        }
        match &seen.presence {
            Presence::Unknown(unknown) => return Err(not_seen(about.id, &unknown.words)),
            Presence::NotUsed { .. } => return Ok(Done::ended(outcome)),
            Presence::There if !seen.drifted() => {
                for kept in &seen.kept {
                    step.note(kept);
                }
                let Seen { values, billed, .. } = seen;
                return Ok(Done { outcome, values, billed });
            }
            Presence::Settling { .. } | Presence::Waiting { .. } | Presence::Unreached { .. } => {
                moved = true;
            }
            // It was fine or was repaired, and failed afterwards: another repair would fail in the
            // same way, and may take minutes.
            Presence::Broken { why }
                if acted_on.is_some() && (moved || acted_on.as_ref() != Some(&seen)) =>
            {
                return Err(Error::new(Code::Failed, why.clone()));
            }
            // An unchanged state after an attempt means that AWS has yet to show the change.
            _ if acted_on.as_ref() == Some(&seen) && acted_at.elapsed() < AGAIN => {}
            _ if tries == MOST_TRIES => {}
            _ => {
                stop_if_asked(&step, about)?;
                if outcome == Outcome::Unchanged {
                    let is_new = seen.presence == Presence::Absent;
                    outcome = if is_new { Outcome::Created } else { Outcome::Updated };
                }
                resource.apply(known, &seen, &step.at(tries)).await?;
                (acted_on, acted_at) = (Some(seen), Instant::now());
                moved = false;
                tries += 1;
                continue;
            }
        }
        let state = in_words(&seen);
        step.status(format!("waiting: {state}"));
        wait.pause(&format!("{} ({state})", about.title)).await?;
    }
}

/// Removes a resource, and returns the outcome. One that is not ours is left alone.
///
/// # Errors
/// When it is not removed in time, or cannot be looked at.
pub(crate) async fn take_down(
    resource: &dyn Resource,
    known: &Values,
    context: &Context<'_>,
) -> Result<Outcome> {
    let about = resource.about();
    let existed = AtomicBool::new(false);
    let step = Step::new(about.id, context, &existed);
    let mut wait = step.wait(about.deadline);
    let mut tries = 0;
    let mut late = Late::new(step);
    loop {
        let seen = resource.inspect(known, Purpose::Cleanup).await.map_err(Error::unseen)?;
        if let Some(why) = why_untouched(&seen, step) {
            // What is left is another one with the same name.
            if tries > 0 && about.owner_is_certain {
                return Ok(Outcome::Removed);
            }
            // AWS may still list the name of what this run has removed, but no longer its tags.
            if tries > 0 && late.pause(&about.title).await? {
                continue;
            }
            return Ok(Outcome::Kept { why });
        }
        match &seen.presence {
            Presence::Absent | Presence::NotUsed { .. } => {
                return Ok(if tries == 0 { Outcome::Absent } else { Outcome::Removed });
            }
            Presence::Unknown(unknown) => return Err(not_seen(about.id, &unknown.words)),
            Presence::Settling { .. } => {}
            _ if tries == MOST_TRIES => {}
            _ => {
                stop_if_asked(&step, about)?;
                resource.remove(known, &step.at(tries)).await?;
                tries += 1;
                if tries == 1 {
                    continue;
                }
            }
        }
        let state = in_words(&seen);
        step.status(format!("waiting: {state}"));
        wait.pause(&format!("{} to be gone ({state})", about.title)).await?;
    }
}

fn never_shown(about: &About) -> Error {
    let message = format!("{} was created, and AWS still does not show it", about.title);
    Error::new(Code::Deadline, message)
}

/// Returns why an existing resource must not be changed; `None` when it may be.
fn why_untouched(seen: &Seen, step: Step<'_>) -> Option<String> {
    let changeable = !seen.is_there() || step.may_change(&seen.owner);
    if changeable { None } else { seen.owner.why_not_ours() }
}

fn stop_if_asked(step: &Step<'_>, about: &About) -> Result<()> {
    if step.interrupted() {
        let message = format!("stopped before changing {}", about.title);
        return Err(Error::new(Code::Interrupted, message));
    }
    Ok(())
}

/// Returns the error for something that exists and is not the lab's.
pub(crate) fn foreign(title: &str, why: &str) -> Error {
    Error::new(Code::Foreign, format!("{title} exists already: {why}"))
}

fn not_seen(id: Id, why: &str) -> Error {
    Error::new(Code::Refused, format!("whether `{id}` is there is unknown: {why}")).unseen()
}

/// Describes a state in a few words.
fn in_words(seen: &Seen) -> String {
    match &seen.presence {
        Presence::Absent => "not there yet".to_owned(),
        Presence::Settling { status } | Presence::Waiting { status } => status.clone(),
        Presence::There if seen.drifted() => seen.differences().join(", "),
        Presence::There => "still there".to_owned(),
        Presence::NotUsed { why } | Presence::Broken { why } | Presence::Unreached { why } => {
            why.clone()
        }
        Presence::Unknown(unknown) => unknown.words.clone(),
    }
}

#[cfg(test)]
mod tests;
