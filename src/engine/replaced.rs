//! Begins again when another run has replaced what a resource needs. Equal runs at once make
//! duplicates, of which one stays: a revision or an API that was there a moment ago is then gone, and
//! its successor has another ARN.

use tokio::time::sleep;

use super::{
    Context, Done, Others, Presence, Purpose, Resource,
    reconcile::bring_up,
    undone::{AFTER_IT, EVERY},
    unless_undone,
};
use crate::{
    error::{Code, Error, Result},
    lab::Values,
};

/// How often a resource is brought up at most.
const MOST: u32 = 4;

/// Brings a resource up beside other runs: begins again with new values when its dependencies have
/// been replaced while it was worked on. Runs that want the revisions of each other's past would
/// otherwise change the service in turns.
///
/// # Errors
/// As [`bring_up`] and [`unless_undone`], while its dependencies are the same.
pub(crate) async fn bring_up_beside_others(
    resource: &dyn Resource,
    dependencies: &[&dyn Resource],
    known: &Values,
    context: &Context<'_>,
) -> Result<Done> {
    let mut known = known.clone();
    let mut times = 1;
    loop {
        let work = bring_up(resource, &known, context);
        let work = unless_undone((dependencies, Others::Stay), &known, work);
        let values = tokio::select! {
            done = work => {
                let Err(error) = done else { return done };
                match replaced(dependencies, &known).await {
                    Some(values) if times < MOST => values,
                    _ => return Err(beside_a_change(dependencies, &known, error).await),
                }
            }
            values = until_replaced(dependencies, &known), if times < MOST => values,
        };
        known.extend(&values);
        times += 1;
    }
}

/// Completes with the new values when dependencies have been replaced.
async fn until_replaced(dependencies: &[&dyn Resource], known: &Values) -> Values {
    loop {
        sleep(EVERY).await;
        if let Some(values) = replaced(dependencies, known).await {
            return values;
        }
    }
}

/// Returns the error of work on a resource. While another run changes a dependency, that is the cause
/// as far as is known: tasks do not start in a network that is being taken apart.
async fn beside_a_change(
    dependencies: &[&dyn Resource],
    known: &Values,
    mut error: Error,
) -> Error {
    if !matches!(error.code, Code::Failed | Code::Deadline | Code::Refused) {
        return error;
    }
    for dependency in dependencies {
        let Ok(seen) = dependency.inspect(known, Purpose::Look).await else { continue };
        if let Presence::Settling { status } = &seen.presence {
            let id = dependency.about().id;
            error.code = Code::Contradicts;
            error.message = format!("{}; another run changes `{id}` ({status})", error.message);
            return error.hint(AFTER_IT);
        }
    }
    error
}

