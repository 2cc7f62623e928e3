//! What ends the tasks' processes when the local cloud is killed: a shell that waits on a pipe. The
//! pipe closes with the local cloud, however that ends, and the shell then kills what is left.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Mutex, PoisonError},
};

/// Keeps track of the process groups that were reported to it, and of those reported as ended.
/// There may be one more: a process that began when the local cloud had no time left to report it.
/// Where Linux shows whose program is in the folder of the images, that one is searched for; twice,
/// as it may not be its program yet.
const SCRIPT: &str = r#"
images=$1
groups=" "
while read -r word group; do
  case "$word" in
    begun) groups="$groups$group " ;;
    ended) groups="${groups%% "$group" *} ${groups#* "$group" }" ;;
    over) images= ;;
  esac
done
{
  for group in $groups; do kill -KILL "-$group"; done
  [ -n "$images" ] || exit 0
  for pause in 0 1; do
    sleep "$pause"
    for program in /proc/[0-9]*/exe; do
      case "$(readlink "$program")" in
        "$images"/*) process=${program%/exe}; kill -KILL "${process#/proc/}" ;;
      esac
    done
  done
} 2>/dev/null
"#;

/// The shell; started before the first process.
#[derive(Debug, Default)]
pub(super) struct Guard {
    /// Where the images are unpacked, as Linux shows it; `None` if nothing is searched for.
    images: Option<PathBuf>,
    shell: Mutex<Option<Shell>>,
}

#[derive(Debug)]
struct Shell {
    child: Child,
    pipe: ChildStdin,
}

impl Guard {
    /// Creates a guard for the images that are unpacked below a folder.
    pub(super) fn of(images: &Path) -> Self {
        let made = std::fs::create_dir_all(images).and_then(|()| images.canonicalize());
        Self { images: made.ok(), shell: Mutex::default() }
    }

    /// Gets ready before a process begins, so that reporting it takes no time.
    pub(super) fn ready(&self) {
        let mut shell = self.shell.lock().unwrap_or_else(PoisonError::into_inner);
        if shell.is_none() && cfg!(unix) {
            *shell = Shell::start(self.images.as_deref());
        }
    }

    /// Reports that a process group has begun.
    pub(super) fn begun(&self, group: u32) {
        self.ready();
        self.tell("begun", group);
    }

    /// Reports that a process group has ended, and its number may become another's.
    pub(super) fn ended(&self, group: u32) {
        self.tell("ended", group);
    }

    /// Does what happens when the local cloud is killed.
    #[cfg(test)]
    pub(super) fn lose_pipe(&self) {
        drop(self.shell.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    fn tell(&self, word: &str, group: u32) {
        let mut shell = self.shell.lock().unwrap_or_else(PoisonError::into_inner);
        let told = shell.as_mut().map(|shell| writeln!(shell.pipe, "{word} {group}"));
        // Without the shell tasks still end with an orderly end of the local cloud.
        if let Some(Err(_)) = told {
            *shell = None;
        }
    }
}

impl Shell {
    fn start(images: Option<&Path>) -> Option<Self> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT, "guard"]).arg(images.unwrap_or(Path::new(""))).env_clear();
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // A group of its own: Ctrl-C in the terminal must not end it before the local cloud.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn().ok()?;
        let pipe = child.stdin.take()?;
        Some(Self { child, pipe })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let shell = self.shell.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(Shell { mut child, mut pipe }) = shell.take() {
            // Everything was reported; there is nothing to search for.
            let _ = writeln!(pipe, "over");
            drop(pipe);
            let _ = child.wait();
        }
    }
}
