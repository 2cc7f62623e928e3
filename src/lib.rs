//! The Mythical Mysfits lab as one program: parses, runs, and converts the result into an exit
//! code. The command `mysfits` is this library's [`main`].

pub mod aws;
mod cli;
mod destination;
mod engine;
mod error;
mod http;
mod image;
mod lab;
mod operate;
mod report;
mod resources;

#[cfg(all(feature = "no-unwind", panic = "unwind"))]
compile_error!("`no-unwind` is for profiles whose panics end the program: add `--profile dist`");

use std::process::ExitCode;

pub use cli::{Example, Listed, commands, lines_that_read};

use crate::{
    error::{Code, Error, Exit, Result},
    report::Output,
};

/// This build of the program: its version, and the commit and date of its source.
pub(crate) const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("MYSFITS_BUILD"), ")");

/// Runs the command that the process was started with, and returns its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match cli::Cli::read() {
        Ok(cli) => cli,
        Err(refusal) => return finish(Output::Human, cli::refused(&refusal)),
    };
    let output = cli.output();
    let end = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let end = runtime.block_on(cli::run(cli));
            // Not waited for: a prompt may still be open that no longer matters.
            runtime.shutdown_background();
            end
        }
        Err(error) => Err(Error::new(Code::Io, error.to_string())),
    };
    finish(output, end)
}

/// Shows the error, if any, and returns the exit code.
fn finish(output: Output, end: Result<Exit>) -> ExitCode {
    let exit = end.unwrap_or_else(|error| {
        report::error(output, &error);
        error.code.entry().exit
    });
    ExitCode::from(exit as u8)
}
