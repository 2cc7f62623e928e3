//! A container as a process of this machine, with an environment that contains nothing of the local
//! cloud's: started by a launcher, which ends all of its processes; without one in a process group of
//! its own, and ended with the whole group.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use tokio::{
    process::{Child, ChildStderr, ChildStdout, Command},
    time::timeout,
};

use super::{
    guard::Guard,
    launcher::{Channel, Launcher},
    rooted,
};

/// How long a launcher may take to kill what it has started.
const KILLING: Duration = Duration::from_secs(5);

/// Where programs are searched for if an image does not define it.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What to run.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<String>,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) folder: PathBuf,
    /// Where its image is unpacked.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "for a launcher"))]
    pub(super) root: PathBuf,
}

/// A running process.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    held: Held,
}

/// By what a process, and what it starts, is ended.
#[derive(Debug)]
enum Held {
    /// The launcher, which is the child; `None` once it was told to kill.
    Launcher(Option<Channel>),
    /// The group of the child; `None` once it has ended.
    Group(Option<u32>, Arc<Guard>),
}

/// How a process is asked to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    Terminate,
    Kill,
}

impl Process {
    /// Starts it by the launcher, or else watched by the guard.
    pub(super) async fn start(
        run: &Run,
        launcher: Option<&Launcher>,
        guard: &Arc<Guard>,
    ) -> io::Result<Self> {
        match launcher {
            Some(launcher) => {
                let (child, channel) = launcher.start(run).await?;
                Ok(Self { child, held: Held::Launcher(Some(channel)) })
            }
            None => Self::start_here(run, Arc::clone(guard)),
        }
    }

    fn start_here(run: &Run, guard: Arc<Guard>) -> io::Result<Self> {
        let mut command = Command::new(&run.program);
        command.args(&run.arguments).env_clear().envs(&run.environment).current_dir(&run.folder);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        guard.ready();
        let child = command.spawn()?;
        let group = child.id();
        if let Some(group) = group {
            guard.begun(group);
        }
        Ok(Self { child, held: Held::Group(group, guard) })
    }

    /// Returns its process group.
    #[cfg(test)]
    pub(super) fn group(&self) -> Option<u32> {
        match self.held {
            Held::Group(group, _) => group,
            Held::Launcher(_) => None,
        }
    }

    /// Returns its output streams.
    pub(super) fn output(&mut self) -> (Option<ChildStdout>, Option<ChildStderr>) {
        (self.child.stdout.take(), self.child.stderr.take())
    }

    /// Waits for its end, and ends what it leaves behind.
    pub(super) async fn ended(&mut self) -> i32 {
        if matches!(self.held, Held::Launcher(None))
            && timeout(KILLING, self.child.wait()).await.is_err()
        {
            // Somebody has stopped it. With it ends the first process.
            let _ = self.child.start_kill();
        }
        let code = self.child.wait().await.map_or(-1, exit_code);
        self.end_group();
        code
    }

    /// Sends a signal. The first process alone is asked to end, as container engines do; when it is
    /// ended, so is everything that it started.
    pub(super) fn signal(&mut self, signal: Signal) {
        match (&mut self.held, signal) {
            (Held::Launcher(Some(channel)), Signal::Terminate) => channel.terminate(),
            // The launcher kills when its channel is closed, however that comes about.
            (Held::Launcher(channel), Signal::Kill) => *channel = None,
            (Held::Group(Some(process), _), Signal::Terminate) => terminate(*process),
            (Held::Group(Some(group), _), Signal::Kill) => kill_group(*group),
            (Held::Launcher(None) | Held::Group(None, _), _) => {}
        }
    }

    fn end_group(&mut self) {
        if let Held::Group(group, guard) = &mut self.held
            && let Some(group) = group.take()
        {
            kill_group(group);
            guard.ended(group);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end_group();
    }
}

#[cfg(unix)]
fn terminate(process: u32) {
    use rustix::process::{Signal, kill_process};
    // One that has ended cannot be signalled, which is as well.
    let _ = pid(process).map(|pid| kill_process(pid, Signal::TERM));
}

#[cfg(unix)]
fn kill_group(group: u32) {
    use rustix::process::{Signal, kill_process_group};
    let _ = pid(group).map(|pid| kill_process_group(pid, Signal::KILL));
}

#[cfg(unix)]
fn pid(number: u32) -> Option<rustix::process::Pid> {
    i32::try_from(number).ok().and_then(rustix::process::Pid::from_raw)
}

#[cfg(not(unix))]
fn terminate(_process: u32) {}

#[cfg(not(unix))]
fn kill_group(_group: u32) {}

/// Returns the exit code as container engines write it: 128 more than the signal that ended it.
#[cfg(unix)]
fn exit_code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(-1)
}

#[cfg(not(unix))]
fn exit_code(status: ExitStatus) -> i32 {
    status.code().unwrap_or(-1)
}

/// Finds a program in an unpacked image, as a container engine does: by its path, or by its name in
/// the folders of the image's `PATH`.
pub(super) fn find(
    root: &Path,
    folder: &Path,
    program: &str,
    environment: &BTreeMap<String, String>,
) -> Option<PathBuf> {
    let is_file = |path: &PathBuf| path.is_file();
    if program.contains('/') {
        return rooted::resolve(root, &folder.join(program)).ok().filter(is_file);
    }
    let path = environment.get("PATH").map_or(PATH, String::as_str);
    path.split(':')
        .filter_map(|folder| rooted::resolve(root, &Path::new(folder).join(program)).ok())
        .find(is_file)
}
