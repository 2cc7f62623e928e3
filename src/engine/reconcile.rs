//! One resource: look, act, look again, until it is as it should be. Because every action is
//! decided from what was seen, it does not matter where an earlier run was cut off, or whether the
//! answer to a call was lost.

use super::{Interrupt, Outcome, Report, Resource, Seen, Step, Values};
use crate::error::{Code, Error, Result};

/// How often one run acts on a resource before it says that it does not get there.
const MOST_TRIES: u32 = 5;

/// Looks, and changes nothing.
pub(crate) async fn look(resource: &dyn Resource, known: &Values) -> Result<Seen> {
    resource.inspect(known).await
}

/// Brings a resource to ready and gives its values.
pub(crate) async fn bring_up(
    resource: &dyn Resource,
    known: &Values,
    report: &dyn Report,
    interrupt: &Interrupt,
) -> Result<(Outcome, Values)> {
    let step = Step::new(resource.about().id, report, interrupt);
    let result = until_ready(resource, known, &step).await;
    if let Err(error) = &result
        && matches!(error.code, Code::Failed | Code::Deadline)
    {
        resource.diagnose(known, &step).await;
    }
    result
}

async fn until_ready(
    resource: &dyn Resource,
    known: &Values,
    step: &Step<'_>,
) -> Result<(Outcome, Values)> {
    let about = resource.about();
    let mut wait = step.wait(about.deadline);
    let mut outcome = Outcome::Unchanged;
    let mut acted_on: Option<Seen> = None;
    // Whether it moved since it was last acted on.
    let mut moved = false;
    let mut tries = 0;
    loop {
        let seen = resource.inspect(known).await?;
        match &seen {
            Seen::Ready(values) => return Ok((outcome, values.clone())),
            Seen::Foreign { why } => return Err(foreign(&about.title, why)),
            Seen::Settling { .. } | Seen::Waiting { .. } => moved = true,
            // It was fine to begin with, or was mended, and came to nothing: mending it again would
            // come to nothing again, and may take minutes.
            Seen::Broken { why }
                if acted_on.is_some() && (moved || acted_on.as_ref() != Some(&seen)) =>
            {
                return Err(Error::new(Code::Failed, why.clone()));
            }
            // What was acted on and still looks the same is AWS being slow to show the change.
            _ if acted_on.as_ref() == Some(&seen) || tries == MOST_TRIES => {}
            _ => {
                stop_if_asked(step, &about.title)?;
                if outcome == Outcome::Unchanged {
                    outcome =
                        if seen == Seen::Absent { Outcome::Created } else { Outcome::Updated };
                }
                resource.apply(known, &seen, step).await?;
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

/// Brings a resource to absent. One that is not ours is left alone.
pub(crate) async fn take_down(
    resource: &dyn Resource,
    known: &Values,
    report: &dyn Report,
    interrupt: &Interrupt,
) -> Result<Outcome> {
    let about = resource.about();
    let step = Step::new(about.id, report, interrupt);
    let mut wait = step.wait(about.deadline);
    let mut tries = 0;
    loop {
        let seen = resource.inspect(known).await?;
        match &seen {
            Seen::Absent => {
                return Ok(if tries == 0 { Outcome::Absent } else { Outcome::Removed });
            }
            Seen::Foreign { why } => return Ok(Outcome::Kept { why: why.clone() }),
            Seen::Settling { .. } => {}
            _ if tries == MOST_TRIES => {}
            _ => {
                stop_if_asked(&step, &about.title)?;
                resource.remove(known, &step).await?;
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

fn stop_if_asked(step: &Step<'_>, title: &str) -> Result<()> {
    if step.interrupted() {
        return Err(Error::new(Code::Interrupted, format!("stopped before changing {title}")));
    }
    Ok(())
}

fn foreign(title: &str, why: &str) -> Error {
    Error::new(Code::Foreign, format!("{title} exists already: {why}"))
}

/// A state in a few words.
fn in_words(seen: &Seen) -> String {
    match seen {
        Seen::Absent => "not there yet".to_owned(),
        Seen::Settling { status } | Seen::Waiting { status } => status.clone(),
        Seen::Ready(_) => "still there".to_owned(),
        Seen::Drifted { differences, .. } => differences.join(", "),
        Seen::Broken { why } | Seen::Foreign { why } => why.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;

    use super::*;
    use crate::engine::{About, Event, resource::tests::about};

    struct Deaf;
    impl Report for Deaf {
        fn event(&self, _: &Event<'_>) {}
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
        async fn inspect(&self, _: &Values) -> Result<Seen> {
            let mut states = self.states.lock().unwrap();
            let last = states.len() == 1;
            Ok(if last { states[0].clone() } else { states.pop().unwrap() })
        }
        async fn apply(&self, _: &Values, seen: &Seen, _: &Step) -> Result<()> {
            let act = if *seen == Seen::Absent { "create" } else { "mend" };
            self.acts.lock().unwrap().push(act);
            Ok(())
        }
        async fn remove(&self, _: &Values, _: &Step) -> Result<()> {
            self.acts.lock().unwrap().push("remove");
            Ok(())
        }
    }

    fn settling() -> Seen {
        Seen::Settling { status: "CREATING".to_owned() }
    }
    fn ready() -> Seen {
        Seen::Ready(Values::default())
    }
    fn drifted() -> Seen {
        Seen::Drifted { values: Values::default(), differences: vec!["no website".to_owned()] }
    }
    fn foreign_one() -> Seen {
        Seen::Foreign { why: "no tag".to_owned() }
    }

    async fn up(states: &[Seen]) -> (Result<Outcome>, Vec<&'static str>) {
        let (_switch, interrupt) = Interrupt::switch();
        let thing = Scripted::new(states);
        let result = bring_up(&thing, &Values::default(), &Deaf, &interrupt).await;
        (result.map(|(outcome, _)| outcome), thing.acts())
    }

    async fn down(states: &[Seen]) -> (Result<Outcome>, Vec<&'static str>) {
        let (_switch, interrupt) = Interrupt::switch();
        let thing = Scripted::new(states);
        let result = take_down(&thing, &Values::default(), &Deaf, &interrupt).await;
        (result, thing.acts())
    }

    #[tokio::test(start_paused = true)]
    async fn creates_waits_and_mends_until_ready() {
        assert_eq!(up(&[ready()]).await, (Ok(Outcome::Unchanged), vec![]));
        assert_eq!(
            up(&[Seen::Absent, settling(), settling(), ready()]).await,
            (Ok(Outcome::Created), vec!["create"])
        );
        assert_eq!(
            up(&[Seen::Absent, drifted(), ready()]).await,
            (Ok(Outcome::Created), vec!["create", "mend"])
        );
        assert_eq!(up(&[drifted(), ready()]).await, (Ok(Outcome::Updated), vec!["mend"]));
        // A table that is being deleted is waited for, then made anew.
        assert_eq!(
            up(&[settling(), Seen::Absent, ready()]).await,
            (Ok(Outcome::Created), vec!["create"])
        );
    }

    #[tokio::test(start_paused = true)]
    async fn does_not_act_twice_on_what_aws_is_slow_to_show() {
        assert_eq!(
            up(&[Seen::Absent, Seen::Absent, Seen::Absent, ready()]).await,
            (Ok(Outcome::Created), vec!["create"])
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_broken_one_is_mended_once_and_what_came_to_nothing_is_an_error() {
        let broken = |why: &str| Seen::Broken { why: why.to_owned() };
        assert_eq!(
            up(&[broken("rolled back"), settling(), Seen::Absent, ready()]).await,
            (Ok(Outcome::Updated), vec!["mend", "create"])
        );
        let (result, acts) = up(&[Seen::Absent, settling(), broken("no address")]).await;
        assert_eq!(result.unwrap_err(), Error::new(Code::Failed, "no address"));
        assert_eq!(acts, ["create"]);
        // The same failure again, after another try.
        let (result, acts) = up(&[broken("crashes"), settling(), broken("crashes")]).await;
        assert_eq!(result.unwrap_err(), Error::new(Code::Failed, "crashes"));
        assert_eq!(acts, ["mend"]);
    }

    #[tokio::test(start_paused = true)]
    async fn gives_up_at_the_deadline() {
        let (result, acts) = up(&[drifted()]).await;
        assert_eq!(result.unwrap_err().code, Code::Deadline);
        assert_eq!(acts, ["mend"]);
    }

    #[tokio::test(start_paused = true)]
    async fn never_touches_what_is_not_ours() {
        let (result, acts) = up(&[foreign_one()]).await;
        assert_eq!((result.unwrap_err().code, acts), (Code::Foreign, vec![]));
        let kept = Outcome::Kept { why: "no tag".to_owned() };
        assert_eq!(down(&[foreign_one()]).await, (Ok(kept), vec![]));
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_answer_is_waited_for_and_can_be_removed() {
        let silent = || Seen::Waiting { status: "no answer".to_owned() };
        assert_eq!(
            up(&[Seen::Absent, silent(), silent(), ready()]).await,
            (Ok(Outcome::Created), vec!["create"])
        );
        assert_eq!(down(&[silent(), Seen::Absent]).await, (Ok(Outcome::Removed), vec!["remove"]));
    }

    #[tokio::test(start_paused = true)]
    async fn removes_and_waits_until_gone() {
        assert_eq!(down(&[Seen::Absent]).await, (Ok(Outcome::Absent), vec![]));
        assert_eq!(
            down(&[settling(), ready(), settling(), Seen::Absent]).await,
            (Ok(Outcome::Removed), vec!["remove"])
        );
        // Something new appeared in the bucket while it was being emptied.
        assert_eq!(
            down(&[ready(), ready(), Seen::Absent]).await,
            (Ok(Outcome::Removed), vec!["remove", "remove"])
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_interrupt_stops_before_the_next_change() {
        let (switch, interrupt) = Interrupt::switch();
        switch.send(true).unwrap();
        let thing = Scripted::new(&[Seen::Absent]);
        let error = bring_up(&thing, &Values::default(), &Deaf, &interrupt).await.unwrap_err();
        assert_eq!((error.code, thing.acts()), (Code::Interrupted, vec![]));
    }
}
