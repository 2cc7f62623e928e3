//! Which commit the program is built from, and how the release package is linked.

use std::{env, error::Error, fs, path::Path, process::Command};

/// A panic ends the program there, so that nothing ever reads how to unwind a stack: 2.4 MB. A Cargo
/// profile can leave out only what the compiler sees. GNU's linker and LLVM's both understand this.
const WITHOUT_UNWIND_TABLES: &str =
    "SECTIONS { /DISCARD/ : { *(.eh_frame) } } INSERT AFTER .text;\n";

/// Keeps one of the functions that come to the same instructions: 0.3 MB. LLVM's linker understands
/// this; Rust links with it where the target is x86-64 Linux, and elsewhere with what the system has.
/// <https://blog.rust-lang.org/2025/09/01/rust-lld-on-1.90.0-stable/>
const FOLD_EQUAL_FUNCTIONS: &str = "-Wl,--icf=all";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=MYSFITS_BUILD={}", commit().as_deref().unwrap_or("commit unknown"));
    let is_gnu_linux =
        env::var("CARGO_CFG_TARGET_OS")? == "linux" && env::var("CARGO_CFG_TARGET_ENV")? == "gnu";
    if is_gnu_linux && env::var_os("CARGO_FEATURE_NO_UNWIND").is_some() {
        let script = Path::new(&env::var("OUT_DIR")?).join("without-unwind-tables.ld");
        fs::write(&script, WITHOUT_UNWIND_TABLES)?;
        println!("cargo::rustc-link-arg-bins=-Wl,--no-eh-frame-hdr");
        println!("cargo::rustc-link-arg-bins=-T{}", script.display());
        if env::var("CARGO_CFG_TARGET_ARCH")? == "x86_64" {
            println!("cargo::rustc-link-arg-bins={FOLD_EQUAL_FUNCTIONS}");
        }
    }
    Ok(())
}

/// Returns the commit and its date, such as `8844e83 2026-11-28`; `None` outside of a checkout, as in
/// an unpacked archive.
fn commit() -> Option<String> {
    // An archive may have been unpacked inside of a checkout of something else.
    if !git(&["rev-parse", "--show-prefix"])?.is_empty() {
        return None;
    }
    // Git adds a line to the second one whenever HEAD moves: commit, amend, checkout, reset, pull.
    for file in ["HEAD", "logs/HEAD"] {
        let path = git(&["rev-parse", "--git-path", file])?;
        // Cargo would run this every time for a file that does not exist.
        if Path::new(&path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    git(&["log", "-1", "--no-show-signature", "--format=%h %cs"])
}

/// Returns what Git answers; `None` when it fails, or there is no Git.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("--no-optional-locks").args(arguments).output().ok()?;
    let answer = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| answer.trim().to_owned())
}
