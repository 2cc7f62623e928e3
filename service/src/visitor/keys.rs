//! The keys of the user pool, cached. They are fetched when they are needed, and rarely.

use std::{
    future::Future,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use axum::body::Bytes;
use serde_json::json;
use tokio::{
    sync::{Mutex, MutexGuard},
    time::{Instant, sleep_until},
};

use super::{
    fetch::Document,
    key::{self, Key, KeySet},
    token::Refusal,
};
use crate::{failure::Failure, log};

/// Requests with made-up key ids make us query the pool no more often than this. The id of a new key
/// looks the same, so whoever comes earlier waits: once a second is nothing to the pool, and nobody
/// is refused after a change of keys because of what others send.
const BETWEEN_FETCHES: Duration = Duration::from_secs(1);

/// A key that the pool has withdrawn is trusted no longer than this, if the pool can be reached.
const FRESH: Duration = Duration::from_hours(1);

/// Where a key set is published.
pub(super) trait Source: Send + Sync + 'static {
    /// Returns its address, for the log.
    fn url(&self) -> &str;

    /// Returns what it is now, or why it cannot be fetched, as text.
    fn fetch(&self) -> impl Future<Output = Result<Bytes, String>> + Send;
}

/// The keys of a user pool.
pub(super) struct Keys<S = Document> {
    source: S,
    known: RwLock<Arc<Known>>,
    /// When the keys may be fetched again. Whoever holds it fetches them, and all others wait for
    /// what that brings.
    next: Mutex<Instant>,
}

/// What is known after a fetch.
struct Known {
    keys: Arc<KeySet>,
    since: Instant,
    /// Whether it went wrong; then these are the keys of an earlier one.
    failed: bool,
}

impl Keys {
    /// Creates the keys that this issuer publishes.
    pub(super) fn of(issuer: &str) -> Result<Self, String> {
        Ok(Self::from(Document::at(format!("{issuer}/.well-known/jwks.json"))?))
    }
}

impl<S: Source> Keys<S> {
    fn from(source: S) -> Self {
        let now = Instant::now();
        let known = Known { keys: Arc::default(), since: now, failed: true };
        Self { source, known: RwLock::new(Arc::new(known)), next: Mutex::new(now) }
    }

    /// Finds the key of this id. An unknown one may be new: pools change their keys.
    pub(super) async fn find(self: &Arc<Self>, id: &str) -> Result<Arc<Key>, Failure> {
        let known = self.known();
        let keys = Arc::clone(self);
        if let Some(key) = known.keys.get(id).map(Arc::clone) {
            if known.since.elapsed() > FRESH {
                // Nobody waits for it, and while it fails, the old ones suffice.
                tokio::spawn(async move {
                    if let Ok(next) = keys.next.try_lock() {
                        keys.refresh(&known, next).await;
                    }
                });
            }
            return Ok(key);
        }
        // A task of its own: a visitor who leaves does not end what others wait for.
        let refreshed = tokio::spawn(async move {
            let next = keys.next.lock().await;
            keys.refresh(&known, next).await;
        });
        // It fails only if it panics: then what is known is as it was.
        let _ = refreshed.await;
        let known = self.known();
        match known.keys.get(id) {
            Some(key) => Ok(Arc::clone(key)),
            None if known.failed => Err(Failure::NoKeys),
            None => Err(Refusal::UnknownKey.into()),
        }
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Fetches the keys, unless somebody has done so since the `seen` ones were read. After a failure
    /// it is too early for a while, and nobody waits: the pool may be unreachable for long.
    async fn refresh(&self, seen: &Arc<Known>, mut next: MutexGuard<'_, Instant>) {
        if !Arc::ptr_eq(seen, &self.known()) || (seen.failed && Instant::now() < *next) {
            return;
        }
        sleep_until(*next).await;
        let fetched = self.source.fetch().await.and_then(|set| key::read(&set));
        let now = Instant::now();
        *next = now + BETWEEN_FETCHES;
        let known = match fetched {
            Ok(keys) => Known { keys: Arc::new(keys), since: now, failed: false },
            Err(reason) => {
                let fields = json!({ "url": self.source.url(), "reason": reason });
                log::error("the keys of the user pool cannot be fetched", fields);
                Known { keys: Arc::clone(&seen.keys), since: seen.since, failed: true }
            }
        };
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use serde_json::Value;
    use tokio::{sync::watch, task::JoinSet, time};

    use super::*;

    const UNKNOWN: Result<(), Failure> = Err(Failure::Token(Refusal::UnknownKey));

    /// A source that answers what a test decides, and counts its requests.
    struct Fake {
        asked: AtomicUsize,
        /// Nothing is returned while it is empty.
        answer: watch::Sender<Option<Result<Bytes, String>>>,
    }

    impl Source for Fake {
        fn url(&self) -> &'static str {
            "https://cognito.example/jwks.json"
        }

        async fn fetch(&self) -> Result<Bytes, String> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            let mut answers = self.answer.subscribe();
            let answer = answers.wait_for(Option::is_some).await.unwrap().clone();
            answer.unwrap()
        }
    }

    impl Fake {
        /// Makes these its keys from now on.
        fn publish(&self, ids: &[&str]) {
            let key = |id: &&str| json!({ "kid": id, "kty": "RSA", "n": "AQAB", "e": "AQAB" });
            let keys: Vec<Value> = ids.iter().map(key).collect();
            let set = json!({ "keys": keys }).to_string();
            self.answer.send_replace(Some(Ok(set.into())));
        }

        /// Makes it impossible to fetch from now on.
        fn fail(&self) {
            self.answer.send_replace(Some(Err("no answer".to_owned())));
        }

