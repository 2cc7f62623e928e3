//! The keys of the user pool, kept. They are fetched when they are needed, and rarely.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use serde_json::json;
use tokio::{sync::Mutex, time::Instant};

use super::{
    fetch::Document,
    key::{self, Key, KeySet},
    token::Refusal,
};
use crate::{failure::Failure, log};

/// Whoever makes up ids of keys makes us ask the pool no more often than this.
const BETWEEN_FETCHES: Duration = Duration::from_secs(30);

/// Without any key nobody can like anything: it is tried again soon.
const UNTIL_NEXT_TRY: Duration = Duration::from_secs(1);

/// A key that the pool has taken back is believed no longer than this, if the pool can be asked.
const FRESH: Duration = Duration::from_hours(1);

/// The keys of a user pool.
pub(super) struct Keys {
    document: Document,
    known: RwLock<Arc<Known>>,
    /// Whose turn it is to fetch. All others wait for what it brings.
    turn: Mutex<Turn>,
}

struct Known {
    keys: KeySet,
    since: Instant,
}

struct Turn {
    /// Not before this the keys are fetched again.
    next: Instant,
    /// How the last fetch ended.
    failed: bool,
}

impl Keys {
    /// The keys that this issuer publishes.
    pub(super) fn of(issuer: &str) -> Result<Self, String> {
        let now = Instant::now();
        Ok(Self {
            document: Document::at(format!("{issuer}/.well-known/jwks.json"))?,
            known: RwLock::new(Arc::new(Known { keys: KeySet::new(), since: now })),
            turn: Mutex::new(Turn { next: now, failed: false }),
        })
    }

    /// The key of this id. An unknown one may be new: pools change their keys.
    pub(super) async fn find(self: &Arc<Self>, id: &str) -> Result<Arc<Key>, Failure> {
        let known = self.known();
        let keys = Arc::clone(self);
        if let Some(key) = known.keys.get(id).map(Arc::clone) {
            if known.since.elapsed() > FRESH {
                // Nobody waits for it, and while it fails, the old ones do.
                tokio::spawn(async move { keys.refresh(&known).await });
            }
            return Ok(key);
        }
        // A task of its own: a visitor who goes away does not end what others wait for.
        let refreshed = tokio::spawn(async move { keys.refresh(&known).await }).await;
        match self.known().keys.get(id) {
            Some(key) => Ok(Arc::clone(key)),
            None if refreshed.is_ok_and(|refreshed| refreshed) => Err(Refusal::UnknownKey.into()),
            None => Err(Failure::NoKeys),
        }
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Fetches the keys, unless others than the `seen` ones have come while this waited, or it is too
    /// early. Tells whether the last fetch went well.
    async fn refresh(&self, seen: &Arc<Known>) -> bool {
        let mut turn = self.turn.lock().await;
        if !Arc::ptr_eq(seen, &self.known()) || Instant::now() < turn.next {
            return !turn.failed;
        }
        let fetched = self.document.fetch().await.and_then(|set| key::read(&set));
        turn.failed = fetched.is_err();
        turn.next = Instant::now() + pause(seen.keys.is_empty(), turn.failed);
        match fetched {
            Ok(keys) => {
                let known = Arc::new(Known { keys, since: Instant::now() });
                *self.known.write().unwrap_or_else(PoisonError::into_inner) = known;
            }
            Err(reason) => {
                let fields = json!({ "url": self.document.url(), "reason": reason });
                log::error("the keys of the user pool cannot be fetched", fields);
            }
        }
        !turn.failed
    }
}

/// There is no pause after the first keys: the pool may change them in the next moment.
fn pause(is_first: bool, failed: bool) -> Duration {
    match (is_first, failed) {
        (true, false) => Duration::ZERO,
        (true, true) => UNTIL_NEXT_TRY,
        (false, _) => BETWEEN_FETCHES,
    }
}

#[cfg(test)]
mod tests {
    use tokio::{task::JoinSet, time};

    use super::{
        super::pool::{NEW, OLD, Pool},
        *,
    };

    const UNKNOWN: Result<(), Failure> = Err(Failure::Token(Refusal::UnknownKey));

    fn keys_of(pool: &Pool) -> Arc<Keys> {
        Arc::new(Keys::of(&pool.issuer).unwrap())
    }

    /// Lets so much time pass at once.
    async fn pass(duration: Duration) {
        time::pause();
        time::advance(duration).await;
        time::resume();
    }

