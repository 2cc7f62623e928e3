//! What a container writes, line by line into its log stream.

use std::sync::Arc;

use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader},
    process::{ChildStderr, ChildStdout},
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
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
/// Longer lines become several events. AWS's limit for an event is 256 KB, of which 26 bytes are for
/// what comes with the text.
const LONGEST: usize = 256 * 1024 - 26;
/// How many bytes of lines wait for the log before the container does.
const WAITING_BYTES: usize = 4 * LONGEST;

/// The log stream of a container.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub(super) place: Place,
    pub(super) group: String,
    pub(super) name: String,
}

/// A line, with the room that it takes while it waits.
type Line = (Millis, String, OwnedSemaphorePermit);

/// Reads both outputs to their ends; the handle is done when all is written.
pub(super) fn follow(
    (stdout, stderr): (Option<ChildStdout>, Option<ChildStderr>),
    logs: Logs,
    stream: Option<Stream>,
) -> JoinHandle<()> {
    let (lines, waiting) = mpsc::channel(WAITING);
    let room = Arc::new(Semaphore::new(WAITING_BYTES));
    if let Some(stdout) = stdout {
        tokio::spawn(read(stdout, lines.clone(), Arc::clone(&room)));
    }
    if let Some(stderr) = stderr {
        tokio::spawn(read(stderr, lines, room));
    }
    tokio::spawn(write(waiting, logs, stream))
}

async fn read(
    from: impl AsyncRead + Unpin,
    lines: mpsc::Sender<Line>,
    room: Arc<Semaphore>,
) -> Option<()> {
    let mut from = BufReader::new(from);
    let mut bytes = Vec::new();
    loop {
        let wanted = u64::try_from(LONGEST.saturating_sub(bytes.len())).unwrap_or_default();
        let read = (&mut from).take(wanted).read_until(b'\n', &mut bytes).await.unwrap_or(0);
        if bytes.is_empty() {
            return None;
        }
        let rest = bytes.split_off(if read > 0 { whole(&bytes) } else { bytes.len() });
        let line = String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned();
        bytes = rest;
        // CloudWatch has no empty events.
        if !line.is_empty() {
            let size = u32::try_from(line.len().min(WAITING_BYTES)).unwrap_or_default();
            let room = Arc::clone(&room).acquire_many_owned(size).await.ok()?;
            lines.send((times::now(), line, room)).await.ok()?;
        }
    }
}

/// Returns how many bytes of a line that was cut off are whole characters.
fn whole(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => error.valid_up_to(),
        _ => bytes.len(),
    }
}

async fn write(mut waiting: mpsc::Receiver<Line>, logs: Logs, stream: Option<Stream>) {
    let mut lines = Vec::new();
    while waiting.recv_many(&mut lines, WAITING).await > 0 {
        let (batch, room): (Vec<_>, Vec<_>) =
            lines.drain(..).map(|(time, line, room)| ((time, line), room)).unzip();
        let (logs, stream) = (logs.clone(), stream.clone());
        // A group that was deleted meanwhile takes no lines, and the task continues, as on AWS.
        let written =
            work::run(move || stream.map(|to| logs.append(&to.place, &to.group, &to.name, &batch)));
        let _ = written.await;
        drop(room);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads what a container writes, whose log takes a line each time that it is asked.
    async fn lines(written: &[u8]) -> Vec<String> {
        let (sender, mut waiting) = mpsc::channel(WAITING);
        let room = Arc::new(Semaphore::new(WAITING_BYTES));
        let take = async {
            let mut lines = Vec::new();
            while let Some((_, line, _room)) = waiting.recv().await {
                lines.push(line);
            }
            lines
        };
        tokio::join!(read(written, sender, room), take).1
    }

    #[tokio::test]
    async fn lines_are_events_and_empty_ones_are_none() {
        assert_eq!(lines(b"one\r\n\n\ntwo\nthree").await, ["one", "two", "three"]);
        assert_eq!(lines(b"\xff\n\xc3").await, ["\u{fffd}", "\u{fffd}"]);
    }

    #[tokio::test]
    async fn a_long_line_is_cut_between_characters() {
        let long = "x\u{20ac}".repeat(LONGEST);
        let cut = lines(long.as_bytes()).await;
        assert_eq!(cut.concat(), long);
        assert!(cut.len() > 4 && cut.iter().all(|line| line.len() <= LONGEST));
    }

    #[tokio::test]
    async fn lines_that_wait_are_limited_in_size() {
        let long = "x".repeat(100 * LONGEST);
        let (sender, mut waiting) = mpsc::channel(WAITING);
        let room = Arc::new(Semaphore::new(WAITING_BYTES));
        let reading = read(long.as_bytes(), sender, room);
        // Nobody takes a line: the reader waits.
        tokio::select! { biased; _ = reading => panic!("it has room"), () = async {} => {} }
        let mut lines = 0;
        while waiting.try_recv().is_ok() {
            lines += 1;
        }
        assert_eq!(lines, WAITING_BYTES / LONGEST);
    }
}
