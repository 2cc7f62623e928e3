//! A container as a process of this machine: started in a process group of its own, with an
//! environment that contains nothing of the local cloud's, and ended with the whole group.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::Arc,
};

use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use super::{guard::Guard, rooted};

/// Where programs are searched for if an image does not define it.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What to run.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<String>,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) folder: PathBuf,
}

/// A running process.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    group: Option<u32>,
    guard: Arc<Guard>,
}

/// How a process is asked to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    Terminate,
    Kill,
}

impl Process {
    pub(super) fn start(run: &Run, guard: Arc<Guard>) -> io::Result<Self> {
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
        Ok(Self { child, group, guard })
    }

    /// Returns its process group.
    #[cfg(test)]
    pub(super) fn group(&self) -> Option<u32> {
        self.group
    }

    /// Returns its output streams.
    pub(super) fn output(&mut self) -> (Option<ChildStdout>, Option<ChildStderr>) {
        (self.child.stdout.take(), self.child.stderr.take())
    }

    /// Waits for its end, and ends what it leaves behind.
    pub(super) async fn ended(&mut self) -> i32 {
        let code = self.child.wait().await.map_or(-1, exit_code);
        self.end_group();
        code
    }

    /// Sends a signal. The first process alone is asked to end, as container engines do; when it is
    /// ended, so is the whole group.
    pub(super) fn signal(&self, signal: Signal) {
        match (self.group, signal) {
            (Some(process), Signal::Terminate) => terminate(process),
            (Some(group), Signal::Kill) => kill_group(group),
            (None, _) => {}
        }
    }

    fn end_group(&mut self) {
        if let Some(group) = self.group.take() {
            kill_group(group);
            self.guard.ended(group);
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
