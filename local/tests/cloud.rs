//! A local cloud for one test.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use mysfits_local::{Launcher, LocalCloud, OpenError, Settings, pace::Pace};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

use crate::client::{Reply, Request};

/// Longer than anything here takes, but short enough to wait for.
const DEADLINE: Duration = Duration::from_secs(20);

/// A folder that is removed when the test ends. It is not created yet.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    _parent: TempDir,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let parent = TempDir::with_prefix("mysfits-local-test-").unwrap();
        Self { path: parent.path().join("local"), _parent: parent }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// A running local cloud.
pub(crate) struct Cloud {
    pub(crate) port: u16,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
}

/// Opens a local cloud on any free port.
pub(crate) async fn open(folder: &Folder, pace: f64) -> Result<LocalCloud, OpenError> {
    open_in(folder.path(), pace, None).await
}

async fn open_in(
    folder: &Path,
    pace: f64,
    launcher: Option<Launcher>,
) -> Result<LocalCloud, OpenError> {
    let pace = Pace::new(pace).unwrap();
    let folder = folder.to_owned();
    let build = "test".to_owned();
    LocalCloud::open(Settings {
        port: 0,
        folder,
        pace,
        stand_in: None,
        launcher,
        rehearsal: None,
        session_calls: None,
        build,
    })
    .await
}

impl Cloud {
    /// Starts a local cloud that settles at once.
    pub(crate) async fn start(folder: &Folder) -> Self {
        Self::start_at_pace(folder, 0.0).await
    }

    pub(crate) async fn start_at_pace(folder: &Folder, pace: f64) -> Self {
        Self::start_in(folder.path(), pace).await
    }

    /// Starts one in a folder that exists.
    pub(crate) async fn start_in(folder: &Path, pace: f64) -> Self {
        Self::serve(open_in(folder, pace, None).await.unwrap())
    }

    /// Starts one that starts tasks by this launcher.
    #[cfg(target_os = "linux")]
    pub(crate) async fn start_with(folder: &Folder, launcher: Launcher) -> Self {
        Self::serve(open_in(folder.path(), 0.0, Some(launcher)).await.unwrap())
    }

    fn serve(cloud: LocalCloud) -> Self {
        let port = cloud.port();
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(cloud.serve(async move {
            let _ = stopped.await;
        }));
        Self { port, stop, serving }
    }

    /// Stops it as a signal does, and waits for its end.
    pub(crate) async fn stop(self) {
        let _ = self.stop.send(());
        self.serving.await.unwrap().unwrap();
    }

    /// Waits for it to end for another reason.
    pub(crate) async fn ended(self) {
        self.serving.await.unwrap().unwrap();
    }

    pub(crate) async fn put_faults(&self, plan: Value) {
        let put = Request::new("PUT", "/_local/faults").body(plan.to_string());
        let reply = put.send(self.port).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }

    /// Removes all rules.
    pub(crate) async fn clear_faults(&self) {
        assert_eq!(Request::new("DELETE", "/_local/faults").send(self.port).await.status, 200);
    }

    /// Returns the request log.
    pub(crate) async fn requests(&self) -> Vec<Value> {
        let reply = Request::new("GET", "/_local/requests").send(self.port).await;
        reply.json()["requests"].as_array().unwrap().clone()
    }

    /// Polls until the log has this many requests.
    pub(crate) async fn requests_reach(&self, count: usize) -> Vec<Value> {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let requests = self.requests().await;
            if requests.len() >= count {
                return requests;
            }
            assert!(Instant::now() < deadline, "only {requests:?}");
        }
    }

    /// Sends a request that must succeed.
    pub(crate) async fn good(&self, request: &Request) -> Reply {
        let reply = request.send(self.port).await;
        assert!(reply.status < 300, "{request:?}: {}", reply.text());
        reply
    }

    /// Sends a request until its answer has this text in it.
    pub(crate) async fn until_text(&self, request: &Request, wanted: &str) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let reply = request.send(self.port).await;
            if reply.text().contains(wanted) {
                return;
            }
            assert!(Instant::now() < deadline, "still {}", reply.text());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Sends a request until its answer is as wanted.
    pub(crate) async fn until(&self, request: &Request, wanted: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let answer = request.send(self.port).await.json();
            if wanted(&answer) {
                return answer;
            }
            assert!(Instant::now() < deadline, "still {answer}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
