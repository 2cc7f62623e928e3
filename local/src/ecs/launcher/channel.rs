//! The local cloud's end of the channel to a launcher.

use std::{io, os::unix::net::UnixStream as StdStream, process::Stdio, time::Duration};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::UnixStream,
    process::{Child, Command},
    time::timeout,
};

use super::{
    Launcher, SUPERVISE, launcher,
    order::{self, Answer, Order},
    supervise::TERMINATE,
};
use crate::ecs::process::Run;

/// How long a program may take to be started: it is this program's own work, some milliseconds.
const START: Duration = Duration::from_secs(20);

/// The channel. When it is closed, the launcher kills everything that is left of the program.
#[derive(Debug)]
pub(in crate::ecs) struct Channel(UnixStream);

impl Launcher {
    /// Starts a program, and returns its launcher, which ends with the exit code of the program,
    /// after all of its processes.
    pub(in crate::ecs) async fn start(&self, run: &Run) -> io::Result<(Child, Channel)> {
        let (own, others) = StdStream::pair()?;
        own.set_nonblocking(true)?;
        let mut command: Command = launcher(self.program.clone(), SUPERVISE, others.into()).into();
        // A group of its own: Ctrl-C in the terminal must not end it before the local cloud.
        command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn()?;
        // It holds the other side's end.
        drop(command);
        let mut channel = UnixStream::from_std(own)?;
        timeout(START, self.tell(run, &mut channel)).await??;
        Ok((child, Channel(channel)))
    }

    async fn tell(&self, run: &Run, channel: &mut UnixStream) -> io::Result<()> {
        let order = Order {
            program: run.program.clone().into(),
            arguments: run.arguments.clone(),
            environment: run.environment.clone(),
            folder: run.folder.clone().into(),
            root: run.root.clone().into(),
            confines: self.confines,
        };
        channel.write_all(&order::line(&order)?).await?;
        let mut line = Vec::new();
        // There is one answer, so nothing is lost with what reads it.
        BufReader::new(channel).read_until(b'\n', &mut line).await?;
        if line.is_empty() {
            return Err(io::Error::other("its launcher has ended"));
        }
        serde_json::from_slice::<Answer>(&line)?.into_result()
    }
}

impl Channel {
    /// Has the first process of the program asked to end.
    pub(in crate::ecs) fn terminate(&self) {
        // There is room for it, or the launcher has ended.
        let _ = self.0.try_write(&[TERMINATE]);
    }
}
