//! The `mysfits` command: started, interrupted, waited for, and how it ended.

use std::{
    path::Path,
    process::{Child, Command, Output},
    time::{Duration, Instant},
};

/// The binary under test.
const MYSFITS: &str = env!("CARGO_BIN_EXE_mysfits");

/// How long a test waits for a state before it fails.
const PATIENCE: Duration = Duration::from_mins(1);

/// How a command ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// Fails the test unless the command ended with this code.
    #[track_caller]
    pub(crate) fn exit(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }
}

/// Returns `mysfits` with nothing of the environment but the path.
pub(crate) fn command(folder: &Path) -> Command {
    let home = folder.join("home");
    std::fs::create_dir_all(&home).unwrap();
    let mut command = Command::new(MYSFITS);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", &home)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .current_dir(&home);
    command
}

/// Runs a command to its end.
pub(crate) fn ended(command: &mut Command) -> Ended {
    output(command.output().unwrap())
}

/// Waits for the end of a running command.
pub(crate) fn awaited(running: Child) -> Ended {
    output(running.wait_with_output().unwrap())
}

/// Waits for a command that must end soon. One that does not is killed, and ends without a code.
pub(crate) fn within_patience(mut running: Child) -> Ended {
    let start = Instant::now();
    while running.try_wait().unwrap().is_none() {
        if start.elapsed() > PATIENCE {
            running.kill().unwrap();
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    awaited(running)
}

fn output(output: Output) -> Ended {
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Presses Ctrl-C, as far as the command can tell.
pub(crate) fn press_ctrl_c(process: &Child) {
    assert!(
        Command::new("kill").args(["-INT", &process.id().to_string()]).status().unwrap().success()
    );
}

/// Polls until there is something to see.
#[track_caller]
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(start.elapsed() < PATIENCE, "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
