//! A launcher of tasks' programs, and nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    mysfits_local::run_if_launched().unwrap_or(ExitCode::FAILURE)
}