        /// Makes it wait from now on until it has an answer again.
        fn hang(&self) {
            self.answer.send_replace(None);
        }

        fn asked(&self) -> usize {
            self.asked.load(Ordering::Relaxed)
        }
    }

    /// Returns the keys of a source that publishes these.
    fn keys_of(ids: &[&str]) -> Arc<Keys<Fake>> {
        let fake = Fake { asked: AtomicUsize::new(0), answer: watch::Sender::new(None) };
        fake.publish(ids);
        Arc::new(Keys::from(fake))
    }

    async fn outcome(keys: &Arc<Keys<Fake>>, id: &str) -> Result<(), Failure> {
        keys.find(id).await.map(drop)
    }

    #[tokio::test(start_paused = true)]
    async fn many_at_the_same_time_share_one_fetch() {
        let keys = keys_of(&["old"]);
        keys.source.hang();
        let mut visitors = JoinSet::new();
        for _ in 0..50 {
            let keys = Arc::clone(&keys);
            visitors.spawn(async move { keys.find("old").await });
        }
        until(|| keys.source.asked() > 0).await;
        keys.source.publish(&["old"]);
        assert!(visitors.join_all().await.iter().all(Result::is_ok));
        assert_eq!(keys.source.asked(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_key_is_found_at_once() {
        let keys = keys_of(&["old"]);
        assert_eq!(outcome(&keys, "old").await, Ok(()));
        keys.source.publish(&["old", "new"]);
        assert_eq!(outcome(&keys, "new").await, Ok(()));
        assert_eq!(outcome(&keys, "old").await, Ok(()));
        assert_eq!(keys.source.asked(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_key_is_believed_whatever_ids_others_make_up() {
        let keys = keys_of(&["old"]);
        assert_eq!(outcome(&keys, "old").await, Ok(()));
        assert_eq!(outcome(&keys, "made-up").await, UNKNOWN);
        keys.source.publish(&["old", "new"]);
        let began = Instant::now();
        assert_eq!(outcome(&keys, "new").await, Ok(()));
        assert!(began.elapsed() <= BETWEEN_FETCHES, "after {:?}", began.elapsed());
        keys.source.publish(&["newer"]);
        assert_eq!(outcome(&keys, "another").await, UNKNOWN);
        assert_eq!(outcome(&keys, "new").await, UNKNOWN);
        assert_eq!(outcome(&keys, "newer").await, Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn made_up_ids_make_no_more_fetches_than_one_at_a_time_with_pauses() {
        let keys = keys_of(&["old"]);
        assert_eq!(outcome(&keys, "old").await, Ok(()));
        let began = Instant::now();
        let mut visitors = JoinSet::new();
        for visitor in 0..50 {
            let keys = Arc::clone(&keys);
            visitors.spawn(async move {
                for number in 0..20 {
                    let id = format!("made-up-{visitor}-{number}");
                    assert_eq!(outcome(&keys, &id).await, UNKNOWN);
                }
            });
        }
        visitors.join_all().await;
        let fetches = u32::try_from(keys.source.asked()).unwrap();
        assert!(fetches > 1, "nobody asked");
        assert!(BETWEEN_FETCHES * (fetches - 1) <= began.elapsed(), "{fetches} fetches");
    }

    #[tokio::test(start_paused = true)]
    async fn without_any_key_it_is_tried_again_soon() {
        let keys = keys_of(&["old"]);
        keys.source.fail();
        for _ in 0..5 {
            assert_eq!(outcome(&keys, "old").await, Err(Failure::NoKeys));
        }
        assert_eq!(keys.source.asked(), 1);
        keys.source.publish(&["old"]);
        time::advance(BETWEEN_FETCHES).await;
        assert_eq!(outcome(&keys, "old").await, Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn old_keys_are_used_while_new_ones_cannot_be_fetched() {
        let keys = keys_of(&["old"]);
        assert_eq!(outcome(&keys, "old").await, Ok(()));
        keys.source.fail();
        // Whether this is a new key is unknown.
        assert_eq!(outcome(&keys, "new").await, Err(Failure::NoKeys));
        time::advance(FRESH * 3).await;
        assert_eq!(outcome(&keys, "old").await, Ok(()));
        until(|| keys.source.asked() == 3).await;
        assert_eq!(outcome(&keys, "old").await, Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_that_was_taken_back_is_forgotten() {
        let keys = keys_of(&["old"]);
        assert_eq!(outcome(&keys, "old").await, Ok(()));
        keys.source.publish(&["new"]);
        time::advance(FRESH + Duration::from_secs(1)).await;
        // This one does not wait for the fetch that it starts.
        assert_eq!(outcome(&keys, "old").await, Ok(()));
        until(|| !keys.known().keys.contains_key("old")).await;
        assert_eq!(outcome(&keys, "old").await, UNKNOWN);
    }

    #[tokio::test(start_paused = true)]
    async fn a_visitor_who_goes_away_does_not_end_the_fetch() {
        let keys = keys_of(&["old"]);
        keys.source.hang();
        tokio::select! {
            _ = keys.find("old") => panic!("the source did not answer yet"),
            () = until(|| keys.source.asked() == 1) => {}
        }
        keys.source.publish(&["old"]);
        until(|| keys.known().keys.contains_key("old")).await;
        assert_eq!(keys.source.asked(), 1);
    }

    /// Waits in the test's paused time, in which the other tasks run.
    async fn until(condition: impl Fn() -> bool) {
        let waiting = async {
            while !condition() {
                time::sleep(Duration::from_millis(2)).await;
            }
        };
        time::timeout(Duration::from_secs(20), waiting).await.expect("in time");
    }
}