    async fn outcome(keys: &Arc<Keys>, id: &str) -> Result<(), Failure> {
        keys.find(id).await.map(drop)
    }

    #[tokio::test]
    async fn many_at_the_same_time_share_one_fetch() {
        let pool = Pool::start().await;
        let keys = keys_of(&pool);
        let mut visitors = JoinSet::new();
        for _ in 0..50 {
            let keys = Arc::clone(&keys);
            visitors.spawn(async move { keys.find("old").await });
        }
        assert!(visitors.join_all().await.iter().all(Result::is_ok));
        assert_eq!(pool.asked(), 1);
    }

    #[tokio::test]
    async fn a_new_key_is_found_at_once() {
        let pool = Pool::start().await;
        let keys = keys_of(&pool);
        assert_eq!(outcome(&keys, "old").await, Ok(()));
        pool.publish(&[&OLD, &NEW]);
        assert_eq!(outcome(&keys, "new").await, Ok(()));
        assert_eq!(outcome(&keys, "old").await, Ok(()));
        assert_eq!(pool.asked(), 2);
    }

    #[tokio::test]
    async fn made_up_ids_do_not_make_more_fetches() {
        let pool = Pool::start().await;
        let keys = keys_of(&pool);
        assert_eq!(outcome(&keys, "old").await, Ok(()));
        for number in 0..20 {
            assert_eq!(outcome(&keys, &format!("made-up-{number}")).await, UNKNOWN);
        }
        assert_eq!(pool.asked(), 2);
        pool.publish(&[&NEW]);
        pass(BETWEEN_FETCHES / 2).await;
        assert_eq!(outcome(&keys, "new").await, UNKNOWN);
        pass(BETWEEN_FETCHES / 2).await;
        assert_eq!(outcome(&keys, "new").await, Ok(()));
        assert_eq!(outcome(&keys, "old").await, UNKNOWN);
        assert_eq!(pool.asked(), 3);
    }

    #[tokio::test]
    async fn without_any_key_it_is_tried_again_soon() {
        let pool = Pool::start().await;
        let keys = keys_of(&pool);
        pool.answer("500 Internal Server Error", "{}");
        for _ in 0..5 {
            assert_eq!(outcome(&keys, "old").await, Err(Failure::NoKeys));
        }
        assert_eq!(pool.asked(), 1);
        pool.publish(&[&OLD]);
        pass(UNTIL_NEXT_TRY).await;
        assert_eq!(outcome(&keys, "old").await, Ok(()));
    }

    #[tokio::test]
    async fn old_keys_are_used_while_new_ones_cannot_be_fetched() {
        let pool = Pool::start().await;
        let keys = keys_of(&pool);
        assert_eq!(outcome(&keys, "old").await, Ok(()));
        pool.answer("503 Service Unavailable", "{}");
        // Nobody knows whether this is a new key.
        assert_eq!(outcome(&keys, "new").await, Err(Failure::NoKeys));
        pass(FRESH * 3).await;
        assert_eq!(outcome(&keys, "old").await, Ok(()));
        until(|| pool.asked() == 3).await;
        assert_eq!(outcome(&keys, "old").await, Ok(()));
    }

    #[tokio::test]
    async fn a_key_that_was_taken_back_is_forgotten() {
        let pool = Pool::start().await;
        let keys = keys_of(&pool);
        assert_eq!(outcome(&keys, "old").await, Ok(()));
        pool.publish(&[&NEW]);
        pass(FRESH + Duration::from_secs(1)).await;
        // This one does not wait for the fetch that it begins.
        assert_eq!(outcome(&keys, "old").await, Ok(()));
        until(|| !keys.known().keys.contains_key("old")).await;
        assert_eq!(outcome(&keys, "old").await, UNKNOWN);
    }

    #[tokio::test]
    async fn a_visitor_who_goes_away_does_not_end_the_fetch() {
        let pool = Pool::start().await;
        let keys = keys_of(&pool);
        pool.hang();
        tokio::select! {
            _ = keys.find("old") => panic!("the pool did not answer yet"),
            () = until(|| pool.asked() == 1) => {}
        }
        pool.publish(&[&OLD]);
        until(|| keys.known().keys.contains_key("old")).await;
        assert_eq!(pool.asked(), 1);
    }

    async fn until(condition: impl Fn() -> bool) {
        let waiting = async {
            while !condition() {
                time::sleep(Duration::from_millis(2)).await;
            }
        };
        time::timeout(Duration::from_secs(20), waiting).await.expect("in time");
    }
}
