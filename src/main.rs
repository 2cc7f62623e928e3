//! The `mysfits` command: parse, run, turn the end into an exit code.

mod aws;
mod cli;
mod engine;
mod error;
mod lab;
mod local_cloud;
mod report;
mod resources;
mod settings;
mod target;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let output = cli.output();
    let end = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(cli::run(cli)),
        Err(error) => Err(error::Error::new(error::Code::Io, error.to_string())),
    };
    let exit = end.unwrap_or_else(|error| {
        report::error(output, &error);
        error.code.entry().exit
    });
    ExitCode::from(exit as u8)
}