/// Returns the values of the dependencies that have other ones now than the known ones.
async fn replaced(dependencies: &[&dyn Resource], known: &Values) -> Option<Values> {
    let mut replaced: Option<Values> = None;
    for dependency in dependencies {
        let Ok(seen) = dependency.inspect(known, Purpose::Look).await else { continue };
        let differs = |name| seen.values.get(name).is_some_and(|now| known.get(name) != Some(now));
        if seen.is_ready() && dependency.about().produces.iter().any(|name| differs(*name)) {
            replaced.get_or_insert_default().extend(&seen.values);
        }
    }
    replaced
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;

    use super::*;
    use crate::{
        engine::ByHand,
        engine::{About, Event, Interrupt, Outcome, Report, Seen, Step, resource::tests::about},
        error::{Code, Error},
        lab::{AccountId, LabId, Owner, Placeholder, Region},
    };

    const ARN: Placeholder = Placeholder::new("REPLACE_ME_ARN");

    struct Deaf;
    impl Report for Deaf {
        fn event(&self, _: &LabId, _: &Event<'_>) {}
    }

    /// A dependency that is there with this value, or a resource that needs it to be this one.
    struct Fake {
        about: About,
        value: &'static str,
        /// Whether it waits with another value, instead of failing.
        waits: bool,
        /// Whether another run is changing it.
        changes: bool,
        tried: Mutex<Vec<String>>,
    }

    impl Fake {
        fn new(produces: &[Placeholder], value: &'static str) -> Self {
            let about = about("fake", produces, &[]);
            Self { about, value, waits: false, changes: false, tried: Mutex::default() }
        }
    }

    #[async_trait]
    impl Resource for Fake {
        fn about(&self) -> &About {
            &self.about
        }

        fn by_hand(&self) -> ByHand {
            ByHand::default()
        }
        async fn inspect(&self, known: &Values, purpose: Purpose) -> Result<Seen> {
            if purpose == Purpose::Look && self.changes {
                return Ok(Seen::settling(Owner::Ours, "UPDATE_IN_PROGRESS"));
            }
            if purpose == Purpose::Look {
                return Ok(Seen::there(Owner::Ours, Values::of([(ARN, self.value)]), Vec::new()));
            }
            let known = known.need(ARN)?;
            self.tried.lock().unwrap().push(known.to_owned());
            if known != self.value && self.waits {
                return Ok(Seen::waiting(Owner::Ours, "another revision"));
            }
            if known != self.value {
                return Err(Error::new(Code::Refused, "it is inactive"));
            }
            Ok(Seen::there(Owner::Ours, Values::default(), Vec::new()))
        }
        async fn exists(&self, _: &str) -> Result<bool> {
            Ok(false)
        }
        async fn apply(&self, _: &Values, _: &Seen, _: &Step) -> Result<()> {
            Ok(())
        }
        async fn remove(&self, _: &Values, _: &Step) -> Result<()> {
            Ok(())
        }
    }

    /// Brings up a resource that works only with `needed`, beside a dependency that was seen as
    /// `old`. Returns how that ended and with what values it was tried.
    async fn brought_up(needed: &'static str, now: &'static str) -> (Result<Done>, Vec<String>) {
        beside(Fake::new(&[], needed), now).await
    }

    async fn beside(resource: Fake, now: &'static str) -> (Result<Done>, Vec<String>) {
        beside_one(resource, Fake::new(&[ARN], now)).await
    }

    async fn beside_one(resource: Fake, dependency: Fake) -> (Result<Done>, Vec<String>) {
        let (_switch, interrupt) = Interrupt::switch();
        let region = Region::new("eu-west-1").unwrap();
        let lab = LabId { account: AccountId::new("1"), region, name: "lab".to_owned() };
        let context = Context { lab: &lab, report: &Deaf, interrupt: &interrupt, adopts: false };
        let known = Values::of([(ARN, "old")]);
        let done = bring_up_beside_others(&resource, &[&dependency], &known, &context).await;
        (done, resource.tried.into_inner().unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_replaced_is_used_in_its_new_form() {
        let (done, tried) = brought_up("new", "new").await;
        assert_eq!(done.unwrap().outcome, Outcome::Unchanged);
        assert_eq!(tried, ["old", "new"]);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_what_was_replaced() {
        let began = tokio::time::Instant::now();
        let waiting = Fake { waits: true, ..Fake::new(&[], "new") };
        let (done, tried) = beside(waiting, "new").await;
        assert_eq!(done.unwrap().outcome, Outcome::Unchanged);
        assert_eq!(tried.last().map(String::as_str), Some("new"));
        assert_eq!(began.elapsed(), EVERY);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_beside_the_same_dependencies_stays_one() {
        let (done, tried) = brought_up("new", "old").await;
        assert_eq!((done.unwrap_err().code, tried), (Code::Refused, vec!["old".to_owned()]));
        let (done, tried) = brought_up("newer", "new").await;
        assert_eq!(done.unwrap_err().code, Code::Refused);
        assert_eq!(tried, ["old", "new"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_while_another_run_changes_a_dependency_is_told_as_such() {
        let changing = Fake { changes: true, ..Fake::new(&[ARN], "new") };
        let (done, tried) = beside_one(Fake::new(&[], "new"), changing).await;
        let error = done.unwrap_err();
        assert_eq!((error.code, tried), (Code::Contradicts, vec!["old".to_owned()]));
        let said = "it is inactive; another run changes `fake` (UPDATE_IN_PROGRESS)";
        assert_eq!(error.message, said);
    }
}
