//! Who holds a folder: the lock file names the process, so that a local cloud that no longer answers
//! can be ended from outside.

use std::{
    fs::{File, TryLockError},
    io::{self, Seek as _, Write as _},
    path::Path,
};

/// The file that is locked.
pub(crate) const LOCK: &str = "lock";

/// Writes into a locked file that this process holds it, for a cloud on this port.
pub(crate) fn note(mut file: &File, port: u16) -> io::Result<()> {
    let pid = std::process::id();
    // Where the start of a process cannot be told, nobody ends it.
    let start = started(pid).unwrap_or_default();
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{pid} {start} {port}")
}

/// Kills the process that serves this folder on this port, if it certainly is that one: its lock is
/// held, and the process that the file names began when the file says. Returns the lock, which is
/// free when the process is gone.
///
/// # Errors
/// When the lock file cannot be read, or the process cannot be killed.
pub(crate) fn kill(folder: &Path, port: u16) -> io::Result<Option<File>> {
    let path = folder.join(LOCK);
    let file = match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {}
        // Nobody holds it.
        Ok(()) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let said = std::fs::read_to_string(&path)?;
    let is_killed = match said.split_whitespace().collect::<Vec<_>>()[..] {
        [pid, start, on] if on == port.to_string() => end(pid, start)?,
        _ => false,
    };
    Ok(is_killed.then_some(file))
}

/// Kills a process that began then. It is held while that is looked at: were it gone, another one
/// could have its id.
#[cfg(target_os = "linux")]
fn end(pid: &str, start: &str) -> io::Result<bool> {
    use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
    let Some(id) = pid.parse().ok().and_then(Pid::from_raw) else { return Ok(false) };
    let process = pidfd_open(id, PidfdFlags::empty())?;
    if pid.parse().ok().and_then(started).is_none_or(|began| began != start) {
        return Ok(false);
    }
    pidfd_send_signal(process, Signal::KILL)?;
    Ok(true)
}

#[cfg(not(target_os = "linux"))]
fn end(_: &str, _: &str) -> io::Result<bool> {
    Ok(false)
}

/// Returns when a process began, in the system's own unit since its boot.
#[cfg(target_os = "linux")]
fn started(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may hold anything. Behind it, this is the 20th field.
    let rest = stat.rsplit_once(") ")?.1;
    rest.split_whitespace().nth(19).map(str::to_owned)
}

#[cfg(not(target_os = "linux"))]
fn started(_: u32) -> Option<String> {
    None
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::process::{Child, Command};

    use super::*;
    use crate::test_folder::Folder;

    fn sleeper() -> Child {
        Command::new("sleep").arg("600").spawn().unwrap()
    }

    /// Writes what a holder writes, for another process.
    fn claim(folder: &Path, text: &str) -> File {
        let path = folder.join(LOCK);
        std::fs::write(&path, text).unwrap();
        File::open(path).unwrap()
    }

    #[test]
    fn only_the_process_that_holds_the_folder_is_killed() {
        let folder = Folder::new("holder");
        let mut child = sleeper();
        let (pid, start) = (child.id(), started(child.id()).unwrap());
        let whole = format!("{pid} {start} 4566\n");
        assert!(kill(&folder, 4566).unwrap().is_none(), "there is no lock");
        let file = claim(&folder, &whole);
        assert!(kill(&folder, 4566).unwrap().is_none(), "nobody holds the lock");
        file.lock().unwrap();
        assert!(kill(&folder, 4567).unwrap().is_none(), "it serves another port");
        for other in [format!("{pid} 1 4566"), format!("{pid}  4566"), String::new()] {
            std::fs::write(folder.join(LOCK), other).unwrap();
            assert!(kill(&folder, 4566).unwrap().is_none());
        }
        assert!(child.try_wait().unwrap().is_none(), "it runs");
        std::fs::write(folder.join(LOCK), whole).unwrap();
        assert!(kill(&folder, 4566).unwrap().is_some());
        assert!(!child.wait().unwrap().success());
    }

    #[test]
    fn this_process_is_named() {
        let folder = Folder::new("holder-note");
        let file = File::create(folder.join(LOCK)).unwrap();
        note(&file, 1).unwrap();
        note(&file, 4566).unwrap();
        let said = std::fs::read_to_string(folder.join(LOCK)).unwrap();
        let pid = std::process::id();
        assert_eq!(said, format!("{pid} {} 4566\n", started(pid).unwrap()));
    }
}
