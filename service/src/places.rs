//! How many connections are served at the same time, and which one makes room for others.

use std::{
    future::pending,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{Instant, sleep_until},
};

/// How many connections are served at the same time. The task has 512 MB, so each has half a
/// megabyte; an idle one takes some 20 KB, and its request some more. That is enough for a class,
/// whose browsers have six each, and each is a file of the process, as is its call to `DynamoDB`.
/// More wait where the system keeps them until they are accepted.
const MOST: usize = 1_000;

/// How long a connection may be without a request while others wait for its place. The load
/// balancer's health checks, whose requests come at once, time out after six seconds.
const PATIENCE: Duration = Duration::from_secs(3);

/// The places of all connections.
pub(crate) struct Places {
    free: Arc<Semaphore>,
    /// Whether none is free.
    is_full: watch::Sender<bool>,
}

/// The place of one connection. It is free again when this is dropped.
pub(crate) struct Place {
    is_full: watch::Receiver<bool>,
    _permit: Option<OwnedSemaphorePermit>,
    requests: Requests,
}

impl Places {
    pub(crate) fn new() -> Self {
        Self::of(MOST)
    }

    fn of(most: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(most)), is_full: watch::Sender::new(false) }
    }

    /// Returns a place, as soon as one is free.
    pub(crate) async fn take(&self) -> Place {
        self.is_full.send_replace(self.free.available_permits() == 0);
        // It fails only when the semaphore has been closed, which nobody does.
        let permit = Arc::clone(&self.free).acquire_owned().await.ok();
        self.is_full.send_replace(false);
        Place { is_full: self.is_full.subscribe(), _permit: permit, requests: Requests::none() }
    }
}

impl Place {
    /// Returns the requests of its connection.
    pub(crate) fn requests(&self) -> Requests {
        self.requests.clone()
    }

    /// Completes when the connection has no request and others wait for the place.
    pub(crate) async fn is_wanted(&mut self) {
        loop {
            // The sender is gone when the server has stopped: then nobody waits any more.
            if self.is_full.wait_for(|is_full| *is_full).await.is_err() {
                return pending().await;
            }
            let now = Instant::now();
            let since = self.requests.idle_since().unwrap_or(now);
            if since + PATIENCE <= now {
                return;
            }
            sleep_until(since + PATIENCE).await;
        }
    }
}

/// Whether a connection has requests.
#[derive(Clone)]
pub(crate) struct Requests(Arc<Mutex<State>>);

struct State {
    running: usize,
    /// When the last one ended, or the connection began.
    ended: Instant,
}

/// A request that is being answered, until this is dropped.
pub(crate) struct Running(Requests);

impl Requests {
    fn none() -> Self {
        Self(Arc::new(Mutex::new(State { running: 0, ended: Instant::now() })))
    }

    /// Begins a request.
    pub(crate) fn begin(&self) -> Running {
        self.change(1);
        Running(self.clone())
    }

    fn change(&self, by: isize) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.running = state.running.saturating_add_signed(by);
        state.ended = Instant::now();
    }

    fn idle_since(&self) -> Option<Instant> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (state.running == 0).then_some(state.ended)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.change(-1);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{sleep, timeout};

    use super::*;

    const SOON: Duration = Duration::from_millis(1);

    /// Returns whether others get the place of a connection within this time.
    async fn is_wanted_within(place: &mut Place, longest: Duration) -> bool {
        timeout(longest, place.is_wanted()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_keeps_its_place_until_others_wait() {
        let places = Places::of(2);
        let mut one = places.take().await;
        let two = places.take().await;
        assert!(!is_wanted_within(&mut one, PATIENCE * 100).await);
        let more = tokio::spawn(async move { places.take().await });
        assert!(is_wanted_within(&mut one, SOON).await, "it is idle long enough");
        drop(one);
        more.await.unwrap();
        drop(two);
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_with_a_request_keeps_its_place() {
        let places = Places::of(1);
        let mut one = places.take().await;
        let running = one.requests().begin();
        let more = tokio::spawn(async move { places.take().await });
        assert!(!is_wanted_within(&mut one, PATIENCE * 100).await);
        drop(running);
        assert!(!is_wanted_within(&mut one, PATIENCE.mul_f32(0.9)).await, "the next one may come");
        assert!(is_wanted_within(&mut one, PATIENCE).await);
        drop(one);
        more.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_connection_has_time_for_its_request() {
        let places = Places::of(1);
        let mut one = places.take().await;
        let more = tokio::spawn(async move { places.take().await });
        assert!(!is_wanted_within(&mut one, PATIENCE.mul_f32(0.9)).await);
        assert!(is_wanted_within(&mut one, PATIENCE).await);
        drop(one);
        more.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_a_server_that_has_stopped() {
        let places = Places::of(1);
        let mut one = places.take().await;
        assert!(timeout(PATIENCE, places.take()).await.is_err());
        drop(places);
        sleep(PATIENCE * 100).await;
        let running = one.requests().begin();
        assert!(!is_wanted_within(&mut one, PATIENCE * 100).await);
        drop(running);
    }
}
