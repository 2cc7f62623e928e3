//! Builds the backend with cargo from a source checkout: static, and without paths of this machine.

use std::{
    collections::VecDeque,
    env,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::error::{Code, Error, Result};

/// The build target; `None` unless this is Linux on a processor that Fargate supports.
pub(super) const TARGET: Option<&str> = if cfg!(not(target_os = "linux")) {
    None
} else if cfg!(target_arch = "x86_64") {
    Some("x86_64-unknown-linux-gnu")
} else if cfg!(target_arch = "aarch64") {
    Some("aarch64-unknown-linux-gnu")
} else {
    None
};

/// On a small, busy machine the first build takes several minutes.
const LONGEST: Duration = Duration::from_mins(20);

/// How many of the compiler's last lines are shown when it fails.
const LAST_LINES: usize = 20;

/// Checks that cargo is available, which builds the backend.
///
/// # Errors
/// When it cannot be started, or fails.
pub(super) async fn check(source: &Path) -> Result<()> {
    let version =
        cargo(source).arg("--version").output().await.map_err(|error| no_cargo(&error))?;
    if version.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&version.stderr);
    Err(no_cargo(&io::Error::other(words.trim().to_owned())))
}

/// The first glibc with which static programs resolve names in an otherwise empty container: older
/// versions load libraries for that at run time.
const NAMES_INSIDE: (u32, u32) = (2, 34);

/// Returns a warning if this machine's C library produces programs that cannot resolve names in a
/// container of their own; `None` if not, or if it is unknown.
pub(super) async fn warning() -> Option<String> {
    let mut ask = Command::new("getconf");
    let answer = ask.arg("GNU_LIBC_VERSION").stdin(Stdio::null()).output().await.ok()?;
    warning_of(&String::from_utf8_lossy(&answer.stdout))
}

/// Returns the warning for an output of `getconf`, such as `glibc 2.36`.
fn warning_of(said: &str) -> Option<String> {
    let (major, minor) = said.trim().strip_prefix("glibc ")?.split_once('.')?;
    let version = (major.parse().ok()?, minor.split('.').next()?.parse().ok()?);
    (version < NAMES_INSIDE).then(|| {
        format!(
            "the backend is built with glibc {major}.{minor} of this machine, and with one before \
             2.34 it may not find AWS's addresses in its container; build it elsewhere and name it \
             with `--service-binary PATH` should it not answer"
        )
    })
}

/// Builds the backend and returns the path of the executable.
///
/// # Errors
/// When cargo is not available or fails.
pub(super) async fn build(source: &Path, status: &(dyn Fn(String) + Sync)) -> Result<PathBuf> {
    status("building the backend; the first time takes a few minutes".to_owned());
    let mut cargo = command(source).spawn().map_err(|error| no_cargo(&error))?;
    let (program, words, ended) = timeout(LONGEST, follow(&mut cargo, status))
        .await
        .map_err(|_| Error::new(Code::Build, "cargo did not finish within 20 minutes"))?
        .map_err(|error| Error::new(Code::Build, error.to_string()))?;
    match program {
        Some(program) if ended.success() => Ok(program),
        _ => Err(Error::new(Code::Build, format!("cargo ended with {ended}:\n{words}"))),
    }
}

fn no_cargo(error: &io::Error) -> Error {
    let message = format!("`cargo`, which builds the backend, could not be started: {error}");
    Error::new(Code::Build, message)
        .hint("install Rust from https://rustup.rs, or name a program with `--service-binary PATH`")
}

