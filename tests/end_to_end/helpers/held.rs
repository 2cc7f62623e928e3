//! Commands that have to wait for a state: it is held until they report that they wait, so that no
//! state has to be caught in passing.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::Command,
    sync::mpsc::{self, RecvTimeoutError},
    time::Duration,
};

use serde_json::{Value, json};

use super::{cloud::Cloud, command::Ended};

/// How long a command may take before it is killed, so that a message which never comes fails the
/// test.
const PATIENCE: Duration = Duration::from_mins(2);

/// A change that does not settle until the command prints this message.
pub(crate) struct Held {
    /// The service, as fault rules name it.
    pub(crate) service: &'static str,
    /// The operation that began the change.
    pub(crate) operation: &'static str,
    /// What the command prints while it waits.
    pub(crate) until: &'static str,
}

impl Held {
    fn rule(&self) -> Value {
        json!({"kind": "hold", "service": self.service, "operation": self.operation})
    }
}

/// Keeps these changes from settling from now on.
pub(crate) fn hold(cloud: &Cloud, held: &[Held]) {
    hold_with(cloud, held, &[]);
}

/// Does the same, together with these faults.
fn hold_with(cloud: &Cloud, held: &[Held], faults: &[Value]) {
    cloud.faults(&held.iter().map(Held::rule).chain(faults.iter().cloned()).collect());
}

/// Runs `mysfits … --local` to its end. Each of the changes settles when the command has printed
/// its message, and after those before it.
#[track_caller]
pub(crate) fn run(cloud: &Cloud, held: &[Held], args: &[&str]) -> Ended {
    run_with_faults(cloud, held, &[], args)
}

/// Does the same, with faults that strike from the beginning to the end.
#[track_caller]
pub(crate) fn run_with_faults(
    cloud: &Cloud,
    held: &[Held],
    faults: &[Value],
    args: &[&str],
) -> Ended {
    hold_with(cloud, held, faults);
    let mut command = cloud.spawn(args);
    let (_over, watch) = mpsc::channel::<()>();
    let process = command.id().to_string();
    std::thread::spawn(move || {
        if watch.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            Command::new("kill").arg(process).status().unwrap();
        }
    });
    let mut lines = BufReader::new(command.stderr.take().unwrap()).lines();
    let mut stderr = String::new();
    for place in 0..held.len() {
        while !stderr.contains(held[place].until) {
            let line =
                lines.next().unwrap_or_else(|| panic!("no {} in {stderr}", held[place].until));
            stderr += &(line.unwrap() + "\n");
        }
        hold_with(cloud, &held[place + 1..], faults);
    }
    stderr.extend(lines.map(|line| line.unwrap() + "\n"));
    let mut stdout = String::new();
    command.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    cloud.no_faults();
    Ended { code: command.wait().unwrap().code(), stdout, stderr }
}
