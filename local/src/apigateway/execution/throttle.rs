//! Throttling: a bucket of tokens for each limit of a stage. It fills at the rate and holds the
//! burst.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use super::found::{Found, Matched};
use crate::apigateway::{
    stages::{BURST, RATE},
    state::Limits,
};

const ALL: &str = "*/*";

/// The buckets. They are full after a restart.
#[derive(Debug, Default)]
pub(in crate::apigateway) struct Buckets(Mutex<BTreeMap<Key, Bucket>>);

/// The API, the stage, and the limit's own key.
type Key = (String, String, String);

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Buckets {
    /// Returns whether a call is within the limits of its stage.
    pub(super) fn admit(&self, found: &Found, matched: &Matched) -> bool {
        let path = matched.resource_path.trim_start_matches('/');
        let own = format!("{path}/{}", matched.method.http_method);
        let limit = [own.as_str(), ALL]
            .into_iter()
            .find_map(|key| found.limits.get(key).map(|limits| (key, *limits)));
        let Some((key, limits)) = limit else { return true };
        let key = (found.api.clone(), found.stage.clone(), key.to_owned());
        let now = Instant::now();
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let burst = f64::from(limits.burst.unwrap_or(BURST));
        let bucket = buckets.entry(key).or_insert(Bucket { tokens: burst, at: now });
        bucket.take(limits, now)
    }
}

impl Bucket {
    fn take(&mut self, limits: Limits, now: Instant) -> bool {
        let burst = f64::from(limits.burst.unwrap_or(BURST));
        let rate = limits.rate.unwrap_or(RATE);
        let filled = rate * now.saturating_duration_since(self.at).as_secs_f64();
        // At a rate of zero, tokens left in the bucket do not count either.
        let tokens = if rate > 0.0 { (self.tokens + filled).min(burst) } else { 0.0 };
        let is_enough = tokens >= 1.0;
        *self = Self { tokens: if is_enough { tokens - 1.0 } else { tokens }, at: now };
        is_enough
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_bucket_holds_the_burst_and_fills_at_the_rate() {
        let start = Instant::now();
        let limits = |rate, burst| Limits { rate: Some(rate), burst: Some(burst) };
        let mut bucket = Bucket { tokens: 2.0, at: start };
        let mut taken = |limits, after| bucket.take(limits, start + Duration::from_millis(after));
        let few = limits(10.0, 2);
        assert_eq!([taken(few, 0), taken(few, 0), taken(few, 0)], [true, true, false]);
        assert_eq!([taken(few, 50), taken(few, 100), taken(few, 101)], [false, true, false]);
        // It never holds more than the burst.
        assert_eq!([taken(few, 9_000), taken(few, 9_000), taken(few, 9_000)], [true, true, false]);
        assert!(!taken(limits(0.0, 10), 90_000));
        assert!(!taken(limits(10.0, 0), 90_000));
    }
}
