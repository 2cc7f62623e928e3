//! How the program is linked on Linux. Both options are understood by GNU's linker and by LLVM's.

use std::{env, error::Error, fs, path::Path};

/// A panic ends the release package there, so that nothing ever reads how to unwind a stack: 2.4 MB.
/// A Cargo profile can leave out only what the compiler sees.
const WITHOUT_UNWIND_TABLES: &str =
    "SECTIONS { /DISCARD/ : { *(.eh_frame) } } INSERT AFTER .text;\n";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_OS")? != "linux" || env::var("CARGO_CFG_TARGET_ENV")? != "gnu" {
        return Ok(());
    }
    // A program that can lie anywhere in memory is put together at every start. Without that a debug
    // build starts in 3 ms instead of 7, and the release package is 1.4 MB smaller.
    println!("cargo::rustc-link-arg-bins=-no-pie");
    // A build script is not told the profile's name. No other profile is built for size alone.
    if env::var("OPT_LEVEL")? == "z" {
        let script = Path::new(&env::var("OUT_DIR")?).join("without-unwind-tables.ld");
        fs::write(&script, WITHOUT_UNWIND_TABLES)?;
        println!("cargo::rustc-link-arg-bins=-Wl,--no-eh-frame-hdr");
        println!("cargo::rustc-link-arg-bins=-T{}", script.display());
    }
    Ok(())
}
