//! One resource: look, act, look again, until it is as it should be. Because every action is
//! decided from what was seen, it does not matter where an earlier run was cut off, or whether the
//! answer to a call was lost.

use super::{About, Context, Id, Outcome, Presence, Purpose, Resource, Seen, Step};
use crate::{
    error::{Code, Error, Result},
    lab::Values,
};

/// How often one run acts on a resource before it says that it does not get there.
const MOST_TRIES: u32 = 5;

/// Brings a resource to ready, and returns how that went and the values that it gives.
///
/// # Errors
/// When it does not get ready, is not the lab's, or cannot be looked at.
pub(crate) async fn bring_up(
    resource: &dyn Resource,
    known: &Values,
    context: &Context<'_>,
) -> Result<(Outcome, Values)> {
    let step = Step::new(resource.about().id, context);
    match until_ready(resource, known, step).await {
        Err(error) if matches!(error.code, Code::Failed | Code::Deadline) => {
            Err(resource.diagnose(known, error).await)
        }
        result => result,
    }
}

async fn until_ready(
    resource: &dyn Resource,
    known: &Values,
    step: Step<'_>,
) -> Result<(Outcome, Values)> {
    let about = resource.about();
    let mut wait = step.wait(about.deadline);
    let mut outcome = Outcome::Unchanged;
    let mut acted_on: Option<Seen> = None;
    // Whether it moved since it was last acted on.
    let mut moved = false;
    let mut tries = 0;
    loop {
        let seen = resource.inspect(known, Purpose::Deploy).await?;
        if let Some(why) = why_untouched(&seen, step) {
            return Err(foreign(&about.title, &why));
        }
        match &seen.presence {
            Presence::Unknown(unknown) => return Err(not_seen(about.id, &unknown.words)),
            Presence::There if !seen.drifted() => {
                for kept in &seen.kept {
                    step.note(kept);
                }
                return Ok((outcome, seen.values));
            }
            Presence::Settling { .. } | Presence::Waiting { .. } => moved = true,
            // It was fine to begin with, or was repaired, and failed: repairing it again would fail
            // again, and may take minutes.
            Presence::Broken { why }
                if acted_on.is_some() && (moved || acted_on.as_ref() != Some(&seen)) =>
            {
                return Err(Error::new(Code::Failed, why.clone()));
            }
            // What was acted on and still looks the same is AWS being slow to show the change.
            _ if acted_on.as_ref() == Some(&seen) || tries == MOST_TRIES => {}
            _ => {
                stop_if_asked(&step, about)?;
                if outcome == Outcome::Unchanged {
                    let is_new = seen.presence == Presence::Absent;
                    outcome = if is_new { Outcome::Created } else { Outcome::Updated };
                }
                resource.apply(known, &seen, &step.at(tries)).await?;
                acted_on = Some(seen);
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

/// Brings a resource to absent, and returns how that went. One that is not ours is left alone.
///
/// # Errors
/// When it does not go, or cannot be looked at.
pub(crate) async fn take_down(
    resource: &dyn Resource,
    known: &Values,
    context: &Context<'_>,
) -> Result<Outcome> {
    let about = resource.about();
    let step = Step::new(about.id, context);
    let mut wait = step.wait(about.deadline);
    let mut tries = 0;
    loop {
        let seen = resource.inspect(known, Purpose::Cleanup).await?;
        if let Some(why) = why_untouched(&seen, step) {
            return Ok(Outcome::Kept { why });
        }
        match &seen.presence {
            Presence::Absent => {
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

/// Why something that is there must not be changed; `None` when it may be.
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

fn foreign(title: &str, why: &str) -> Error {
    Error::new(Code::Foreign, format!("{title} exists already: {why}"))
}

fn not_seen(id: Id, why: &str) -> Error {
    Error::new(Code::Refused, format!("whether `{id}` is there is unknown: {why}"))
}

/// A state in a few words.
fn in_words(seen: &Seen) -> String {
    match &seen.presence {
        Presence::Absent => "not there yet".to_owned(),
        Presence::Settling { status } | Presence::Waiting { status } => status.clone(),
        Presence::There if seen.drifted() => seen.differences().join(", "),
        Presence::There => "still there".to_owned(),
        Presence::Broken { why } => why.clone(),
        Presence::Unknown(unknown) => unknown.words.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;

    use super::*;
    use crate::{
        engine::{Event, Interrupt, Report, Setting, resource::tests::about, seen::Reason},
        lab::{AccountId, LabId, Owner, Region},
    };

    struct Deaf;
    impl Report for Deaf {
        fn event(&self, _: &LabId, _: &Event<'_>) {}
    }

    /// A resource that is seen in these states, one after the other; the last one stays.
    struct Scripted {
        about: About,
        states: Mutex<Vec<Seen>>,
        acts: Mutex<Vec<&'static str>>,
    }

    impl Scripted {
        fn new(states: &[Seen]) -> Self {
            let states = Mutex::new(states.iter().rev().cloned().collect());
            Self { about: about("thing", &[], &[]), states, acts: Mutex::default() }
        }
        fn acts(&self) -> Vec<&'static str> {
            self.acts.lock().unwrap().clone()
        }
    }

    #[async_trait]
    impl Resource for Scripted {
        fn about(&self) -> &About {
            &self.about
        }
        async fn inspect(&self, _: &Values, _: Purpose) -> Result<Seen> {
            let mut states = self.states.lock().unwrap();
            let last = states.len() == 1;
            Ok(if last { states[0].clone() } else { states.pop().unwrap() })
        }
        async fn exists(&self, _: &str) -> Result<bool> {
            Ok(false)
        }
        async fn apply(&self, _: &Values, seen: &Seen, _: &Step) -> Result<()> {
            let act = if seen.presence == Presence::Absent { "create" } else { "repair" };
            self.acts.lock().unwrap().push(act);
            Ok(())
        }
        async fn remove(&self, _: &Values, _: &Step) -> Result<()> {
            self.acts.lock().unwrap().push("remove");
            Ok(())
        }
    }

    fn absent() -> Seen {
        Seen::absent()
    }
    fn settling() -> Seen {
        Seen::settling(Owner::Ours, "CREATING")
    }
    fn ready() -> Seen {
        Seen::there(Owner::Ours, Values::default(), Vec::new())
    }
    fn drifted() -> Seen {
        let website = Setting::new("IndexDocument", "index.html", "not set");
        Seen::there(Owner::Ours, Values::default(), vec![website])
    }
    fn foreign_one() -> Seen {
        Seen { owner: Owner::NotTagged, ..ready() }
    }

    /// Where the resource of a test works, for as long as the test runs.
    async fn with<T>(adopts: bool, stop: bool, work: impl AsyncFnOnce(&Context<'_>) -> T) -> T {
        let (switch, interrupt) = Interrupt::switch();
        switch.send(stop).unwrap();
        let region = Region::new("eu-west-1").unwrap();
        let lab = LabId { account: AccountId::new("1"), region, name: "lab".to_owned() };
        work(&Context { lab: &lab, report: &Deaf, interrupt: &interrupt, adopts }).await
    }

    async fn up(states: &[Seen]) -> (Result<Outcome>, Vec<&'static str>) {
        let thing = Scripted::new(states);
        let known = Values::default();
        let result =
            with(false, false, async |context| bring_up(&thing, &known, context).await).await;
        (result.map(|(outcome, _)| outcome), thing.acts())
    }

    async fn down(states: &[Seen]) -> (Result<Outcome>, Vec<&'static str>) {
        let thing = Scripted::new(states);
        let known = Values::default();
        let result =
            with(false, false, async |context| take_down(&thing, &known, context).await).await;
        (result, thing.acts())
    }

    #[tokio::test(start_paused = true)]
    async fn creates_waits_and_repairs_until_ready() {
        assert_eq!(up(&[ready()]).await, (Ok(Outcome::Unchanged), vec![]));
        assert_eq!(
            up(&[absent(), settling(), settling(), ready()]).await,
            (Ok(Outcome::Created), vec!["create"])
        );
        assert_eq!(
            up(&[absent(), drifted(), ready()]).await,
            (Ok(Outcome::Created), vec!["create", "repair"])
        );
        assert_eq!(up(&[drifted(), ready()]).await, (Ok(Outcome::Updated), vec!["repair"]));
        // A table that is being deleted is waited for, then made anew.
        assert_eq!(
            up(&[settling(), absent(), ready()]).await,
            (Ok(Outcome::Created), vec!["create"])
        );
    }

    #[tokio::test(start_paused = true)]
    async fn does_not_act_twice_on_what_aws_is_slow_to_show() {
        assert_eq!(
            up(&[absent(), absent(), absent(), ready()]).await,
            (Ok(Outcome::Created), vec!["create"])
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_broken_one_is_repaired_once_and_a_second_failure_is_an_error() {
        let broken = |why: &str| Seen::broken(Owner::Ours, why);
        assert_eq!(
            up(&[broken("rolled back"), settling(), absent(), ready()]).await,
            (Ok(Outcome::Updated), vec!["repair", "create"])
        );
        let (result, acts) = up(&[absent(), settling(), broken("no address")]).await;
        assert_eq!(result.unwrap_err(), Error::new(Code::Failed, "no address"));
        assert_eq!(acts, ["create"]);
        // The same failure again, after another try.
        let (result, acts) = up(&[broken("crashes"), settling(), broken("crashes")]).await;
        assert_eq!(result.unwrap_err(), Error::new(Code::Failed, "crashes"));
        assert_eq!(acts, ["repair"]);
    }

    #[tokio::test(start_paused = true)]
    async fn gives_up_at_the_deadline() {
        let (result, acts) = up(&[drifted()]).await;
        assert_eq!(result.unwrap_err().code, Code::Deadline);
        assert_eq!(acts, ["repair"]);
    }

    #[tokio::test(start_paused = true)]
    async fn never_touches_what_is_not_ours() {
        let (result, acts) = up(&[foreign_one()]).await;
        assert_eq!((result.unwrap_err().code, acts), (Code::Foreign, vec![]));
        let (result, acts) = down(&[foreign_one()]).await;
        assert!(matches!(result, Ok(Outcome::Kept { .. })) && acts.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_adopted_is_repaired_and_removed() {
        let tag = Setting::tag("lab", &Owner::NotTagged);
        let untagged = Seen { settings: vec![tag], ..foreign_one() };
        let (thing, known) = (Scripted::new(&[untagged.clone(), ready()]), Values::default());
        with(true, false, async |context| bring_up(&thing, &known, context).await).await.unwrap();
        assert_eq!(thing.acts(), ["repair"]);
        let thing = Scripted::new(&[untagged, absent()]);
        let outcome = with(true, false, async |context| take_down(&thing, &known, context).await);
        assert_eq!((outcome.await, thing.acts()), (Ok(Outcome::Removed), vec!["remove"]));
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_looked_at_is_neither_made_nor_removed() {
        let unknown = Seen::unknown(Reason::Denied, "access denied");
        let (result, acts) = up(std::slice::from_ref(&unknown)).await;
        assert!(result.unwrap_err().message.contains("access denied") && acts.is_empty());
        let (result, acts) = down(&[unknown]).await;
        assert!(result.is_err() && acts.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_answer_is_waited_for_and_can_be_removed() {
        let silent = || Seen::waiting(Owner::Ours, "no answer");
        assert_eq!(
            up(&[absent(), silent(), silent(), ready()]).await,
            (Ok(Outcome::Created), vec!["create"])
        );
        assert_eq!(down(&[silent(), absent()]).await, (Ok(Outcome::Removed), vec!["remove"]));
    }

    #[tokio::test(start_paused = true)]
    async fn removes_and_waits_until_gone() {
        assert_eq!(down(&[absent()]).await, (Ok(Outcome::Absent), vec![]));
        assert_eq!(
            down(&[settling(), ready(), settling(), absent()]).await,
            (Ok(Outcome::Removed), vec!["remove"])
        );
        // Something new appeared in the bucket while it was being emptied.
        assert_eq!(
            down(&[ready(), ready(), absent()]).await,
            (Ok(Outcome::Removed), vec!["remove", "remove"])
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_interrupt_stops_before_the_next_change() {
        let (thing, known) = (Scripted::new(&[absent()]), Values::default());
        let result = with(false, true, async |context| bring_up(&thing, &known, context).await);
        assert_eq!((result.await.unwrap_err().code, thing.acts()), (Code::Interrupted, vec![]));
    }
}
