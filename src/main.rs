//! The `mysfits` command. All of it is in the library.

/// A class makes thousands of calls at once, and the system's allocator takes a quarter of their CPU
/// time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    // Before anything that takes time or starts threads: a launcher is started for every task.
    mysfits_local::run_if_launched().unwrap_or_else(mysfits::main)
}
