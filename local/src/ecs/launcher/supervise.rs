//! The launcher that stays: it passes on what the local cloud orders, and leaves nothing behind.

use std::{
    fs,
    io::{self, BufRead, BufReader, Write as _},
    os::unix::net::UnixStream,
    process::Command,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use rustix::{
    io::Errno,
    process::{
        Pid, Signal, WaitOptions, WaitStatus, getpgrp, getpid, kill_process, kill_process_group,
        set_child_subreaper, wait,
    },
    thread::set_name,
};

use super::{
    FIRST, THIS_PROGRAM, launcher,
    order::{self, Answer, Order},
    own_channel,
};

/// The order to ask the program to end. The end of the channel is the order to kill it.
pub(super) const TERMINATE: u8 = b't';

/// The first process, while it has not ended.
type First = Arc<Mutex<Option<Pid>>>;

/// Starts a program, waits for its end, kills what it leaves behind, and returns its exit code.
pub(super) fn run() -> io::Result<u8> {
    set_name(c"task-launcher")?;
    set_child_subreaper(Some(getpid()))?;
    let mut channel = own_channel()?;
    let mut orders = BufReader::new(channel.try_clone()?);
    let Some(order) = order::read::<Order>(&mut orders)? else {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
    };
    let (first, answer) = match begin(&order) {
        Ok(begun) => begun,
        Err(error) => {
            channel.write_all(&order::line(&Answer::from(error))?)?;
            return Err(io::Error::from(io::ErrorKind::NotFound));
        }
    };
    // If the local cloud is gone, the next read of the channel tells.
    let _ = channel.write_all(&order::line(&answer)?);
    let running = First::new(Mutex::new(Some(first)));
    let signalled = Arc::clone(&running);
    thread::spawn(move || obey(orders, &signalled));
    let code = until_end(first)?;
    *running.lock().unwrap_or_else(PoisonError::into_inner) = None;
    end_rest();
    Ok(code)
}

/// Starts the second launcher, and returns its id, and how it went.
fn begin(order: &Order) -> io::Result<(Pid, Answer)> {
    let (mut own, others) = UnixStream::pair()?;
    let mut command: Command = launcher(THIS_PROGRAM, FIRST, others.into());
    let child = command.arg(getpid().as_raw_nonzero().to_string()).spawn()?;
    // It holds the other side's end.
    drop(command);
    let first = pid(child.id()).ok_or_else(|| io::Error::other("a process without an id"))?;
    own.write_all(&order::line(order)?)?;
    // The channel closes with its becoming the program.
    let answer = order::read(&mut BufReader::new(own))?;
    Ok((first, answer.unwrap_or(Answer::Begun)))
}

/// Passes on what is ordered. The first process alone is asked to end, as container engines do.
fn obey(mut orders: impl BufRead, first: &First) {
    loop {
        let mut order = [0];
        let goes_on = matches!(orders.read(&mut order), Ok(1));
        let signal = if goes_on && order[0] == TERMINATE { Signal::TERM } else { Signal::KILL };
        // Held meanwhile: the number of a process that has ended may become another's.
        let first = first.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = *first {
            let _ = kill_process(first, signal);
        }
        if !goes_on {
            return;
        }
    }
}

/// Waits for the end of the first process, and returns its exit code. What it has left to this one
/// may end before.
fn until_end(first: Pid) -> io::Result<u8> {
    loop {
        match wait(WaitOptions::empty()) {
            Ok(Some((process, status))) if process == first => return Ok(exit_code(status)),
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Returns the exit code as container engines write it: 128 more than the signal that ended it.
fn exit_code(status: WaitStatus) -> u8 {
    let signalled = || status.terminating_signal().map(|signal| 128 + signal);
    let code = status.exit_status().or_else(signalled);
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

/// Kills everything that is left. A process whose parent ends becomes a child of this one, so all
/// are children in the end; and nobody else's process can be, so nothing else is killed.
fn end_rest() {
    loop {
        let Some(children) = children() else { return };
        for (child, group) in children {
            let _ = kill_process(child, Signal::KILL);
            // With its group, which cannot grow meanwhile.
            if group != getpgrp() {
                let _ = kill_process_group(group, Signal::KILL);
            }
        }
        if matches!(wait(WaitOptions::empty()), Err(error) if error != Errno::INTR) {
            return;
        }
    }
}

/// Returns the children of this process with their groups; `None` if the system does not show them.
fn children() -> Option<Vec<(Pid, Pid)>> {
    let mut children = Vec::new();
    for entry in fs::read_dir("/proc").ok()?.flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // After the name of the program, which may contain anything: state, parent, group.
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let mut fields = stat.rsplit_once(") ").unwrap_or_default().1.split(' ').skip(1);
        let mut next = || fields.next().and_then(|field| field.parse().ok()).and_then(pid);
        if let (Some(process), Some(parent), Some(group)) = (pid(process), next(), next())
            && parent == getpid()
        {
            children.push((process, group));
        }
    }
    Some(children)
}

fn pid(number: u32) -> Option<Pid> {
    i32::try_from(number).ok().and_then(Pid::from_raw)
}
