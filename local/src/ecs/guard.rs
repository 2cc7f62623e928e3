//! Who ends the tasks' processes when the local cloud is killed: a shell that waits on a pipe. The
//! pipe closes with the local cloud, however that ends, and the shell then kills what is left.

use std::{
    io::Write as _,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Mutex, PoisonError},
};

/// Keeps the process groups that it was told of; those that ended it was told of too.
const SCRIPT: &str = r#"
groups=" "
while read -r word group; do
  case "$word" in
    begun) groups="$groups$group " ;;
    ended) groups="${groups%% "$group" *} ${groups#* "$group" }" ;;
  esac
done
for group in $groups; do kill -KILL "-$group"; done 2>/dev/null
"#;

/// The shell; started with the first process.
#[derive(Debug, Default)]
pub(super) struct Guard(Mutex<Option<Shell>>);

#[derive(Debug)]
struct Shell {
    child: Child,
    pipe: ChildStdin,
}

impl Guard {
    /// A process group has begun.
    pub(super) fn begun(&self, group: u32) {
        self.tell("begun", group);
    }

    /// A process group has ended, and its number may become another's.
    pub(super) fn ended(&self, group: u32) {
        self.tell("ended", group);
    }

    fn tell(&self, word: &str, group: u32) {
        let mut shell = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shell.is_none() && cfg!(unix) {
            *shell = Shell::start();
        }
        let told = shell.as_mut().map(|shell| writeln!(shell.pipe, "{word} {group}"));
        // Without the shell tasks still end with an orderly end of the local cloud.
        if let Some(Err(_)) = told {
            *shell = None;
        }
    }
}

impl Shell {
    fn start() -> Option<Self> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT]).env_clear();
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
        let shell = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(Shell { mut child, pipe }) = shell.take() {
            drop(pipe);
            let _ = child.wait();
        }
    }
}