fn command(source: &Path) -> Command {
    let mut command = cargo(source);
    command
        .args(["build", "--package", "mysfits-service", "--profile", "service"])
        // Without a target, the flags would also apply to build scripts.
        .args(TARGET.map(|target| format!("--target={target}")))
        .args(["--message-format", "json-render-diagnostics"])
        // It takes precedence over `RUSTFLAGS` and supports paths with spaces.
        .env("CARGO_ENCODED_RUSTFLAGS", flags(source))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Returns a command for cargo, in the source's folder.
fn cargo(source: &Path) -> Command {
    // Cargo passes its own path to the programs that it runs.
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(source).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Returns the flags for a static program with the same paths in it wherever it is built.
fn flags(source: &Path) -> OsString {
    let mut flags = OsString::from("-Ctarget-feature=+crt-static");
    let mut remap = |from: &Path, to: &str| {
        flags.push("\x1f--remap-path-prefix=");
        flags.push(from);
        flags.push(to);
    };
    if let Some(home) = cargo_home() {
        remap(&home, "=/cargo");
    }
    remap(source, "=/mysfits");
    flags
}

fn cargo_home() -> Option<PathBuf> {
    let home = || env::home_dir().map(|home| home.join(".cargo"));
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home)
}

/// Follows cargo to its end; returns the executable, if it reported one, and its last output.
async fn follow(
    cargo: &mut Child,
    status: &(dyn Fn(String) + Sync),
) -> io::Result<(Option<PathBuf>, String, ExitStatus)> {
    let (Some(messages), Some(words)) = (cargo.stdout.take(), cargo.stderr.take()) else {
        unreachable!("both are piped")
    };
    let (program, words) = tokio::try_join!(artifacts(messages, status), last_lines(words))?;
    Ok((program, words, cargo.wait().await?))
}

/// Reads cargo's message for each crate that it has built; one of them is the executable.
async fn artifacts(
    messages: impl AsyncRead + Unpin,
    status: &(dyn Fn(String) + Sync),
) -> io::Result<Option<PathBuf>> {
    let mut lines = BufReader::new(messages).lines();
    let (mut program, mut built) = (None, 0);
    while let Some(line) = lines.next_line().await? {
        let Ok(message) = serde_json::from_str::<Value>(&line) else { continue };
        if message["reason"] != "compiler-artifact" {
            continue;
        }
        // What exists from an earlier build is no progress.
        if message["fresh"] == false {
            built += 1;
            status(format!("building the backend: {built} crates"));
        }
        if message["target"]["name"] == "mysfits-service" {
            program = message["executable"].as_str().map(PathBuf::from);
        }
    }
    Ok(program)
}

async fn last_lines(words: impl AsyncRead + Unpin) -> io::Result<String> {
    let mut lines = BufReader::new(words).lines();
    let mut last = VecDeque::new();
    while let Some(line) = lines.next_line().await? {
        if last.len() == LAST_LINES {
            last.pop_front();
        }
        last.push_back(line);
    }
    Ok(Vec::from(last).join("\n"))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[tokio::test]
    async fn what_cargo_says_is_understood() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"axum"},"fresh":true}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"serde"},"fresh":false}"#,
            "\nnot JSON\n",
            r#"{"reason":"compiler-artifact","target":{"name":"mysfits-service"},"fresh":false,"executable":"/a/mysfits-service"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        let said = Mutex::new(Vec::new());
        let status = |words| said.lock().unwrap().push(words);
        let program = artifacts(messages.as_bytes(), &status).await.unwrap();
        assert_eq!(program, Some(PathBuf::from("/a/mysfits-service")));
        assert_eq!(said.lock().unwrap().last().unwrap(), "building the backend: 2 crates");
    }

    #[tokio::test]
    async fn only_the_last_words_are_kept() {
        let words: Vec<_> = (1..=30).map(|number| number.to_string()).collect();
        let last = last_lines(words.join("\n").as_bytes()).await.unwrap();
        assert!(last.starts_with("11\n") && last.ends_with("\n30"), "{last}");
    }

    #[test]
    fn an_old_c_library_is_warned_of() {
        for old in ["glibc 2.26\n", "glibc 2.31\n", "glibc 2.33\n"] {
            assert!(warning_of(old).is_some_and(|text| text.contains(old.trim())), "{old}");
        }
        for fine in ["glibc 2.34\n", "glibc 2.36\n", "glibc 3.0\n", "", "musl"] {
            assert_eq!(warning_of(fine), None, "{fine}");
        }
    }

    #[test]
    fn the_flags_hide_the_paths() {
        let flags = flags(Path::new("/some/where")).into_string().unwrap();
        assert!(flags.starts_with("-Ctarget-feature=+crt-static\x1f"));
        assert!(flags.ends_with("\x1f--remap-path-prefix=/some/where=/mysfits"));
    }
}
