//! Notices that another run undoes what this one has done. A deploy beside a cleanup would wait for
//! what the cleanup takes away, and the cleanup for what the deploy keeps making, until all
//! deadlines have passed.

use std::{collections::BTreeSet, time::Duration};

use tokio::time::sleep;

use super::{Id, Presence, Purpose, Resource};
use crate::{
    error::{Code, Error, Result},
    lab::Values,
};

/// How long work takes before the first look at others, and how long until the next one. Most work
/// is done by then, so that a usual run does not make more calls.
pub(super) const EVERY: Duration = Duration::from_secs(20);

/// The hint for who was contradicted by another run.
pub(super) const AFTER_IT: &str = "wait until that run has ended, and run the same command again";

/// What must not change while a resource is worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Others {
    /// Its dependencies are there while it is brought up.
    Stay,
    /// Its dependents are gone while it is taken down.
    AreGone,
}

/// Does the work on a resource, unless another run changes these others meanwhile.
///
/// # Errors
/// As the work, or [`Code::Contradicts`] when two looks at one of the others show that it has
/// changed. One look may be an old state, which AWS shows for some seconds.
pub(crate) async fn unless_undone<T>(
    (others, expected): (&[&dyn Resource], Others),
    known: &Values,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    tokio::select! {
        done = work => done,
        undone = undone(others, expected, known) => Err(undone),
    }
}

async fn undone(others: &[&dyn Resource], expected: Others, known: &Values) -> Error {
    let mut before = BTreeSet::new();
    loop {
        sleep(EVERY).await;
        let changed = changed(others, expected, known).await;
        if let Some(id) = before.intersection(&changed).next() {
            return contradicts(*id, expected);
        }
        before = changed;
    }
}

/// Returns which of these another run has changed. One that cannot be looked at has not changed, as
/// far as is known.
async fn changed(others: &[&dyn Resource], expected: Others, known: &Values) -> BTreeSet<Id> {
    let mut changed = BTreeSet::new();
    for other in others {
        let Ok(seen) = other.inspect(known, Purpose::Look).await else { continue };
        let is_changed = match expected {
            Others::Stay => seen.presence == Presence::Absent,
            Others::AreGone => seen.is_ours(),
        };
        if is_changed {
            changed.insert(other.about().id);
        }
    }
    changed
}

fn contradicts(id: Id, expected: Others) -> Error {
    let message = match expected {
        Others::Stay => format!("`{id}` is gone again: another run removes the lab"),
        Others::AreGone => format!("`{id}` is there again: another run deploys the lab"),
    };
    Error::new(Code::Contradicts, message).hint(AFTER_IT)
}

#[cfg(test)]
mod tests {
    use std::{future::pending, sync::Mutex};

    use async_trait::async_trait;
    use tokio::time::{Instant, timeout};

    use super::*;
    use crate::{
        engine::{About, ByHand, Seen, Step, resource::tests::about},
        lab::Owner,
    };

    /// A resource that is seen like this, one look after the other; the last one stays.
    struct Other {
        about: About,
        looks: Mutex<Vec<Option<Seen>>>,
    }

    impl Other {
        fn seen(looks: &[Option<Seen>]) -> Self {
            let looks = Mutex::new(looks.iter().rev().cloned().collect());
            Self { about: about("other", &[], &[]), looks }
        }
    }

    #[async_trait]
    impl Resource for Other {
        fn about(&self) -> &About {
            &self.about
        }

        fn by_hand(&self) -> ByHand {
            ByHand::default()
        }
        async fn inspect(&self, _: &Values, purpose: Purpose) -> Result<Seen> {
            assert_eq!(purpose, Purpose::Look);
            let mut looks = self.looks.lock().unwrap();
            let look = if looks.len() == 1 { looks[0].clone() } else { looks.pop().unwrap() };
            look.ok_or_else(|| Error::new(Code::AccessDenied, "no"))
        }
        async fn exists(&self, _: &str) -> Result<bool> {
            Ok(false)
        }
        async fn apply(&self, _: &Values, _: &Seen, _: &Step) -> Result<()> {
            panic!("nobody asked for it")
        }
        async fn remove(&self, _: &Values, _: &Step) -> Result<()> {
            panic!("nobody asked for it")
        }
    }

    fn of(owner: Owner) -> Seen {
        Seen::there(owner, Values::default(), Vec::new())
    }

    /// Returns how work that waits for ever ends beside such a resource.
    async fn ends(expected: Others, looks: &[Option<Seen>]) -> Option<Error> {
        let other = Other::seen(looks);
        let others: &[&dyn Resource] = &[&other];
        let known = Values::default();
        let work = unless_undone((others, expected), &known, pending::<Result<()>>());
        timeout(EVERY * 10, work).await.ok().map(Result::unwrap_err)
    }

    #[tokio::test(start_paused = true)]
    async fn work_ends_when_what_it_stands_on_stays_gone() {
        let (absent, there) = (Some(Seen::absent()), Some(of(Owner::Ours)));
        let foreign = Some(of(Owner::NotTagged));
        let began = Instant::now();
        let error = ends(Others::Stay, std::slice::from_ref(&absent)).await.unwrap();
        assert_eq!((error.code, began.elapsed()), (Code::Contradicts, EVERY * 2));
        assert!(error.message.contains("`other` is gone again"), "{error}");
        for looks in [vec![there.clone()], vec![foreign], vec![None], vec![absent, there]] {
            assert_eq!(ends(Others::Stay, &looks).await, None, "{looks:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn work_ends_when_what_stands_on_it_is_there_again() {
        let (absent, there) = (Some(Seen::absent()), Some(of(Owner::Ours)));
        let foreign = Some(of(Owner::NotTagged));
        let error = ends(Others::AreGone, &[absent.clone(), there.clone()]).await.unwrap();
        assert_eq!(error.code, Code::Contradicts);
        assert!(error.message.contains("`other` is there again"), "{error}");
        for looks in [vec![absent.clone()], vec![foreign], vec![None], vec![there, absent]] {
            assert_eq!(ends(Others::AreGone, &looks).await, None, "{looks:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_ends_in_time_looks_at_nobody() {
        let other = Other::seen(&[]);
        let others: &[&dyn Resource] = &[&other];
        let work = async {
            sleep(EVERY / 2).await;
            Ok(7)
        };
        let done = unless_undone((others, Others::Stay), &Values::default(), work).await;
        assert_eq!(done, Ok(7));
    }
}
