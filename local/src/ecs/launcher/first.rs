//! The launcher that becomes the program.

use std::{
    ffi::OsStr,
    fs::File,
    io::{self, BufReader, Read as _, Write as _},
    os::unix::{net::UnixStream, process::CommandExt as _, process::parent_id},
    process::{Command, Stdio},
};

use rustix::{
    io::Errno,
    process::{Signal, set_parent_process_death_signal, setsid},
    thread::set_no_new_privs,
};

use super::{
    FAILED, THIS_PROGRAM, confine,
    order::{self, Answer, Order},
    own_channel,
};

/// Becomes the program that is ordered; returns the exit code if it cannot.
pub(super) fn run(supervisor: Option<&OsStr>) -> u8 {
    let Ok(mut channel) = own_channel() else { return FAILED };
    let error = become_program(&channel, supervisor);
    // Nobody waits for it if that fails.
    let _ = order::line(&Answer::from(error)).map(|line| channel.write_all(&line));
    FAILED
}

/// Returns only if it fails.
fn become_program(channel: &UnixStream, supervisor: Option<&OsStr>) -> io::Error {
    match prepare(channel, supervisor) {
        // The channel closes with this.
        Ok(mut command) => command.exec(),
        Err(error) => error,
    }
}

fn prepare(channel: &UnixStream, supervisor: Option<&OsStr>) -> io::Result<Command> {
    // If somebody kills the supervisor alone.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    if supervisor != Some(OsStr::new(&parent_id().to_string())) {
        return Err(io::Error::other("its supervisor has ended"));
    }
    // A group of its own, and no terminal: what is written into one is typed there.
    setsid()?;
    let order: Option<Order> = order::read(&mut BufReader::new(channel))?;
    let order = order.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
    if !is_for_this_machine(&start_of(&order.program)?, &start_of(OsStr::new(THIS_PROGRAM))?) {
        return Err(Errno::NOEXEC.into());
    }
    set_no_new_privs(true)?;
    let mut command = Command::new(&order.program);
    command.args(&order.arguments).env_clear().envs(&order.environment);
    command.current_dir(&order.folder).stdin(Stdio::null());
    if order.confines {
        confine::confine(&order).map_err(io::Error::other)?;
    }
    Ok(command)
}

/// Where the kind of machine is in the header of a Linux program, and how long it is.
const MACHINE: std::ops::Range<usize> = 18..20;

fn start_of(program: &OsStr) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    File::open(program)?.take(MACHINE.end as u64).read_to_end(&mut start)?;
    Ok(start)
}

/// Returns whether the kernel runs a program that starts like this, given how one starts that it
/// does run. What it does not, the C library would give to a shell.
fn is_for_this_machine(start: &[u8], own: &[u8]) -> bool {
    /// 32-bit x86 and Arm, which many 64-bit kernels run too.
    const OLDER: [&[u8]; 2] = [&[3, 0], &[40, 0]];
    let machine = start.get(MACHINE);
    let is_known = machine == own.get(MACHINE) || machine.is_some_and(|one| OLDER.contains(&one));
    start.starts_with(b"#!") || (start.starts_with(b"\x7fELF") && is_known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_and_programs_for_this_machine_are_run() {
        let own = start_of(OsStr::new(THIS_PROGRAM)).unwrap();
        let mut older = own.clone();
        older[MACHINE].copy_from_slice(&[3, 0]);
        for start in [b"#!/bin/sh\n", &*own, &*older] {
            assert!(is_for_this_machine(start, &own), "{start:?}");
        }
        let mut other = own.clone();
        // That of s390x.
        other[MACHINE].copy_from_slice(&[22, 0]);
        for start in [&b""[..], b"echo no", b"\x7fELF", &*other] {
            assert!(!is_for_this_machine(start, &own), "{start:?}");
        }
    }
}
