//! What a container writes, line by line into its log stream.

use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader},
    process::{ChildStderr, ChildStdout},
    sync::mpsc,
    task::JoinHandle,
};

use crate::{
    logs::Logs,
    place::Place,
    times::{self, Millis},
    work,
};

/// How many lines wait for the log before the container does.
const WAITING: usize = 1024;
/// Longer lines become several events: events are limited, and so is memory.
const LONGEST: u64 = 256 * 1024;

/// The log stream of a container.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub(super) place: Place,
    pub(super) group: String,
    pub(super) name: String,
}

type Line = (Millis, String);

/// Reads both outputs to their ends; the handle is done when all is written.
pub(super) fn follow(
    (stdout, stderr): (Option<ChildStdout>, Option<ChildStderr>),
    logs: Logs,
    stream: Option<Stream>,
) -> JoinHandle<()> {
    let (lines, waiting) = mpsc::channel(WAITING);
    if let Some(stdout) = stdout {
        tokio::spawn(read(stdout, lines.clone()));
    }
    if let Some(stderr) = stderr {
        tokio::spawn(read(stderr, lines));
    }
    tokio::spawn(write(waiting, logs, stream))
}

async fn read(from: impl AsyncRead + Unpin, lines: mpsc::Sender<Line>) {
    let mut from = BufReader::new(from);
    let mut bytes = Vec::new();
    while (&mut from).take(LONGEST).read_until(b'\n', &mut bytes).await.is_ok_and(|read| read > 0) {
        let line = String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned();
        bytes.clear();
        // CloudWatch has no empty events.
        if !line.is_empty() && lines.send((times::now(), line)).await.is_err() {
            return;
        }
    }
}

async fn write(mut waiting: mpsc::Receiver<Line>, logs: Logs, stream: Option<Stream>) {
    let mut lines = Vec::new();
    while waiting.recv_many(&mut lines, WAITING).await > 0 {
        let batch = std::mem::take(&mut lines);
        let (logs, stream) = (logs.clone(), stream.clone());
        // A group that was deleted meanwhile takes no lines, and the task continues, as on AWS.
        let written =
            work::run(move || stream.map(|to| logs.append(&to.place, &to.group, &to.name, &batch)));
        let _ = written.await;
    }
}
