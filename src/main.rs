//! The `mysfits` command. All of it is in the library.

fn main() -> std::process::ExitCode {
    // Before anything that takes time or starts threads: a launcher is started for every task.
    mysfits_local::run_if_launched().unwrap_or_else(mysfits::main)
}
