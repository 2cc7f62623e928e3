//! The launcher of tasks' programs, on Linux: this program again, started twice for each container.
//!
//! The first one stays between the local cloud and the task (`supervise`). It adopts whatever a
//! program leaves behind, also processes that have left their group and session, and kills all of
//! them when the program ends, when it is told to, and when the local cloud is gone. The second one
//! restricts itself and becomes the program (`first`): only a process itself can give up rights, and
//! without `unsafe` there is no code between fork and exec.
//!
//! Both run before anything else of their program does. They have an empty environment: the task's
//! comes over a channel, as variables such as `LD_PRELOAD` would run an image's code before it is
//! restricted, and as arguments can be read by every user of the machine.

mod channel;
mod confine;
mod first;
mod order;
mod supervise;

use std::{
    env, io,
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Command, ExitCode},
};

pub(super) use channel::Channel;
pub(super) use confine::confinement;

/// The first argument of a program that is to be a launcher. It is no command, so that nobody types
/// it.
const ARGUMENT: &str = "__launch";
/// The second argument: which of the two.
const SUPERVISE: &str = "supervise";
const FIRST: &str = "first";

/// What the system calls a launcher: not as the local cloud, so that whoever kills that by its name
/// leaves those alive that clean up after it.
const NAME: &str = "task-launcher";

/// This program, also after its file was replaced.
const THIS_PROGRAM: &str = "/proc/self/exe";

/// The exit code of a launcher that could not do its work.
const FAILED: u8 = 125;

/// The program that starts tasks' programs.
#[derive(Clone, Debug)]
pub struct Launcher {
    program: PathBuf,
    confines: bool,
}

impl Launcher {
    /// Returns this program as the launcher. Its `main` must begin with [`run_if_launched`].
    #[must_use]
    pub fn this_program() -> Option<Self> {
        Some(Self::of(THIS_PROGRAM))
    }

    /// Returns another program as the launcher. Its `main` must begin with [`run_if_launched`].
    #[must_use]
    pub fn of(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), confines: true }
    }

    /// Returns a launcher that does not confine, as on a system without Landlock.
    #[must_use]
    pub fn without_landlock(self) -> Self {
        Self { confines: false, ..self }
    }
}

/// Does the work of a launcher if this process was started as one, and returns its exit code. It
/// must be called first in `main`, as a launcher needs nothing that a program sets up.
#[must_use]
pub fn run_if_launched() -> Option<ExitCode> {
    let mut arguments = env::args_os().skip(1);
    if arguments.next()? != ARGUMENT {
        return None;
    }
    let which = arguments.next();
    let code = match which.as_deref().and_then(|which| which.to_str()) {
        Some(SUPERVISE) => supervise::run().unwrap_or(FAILED),
        Some(FIRST) => first::run(arguments.next().as_deref()),
        _ => FAILED,
    };
    Some(ExitCode::from(code))
}

/// Returns the command that starts a launcher; its standard input is its channel.
fn launcher(program: impl Into<PathBuf>, which: &str, channel: std::os::fd::OwnedFd) -> Command {
    let mut command = Command::new(program.into());
    command.arg0(NAME).args([ARGUMENT, which]).env_clear().current_dir("/").stdin(channel);
    command
}

/// Returns the channel of this launcher, which no program that it starts inherits.
fn own_channel() -> io::Result<std::os::unix::net::UnixStream> {
    use std::os::fd::AsFd as _;
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}
