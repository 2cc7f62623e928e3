//! Health checks: real requests to the processes behind targets.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use super::{
    super::{
        health_check::TRAFFIC_PORT,
        state::{HealthCheck, Target},
    },
    lock,
};
use crate::{pace::Pace, ports::TargetHealth};

/// However fast the local cloud is: checks come no faster, an answer may take this long, and a
/// process has this long until it listens.
const FASTEST: Duration = Duration::from_millis(200);
const SHORTEST_TIMEOUT: Duration = Duration::from_secs(2);
const SHORTEST_START: Duration = Duration::from_secs(3);

/// A status line is not longer than this.
const STATUS_LINE: usize = "HTTP/1.1 200".len();

/// The results of a target's checks.
#[derive(Debug)]
pub(super) struct Health {
    state: TargetHealth,
    since: Instant,
    /// How many results in a row were against the state.
    streak: u32,
}

impl Default for Health {
    fn default() -> Self {
        Self { state: TargetHealth::Initial, since: Instant::now(), streak: 0 }
    }
}

impl Health {
    pub(super) fn state(&self) -> TargetHealth {
        self.state
    }

    /// Returns the health in which a target was found the last time.
    pub(super) fn of(state: TargetHealth) -> Self {
        Self { state, ..Self::default() }
    }

    /// Takes a result. The first good one makes a new target healthy, as on AWS; otherwise it takes
    /// as many in a row as the check demands.
    fn take(&mut self, is_good: bool, check: &HealthCheck) {
        let (wanted, needed) = match (self.state, is_good) {
            (TargetHealth::Initial, true) => (TargetHealth::Healthy, 1),
            (_, true) => (TargetHealth::Healthy, check.healthy),
            (_, false) => (TargetHealth::Unhealthy, check.unhealthy),
        };
        if self.state == wanted {
            self.streak = 0;
            return;
        }
        self.streak += 1;
        let may_be_starting = self.state == TargetHealth::Initial
            && !is_good
            && self.since.elapsed() < SHORTEST_START;
        if self.streak >= needed && !may_be_starting {
            *self = Self { state: wanted, since: Instant::now(), streak: 0 };
        }
    }
}

/// Checks a target until it is dropped, and says when its health has changed.
pub(super) async fn watch<F: Future<Output = ()>>(
    target: Target,
    check: HealthCheck,
    pace: Pace,
    health: Arc<Mutex<Health>>,
    changed: impl Fn() -> F,
) {
    // Nothing waits longer than on AWS, however slow the local cloud is.
    let scaled = |seconds: u32| Duration::from_secs(seconds.into()).mul_f64(pace.factor().min(1.0));
    let longest = scaled(check.timeout).max(SHORTEST_TIMEOUT);
    let interval = scaled(check.interval).max(FASTEST);
    loop {
        let is_good = match address(&target, &check) {
            Some(address) => {
                matches!(timeout(longest, probe(address, &target, &check)).await, Ok(Some(true)))
            }
            None => false,
        };
        let has_changed = {
            let mut health = lock(&health);
            let before = health.state();
            health.take(is_good, &check);
            health.state() != before
        };
        if has_changed {
            changed().await;
        }
        sleep(interval).await;
    }
}

/// Returns where the process is checked: where it listens, or on the port that the check names.
fn address(target: &Target, check: &HealthCheck) -> Option<SocketAddr> {
    let process = target.process?;
    match check.port.parse() {
        Ok(port) if check.port != TRAFFIC_PORT && port != target.port => {
            Some(SocketAddr::new(process.ip(), port))
        }
        _ => Some(process),
    }
}

/// Returns whether the process answers well; `None` if it does not answer.
async fn probe(address: SocketAddr, target: &Target, check: &HealthCheck) -> Option<bool> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    let Some(path) = &check.path else { return Some(true) };
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {}:{}\r\nConnection: close\r\n\
         User-Agent: ELB-HealthChecker/2.0\r\nAccept-Encoding: identity\r\n\r\n",
        target.ip, target.port
    );
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut line = [0; STATUS_LINE];
    stream.read_exact(&mut line).await.ok()?;
    let status = std::str::from_utf8(&line).ok()?.strip_prefix("HTTP/1.")?.get(2..)?;
    Some(check.matches(status.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::Params;

    #[test]
    fn thresholds_are_honoured() {
        let params = Params::default().with("HealthyThresholdCount", "3");
        let check = super::super::super::health_check::new(&params).unwrap();
        let mut health = Health::default();
        health.take(false, &check);
        assert_eq!(health.state(), TargetHealth::Initial);
        health.take(true, &check);
        assert_eq!(health.state(), TargetHealth::Healthy);
        health.take(false, &check);
        health.take(true, &check);
        health.take(false, &check);
        assert_eq!(health.state(), TargetHealth::Healthy);
        health.take(false, &check);
        assert_eq!(health.state(), TargetHealth::Unhealthy);
        (0..2).for_each(|_| health.take(true, &check));
        assert_eq!(health.state(), TargetHealth::Unhealthy);
        health.take(true, &check);
        assert_eq!(health.state(), TargetHealth::Healthy);
    }
}
