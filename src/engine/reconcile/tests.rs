//! How deploy and removal react to what is observed.

use std::sync::Mutex;

use async_trait::async_trait;

use super::*;
use crate::{
    aws::Failure,
    engine::ByHand,
    engine::{Event, Interrupt, Report, Setting, resource::tests::about, seen::Reason},
    lab::{AccountId, LabId, Owner, Region},
};

struct Deaf;
impl Report for Deaf {
    fn event(&self, _: &LabId, _: &Event<'_>) {}
}

/// A resource that is observed in these states, one after the other; the last one stays.
struct Scripted {
    about: About,
    states: Mutex<Vec<Seen>>,
    /// Whether creating it is answered with "it exists already".
    existed: bool,
    acts: Mutex<Vec<&'static str>>,
}

impl Scripted {
    fn new(states: &[Seen]) -> Self {
        let states = Mutex::new(states.iter().rev().cloned().collect());
        let about = about("thing", &[], &[]);
        Self { about, states, existed: false, acts: Mutex::default() }
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

    fn by_hand(&self) -> ByHand {
        ByHand::default()
    }
    async fn inspect(&self, _: &Values, _: Purpose) -> Result<Seen> {
        let mut states = self.states.lock().unwrap();
        let last = states.len() == 1;
        Ok(if last { states[0].clone() } else { states.pop().unwrap() })
    }
    async fn exists(&self, _: &str) -> Result<bool> {
        Ok(false)
    }
    async fn apply(&self, _: &Values, seen: &Seen, step: &Step) -> Result<()> {
        if self.existed {
            let operation = crate::aws::all().next().unwrap();
            step.it_existed(&Failure::of_item(operation, "AlreadyExists", "no"));
        }
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

/// Runs a test with a context, which lives as long as the test.
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
    let result = with(false, false, async |context| bring_up(&thing, &known, context).await).await;
    (result.map(|done| done.outcome), thing.acts())
}

async fn down(states: &[Seen]) -> (Result<Outcome>, Vec<&'static str>) {
    let thing = Scripted::new(states);
    let known = Values::default();
    let result = with(false, false, async |context| take_down(&thing, &known, context).await).await;
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
    // Waits until the table is deleted, then creates it again.
    assert_eq!(up(&[settling(), absent(), ready()]).await, (Ok(Outcome::Created), vec!["create"]));
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
    // The same failure again, after another attempt.
    let (result, acts) = up(&[broken("crashes"), settling(), broken("crashes")]).await;
    assert_eq!(result.unwrap_err(), Error::new(Code::Failed, "crashes"));
    assert_eq!(acts, ["repair"]);
}

#[tokio::test(start_paused = true)]
async fn gives_up_at_the_deadline() {
    let (result, acts) = up(&[drifted()]).await;
    assert_eq!(result.unwrap_err().code, Code::Deadline);
    // Half a minute apart, in a deadline of a minute.
    assert_eq!(acts, ["repair"; 2]);
}

/// Two runs at once: the other one has undone what this one did, or did it for both.
#[tokio::test(start_paused = true)]
async fn what_works_for_aws_alone_is_not_waited_for_until_the_deadline() {
    let unreached = || Seen {
        presence: Presence::Unreached { why: "it does not answer from here".to_owned() },
        ..ready()
    };
    let ends = async |states: &[Seen]| {
        let mut thing = Scripted::new(states);
        thing.about.deadline = Duration::from_mins(20);
        let known = Values::default();
        let work = async |context: &Context<'_>| bring_up(&thing, &known, context).await;
        (with(false, false, work).await.map(|done| done.outcome), thing.acts())
    };
    let began = Instant::now();
    let (result, acts) = ends(&[settling(), unreached()]).await;
    let error = result.unwrap_err();
    assert_eq!((error.code, acts.len()), (Code::Blocked, 0), "{error}");
    assert!(error.message.contains("as ready, but it does not answer from here"), "{error}");
    let waited = began.elapsed();
    assert!(Duration::from_mins(3) <= waited && waited < Duration::from_mins(4), "{waited:?}");
    // A new name is not known everywhere at once.
    let (result, _) = ends(&[unreached(), unreached(), ready()]).await;
    assert_eq!(result.unwrap(), Outcome::Unchanged);
    // While AWS says that something is missing, its deadline counts.
    let pairs = std::iter::repeat_n([unreached(), settling()], 60);
    let mut states: Vec<Seen> = pairs.flatten().collect();
    states.push(ready());
    assert_eq!(ends(&states).await.0.unwrap(), Outcome::Unchanged);
}

#[tokio::test(start_paused = true)]
async fn acts_again_on_what_stays_as_it_was() {
    let stays = [vec![drifted(); 16], vec![ready()]].concat();
    let begun = Instant::now();
    assert_eq!(up(&stays).await, (Ok(Outcome::Updated), vec!["repair"; 2]));
    assert!(begun.elapsed() < AGAIN * 2);
}

#[tokio::test(start_paused = true)]
async fn never_touches_what_is_not_ours() {
    let (result, acts) = up(&[foreign_one()]).await;
    assert_eq!((result.unwrap_err().code, acts), (Code::Foreign, vec![]));
    let (result, acts) = down(&[foreign_one()]).await;
    assert!(matches!(result, Ok(Outcome::Kept { .. })) && acts.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_stays_under_the_name_and_is_surely_not_ours_is_not_waited_for() {
    let mut thing = Scripted::new(&[ready(), foreign_one()]);
    thing.about.owner_is_certain = true;
    let (known, begun) = (Values::default(), Instant::now());
    let result = with(false, false, async |context| take_down(&thing, &known, context).await).await;
    assert_eq!((result, thing.acts()), (Ok(Outcome::Removed), vec!["remove"]));
    assert_eq!(begun.elapsed(), std::time::Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn what_this_run_created_may_be_shown_late() {
    let untagged = foreign_one;
    let (created, once) = (Ok(Outcome::Created), vec!["create"]);
    assert_eq!(up(&[absent(), untagged(), untagged(), ready()]).await, (created, once));
    assert_eq!(
        up(&[absent(), absent(), absent(), ready()]).await,
        (Ok(Outcome::Created), vec!["create"])
    );
    // A stale replica may answer after an up-to-date one.
    assert_eq!(
        up(&[absent(), settling(), absent(), untagged(), ready()]).await,
        (Ok(Outcome::Created), vec!["create"])
    );
    // But not forever.
    let (result, acts) = up(&[absent(), untagged()]).await;
    assert_eq!((result.unwrap_err().code, acts), (Code::Foreign, vec!["create"]));
}

#[tokio::test(start_paused = true)]
async fn what_is_never_shown_is_created_again_only_where_that_makes_no_duplicate() {
    let known = Values::default();
    let create = async |thing: &Scripted| {
        with(false, false, async |context| bring_up(thing, &known, context).await).await
    };
    let thing = Scripted::new(&[absent()]);
    assert_eq!(create(&thing).await.unwrap_err().code, Code::Deadline);
    assert_eq!(thing.acts(), ["create"; MOST_TRIES as usize]);
    let mut thing = Scripted::new(&[absent()]);
    thing.about.may_be_duplicated = true;
    assert_eq!(create(&thing).await.unwrap_err().code, Code::Deadline);
    assert_eq!(thing.acts(), ["create"]);
}

#[tokio::test(start_paused = true)]
async fn what_existed_already_and_has_no_tag_is_not_ours() {
    let (mut thing, known) =
        (Scripted::new(&[absent(), foreign_one(), ready()]), Values::default());
    thing.existed = true;
    let result = with(false, false, async |context| bring_up(&thing, &known, context).await);
    assert_eq!(result.await.unwrap_err().code, Code::Foreign);
}

#[tokio::test(start_paused = true)]
async fn what_this_run_removed_may_be_shown_without_its_tag() {
    assert_eq!(
        down(&[ready(), foreign_one(), foreign_one(), absent()]).await,
        (Ok(Outcome::Removed), vec!["remove"])
    );
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
    // A new object appeared in the bucket while it was being emptied.
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
